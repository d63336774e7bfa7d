"""`/api/labels`: queue, spectra, labels, files. docs/labeling.md says what each takes and answers."""

from functools import partial

from flask import Blueprint

from al_core.services import Services
from callbacks.api.labels import events, files, views


def blueprint(services: Services) -> Blueprint:
    """Return the routes below /api/labels."""
    routes = Blueprint("labels", __name__, url_prefix="/api/labels")
    for module in (views, events, files):
        for rule, method, view in module.ROUTES:
            name = f"{module.__name__.rpartition('.')[2]}_{view.__name__}"
            routes.add_url_rule(rule, name, partial(view, services), methods=[method])
    return routes

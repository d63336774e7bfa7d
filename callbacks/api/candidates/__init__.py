"""`/api/candidates`: searches of an index, and what is done with the results. See docs/candidates.md."""

from functools import partial

from flask import Blueprint

from al_core.services import Services
from callbacks.api.candidates import acting, counting, exporting, querying, rows, searches, spectra, state, statistics


def blueprint(services: Services) -> Blueprint:
    """Return the routes below /api/candidates."""
    routes = Blueprint("candidates", __name__, url_prefix="/api/candidates")
    for module in (state, querying, rows, counting, spectra, searches, acting, statistics, exporting):
        for rule, method, view in module.ROUTES:
            name = f"{module.__name__.rpartition('.')[2]}_{view.__name__}"
            routes.add_url_rule(rule, name, partial(view, services), methods=[method])
    return routes

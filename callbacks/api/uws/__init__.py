"""Jobs for VO-CLOUD and other programs: the REST binding of the IVOA's Universal Worker Service 1.1, under `/uws`.

`/uws` is the list of jobs itself. All kinds of jobs appear in it; `run` is what a program can create, with the
configuration of docs/configuration.md. docs/uws.md says it all, with examples.
"""

from typing import TYPE_CHECKING, Any

from flask import Blueprint

from callbacks.api.uws.errors import RequestRefusedError, answer_of
from callbacks.api.uws.methods import EVERY_METHOD, View, taking
from callbacks.api.uws.views import Views

if TYPE_CHECKING:
    from al_core.services import Services

PREFIX = "/uws"
READ, CHANGE, REMOVE = ["GET"], ["GET", "POST"], ["GET", "POST", "DELETE"]


def blueprint(services: "Services") -> Blueprint:
    """Return the routes."""
    routes = Blueprint("uws", __name__, url_prefix=PREFIX)
    routes.register_error_handler(Exception, answer_of)
    views = Views(services, PREFIX)

    def add(address: str, name: str, view: View, methods: list[str], field: str | None = None) -> None:
        defaults = {"name": field} if field else {}
        answering = taking(methods, view)
        routes.add_url_rule(address, name, answering, methods=EVERY_METHOD, defaults=defaults, strict_slashes=False)

    add("", "jobs", views.jobs, CHANGE)
    add("/<job_id>", "job", views.job, REMOVE)
    add("/<job_id>/phase", "phase", views.phase, CHANGE)
    for name, methods in (("executionduration", CHANGE), ("destruction", CHANGE), ("quote", READ), ("owner", READ)):
        add(f"/<job_id>/{name}", name, views.field, methods, name)
    add("/<job_id>/parameters", "parameters", views.parameters, CHANGE)
    add("/<job_id>/results", "results", views.results, READ)
    add("/<job_id>/results/<path:name>", "result", views.result, READ)
    add("/<job_id>/error", "error", views.error, READ)
    routes.add_url_rule("/<path:_rest>", "unknown", _unknown, methods=EVERY_METHOD)
    return routes


def _unknown(_rest: str) -> Any:
    raise RequestRefusedError(
        404,
        "There is nothing here. A job has phase, executionduration, destruction, quote, owner, parameters, results "
        "and error below its address.",
    )

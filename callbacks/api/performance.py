"""All numbers of the page Performance.

::

    GET /api/performance?session=SESSION&format=json|csv
"""

import csv
import io
from typing import TYPE_CHECKING

import orjson
from flask import Blueprint, Response, abort, request

from al_core.errors import SessionError
from al_core.performance.export import document, table
from al_core.performance.gathering import SessionPerformance, session_performance

if TYPE_CHECKING:
    from al_core.services import Services


def blueprint(services: "Services") -> Blueprint:
    """Return the route."""
    routes = Blueprint("performance", __name__)

    @routes.get("/api/performance")
    def numbers() -> Response:
        session_id, form = request.args.get("session", ""), request.args.get("format", "json")
        if form not in ("json", "csv"):
            abort(400, f"Expected the format json or csv, found {form!r}.")
        try:
            found = session_performance(services.sessions, session_id)
        except SessionError as error:
            abort(404, str(error))
        content, kind = (orjson.dumps(document(found), option=orjson.OPT_INDENT_2), "application/json")
        if form == "csv":
            content, kind = as_csv(found).encode(), "text/csv; charset=utf-8"
        answer = Response(content, mimetype=kind)
        answer.headers["Content-Disposition"] = f'attachment; filename="{found.session.session_id}-performance.{form}"'
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return routes


def as_csv(found: SessionPerformance) -> str:
    """Return the long table as CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(table(found))
    return text.getvalue()

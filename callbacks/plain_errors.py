"""Answers outside Dash: JSON or text for the interfaces of programs, a plain page for people."""

import dash
from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from callbacks.messages import UNEXPECTED, report
from pages._components.plain import plain_page

#: Dash answers every address with its one document; the page is chosen in the browser.
ANY_PAGE = "/<path:path>"
PROGRAMS = ("/api/", "/uws/")
#: Where errors are plain text.
UWS = "/uws"


def register_plain_errors(server: Flask) -> None:
    """Answer errors of plain routes with their reason, never with a traceback; an unknown address with 404."""

    @server.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response | HTTPException:
        if error.response is not None:
            return error
        response = answer(error.code or 500, error.name, error.description or "")
        response.headers.extend((name, value) for name, value in error.get_headers() if name != "Content-Type")
        return response

    @server.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        return answer(500, "That failed", UNEXPECTED.format(report(error)))

    @server.after_request
    def unknown(response: Response) -> Response:
        if request.endpoint != ANY_PAGE or is_page(request.path):
            return response
        if request.path.startswith(PROGRAMS):
            return answer(404, "Not found", f"There is nothing at {request.path}.")
        response.status_code = 404  # the document is served all the same: its page says what is missing
        return response


def is_page(path: str) -> bool:
    """Say whether a page of the dashboard is at this path."""
    known = (page["path_template"] or page["path"] for page in dash.page_registry.values())
    return any(
        path.rstrip("/") == page.rstrip("/") or ("<" in page and path.startswith(page.partition("<")[0]))
        for page in known
    )


def answer(status: int, title: str, text: str) -> Response:
    """Return an error as a program or a person wants it."""
    if request.path == UWS or request.path.startswith(f"{UWS}/"):
        response = Response(text + "\n", mimetype="text/plain")
    elif request.path.startswith(PROGRAMS) or not request.accept_mimetypes.accept_html:
        response = jsonify({"error": text})
    else:
        response = Response(plain_page(title, text), mimetype="text/html")
    response.status_code = status
    return response

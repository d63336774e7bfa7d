"""Answers outside Dash: JSON for the interfaces of programs, a plain page for people."""

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from callbacks.messages import report
from pages._components.plain import plain_page


def register_plain_errors(server: Flask) -> None:
    """Answer errors of plain routes with their reason, never with a traceback."""

    @server.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response | HTTPException:
        return error if error.response is not None else answer(error.code or 500, error.name, error.description or "")

    @server.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        report_id = report(error)
        text = f"Something went wrong that Spectrolabe did not expect. The server's log has it under {report_id}."
        return answer(500, "That failed", text)


def answer(status: int, title: str, text: str) -> Response:
    """Return an error as a program or a person wants it."""
    if request.path.startswith("/api/") or not request.accept_mimetypes.accept_html:
        response = jsonify({"error": text})
    else:
        response = Response(plain_page(title, text), mimetype="text/html")
    response.status_code = status
    return response

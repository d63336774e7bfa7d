"""What a program is told when its request cannot be done: a status and a sentence of plain text."""

from flask import Response
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge

from al_core.errors import ActiveRunError, ALCoreError, JobNotFoundError, JobStateError
from callbacks.messages import message_of

#: The largest body of a request: ample for a configuration with long lists of names.
LARGEST_BODY_BYTES = 10 * 1024 * 1024


class RequestRefusedError(Exception):
    """A request that cannot be done, with the HTTP status that says so."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def text(message: str, status: int = 200) -> Response:
    """Return plain text."""
    return Response(message + "\n", status, mimetype="text/plain")


def answer_of(error: Exception) -> Response:
    """Return what a program is told of an error."""
    if isinstance(error, RequestEntityTooLarge):
        return text(f"Expected at most {LARGEST_BODY_BYTES // 1024**2} MB, found more. Shorten the configuration.", 413)
    if isinstance(error, MethodNotAllowed):
        refusal = text(error.description, 405)
        refusal.allow.update(error.valid_methods or ())
        return refusal
    if isinstance(error, HTTPException):
        return text(error.description or error.name, error.code or 500)
    return text(message_of(error) if not isinstance(error, RequestRefusedError) else str(error), _status_of(error))


def _status_of(error: Exception) -> int:
    if isinstance(error, RequestRefusedError):
        return error.status
    if isinstance(error, JobNotFoundError):
        return 404
    if isinstance(error, (ActiveRunError, JobStateError)):
        return 409
    return 400 if isinstance(error, ALCoreError) else 500

"""Methods that an address takes; the answer to any other says which, as HTTP wants it (RFC 9110, 15.5.6)."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from flask import Response, request
from werkzeug.exceptions import MethodNotAllowed

View = Callable[..., Any]
#: Methods that reach the routes, so that each is answered in the form of this interface.
EVERY_METHOD = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


def taking(methods: Sequence[str], view: View) -> View:
    """Return a view that takes these methods, HEAD where it takes GET, and tells of them by OPTIONS."""
    taken = [*methods, *(["HEAD"] if "GET" in methods else []), "OPTIONS"]

    @wraps(view)
    def answer(*arguments: Any, **named: Any) -> Any:
        if request.method == "OPTIONS":
            return Response(status=204, headers={"Allow": ", ".join(taken)})
        if request.method not in taken:
            raise MethodNotAllowed(taken, _refusal(taken))
        return view(*arguments, **named)

    return answer


def _refusal(taken: Sequence[str]) -> str:
    return (
        f"Expected {', '.join(taken)} at this address, found {request.method}. POST goes to the list, a job, its "
        "phase, executionduration, destruction or parameters, DELETE to a job."
    )

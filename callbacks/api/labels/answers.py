"""What a route reads of its address and body, and how it answers."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import orjson
from flask import Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from al_core.errors import ALCoreError, SessionDamagedError, SessionNotFoundError, StorageError
from al_core.labeling.state import SpectrumState
from callbacks.access import is_this_machine

#: Largest body of a request, bytes: a thousand events have room in it.
LARGEST_BODY = 4 * 2**20


class BadRequestError(Exception):
    """A request that cannot be understood; its text is the answer."""


def answer(content: Any, status: int = 200) -> Response:
    """Return JSON that no cache keeps."""
    body = orjson.dumps(content, option=orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS, default=_plain)
    response = Response(body, status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    if is_this_machine(request.remote_addr):  # a tenth of a second to squeeze what never meets a network
        response.headers["Content-Encoding"] = "identity"
    return response


def _plain(value: Any) -> Any:
    if hasattr(value, "tolist"):  # an array that is not contiguous
        return value.tolist()
    raise TypeError(type(value).__name__)


def answering(view: Callable[..., Response]) -> Callable[..., Response]:
    """Answer an error with its text as {"error": ...}: 404 for what is not there, 400 for what cannot be done."""

    @wraps(view)
    def wrapped(*arguments: Any, **named: Any) -> Response:
        try:
            return view(*arguments, **named)
        except BadRequestError as error:
            return answer({"error": str(error)}, 400)
        except RequestEntityTooLarge:
            return answer({"error": f"Expected at most {LARGEST_BODY // 2**20} MB, found more. Send parts."}, 413)
        except SessionNotFoundError as error:
            return answer({"error": str(error)}, 404)
        except (SessionDamagedError, StorageError) as error:  # try again: the page keeps what it has not stored
            return answer({"error": str(error)}, 503)
        except ALCoreError as error:
            return answer({"error": str(error)}, 400)

    return wrapped


def session_of() -> str:
    """Return the session that the address names."""
    return _given("session")


def _given(name: str) -> str:
    value = request.args.get(name, "")
    if not value:
        raise BadRequestError(f"Expected ?{name}=, found none.")
    return value


def ids_of(name: str) -> list[str]:
    """Return the ids of the address, each once: `ids=` several times, or joined by commas."""
    found = [part for value in request.args.getlist(name) for part in value.split(",")]
    return [one for one in dict.fromkeys(found) if one]


def required(name: str) -> str:
    """Return a value that the address must have."""
    return _given(name)


def number_of(name: str, default: int | None = None) -> int | None:
    """Return a whole number of the address, 0 or more."""
    text = request.args.get(name)
    if text is None or text == "":
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise BadRequestError(f"Expected a whole number for {name}, found {text[:20]!r}.")
    return int(text)


def share_of(name: str) -> float | None:
    """Return a number of the address, None where there is none."""
    text = request.args.get(name)
    if not text:
        return None
    try:
        return float(text)
    except ValueError as error:
        raise BadRequestError(f"Expected a number for {name}, found {text[:20]!r}.") from error


def is_on(name: str, default: bool) -> bool:
    """Return a yes or no of the address: 1 or 0."""
    text = request.args.get(name, "")
    if text not in ("", "0", "1"):
        raise BadRequestError(f"Expected 0 or 1 for {name}, found {text[:20]!r}.")
    return default if text == "" else text == "1"


def body() -> dict[str, Any]:
    """Return the JSON object of the body."""
    request.max_content_length = LARGEST_BODY
    try:
        content = orjson.loads(request.get_data())
    except ValueError as error:
        raise BadRequestError(f"Expected JSON, found: {error}.") from error
    if not isinstance(content, dict):
        raise BadRequestError(f"Expected a JSON object, found {type(content).__name__}.")
    return content


def texts_of(content: dict[str, Any], name: str) -> list[str]:
    """Return a list of texts of the body."""
    value = content.get(name)
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise BadRequestError(f"Expected a list of texts for {name}.")
    return value


def states(found: dict[str, SpectrumState]) -> dict[str, Any]:
    """Return what counts for some spectra as the page reads it."""
    return {
        name: {
            "label": state.label and vars(state.label),
            "repeat": state.repeat and vars(state.repeat),
            "comment": state.comment,
            "is_skipped": state.is_skipped,
        }
        for name, state in found.items()
    }


Routes = Sequence[tuple[str, str, Callable[..., Response]]]

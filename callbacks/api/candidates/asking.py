"""What a request asks: session, indices and search; and how an error is answered, with its place in the text."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any

from flask import Response
from werkzeug.exceptions import RequestEntityTooLarge

from al_core.errors import (
    ALCoreError,
    JobNotFoundError,
    QueryError,
    SessionDamagedError,
    SessionNotFoundError,
    StorageError,
    StoreUnavailableError,
)
from al_core.metadata.fields import Schema
from al_core.metadata.language import ClassName, Names, parse, simplified
from al_core.metadata.query import EVERYTHING, And, Condition, Everything, In, Not, Scope, Sort
from al_core.services import Services
from al_core.sessions import Session
from callbacks.api.labels.answers import LARGEST_BODY, BadRequestError, answer, body, texts_of

#: Indices that are searched together.
MOST_INDICES = 50


def answering(view: Callable[..., Response]) -> Callable[..., Response]:
    """Answer an error with its text as {"error": ...}; what is wrong in a search also with position and length."""

    @wraps(view)
    def wrapped(*arguments: Any, **named: Any) -> Response:
        try:
            return view(*arguments, **named)
        except BadRequestError as error:
            return answer({"error": str(error)}, 400)
        except RequestEntityTooLarge:
            return answer({"error": f"Expected at most {LARGEST_BODY // 2**20} MB, found more. Ask for less."}, 413)
        except QueryError as error:
            place = {"position": error.position, "length": error.length, "suggestions": error.suggestions}
            return answer({"error": str(error), **place}, 400)
        except (SessionNotFoundError, JobNotFoundError) as error:
            return answer({"error": str(error)}, 404)
        except (StoreUnavailableError, SessionDamagedError, StorageError) as error:
            return answer({"error": str(error)}, 503)
        except ALCoreError as error:
            return answer({"error": str(error)}, 400)

    return wrapped


@dataclass(frozen=True)
class Question:
    """A search as it was asked.

    Attributes
    ----------
    session : Session or None
    scope : Scope
    schema : Schema
    names : Names
    condition : Condition
        In its simplified form.
    content : dict
        The body of the request.
    """

    session: Session | None
    scope: Scope
    schema: Schema
    names: Names
    condition: Condition
    content: dict[str, Any]

    @property
    def parts(self) -> list[Condition]:
        """The conditions that must all be true, none where everything is asked for."""
        return parts_of_all(self.condition)

    @property
    def meant(self) -> Condition:
        """The condition, and the rows that were chosen or left out by hand."""
        only, without = (_ids(self.content, name) for name in ("only", "without"))
        if only is not None:
            return In("id", only)
        return self.condition if without is None else And((self.condition, Not(In("id", without))))

    @property
    def sort(self) -> tuple[Sort, ...]:
        """The order that is asked for."""
        given = self.content.get("sort") or []
        if not isinstance(given, list) or len(given) > 10 or not all(isinstance(one, dict) for one in given):
            raise BadRequestError("Expected a list of up to 10 {field, descending} for sort.")
        return tuple(Sort(str(one.get("field", "")), bool(one.get("descending"))) for one in given)

    def require_session(self) -> Session:
        """Return the session.

        Raises
        ------
        BadRequestError
            If none is asked with.
        """
        if self.session is None:
            raise BadRequestError("Expected a session, found none.")
        return self.session

    def with_parts(self, parts: list[Condition]) -> "Question":
        """Return the same with other conditions."""
        return replace(self, condition=simplified(And(tuple(parts))))


def parts_of_all(condition: Condition) -> list[Condition]:
    """Return the conditions that must all be true."""
    match condition:
        case Everything():
            return []
        case And(parts):
            return list(parts)
        case _:
            return [condition]


def question(services: Services) -> Question:
    """Return what the body of the request asks."""
    content = body()
    session = session_of(services, content.get("session"))
    names = names_of(session)
    scope, schema = scope_of(services, session, texts_of(content, "index") if content.get("index") else [])
    text = content.get("q", "")
    if not isinstance(text, str):
        raise BadRequestError("Expected a text for q.")
    condition = parse(text, schema, names) if text.strip() else EVERYTHING
    return Question(session, scope, schema, names, condition, content)


def session_of(services: Services, session_id: Any) -> Session | None:
    """Return the session of an id, None for none."""
    if session_id is not None and not isinstance(session_id, str):
        raise BadRequestError("Expected the id of a session.")
    return services.sessions.get(session_id) if session_id else None


def names_of(session: Session | None) -> Names:
    """Return what the classes of a session are called in a search."""
    return Names(() if session is None else tuple(ClassName(one.class_id, one.name) for one in session.classes))


def scope_of(services: Services, session: Session | None, asked: list[str]) -> tuple[Scope, Schema]:
    """Return the indices that are searched, those asked for or those of the session, with their fields."""
    known = services.metadata.indices()
    wanted = list(dict.fromkeys(asked)) or indices_of(services, session, known)
    missing = [name for name in wanted if name not in known]
    if missing:
        raise QueryError(f"There is no index {missing[0][:60]!r}. Indices: {', '.join(known[:20]) or 'none yet'}.")
    if not wanted:
        raise QueryError("There is no index to search.")
    if len(wanted) > MOST_INDICES:
        raise QueryError(f"At most {MOST_INDICES} indices are searched together, {len(wanted)} were asked for.")
    return Scope(tuple(wanted), session.session_id if session else None), services.metadata.schema(wanted)


def indices_of(services: Services, session: Session | None, known: list[str]) -> list[str]:
    """Return the indices whose rows a session is about, as far as they are there."""
    if session is None:
        return []
    return [name for name in services.assessments.indices_of(session.session_id) if name in known]


def number(content: dict[str, Any], name: str, default: int, least: int, most: int) -> int:
    """Return a whole number of the body."""
    value = content.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise BadRequestError(f"Expected a whole number from {least} to {most} for {name}, found {value!r:.40}.")
    return value


def text(content: dict[str, Any], name: str, longest: int = 200) -> str:
    """Return a text of the body, not empty."""
    value = content.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > longest:
        raise BadRequestError(f"Expected a text of 1 to {longest} characters for {name}.")
    return value.strip()


def _ids(content: dict[str, Any], name: str) -> tuple[str, ...] | None:
    return tuple(texts_of(content, name)) if content.get(name) else None


def fields_asked(content: dict[str, Any], name: str, most: int) -> list[dict[str, Any]]:
    """Return a list of objects of the body, each about a field."""
    given = content.get(name) or []
    if not isinstance(given, list) or len(given) > most or not all(isinstance(one, dict) for one in given):
        raise BadRequestError(f"Expected a list of up to {most} fields for {name}.")
    return [{**one, "field": str(one.get("field", ""))} for one in given]

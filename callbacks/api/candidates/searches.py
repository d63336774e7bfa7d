"""Saved searches as the page reads and writes them."""

from typing import Any

from flask import Response

from al_core.candidates.searches import SavedSearch, delete_search, read_searches, store_search
from al_core.services import Services
from al_core.sessions import Session
from callbacks.access import current_user
from callbacks.api.candidates.asking import answering, session_of, text
from callbacks.api.labels.answers import BadRequestError, Routes, answer, body


def saved_searches(services: Services, session: Session | None) -> list[dict[str, Any]]:
    """Return the saved searches of a session."""
    if session is None:
        return []
    return [_shown(one) for one in read_searches(services.sessions.folder(session.session_id))]


@answering
def save(services: Services) -> Response:
    """Save a search under a name."""
    content = body()
    q, sort, columns = content.get("q", ""), content.get("sort") or [], content.get("columns")
    if not isinstance(q, str) or not isinstance(sort, list) or not isinstance(columns, list | None):
        raise BadRequestError("Expected a text for q, lists for sort and columns.")
    known = [one for one in sort if isinstance(one, dict) and "field" in one]
    order = tuple((str(one["field"]), bool(one.get("descending"))) for one in known)
    named = None if columns is None else tuple(map(str, columns))
    search = SavedSearch(str(content.get("name") or ""), q, order, named)
    found = store_search(services.sessions.folder(_session(services, content)), search, current_user())
    return answer({"saved": [_shown(one) for one in found]})


@answering
def delete(services: Services) -> Response:
    """Delete a saved search."""
    content = body()
    found = delete_search(services.sessions.folder(_session(services, content)), text(content, "name"))
    return answer({"saved": [_shown(one) for one in found]})


def _session(services: Services, content: dict[str, Any]) -> str:
    session = session_of(services, text(content, "session"))
    assert session is not None
    return session.session_id


def _shown(search: SavedSearch) -> dict[str, Any]:
    sort = [{"field": field, "descending": down} for field, down in search.sort]
    return {"name": search.name, "q": search.q, "sort": sort, "columns": search.columns}


ROUTES: Routes = (("/saved", "POST", save), ("/saved/delete", "POST", delete))

"""Searches that people saved in a session, by name."""

import json
from dataclasses import dataclass
from pathlib import Path

from al_core.errors import SessionError
from al_core.sessions.database import session_database
from al_core.sessions.records import now_utc

MOST_SEARCHES = 200
LONGEST_NAME = 80
#: Longest stored form of one, characters.
LONGEST = 100_000


@dataclass(frozen=True)
class SavedSearch:
    """A search: its text, order (field, descending) and columns; None: those that the page begins with."""

    name: str
    q: str
    sort: tuple[tuple[str, bool], ...] = ()
    columns: tuple[str, ...] | None = None


def read_searches(folder: Path) -> list[SavedSearch]:
    """Return the searches of the session of a folder, by name."""
    with session_database(folder) as connection:
        rows = connection.execute("SELECT name, search FROM saved_searches ORDER BY name COLLATE NOCASE").fetchall()
    return [_read(str(name), json.loads(search)) for name, search in rows]


def store_search(folder: Path, search: SavedSearch, owner: str) -> list[SavedSearch]:
    """Store a search, in place of one of the same name; return all.

    Raises
    ------
    SessionError
        If its name is none, it is too long, or there are too many.
    """
    name = " ".join(search.name.split())
    if not name or len(name) > LONGEST_NAME:
        raise SessionError(f"Expected a name of 1 to {LONGEST_NAME} characters for the search, found {name[:60]!r}.")
    stored = json.dumps({"q": search.q, "sort": search.sort, "columns": search.columns}, ensure_ascii=False)
    if len(stored) > LONGEST:
        raise SessionError(f"The search has {len(stored):,} characters, at most {LONGEST:,} are kept.")
    with session_database(folder, write=True) as connection:
        n_others = connection.execute("SELECT count(*) FROM saved_searches WHERE name <> ?", (name,)).fetchone()[0]
        if n_others >= MOST_SEARCHES:
            raise SessionError(f"The session has {n_others} saved searches, as many as it can. Delete one first.")
        connection.execute(
            "INSERT OR REPLACE INTO saved_searches VALUES (?, ?, ?, ?)", (name, stored, owner, now_utc())
        )
    return read_searches(folder)


def delete_search(folder: Path, name: str) -> list[SavedSearch]:
    """Delete a search, if there is one of this name; return the others."""
    with session_database(folder, write=True) as connection:
        connection.execute("DELETE FROM saved_searches WHERE name = ?", (name,))
    return read_searches(folder)


def _read(name: str, stored: dict[str, object]) -> SavedSearch:
    sort, columns = stored.get("sort"), stored.get("columns")
    order = tuple((str(field), bool(down)) for field, down in sort) if isinstance(sort, list) else ()
    return SavedSearch(
        name, str(stored.get("q", "")), order, None if not isinstance(columns, list) else tuple(map(str, columns))
    )

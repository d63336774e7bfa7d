"""Spectra that were picked elsewhere (a search, a map, a list of ids) to be labeled."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from al_core.errors import SessionError
from al_core.sessions.database import session_database
from al_core.sessions.records import now_utc

#: A list may be longer than what is served at once.
LONGEST_LIST = 200_000
LONGEST_NAME = 200
_COLUMNS = "list_id, name, origin, owner, pool, created_utc"


@dataclass(frozen=True)
class PickedList:
    """A stored list: where it came from, and how many spectra it has; `pool` is None for that of the session."""

    list_id: str
    name: str
    origin: str
    owner: str
    pool: str | None
    created_utc: str
    n_spectra: int


def store_list(
    folder: Path, name: str, spectrum_ids: Sequence[str], *, owner: str, origin: str = "", pool: str | None = None
) -> PickedList:
    """Store a list of spectra in the session of a folder; an id that comes twice is stored once.

    Raises
    ------
    SessionError
        If it has no name or no spectra, or too many.
    """
    ids = list(dict.fromkeys(spectrum_ids))
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise SessionError(f"Expected a name of 1 to {LONGEST_NAME} characters for the list, found {name[:60]!r}.")
    if not 1 <= len(ids) <= LONGEST_LIST:
        raise SessionError(f"Expected 1 to {LONGEST_LIST:,} spectra for the list, found {len(ids):,}.")
    stored = PickedList(uuid4().hex[:12], name, origin[:LONGEST_NAME], owner, pool, now_utc(), len(ids))
    with session_database(folder, write=True) as connection:
        values = (stored.list_id, stored.name, stored.origin, stored.owner, stored.pool, stored.created_utc)
        connection.execute(f"INSERT INTO picked_lists ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)", values)
        connection.executemany(
            "INSERT INTO picked_spectra VALUES (?, ?, ?)", [(stored.list_id, k, one) for k, one in enumerate(ids)]
        )
    return stored


def read_lists(folder: Path) -> list[PickedList]:
    """Return the lists of a session, the newest first."""
    with session_database(folder) as connection:
        rows = connection.execute(
            f"SELECT {_COLUMNS}, (SELECT count(*) FROM picked_spectra s WHERE s.list_id = l.list_id) AS n_spectra "
            "FROM picked_lists l ORDER BY created_utc DESC, list_id"
        ).fetchall()
    return [PickedList(**dict(row)) for row in rows]


def read_list(folder: Path, list_id: str) -> tuple[PickedList, list[str]]:
    """Return a list and its spectra in order.

    Raises
    ------
    SessionError
        If the session has no such list.
    """
    with session_database(folder) as connection:
        found = _find(connection, list_id)
        rows = connection.execute(
            "SELECT spectrum_id FROM picked_spectra WHERE list_id = ? ORDER BY position", (list_id,)
        ).fetchall()
    if found is None:
        raise SessionError(f"The session has no list {list_id!r}. It may have been deleted; pick the spectra again.")
    return PickedList(**found, n_spectra=len(rows)), [str(row[0]) for row in rows]


def delete_list(folder: Path, list_id: str) -> None:
    """Delete a list; labels of its spectra stay."""
    with session_database(folder, write=True) as connection:
        connection.execute("DELETE FROM picked_lists WHERE list_id = ?", (list_id,))


def _find(connection: sqlite3.Connection, list_id: str) -> dict[str, str] | None:
    row = connection.execute(f"SELECT {_COLUMNS} FROM picked_lists WHERE list_id = ?", (list_id,)).fetchone()
    return None if row is None else dict(row)

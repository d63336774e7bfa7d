"""A session in its database: read, written and changed; every change is one transaction."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from al_core.errors import SessionDamagedError, SessionError
from al_core.sessions.classes import classes_of
from al_core.sessions.naming import checked_name
from al_core.sessions.session import Session, SessionClass
from al_core.strategies import STRATEGIES

_COLUMNS = (
    "session_id",
    "name",
    "created_utc",
    "changed_utc",
    "is_archived",
    "pool",
    "training_set",
    "strategy",
    "seed",
    "configuration",
    "simulated",
    "origin",
)
#: What `Sessions.update` may change.
CHANGEABLE = ("name", "is_archived", "pool", "training_set", "classes", "strategy", "seed", "configuration")


def now_utc() -> str:
    """Return the time as ISO 8601 with offset, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def checked(session: Session) -> Session:
    """Return the session with its name tidied.

    Raises
    ------
    SessionError
        If name, classes, strategy, seed or configuration cannot be used.
    """
    if session.strategy not in STRATEGIES:
        raise SessionError(f"Expected one of the strategies {', '.join(STRATEGIES)}, found {session.strategy!r}.")
    if isinstance(session.seed, bool) or not isinstance(session.seed, int) or not 0 <= session.seed < 2**63:
        raise SessionError(f"The seed is a whole number, 0 or more; found {session.seed!r}.")
    _as_json(session.configuration)
    classes = classes_of(session.classes)
    return replace(session, name=checked_name(session.name), classes=classes)


def _as_json(configuration: Mapping[str, Any]) -> str:
    try:
        return json.dumps(dict(configuration), ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise SessionError(f"The configuration cannot be stored as JSON: {error}.") from error


def write_session(connection: sqlite3.Connection, session: Session) -> None:
    """Write the session's row and its classes; labels of classes that are gone keep their meaning."""
    row = vars(session) | {
        "configuration": _as_json(session.configuration),
        "training_set": None if session.training_set is None else str(session.training_set),
        "is_archived": int(session.is_archived),
        "simulated": int(session.simulated),
    }
    marks = ", ".join(f":{name}" for name in _COLUMNS)
    connection.execute(
        f"INSERT OR REPLACE INTO session (only_row, {', '.join(_COLUMNS)}) VALUES (1, {marks})",
        {name: row[name] for name in _COLUMNS},
    )
    _write_names(connection, session)
    connection.execute("UPDATE classes SET position = NULL")
    connection.executemany(
        "INSERT OR REPLACE INTO classes VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (c.class_id, position, c.name, c.color_row, c.shape, c.key, int(c.is_candidate))
            for position, c in enumerate(session.classes)
        ],
    )


def _write_names(connection: sqlite3.Connection, session: Session) -> None:
    known = dict(connection.execute("SELECT class_id, name FROM classes").fetchall())
    moment = session.changed_utc if known else session.created_utc
    renamed = [(one.name, one.class_id, moment) for one in session.classes if known.get(one.class_id) != one.name]
    connection.executemany("INSERT INTO class_names VALUES (?, ?, ?)", renamed)


def read_session(connection: sqlite3.Connection) -> Session | None:
    """Return the session, None if the database holds none yet."""
    row = connection.execute(f"SELECT {', '.join(_COLUMNS)} FROM session").fetchone()
    if row is None:
        return None
    found = dict(zip(_COLUMNS, row, strict=True))
    found["classes"] = read_classes(connection)
    found["configuration"] = json.loads(found["configuration"])
    found["training_set"] = None if found["training_set"] is None else Path(found["training_set"])
    found["is_archived"], found["simulated"] = bool(found["is_archived"]), bool(found["simulated"])
    return Session(**found)


def read_classes(connection: sqlite3.Connection) -> tuple[SessionClass, ...]:
    """Return the classes in order, without those that were removed."""
    rows = connection.execute(
        "SELECT class_id, name, color_row, shape, key, is_candidate FROM classes WHERE position IS NOT NULL "
        "ORDER BY position"
    )
    return tuple(SessionClass(**{**dict(row), "is_candidate": bool(row["is_candidate"])}) for row in rows)


def stored_session(connection: sqlite3.Connection, folder: Path) -> Session:
    """Return the session of a folder; raise SessionDamagedError if the database holds none that makes sense."""
    try:
        session = read_session(connection)
    except (TypeError, ValueError) as error:
        raise SessionDamagedError(f"Session {folder.name!r}: its database holds {error}. Restore a backup.") from error
    if session is None:
        raise SessionDamagedError(f"Session {folder.name!r}: its database is empty. Restore a backup.")
    # A folder that was renamed or copied by hand is another session.
    return session if session.session_id == folder.name else replace(session, session_id=folder.name)


def require_classes_with_labels(connection: sqlite3.Connection, before: Session, after: Session) -> None:
    """Raise SessionError if a class that has labels is gone."""
    kept = {one.class_id for one in after.classes}
    for one in before.classes:
        if one.class_id in kept:
            continue
        sql = "SELECT count(*) FROM current_labels WHERE class_id = ?"
        n_labels = connection.execute(sql, (one.class_id,)).fetchone()[0]
        if n_labels:
            raise SessionError(
                f"“{one.name}” has {n_labels} labels, so it cannot be removed. Rename it, or relabel them first."
            )


class ClassNames:
    """The names that the classes of a session have had: from the words of an iteration to the ids of its classes."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._uses: dict[str, list[tuple[str, str]]] = {}
        for name, class_id, since in connection.execute("SELECT name, class_id, since_utc FROM class_names"):
            self._uses.setdefault(name, []).append((since, class_id))

    def ids(self, names: Sequence[str], created_utc: str) -> list[str | None]:
        """Return the id that each name meant at a moment; None for a name that no class has had."""
        return [self._id(name, datetime.fromisoformat(created_utc)) for name in names]

    def _id(self, name: str, moment: datetime) -> str | None:
        uses = sorted(self._uses.get(name, []))
        before = [class_id for since, class_id in uses if datetime.fromisoformat(since) <= moment]
        return before[-1] if before else (uses[0][1] if uses else None)

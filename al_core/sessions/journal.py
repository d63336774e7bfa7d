"""The journal of labels: append-only, one transaction a call, on disk when the call returns."""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import polars as pl

from al_core.errors import JournalError
from al_core.sessions.database import session_database
from al_core.sessions.events import LabelEvent, StoredEvent
from al_core.sessions.records import now_utc

#: Columns of `LabelJournal.current`.
CURRENT_SCHEMA = {
    "spectrum_id": pl.String,
    "kind": pl.String,
    "class_id": pl.String,
    "class_name": pl.String,
    "comment": pl.String,
    "confidence": pl.Int64,
    "annotator": pl.String,
    "created_utc": pl.String,
    "duration_ms": pl.Int64,
    "queue": pl.String,
    "iteration": pl.Int64,
    "event_id": pl.String,
    "sequence": pl.Int64,
}
_EVENT_COLUMNS = (
    "event_id",
    "kind",
    "spectrum_id",
    "class_id",
    "comment",
    "confidence",
    "annotator",
    "created_utc",
    "duration_ms",
    "queue",
    "iteration",
    "shown",
    "undoes",
)
_CURRENT = """
    SELECT l.spectrum_id, l.kind, l.class_id, c.name, NULLIF(t.comment, ''), l.confidence, l.annotator, l.created_utc,
           l.duration_ms, l.queue, l.iteration, l.event_id, l.sequence
    FROM current_labels l
    LEFT JOIN classes c ON c.class_id = l.class_id
    LEFT JOIN current_comments t ON t.spectrum_id = l.spectrum_id
    ORDER BY l.sequence
"""


class LabelJournal:
    """The labels of one session: what was done, and what counts now.

    Events are never changed or deleted; the database itself refuses it. An undo is an event that names the event it
    takes back; an undo can be undone, too. What counts is computed from the journal each time it is asked for.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _connect(self, *, write: bool = False) -> AbstractContextManager[sqlite3.Connection]:
        return session_database(self._folder, write=write)

    def append(self, events: Sequence[LabelEvent]) -> list[StoredEvent]:
        """Store events, all or none, in order; when this returns they are on disk.

        An event whose id is stored already is not stored again; what is stored comes back with `is_repeated`.

        Raises
        ------
        JournalError
            If an event is incomplete, names a class or an event that is not there, takes back what counts no more, or
            comes with the id of a different event.
        """
        with self._connect(write=True) as connection:
            return store_events(connection, events)

    def undo(self, annotator: str, *, event_id: str | None = None, undoes: str | None = None) -> StoredEvent:
        """Take back an event, by default the last one of the annotator that counts; again and again, back to the first.

        Raises
        ------
        JournalError
            If there is nothing to take back.
        """
        [stored] = self.append([LabelEvent(event_id or uuid4().hex, "undo", "", annotator, undoes=undoes)])
        return stored

    def redo(self, annotator: str, *, event_id: str | None = None) -> StoredEvent:
        """Take back the last undo of the annotator that counts.

        Raises
        ------
        JournalError
            If that was not the last thing the annotator did, or there is none.
        """
        with self._connect() as connection:
            target = _last_undo(connection, annotator)
        if target is None:
            raise JournalError("There is nothing to redo.")
        return self.undo(annotator, event_id=event_id, undoes=target)

    def current(self) -> pl.DataFrame:
        """Return what counts for each spectrum, in the order in which it was said: columns of `CURRENT_SCHEMA`.

        `kind` is label, unsure or bad; skipped and commented spectra without one of these are not in it.
        """
        with self._connect() as connection:
            rows = connection.execute(_CURRENT).fetchall()
        return pl.DataFrame([tuple(row) for row in rows], schema=CURRENT_SCHEMA, orient="row")

    def comments(self) -> dict[str, str]:
        """Return the comment of each spectrum that has one."""
        with self._connect() as connection:
            rows = connection.execute("SELECT spectrum_id, comment FROM current_comments WHERE comment <> ''")
            return {str(row[0]): str(row[1]) for row in rows}

    def skipped(self) -> list[str]:
        """Return the spectra that were skipped and about which nothing else was said."""
        with self._connect() as connection:
            return [str(row[0]) for row in connection.execute(_SKIPPED)]

    def events(self, after: int = 0) -> pl.DataFrame:
        """Return the events behind a sequence number, as stored, in order."""
        names = ("sequence", *_EVENT_COLUMNS)
        with self._connect() as connection:
            rows = connection.execute(
                f"SELECT {', '.join(names)} FROM events WHERE sequence > ? ORDER BY sequence", (after,)
            ).fetchall()
        whole = {"sequence", "confidence", "duration_ms", "iteration"}
        schema = {name: pl.Int64 if name in whole else pl.String for name in names}
        return pl.DataFrame([tuple(row) for row in rows], schema=schema, orient="row")


_SKIPPED = """
    SELECT DISTINCT spectrum_id FROM events
    WHERE kind = 'skip' AND event_id NOT IN (SELECT event_id FROM undone)
      AND spectrum_id NOT IN (SELECT spectrum_id FROM current_labels)
    ORDER BY spectrum_id
"""
_LAST_LINK = """
    WITH RECURSIVE link (event_id, sequence, depth) AS (
        SELECT event_id, sequence, 0 FROM events WHERE event_id = ?
        UNION ALL
        SELECT e.event_id, e.sequence, link.depth + 1 FROM link JOIN events e ON e.undoes = link.event_id
    )
    SELECT depth FROM link ORDER BY sequence DESC LIMIT 1
"""
_LAST_OF = """
    SELECT event_id FROM events
    WHERE annotator = ? AND kind <> 'undo' AND event_id NOT IN (SELECT event_id FROM undone)
    ORDER BY sequence DESC LIMIT 1
"""


def store_events(connection: sqlite3.Connection, events: Sequence[LabelEvent]) -> list[StoredEvent]:
    """Store events inside a transaction; see `LabelJournal.append`."""
    for event in events:
        event.check()
    return [_store(connection, event) for event in events]


def _store(connection: sqlite3.Connection, event: LabelEvent) -> StoredEvent:
    known = _find(connection, event.event_id)
    if known is not None:
        return _repeated(known, event)
    if event.kind == "undo":
        event = _with_target(connection, event)
    elif event.kind == "label":
        _require_class(connection, event)
    values = _values(event)
    marks = ", ".join("?" * len(_EVENT_COLUMNS))
    cursor = connection.execute(f"INSERT INTO events ({', '.join(_EVENT_COLUMNS)}) VALUES ({marks})", values)
    stored = dict(zip(_EVENT_COLUMNS, values, strict=True))
    return _stored({"sequence": cursor.lastrowid, **stored}, is_repeated=False)


def _values(event: LabelEvent) -> tuple[Any, ...]:
    row = vars(event) | {"created_utc": event.created_utc or now_utc(), "shown": event.shown_json()}
    return tuple(row[name] for name in _EVENT_COLUMNS)


def _stored(row: dict[str, Any], *, is_repeated: bool) -> StoredEvent:
    names = ("sequence", "event_id", "kind", "spectrum_id", "undoes", "created_utc")
    return StoredEvent(**{name: row[name] for name in names}, is_repeated=is_repeated)


def _find(connection: sqlite3.Connection, event_id: str) -> dict[str, Any] | None:
    names = ("sequence", *_EVENT_COLUMNS)
    row = connection.execute(f"SELECT {', '.join(names)} FROM events WHERE event_id = ?", (event_id,)).fetchone()
    return None if row is None else dict(zip(names, row, strict=True))


def _repeated(known: dict[str, Any], event: LabelEvent) -> StoredEvent:
    """Return what is stored; what the store itself chose (time, target of an undo) may be open in the event."""
    chosen = {"created_utc"} if event.created_utc is None else set()
    if event.kind == "undo":
        chosen |= {"spectrum_id", "iteration"} | ({"undoes"} if event.undoes is None else set())
    given = dict(zip(_EVENT_COLUMNS, _values(event), strict=True))
    different = [name for name in _EVENT_COLUMNS if name not in chosen and given[name] != known[name]]
    if different:
        raise JournalError(
            f"Event {event.event_id} is stored with another {', '.join(different)}. Give each event its own id."
        )
    return _stored(known, is_repeated=True)


def _require_class(connection: sqlite3.Connection, event: LabelEvent) -> None:
    sql = "SELECT position FROM classes WHERE class_id = ?"
    row = connection.execute(sql, (event.class_id,)).fetchone()
    if row is None or row[0] is None:
        raise JournalError(f"Event {event.event_id}: the session has no class {event.class_id!r}. Load the page again.")


def _with_target(connection: sqlite3.Connection, event: LabelEvent) -> LabelEvent:
    """Return the undo with its target filled in, and the target's spectrum."""
    target = event.undoes
    if target is None:
        row = connection.execute(_LAST_OF, (event.annotator,)).fetchone()
        if row is None:
            raise JournalError("There is nothing to undo.")
        target = str(row[0])
    known = _find(connection, target)
    if known is None:
        raise JournalError(f"Event {event.event_id} takes back {target!r}, which is not in the journal.")
    if not counts(connection, target):
        raise JournalError(f"Event {event.event_id} takes back {target!r}, which was taken back already.")
    return replace(event, undoes=target, spectrum_id=known["spectrum_id"], iteration=known["iteration"])


def is_stored(connection: sqlite3.Connection, event_id: str) -> bool:
    """Whether there is an event of this id."""
    return connection.execute("SELECT 1 FROM events WHERE event_id = ?", (event_id,)).fetchone() is not None


def counts(connection: sqlite3.Connection, event_id: str) -> bool:
    """Whether an event counts: what was last added to the undos that hang on it is an even number of links away."""
    row = connection.execute(_LAST_LINK, (event_id,)).fetchone()
    return row is not None and row[0] % 2 == 0


def _last_undo(connection: sqlite3.Connection, annotator: str) -> str | None:
    """Return the last undo of a real event that counts, if the annotator did nothing but undo and redo since."""
    rows: Iterable[Any] = connection.execute(
        "SELECT event_id, kind, undoes FROM events WHERE annotator = ? ORDER BY sequence DESC", (annotator,)
    )
    for event_id, kind, undoes in rows:
        if kind != "undo":
            return None
        target = _find(connection, undoes)
        if target is not None and target["kind"] != "undo" and counts(connection, event_id):
            return str(event_id)
    return None

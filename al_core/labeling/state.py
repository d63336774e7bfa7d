"""What the journal says now: of all spectra for a queue, of a few for those who follow along."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from al_core.labeling.items import Answer
from al_core.sessions.database import session_database

#: SQLite takes so many variables in one statement on every build.
_MOST_VARIABLES = 500
_ANSWER = "spectrum_id, kind, class_id, event_id, confidence, annotator, created_utc"
_SKIPPED = """
    SELECT DISTINCT spectrum_id FROM events
    WHERE kind = 'skip' AND event_id NOT IN (SELECT event_id FROM undone)
"""


@dataclass(frozen=True)
class JournalState:
    """What counts: answers, answers of blind repeats, comments, what was skipped, and the last sequence number."""

    answers: dict[str, Answer]
    repeats: dict[str, Answer]
    comments: dict[str, str]
    skipped: frozenset[str]
    sequence: int


def read_state(folder: Path) -> JournalState:
    """Return what counts in the session of a folder, all of one moment."""
    with session_database(folder) as connection:
        connection.execute("BEGIN")
        comments = connection.execute("SELECT spectrum_id, comment FROM current_comments WHERE comment <> ''")
        return JournalState(
            _answers(connection, "current_labels"),
            _answers(connection, "repeated_labels"),
            {str(name): str(text) for name, text in comments},
            frozenset(str(row[0]) for row in connection.execute(_SKIPPED)),
            last_sequence(connection),
        )


def _answers(connection: sqlite3.Connection, view: str) -> dict[str, Answer]:
    rows = connection.execute(f"SELECT {_ANSWER} FROM {view}")
    return {str(row[0]): Answer(*row[1:]) for row in rows}


def last_sequence(connection: sqlite3.Connection) -> int:
    """Return the number of the last event, 0 without any."""
    return int(connection.execute("SELECT ifnull(max(sequence), 0) FROM events").fetchone()[0])


@dataclass(frozen=True)
class SpectrumState:
    """What counts for one spectrum."""

    label: Answer | None
    repeat: Answer | None
    comment: str
    is_skipped: bool


def states_of(connection: sqlite3.Connection, spectrum_ids: Iterable[str]) -> dict[str, SpectrumState]:
    """Return what counts for a few spectra; quick however long the journal is, for it reads their events alone."""
    wanted = list(dict.fromkeys(spectrum_ids))
    events: dict[str, list[sqlite3.Row]] = {name: [] for name in wanted}
    for start in range(0, len(wanted), _MOST_VARIABLES):
        part = wanted[start : start + _MOST_VARIABLES]
        marks = ", ".join("?" * len(part))
        sql = f"SELECT * FROM events WHERE spectrum_id IN ({marks}) ORDER BY sequence"
        for row in connection.execute(sql, part):
            events[row["spectrum_id"]].append(row)
    return {name: _state(rows) for name, rows in events.items()}


def _state(events: Sequence[sqlite3.Row]) -> SpectrumState:
    """Replay the events of one spectrum, in order.

    An undo is about the spectrum of what it takes back, so a chain of undos never leaves the spectrum.
    """
    roots: dict[str, str] = {}
    depths: dict[str, int] = {}
    undone: set[str] = set()
    for row in events:
        if row["undoes"] is None:
            roots[row["event_id"]], depths[row["event_id"]] = row["event_id"], 0
            continue
        root, depth = roots[row["undoes"]], depths[row["undoes"]] + 1
        roots[row["event_id"]], depths[row["event_id"]] = root, depth
        (undone.add if depth % 2 else undone.discard)(root)
    counting = [row for row in events if row["undoes"] is None and row["event_id"] not in undone]
    answers = [row for row in counting if row["kind"] in ("label", "unsure", "bad")]
    first = _last(row for row in answers if row["queue"] != "repeat")
    comments = [row["comment"] for row in counting if row["comment"] is not None]
    return SpectrumState(
        first,
        _last(row for row in answers if row["queue"] == "repeat"),
        comments[-1] if comments else "",
        first is None and any(row["kind"] == "skip" for row in counting),
    )


def _last(rows: Iterable[sqlite3.Row]) -> Answer | None:
    found = list(rows)
    if not found:
        return None
    names = ("kind", "class_id", "event_id", "confidence", "annotator", "created_utc")
    return Answer(**{name: found[-1][name] for name in names})

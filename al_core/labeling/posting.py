"""Events that a page or a program sends: each is stored once, or rejected alone with its reason."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from al_core.errors import JournalError
from al_core.labeling.items import QUEUES
from al_core.labeling.state import SpectrumState, last_sequence, states_of
from al_core.sessions import LabelEvent, StoredEvent
from al_core.sessions.database import session_database
from al_core.sessions.journal import counts, is_stored, store_events

#: More events than this come in several posts.
MOST_EVENTS = 1000
#: Events of others in one answer; `is_more` says that there are further ones.
MOST_OTHERS = 2000
_LONGEST_ID = 200
_LONGEST_ROOT = 90
_LONGEST_SHOWN = 4000
_TEXTS = ("event_id", "kind", "spectrum_id", "class_id", "comment", "queue", "undoes", "created_utc")
_NUMBERS = ("confidence", "duration_ms", "iteration")
_EVENT_COLUMNS = (
    *("sequence", "event_id", "kind", "spectrum_id", "class_id", "comment", "confidence", "annotator", "created_utc"),
    *("duration_ms", "queue", "iteration", "undoes"),
)
#: What was done at once is taken back at once: events of one act share `shown.bulk`.
_BULK = "CASE WHEN json_valid(shown) THEN json_extract(shown, '$.bulk') END AS bulk"


#: What was said in the same act as an event, by the same person, the last first.
_OTHERS_OF_ACT = """
    SELECT e.event_id FROM events e JOIN events first ON first.event_id = ?
    WHERE e.annotator = first.annotator AND e.event_id <> first.event_id AND e.undoes IS NULL
      AND CASE WHEN json_valid(e.shown) THEN json_extract(e.shown, '$.bulk') END
        = CASE WHEN json_valid(first.shown) THEN json_extract(first.shown, '$.bulk') END
    ORDER BY e.sequence DESC
"""


@dataclass(frozen=True)
class Posted:
    """What became of events.

    Attributes
    ----------
    stored : list of StoredEvent
        On disk; `is_repeated` if it was there before.
    rejected : list of (event_id, reason)
    others : list of dict
        Events that the sender has not seen: not among those sent, after the number it named.
    is_more : bool
        Whether there are more of these.
    states : dict
        What counts now for every spectrum that any of these is about.
    sequence : int
        Number of the last event that the sender knows now.
    """

    stored: list[StoredEvent]
    rejected: list[tuple[str, str]]
    others: list[dict[str, Any]]
    is_more: bool
    states: dict[str, SpectrumState]
    sequence: int


def post_events(
    folder: Path, events: Sequence[Mapping[str, Any]], annotator: str, unknown: set[str], after: int | None = None
) -> Posted:
    """Store events in order, in one transaction that is on disk when this returns.

    Parameters
    ----------
    folder : Path
        Of the session.
    events : sequence of mapping
        As JSON; see docs/labeling.md. What is wrong with one rejects that one alone.
    annotator : str
        Who; an event that is stored already keeps who sent it first.
    unknown : set of str
        Spectra of these events that the pool does not have.
    after : int, optional
        The last event that the sender has seen.

    Raises
    ------
    JournalError
        If there are too many events.
    """
    if len(events) > MOST_EVENTS:
        raise JournalError(f"Expected at most {MOST_EVENTS} events at a time, found {len(events)}. Send them in parts.")
    stored: list[StoredEvent] = []
    rejected: list[tuple[str, str]] = []
    with session_database(folder, write=True) as connection:
        for sent in events:
            try:
                stored += _stored(connection, sent, annotator, unknown)
            except JournalError as error:
                rejected.append((str(sent.get("event_id", ""))[:_LONGEST_ID], str(error)))
        own = {one.event_id for one in stored}
        others, is_more = ([], False) if after is None else events_after(connection, after, own)
        about = [one.spectrum_id for one in stored] + [one["spectrum_id"] for one in others]
        states = states_of(connection, about)
        sequence = others[-1]["sequence"] if is_more else last_sequence(connection)
    return Posted(stored, rejected, others, is_more, states, sequence)


def _stored(
    connection: sqlite3.Connection, sent: Mapping[str, Any], annotator: str, unknown: set[str]
) -> list[StoredEvent]:
    event = event_of(sent, annotator)
    before = connection.execute("SELECT annotator FROM events WHERE event_id = ?", (event.event_id,)).fetchone()
    if before is not None:  # sent again, perhaps by a page whose user has another name by now
        event = event_of(sent, str(before[0]))
    elif event.spectrum_id in unknown:
        raise JournalError(f"The pool has no spectrum {event.spectrum_id!r}. Load the page again.")
    if event.kind == "undo" and sent.get("undoes") is None:
        return _undo_act(connection, event)
    return store_events(connection, [event])


def _undo_act(connection: sqlite3.Connection, event: LabelEvent) -> list[StoredEvent]:
    """Take back the last act of the annotator: of events that were said at once all that count, by an undo for each.

    The first undo has the id that was sent, the others that id and a number: sent again, they are found again.
    """
    [first, *_] = stored = store_events(connection, [event])
    others = connection.execute(_OTHERS_OF_ACT, (first.undoes,)).fetchall()
    for number, (target,) in enumerate(others, 2):
        one = replace(event, event_id=f"{event.event_id[:_LONGEST_ROOT]}/{number}", undoes=str(target))
        if is_stored(connection, one.event_id) or counts(connection, one.undoes or ""):
            stored += store_events(connection, [one])
    return stored


def event_of(sent: Mapping[str, Any], annotator: str) -> LabelEvent:
    """Return an event from JSON.

    Raises
    ------
    JournalError
        If a field has the wrong type or an impossible value.
    """
    unknown = set(sent) - {*_TEXTS, *_NUMBERS, "shown"}
    if unknown:
        raise JournalError(f"An event has no field {min(unknown)!r}.")
    values: dict[str, Any] = {name: _text(sent, name) for name in _TEXTS if sent.get(name) is not None}
    values |= {name: _number(sent, name) for name in _NUMBERS if sent.get(name) is not None}
    for name in ("event_id", "kind", "spectrum_id"):
        values.setdefault(name, "")
    if values.get("queue") is not None and values["queue"] not in QUEUES:
        raise JournalError(f"Expected one of the queues {', '.join(QUEUES)}, found {values['queue']!r}.")
    if "created_utc" in values:
        _require_time(values["created_utc"])
    return LabelEvent(**values, shown=_shown(sent), annotator=annotator)


def _text(sent: Mapping[str, Any], name: str) -> str:
    value = sent[name]
    if not isinstance(value, str) or "\0" in value:
        raise JournalError(f"Expected a text for {name}, found {value!r:.60}.")
    if name != "comment" and len(value) > _LONGEST_ID:
        raise JournalError(f"Expected at most {_LONGEST_ID} characters for {name}, found {len(value)}.")
    return value


def _number(sent: Mapping[str, Any], name: str) -> int:
    value = sent[name]
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 2**53 or value % 1:
        raise JournalError(f"Expected a whole number for {name}, found {value!r:.60}.")
    return int(value)


def _require_time(text: str) -> None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise JournalError(f"Expected a time such as 2026-01-31T12:00:00Z for created_utc, found {text!r}.") from error
    if moment.tzinfo is None:
        raise JournalError(f"Expected a time with its zone for created_utc, found {text!r}.")


def _shown(sent: Mapping[str, Any]) -> dict[str, Any] | None:
    shown = sent.get("shown")
    if shown is None:
        return None
    if not isinstance(shown, dict) or len(repr(shown)) > _LONGEST_SHOWN:
        raise JournalError(f"Expected an object of at most {_LONGEST_SHOWN} characters for shown.")
    return shown


def events_after(
    connection: sqlite3.Connection, after: int, without: set[str] | frozenset[str] = frozenset()
) -> tuple[list[dict[str, Any]], bool]:
    """Return the events behind a sequence number, in order, and whether there are more than are returned."""
    rows = connection.execute(
        f"SELECT {', '.join(_EVENT_COLUMNS)}, {_BULK} FROM events WHERE sequence > ? ORDER BY sequence LIMIT ?",
        (after, MOST_OTHERS + len(without) + 1),
    ).fetchall()
    found = [dict(row) for row in rows if row["event_id"] not in without]
    return found[:MOST_OTHERS], len(found) > MOST_OTHERS


def follow(folder: Path, after: int) -> Posted:
    """Return what happened behind a sequence number, and what counts now for the spectra that it is about."""
    with session_database(folder) as connection:
        connection.execute("BEGIN")
        others, is_more = events_after(connection, after)
        states = states_of(connection, [one["spectrum_id"] for one in others])
        sequence = others[-1]["sequence"] if is_more else last_sequence(connection)
        return Posted([], [], others, is_more, states, sequence)

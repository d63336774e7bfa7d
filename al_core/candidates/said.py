"""What a journal of labels says of each spectrum, as columns of `al_core.metadata.assessments`."""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl

from al_core.labeling.state import states_of
from al_core.metadata.assessments import ASSESSMENTS

_NAMES = ("label", "answer", "confidence", "comment", "annotator", "labeled", "queue")
_SCHEMA: dict[str, Any] = {"id": pl.String(), **{name: ASSESSMENTS[name] for name in _NAMES}}
#: SQLite takes so many variables in one statement on every build.
_MOST_VARIABLES = 500
_LABELS = """
    SELECT spectrum_id AS id, class_id AS label, kind AS answer, confidence, annotator, created_utc AS labeled, queue
    FROM current_labels
"""
_COMMENTS = "SELECT spectrum_id AS id, comment FROM current_comments WHERE comment <> ''"
_SKIPPED = """
    SELECT DISTINCT spectrum_id AS id, 'skip' AS skipped FROM events
    WHERE kind = 'skip' AND event_id NOT IN (SELECT event_id FROM undone)
"""


def said_of_all(connection: sqlite3.Connection) -> pl.DataFrame:
    """Return what counts in a journal: `id`, label, answer, confidence, comment, annotator, labeled, queue."""
    labels, comments, skipped = (_table(connection, sql) for sql in (_LABELS, _COMMENTS, _SKIPPED))
    joined = labels.join(comments, on="id", how="full", coalesce=True).join(skipped, on="id", how="full", coalesce=True)
    return _typed(joined.with_columns(pl.coalesce("answer", "skipped").alias("answer")))


def said_of(connection: sqlite3.Connection, spectrum_ids: Sequence[str]) -> pl.DataFrame:
    """Return the same of a few spectra, one row each, quick however long the journal is."""
    states = states_of(connection, spectrum_ids)
    queues = _queues(connection, [one.label.event_id for one in states.values() if one.label is not None])
    rows: list[dict[str, Any]] = []
    for name, state in states.items():
        answer = state.label
        row: dict[str, Any] = {"id": name, "comment": state.comment or None}
        if answer is not None:
            row |= {"label": answer.class_id, "answer": answer.kind, "confidence": answer.confidence}
            row |= {"annotator": answer.annotator, "labeled": answer.created_utc, "queue": queues[answer.event_id]}
        elif state.is_skipped:
            row["answer"] = "skip"
        rows.append(row)
    return _typed(pl.DataFrame(rows, schema=_TEXTS))


def changed_spectra(connection: sqlite3.Connection, after: int, most: int) -> list[str] | None:
    """Return the spectra of the events behind a sequence number; None where there are more than `most` events."""
    sql = "SELECT spectrum_id FROM events WHERE sequence > ? ORDER BY sequence LIMIT ?"
    names = [str(row[0]) for row in connection.execute(sql, (after, most + 1))]
    return None if len(names) > most else list(dict.fromkeys(names))


_TEXTS: dict[str, Any] = {name: pl.Int64() if name == "confidence" else pl.String() for name in _SCHEMA}


def _table(connection: sqlite3.Connection, sql: str) -> pl.DataFrame:
    cursor = connection.execute(sql)
    schema = {column[0]: _TEXTS.get(column[0], pl.String()) for column in cursor.description}
    return pl.DataFrame([tuple(row) for row in cursor], schema=schema, orient="row")


def _typed(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the columns of a session in order; a time that cannot be read is missing."""
    moment = pl.col("labeled").str.to_datetime("%+", time_unit="ms", time_zone="UTC", strict=False)
    return rows.with_columns(moment).select(pl.col(name).cast(kind) for name, kind in _SCHEMA.items())


def _queues(connection: sqlite3.Connection, event_ids: Iterable[str]) -> dict[str, str | None]:
    wanted = list(event_ids)
    found: dict[str, str | None] = {}
    for start in range(0, len(wanted), _MOST_VARIABLES):
        part = wanted[start : start + _MOST_VARIABLES]
        marks = ", ".join("?" * len(part))
        found |= dict(connection.execute(f"SELECT event_id, queue FROM events WHERE event_id IN ({marks})", part))
    return found

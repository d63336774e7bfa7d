"""Copying the journal of a session into the database of its clone."""

import sqlite3
from contextlib import closing
from pathlib import Path

from al_core.sessions.schema import MIGRATIONS
from al_core.storage.database import open_database

#: Rows that are read at once.
_CHUNK = 5000


def copy_database(source: Path, target: sqlite3.Connection, iteration: int | None) -> None:
    """Copy classes, their names, picked lists, choices, searches and the journal, inside the transaction of `target`.

    Parameters
    ----------
    source : Path
        `session.db` of the original.
    target : sqlite3.Connection
        An empty database of a session.
    iteration : int, optional
        Events of queues of later iterations are left out; events that belong to none are kept if they were made before
        the first event of a later one.
    """
    with closing(open_database(source, MIGRATIONS)) as connection:
        connection.execute("BEGIN")  # one state of the journal, whatever is labeled meanwhile
        _copy(connection, target, "classes")
        _copy(connection, target, "class_names")
        _copy(connection, target, "picked_lists")
        _copy(connection, target, "picked_spectra", by="list_id, position")
        _copy(connection, target, "label_choices", by="name")
        _copy(connection, target, "saved_searches", by="name")
        if iteration is None:
            _copy(connection, target, "events")
            return
        _copy_events(connection, target, iteration)


def _copy_events(source: sqlite3.Connection, target: sqlite3.Connection, iteration: int) -> None:
    """Copy what was said up to the queue of an iteration; an undo goes with what it takes back, however late."""
    later = source.execute("SELECT min(sequence) FROM events WHERE iteration > ?", (iteration,)).fetchone()[0]
    kept: set[str] = set()
    cursor = source.execute("SELECT * FROM events ORDER BY sequence")
    marks = ", ".join("?" * len(cursor.description))
    for row in cursor:
        if row["undoes"] is not None:
            is_kept = row["undoes"] in kept
        elif row["iteration"] is not None:
            is_kept = row["iteration"] <= iteration
        else:
            is_kept = later is None or row["sequence"] < later
        if is_kept:
            kept.add(row["event_id"])
            target.execute(f"INSERT INTO events VALUES ({marks})", tuple(row))


def _copy(source: sqlite3.Connection, target: sqlite3.Connection, table: str, by: str = "rowid") -> None:
    cursor = source.execute(f"SELECT * FROM {table} ORDER BY {by}")
    marks = ", ".join("?" * len(cursor.description))
    while rows := cursor.fetchmany(_CHUNK):
        target.executemany(f"INSERT INTO {table} VALUES ({marks})", [tuple(row) for row in rows])

"""Opening `session.db`: with a copy kept before its schema changes, and reasons that name the session."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from al_core.errors import SessionDamagedError, StorageError
from al_core.sessions.schema import MIGRATIONS
from al_core.storage.database import open_database, transaction

DATABASE = "session.db"


@contextmanager
def session_database(folder: Path, *, write: bool = False, create: bool = False) -> Iterator[sqlite3.Connection]:
    """Give the open database of a session; with `write` inside one transaction, on disk at the end.

    Raises
    ------
    SessionDamagedError
        If there is none, it cannot be read, or a newer version of the program wrote it.
    """
    path = folder / DATABASE
    if not create:
        _require_database(path)
    try:
        with closing(open_database(path, MIGRATIONS, partial(_back_up_old, path))) as connection:
            if not write:
                yield connection
            else:
                with transaction(connection):
                    yield connection
    except (sqlite3.Error, StorageError) as error:
        raise SessionDamagedError(f"Session {folder.name!r} cannot be used: {error}") from error


def _require_database(path: Path) -> None:
    if not path.is_file():
        raise SessionDamagedError(f"{path}: expected the database of a session, found no file. Restore a backup.")
    if path.stat().st_size == 0:
        raise SessionDamagedError(f"{path}: expected the database of a session, found an empty file. Restore a backup.")


def _back_up_old(path: Path, connection: sqlite3.Connection, version: int) -> None:
    """Keep a copy beside a database that an older version wrote, before its schema changes."""
    try:
        _copy(connection, path.with_name(f"{DATABASE}.version-{version}.backup"))
    except (OSError, sqlite3.Error) as error:
        raise SessionDamagedError(f"{path}: no backup could be made before its update: {error}.") from error


def _copy(source: sqlite3.Connection, target: Path) -> None:
    """Copy a database that others may be writing to; an earlier copy of that version is kept."""
    if target.exists():
        return
    temporary = target.with_name(target.name + ".part")
    temporary.unlink(missing_ok=True)
    with closing(sqlite3.connect(temporary)) as copy:
        source.backup(copy)
    temporary.replace(target)

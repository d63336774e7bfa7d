"""Opening `session.db`: with a copy kept before its schema changes, and reasons that name the session."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from al_core.errors import SessionDamagedError, StorageError
from al_core.sessions.schema import MIGRATIONS
from al_core.storage.database import open_database, transaction

DATABASE = "session.db"
#: Where SQLite keeps `PRAGMA user_version` in the file (https://www.sqlite.org/fileformat2.html, 1.3).
_VERSION_AT = slice(60, 64)


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
        _back_up_old(path)
    try:
        with closing(open_database(path, MIGRATIONS)) as connection:
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


def _back_up_old(path: Path) -> None:
    """Keep a copy beside a database that an older version wrote, before its schema changes."""
    with path.open("rb") as file:
        stored = int.from_bytes(file.read(100)[_VERSION_AT], "big")
    if stored >= len(MIGRATIONS):
        return
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as source:
            version = int(source.execute("PRAGMA user_version").fetchone()[0])
            if 0 < version < len(MIGRATIONS):
                _copy(source, path.with_name(f"{DATABASE}.version-{version}.backup"))
    except sqlite3.Error as error:
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

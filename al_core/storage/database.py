"""Opening an SQLite file: settings that several processes at once need, and its schema brought up to date."""

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from al_core.errors import StorageError

#: How long a writer waits for another one before it gives up.
BUSY_TIMEOUT_S = 15.0


def open_database(
    path: Path, migrations: Sequence[str], before_migration: Callable[[sqlite3.Connection, int], None] | None = None
) -> sqlite3.Connection:
    """Open an SQLite file, made where there is none, with its newest schema.

    Never open such a file in another way while it may be in use: to close any descriptor of a file drops every lock
    that the process has on it (https://www.sqlite.org/howtocorrupt.html, 2.2). Another process then takes itself for
    the last one and removes the WAL, and what this one commits is gone.

    Parameters
    ----------
    path : Path
    migrations : sequence of str
        SQL scripts, oldest first; never change one that has been released. Those that the file has not seen are run
        in one transaction; `PRAGMA user_version` counts them.
    before_migration : callable, optional
        Called with the connection and the version that was found, before the schema of an older file changes.

    Returns
    -------
    sqlite3.Connection
        In WAL mode, each commit on disk before it returns (`synchronous=FULL`), rows by name, autocommit outside
        `transaction`. The caller closes it; it belongs to the thread that opened it.

    Raises
    ------
    StorageError
        If the file cannot be opened, is no database, or was written by a newer version.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None)
    except (OSError, sqlite3.Error) as error:
        raise _unusable(path, error) from error
    try:
        _prepare(connection, path, migrations, before_migration)
    except sqlite3.Error as error:
        connection.close()
        raise _unusable(path, error) from error
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def connected(path: Path, migrations: Sequence[str]) -> Iterator[sqlite3.Connection]:
    """Give an open database (see `open_database`) and close it; what SQLite refuses becomes a `StorageError`."""
    connection = open_database(path, migrations)
    try:
        yield connection
    except sqlite3.IntegrityError:
        raise
    except sqlite3.Error as error:
        raise _unusable(path, error) from error
    finally:
        connection.close()


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Do everything inside at once or not at all; other writers wait from the first line on."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _prepare(
    connection: sqlite3.Connection,
    path: Path,
    migrations: Sequence[str],
    before_migration: Callable[[sqlite3.Connection, int], None] | None,
) -> None:
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    found = _version(connection)
    if found > len(migrations):
        raise StorageError(
            f"{path}: expected a database of version {len(migrations)} or older, found version {found}. "
            "It was written by a newer Spectrolabe: start that one."
        )
    if found < len(migrations):
        if found and before_migration is not None:
            before_migration(connection, found)
        _use_wal(connection)
        _migrate(connection, migrations)


def _use_wal(connection: sqlite3.Connection) -> None:
    """Change to WAL; SQLite itself waits for nobody here, whatever its timeout, and others may do the same just now."""
    end = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
            time.sleep(0.01)


def _migrate(connection: sqlite3.Connection, migrations: Sequence[str]) -> None:
    """Run what is missing; of several processes that find the same, the first one does it."""
    with transaction(connection):
        for number in range(_version(connection), len(migrations)):
            for statement in _statements(migrations[number]):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number + 1}")


def _statements(script: str) -> Iterator[str]:
    """Divide a script: `executescript` would commit the transaction around it."""
    statement = ""
    for piece in script.split(";")[:-1]:
        statement += piece + ";"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _unusable(path: Path, error: Exception) -> StorageError:
    return StorageError(
        f"{path}: the database cannot be used: {error}. Free space, correct the permissions, or restore a copy."
    )

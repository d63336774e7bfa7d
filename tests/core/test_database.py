"""Opening an SQLite database while others do the same."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from al_core.storage.database import open_database

N_AT_ONCE = 6


def test_a_new_database_may_be_opened_by_several_at_once(tmp_path: Path) -> None:
    """SQLite refuses a change to WAL at once while another connection is at it, whatever the timeout says."""
    for number in range(40):
        barrier = threading.Barrier(N_AT_ONCE)

        def open_it(_: int, path: Path = tmp_path / f"{number}.db", barrier: threading.Barrier = barrier) -> str:
            barrier.wait()
            connection = open_database(path, ["CREATE TABLE seen (name TEXT);"])
            try:
                connection.execute("INSERT INTO seen VALUES ('one')")
                return str(connection.execute("PRAGMA journal_mode").fetchone()[0])
            finally:
                connection.close()

        with ThreadPoolExecutor(N_AT_ONCE) as pool:
            assert set(pool.map(open_it, range(N_AT_ONCE))) == {"wal"}

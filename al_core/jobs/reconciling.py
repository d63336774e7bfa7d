"""Bringing the registry back in step with what is: workers that vanished, jobs whose time is over."""

import logging
import shutil
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from al_core.jobs.job import Phase, now_utc, seconds_since
from al_core.jobs.kinds import outlook
from al_core.jobs.processes import Process, is_alive, kill
from al_core.jobs.transitions import move
from al_core.storage.database import transaction

log = logging.getLogger(__name__)

#: A worker that ends before it could claim its job is started again so often.
MAX_LAUNCHES = 2


def process_of(row: sqlite3.Row) -> Process | None:
    """Return the worker of a job, or the one that was started for it."""
    return None if row["pid"] is None else Process(row["host"], row["pid"], row["process_started"])


def find_lost(connection: sqlite3.Connection) -> list[sqlite3.Row]:
    """Return active jobs that have a worker which is gone."""
    rows = connection.execute("SELECT * FROM jobs WHERE phase IN ('QUEUED', 'EXECUTING') AND pid IS NOT NULL")
    return [row for row in rows if not _is_held(row)]


def _is_held(row: sqlite3.Row) -> bool:
    process = process_of(row)
    beat = row["heartbeat_utc"] if row["phase"] == Phase.EXECUTING else row["queued_utc"]
    age_s = seconds_since(beat or row["created_utc"])
    return process is not None and is_alive(process, age_s)


def settle_lost(
    connection: sqlite3.Connection, lost: list[sqlite3.Row], folder: Path, exit_codes: Mapping[int, int]
) -> None:
    """Record that workers are gone, each unless someone else has done so or the job has a new worker."""
    for found in lost:
        process = process_of(found)
        if process is not None:
            kill(process)  # what it has started must not go on without it
        with transaction(connection):
            row = connection.execute("SELECT * FROM jobs WHERE job_id = ?", (found["job_id"],)).fetchone()
            is_same = row is not None and all(row[k] == found[k] for k in ("phase", "attempt", "pid", "launches"))
            if not is_same:
                continue
            if row["phase"] == Phase.QUEUED:
                _settle_unclaimed(connection, row)
            else:
                _settle_executing(connection, row, folder / row["job_id"], exit_codes.get(row["pid"]))


def _settle_unclaimed(connection: sqlite3.Connection, row: sqlite3.Row) -> None:
    """Let a job wait again whose worker never came so far as to claim it; not for ever."""
    if row["launches"] >= MAX_LAUNCHES:
        error = "The worker could not be started; the log says why."
        move(connection, row["job_id"], Phase.ERROR, error, error=error, pid=None)
    else:
        connection.execute("UPDATE jobs SET pid = NULL WHERE job_id = ?", (row["job_id"],))


def _settle_executing(connection: sqlite3.Connection, row: sqlite3.Row, folder: Path, exit_code: int | None) -> None:
    if row["cancel_requested"]:
        error = row["error"] or "Cancelled."
        move(connection, row["job_id"], Phase.ABORTED, "the worker was ended", error=error, pid=None, is_publishing=0)
        return
    error = f"The worker is gone: {_cause(row, exit_code)}; {outlook(row['kind'], folder)}."
    log.warning("Job %s: %s", row["job_id"], error)
    columns = {"error": error, "is_lost": 1, "pid": None, "is_publishing": 0}
    move(connection, row["job_id"], Phase.ERROR, error, **columns)


def _cause(row: sqlite3.Row, exit_code: int | None) -> str:
    if exit_code == -9:
        return "it was killed, as the system does when memory runs out"
    if exit_code is not None and exit_code < 0:
        return f"it crashed (signal {-exit_code})"
    if exit_code is not None:
        return f"it ended with code {exit_code} and without a result"
    return f"it was killed, or the machine restarted, in stage {row['stage'] or 'Start'!r}"


def find_expired(connection: sqlite3.Connection) -> list[sqlite3.Row]:
    """Return jobs that are past their destruction time."""
    rows = connection.execute(
        "SELECT * FROM jobs WHERE destruction_utc IS NOT NULL AND destruction_utc <= ?", (now_utc(),)
    )
    return rows.fetchall()


def remove_folder(folder: Path) -> None:
    """Remove a job's folder: out of sight at once, then bit by bit."""
    doomed = folder.with_name(f".{folder.name}.deleted")
    try:
        folder.rename(doomed)
    except FileNotFoundError:
        return
    shutil.rmtree(doomed, ignore_errors=True)

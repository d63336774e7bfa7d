"""Starting workers for jobs that wait, and ending workers that do not stop by themselves."""

import logging
import sqlite3
import threading
import time
from typing import TYPE_CHECKING

from al_core.jobs.job import Phase
from al_core.jobs.processes import kill, spawn
from al_core.jobs.reconciling import process_of
from al_core.jobs.schema import MIGRATIONS
from al_core.jobs.transitions import move
from al_core.settings import Settings
from al_core.storage.database import connected, transaction

if TYPE_CHECKING:
    from al_core.jobs.registry import JobRegistry

log = logging.getLogger(__name__)

#: A worker that has not stopped so long after it was asked to is killed from outside.
CANCEL_TIMEOUT_S = 0.7
#: One that is putting its results in place has longer: this takes milliseconds.
PUBLISHING_TIMEOUT_S = 10.0

_HEAVY_NOW = (
    "SELECT COUNT(*) FROM jobs WHERE is_heavy AND (phase = 'EXECUTING' OR (phase = 'QUEUED' AND pid IS NOT NULL))"
)
_WAITING = "SELECT * FROM jobs WHERE phase = 'QUEUED' AND pid IS NULL"


def is_anything_startable(connection: sqlite3.Connection, settings: Settings) -> bool:
    """Whether `dispatch` would start a worker; reads only."""
    return _next(connection, settings) is not None


def _next(connection: sqlite3.Connection, settings: Settings) -> sqlite3.Row | None:
    """Return the job that has waited longest among those that may begin."""
    is_full = connection.execute(_HEAVY_NOW).fetchone()[0] >= getattr(settings, "parallel_jobs", 1)
    allowed = " AND NOT is_heavy" if is_full else ""
    row: sqlite3.Row | None = connection.execute(
        f"{_WAITING}{allowed} ORDER BY queued_utc, sequence LIMIT 1"
    ).fetchone()
    return row


def dispatch(registry: "JobRegistry") -> None:
    """Start workers; choosing a job and starting its worker are one transaction, so no two do it for the same job."""
    with connected(registry.database, MIGRATIONS) as connection:
        while is_anything_startable(connection, registry.settings):
            with transaction(connection):
                row = _next(connection, registry.settings)
                if row is not None:
                    _launch(registry, connection, row["job_id"])


def _launch(registry: "JobRegistry", connection: sqlite3.Connection, job_id: str) -> None:
    folder = registry.folder / job_id

    def at_end(pid: int, exit_code: int) -> None:  # perhaps before `spawn` has returned
        registry.reconcile({pid: exit_code})

    try:
        worker = spawn(registry.worker_command, job_id, folder, registry.settings, at_end)
    except OSError as error:
        text = f"The worker could not be started: {error}. Free memory or space, then resume."
        move(connection, job_id, Phase.ERROR, text, error=text)
        return
    connection.execute(
        "UPDATE jobs SET host = ?, pid = ?, process_started = ?, launches = launches + 1 WHERE job_id = ?",
        (*worker, job_id),
    )


def enforce_cancel(registry: "JobRegistry", job_id: str, attempt: int) -> None:
    """See to it, in the background, that a worker stops even while native code keeps its own watchdog from running."""
    name = f"cancel-{job_id}"
    threading.Thread(target=_enforce, args=(registry, job_id, attempt), name=name, daemon=True).start()


def _enforce(registry: "JobRegistry", job_id: str, attempt: int) -> None:
    begun = time.monotonic()
    while (row := _executing(registry, job_id, attempt)) is not None:
        limit_s = PUBLISHING_TIMEOUT_S if row["is_publishing"] else CANCEL_TIMEOUT_S
        if time.monotonic() - begun >= limit_s and _abort(registry, row):
            log.info("Job %s: its worker did not stop and is killed", job_id)
            registry.reconcile()
            return
        time.sleep(0.05)


def _abort(registry: "JobRegistry", row: sqlite3.Row) -> bool:
    """Take the job from its worker, so that it can publish nothing more, and kill it; False if it has changed."""
    process = process_of(row)
    with connected(registry.database, MIGRATIONS) as connection, transaction(connection):
        query = "SELECT 1 FROM jobs WHERE job_id = ? AND attempt = ? AND phase = 'EXECUTING' AND is_publishing = ?"
        if not connection.execute(query, (row["job_id"], row["attempt"], row["is_publishing"])).fetchone():
            return False
        reason = "the worker did not stop by itself"
        move(connection, row["job_id"], Phase.ABORTED, reason, error="Cancelled.", pid=None, is_publishing=0)
    if process is not None:
        kill(process)
    return True


def end_worker(registry: "JobRegistry", job_id: str) -> None:
    """Wait until the worker of a cancelled job has stopped, and kill it where it does not."""
    with connected(registry.database, MIGRATIONS) as connection:
        row = connection.execute("SELECT attempt FROM jobs WHERE job_id = ?", (job_id,)).fetchone()
    if row is not None:
        _enforce(registry, job_id, row["attempt"])


def _executing(registry: "JobRegistry", job_id: str, attempt: int) -> sqlite3.Row | None:
    query = "SELECT * FROM jobs WHERE job_id = ? AND attempt = ? AND phase = 'EXECUTING'"
    with connected(registry.database, MIGRATIONS) as connection:
        row: sqlite3.Row | None = connection.execute(query, (job_id, attempt)).fetchone()
    return row

"""A worker's hold on its job: everything that it writes into the registry, as long as the job is still its own."""

import json
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from al_core.errors import CancelledError, JobError
from al_core.jobs.job import Phase, now_utc
from al_core.jobs.processes import Process, this_process
from al_core.jobs.schema import MIGRATIONS
from al_core.jobs.transitions import move, row_of
from al_core.storage.database import connected, transaction

#: The row is still this attempt's, held by this process.
_MINE = "job_id = ? AND phase = 'EXECUTING' AND attempt = ? AND pid = ? AND host = ?"


class ClaimLostError(JobError):
    """The job is no longer this worker's: it must stop and write nothing more."""


class Snapshot(NamedTuple):
    """Progress as the registry stores it."""

    stage: str
    done: int
    total: int | None
    message: str


class Claim:
    """One attempt at a job by this process.

    Parameters
    ----------
    database : Path
    job_id : str
    attempt : int
    process : Process
    """

    def __init__(self, database: Path, job_id: str, attempt: int, process: Process) -> None:
        self._database = database
        self.job_id = job_id
        self.attempt = attempt
        self.process = process
        self._mine = (job_id, attempt, process.pid, process.host)
        self.started = time.monotonic()

    @classmethod
    def take(cls, database: Path, job_id: str) -> "Claim":
        """Claim a queued job for this process.

        Raises
        ------
        JobStateError
            If it is not queued: another worker has it, or it was cancelled.
        """
        process = this_process()
        with connected(database, MIGRATIONS) as connection, transaction(connection):
            attempt = int(row_of(connection, job_id)["attempt"]) + 1
            values = {"attempt": attempt, "heartbeat_utc": now_utc(), **_columns(process)}
            move(connection, job_id, Phase.EXECUTING, f"claimed by process {process.pid}", **values)
        return cls(database, job_id, attempt, process)

    def report(self, connection: sqlite3.Connection, snapshot: Snapshot) -> None:
        """Beat the heartbeat, and store progress."""
        changed = connection.execute(
            f"UPDATE jobs SET heartbeat_utc = ?, stage = ?, done = ?, total = ?, message = ? WHERE {_MINE}",
            (now_utc(), *snapshot, *self._mine),
        )
        self._require(changed.rowcount)

    def is_cancelled(self, connection: sqlite3.Connection) -> bool:
        """Whether someone asked to cancel the job."""
        row = connection.execute(f"SELECT cancel_requested FROM jobs WHERE {_MINE}", self._mine).fetchone()
        self._require(0 if row is None else 1)
        return bool(row[0])

    def begin_publishing(self, stage: str) -> None:
        """Decide, once for all, that this attempt's results take their place: it cannot be cancelled from here on.

        Raises
        ------
        CancelledError
            If it was cancelled before.
        ClaimLostError
            If the job is no longer this worker's.
        """
        with connected(self._database, MIGRATIONS) as connection, transaction(connection):
            if self.is_cancelled(connection):
                raise CancelledError("The job was cancelled.")
            connection.execute(
                "UPDATE jobs SET is_publishing = 1, stage = ?, heartbeat_utc = ? WHERE job_id = ?",
                (stage, now_utc(), self.job_id),
            )

    def finish(self, phase: Phase, reason: str = "", **columns: Any) -> None:
        """End the attempt, unless the job is no longer this worker's.

        Raises
        ------
        ClaimLostError
            If it is not.
        """
        if "result" in columns:
            columns["result"] = json.dumps(columns["result"])
        with connected(self._database, MIGRATIONS) as connection, transaction(connection):
            self.is_cancelled(connection)
            move(connection, self.job_id, phase, reason, is_publishing=0, heartbeat_utc=now_utc(), **columns)

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """Give a connection for many small reports: a heartbeat need not survive a power cut."""
        with connected(self._database, MIGRATIONS) as connection:
            connection.execute("PRAGMA synchronous = NORMAL")
            yield connection

    def _require(self, n_rows: int) -> None:
        if n_rows == 0:
            raise ClaimLostError(f"Job {self.job_id!r} is no longer held by process {os.getpid()}.")


def _columns(process: Process) -> dict[str, Any]:
    return {"host": process.host, "pid": process.pid, "process_started": process.started}

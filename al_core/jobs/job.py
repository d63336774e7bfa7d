"""A job as the registry knows it."""

import json
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any


class Phase(StrEnum):
    """Where a job stands; the names are those of the IVOA's Universal Worker Service (UWS 1.1, 2.1.3)."""

    PENDING = "PENDING"
    QUEUED = "QUEUED"
    EXECUTING = "EXECUTING"
    COMPLETED = "COMPLETED"
    ERROR = "ERROR"
    ABORTED = "ABORTED"


#: Phases in which a job holds its place: of a session, one run at most is in one of them.
ACTIVE = (Phase.QUEUED, Phase.EXECUTING)
#: Phases in which nothing happens any more by itself.
ENDED = (Phase.COMPLETED, Phase.ERROR, Phase.ABORTED)
#: Phase: those that may follow it.
FOLLOWERS = {
    Phase.PENDING: (Phase.QUEUED, Phase.ABORTED),
    Phase.QUEUED: (Phase.EXECUTING, Phase.ABORTED, Phase.ERROR),
    Phase.EXECUTING: (Phase.COMPLETED, Phase.ERROR, Phase.ABORTED),
    Phase.COMPLETED: (),
    Phase.ERROR: (Phase.QUEUED,),
    Phase.ABORTED: (Phase.QUEUED,),
}

LOG_FILE = "log.txt"
HISTORY_FILE = "history.jsonl"
CHECKPOINT_FOLDER = "checkpoint"
RESULTS_FOLDER = "results"


@dataclass(frozen=True)
class Job:
    """A job at one moment.

    Attributes
    ----------
    session_id : str or None
        The learning session that it belongs to.
    attempt : int
        How often a worker has begun it; 0 before the first time.
    stage, done, total, message
        Latest progress: `done` of `total` units (None: unknown) of what `message` names.
    is_lost : bool
        Its worker vanished; the phase is ERROR then.
    is_resumable : bool
        It ended before it was complete, and `JobRegistry.resume` goes on with it.
    execution_duration_s : int
        Seconds after which an attempt is aborted; 0: no limit.
    destruction_utc : str or None
        When the job is deleted with its folder.
    run_id : str or None
        A name that the client gave it.
    result : dict
        Of its kind; empty until it is complete.
    folder : Path
        Its log, history of epochs, checkpoint, and results that belong nowhere else.
    """

    job_id: str
    kind: str
    title: str
    owner: str
    session_id: str | None
    phase: Phase
    parameters: dict[str, Any]
    created_utc: str
    queued_utc: str | None
    started_utc: str | None
    ended_utc: str | None
    heartbeat_utc: str | None
    attempt: int
    stage: str
    done: int
    total: int | None
    message: str
    error: str | None
    is_lost: bool
    is_resumable: bool
    cancel_requested: bool
    execution_duration_s: int
    destruction_utc: str | None
    run_id: str | None
    result: dict[str, Any]
    folder: Path

    @property
    def is_active(self) -> bool:
        """Whether it waits for a worker or has one."""
        return self.phase in ACTIVE

    @property
    def is_ended(self) -> bool:
        """Whether nothing happens any more by itself."""
        return self.phase in ENDED


#: Columns that are fields of `Job` as they stand.
_PLAIN = (
    *("job_id", "kind", "title", "owner", "session_id", "created_utc", "queued_utc", "started_utc", "ended_utc"),
    *("heartbeat_utc", "attempt", "stage", "done", "total", "message", "error", "execution_duration_s"),
    *("destruction_utc", "run_id"),
)


def job_of(row: sqlite3.Row, folder: Path, is_resumable: bool) -> Job:
    """Return the job that a row of the registry describes."""
    return Job(
        **{name: row[name] for name in _PLAIN},
        phase=Phase(row["phase"]),
        parameters=json.loads(row["parameters"]),
        result=json.loads(row["result"]),
        is_lost=bool(row["is_lost"]),
        cancel_requested=bool(row["cancel_requested"]),
        is_resumable=is_resumable,
        folder=folder,
    )


def now_utc() -> str:
    """Return this moment as the registry writes it: ISO 8601 with milliseconds and offset."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def seconds_since(moment_utc: str) -> float:
    """Return how long ago a moment of the registry was."""
    return (datetime.now(UTC) - datetime.fromisoformat(moment_utc)).total_seconds()

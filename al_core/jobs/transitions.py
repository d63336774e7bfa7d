"""The one place where a job changes its phase."""

import sqlite3
from typing import Any

from al_core.errors import ActiveRunError, JobNotFoundError, JobStateError
from al_core.jobs.job import ENDED, FOLLOWERS, Phase, now_utc

#: Column that holds when a phase began.
_TIMES = {Phase.QUEUED: "queued_utc", Phase.EXECUTING: "started_utc"} | dict.fromkeys(ENDED, "ended_utc")


def row_of(connection: sqlite3.Connection, job_id: str) -> sqlite3.Row:
    """Return the row of a job.

    Raises
    ------
    JobNotFoundError
        If there is none.
    """
    row: sqlite3.Row | None = connection.execute("SELECT * FROM jobs WHERE job_id = ?", (job_id,)).fetchone()
    if row is None:
        raise JobNotFoundError(
            f"There is no job {job_id!r}. It may have been deleted; the list of jobs has the others."
        )
    return row


def move(connection: sqlite3.Connection, job_id: str, phase: Phase, reason: str = "", **columns: Any) -> None:
    """Bring a job into a phase, inside a transaction, and store when and why.

    Parameters
    ----------
    connection : sqlite3.Connection
    job_id : str
    phase : Phase
    reason : str
        Kept with the transition.
    **columns
        Other columns that change at the same moment.

    Raises
    ------
    JobStateError
        If that phase cannot follow the present one.
    ActiveRunError
        If its session has another run that is queued or executing.
    """
    row = row_of(connection, job_id)
    if phase not in FOLLOWERS[Phase(row["phase"])]:
        raise JobStateError(f"Job {job_id!r} is {row['phase']}; it cannot become {phase}.")
    moment = now_utc()
    changes = {"phase": phase, _TIMES[phase]: moment} | columns
    try:
        _update(connection, job_id, changes)
    except sqlite3.IntegrityError as error:
        raise _active_run(connection, row) from error
    attempt = changes.get("attempt", row["attempt"])
    connection.execute(
        "INSERT INTO transitions (job_id, phase, attempt, at_utc, reason) VALUES (?, ?, ?, ?, ?)",
        (job_id, phase, attempt, moment, reason),
    )


def _update(connection: sqlite3.Connection, job_id: str, changes: dict[str, Any]) -> None:
    assignments = ", ".join(f"{name} = ?" for name in changes)
    connection.execute(f"UPDATE jobs SET {assignments} WHERE job_id = ?", (*changes.values(), job_id))


def _active_run(connection: sqlite3.Connection, row: sqlite3.Row) -> ActiveRunError:
    """Name the run that is in the way."""
    other = connection.execute(
        "SELECT job_id, title, phase FROM jobs "
        "WHERE session_id = ? AND kind = 'run' AND phase IN ('QUEUED', 'EXECUTING')",
        (row["session_id"],),
    ).fetchone()
    return ActiveRunError(
        f"Session {row['session_id']!r} has an active run: {other['title']!r} ({other['job_id']}, {other['phase']}). "
        "Wait until it is finished, or cancel it.",
        other["job_id"],
    )

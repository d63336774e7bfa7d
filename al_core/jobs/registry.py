"""The registry of jobs: what the dashboard, the command line and programs ask and order."""

import json
import logging
import secrets
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from al_core.errors import ConfigurationError, JobStateError, StorageError
from al_core.jobs import dispatching, reconciling
from al_core.jobs.following import read_history, read_log
from al_core.jobs.job import HISTORY_FILE, LOG_FILE, Job, Phase, job_of, now_utc
from al_core.jobs.kinds import KINDS
from al_core.jobs.processes import WORKER_COMMAND
from al_core.jobs.schema import MIGRATIONS
from al_core.jobs.transitions import move, row_of
from al_core.settings import Settings
from al_core.storage.database import connected, transaction

log = logging.getLogger(__name__)

_POLL_S = 0.1
#: What `update` was not told to change.
UNCHANGED: Any = object()

Jobs = list[Job]
Epochs = list[dict[str, float]]
Rows = list[dict[str, Any]]


class JobRegistry:
    """All jobs of a workspace; any number of processes may hold one at the same time.

    Parameters
    ----------
    workspace : Path
        Holds `registry.db` and `jobs/JOB_ID/`.
    settings : Settings
        Handed on to the workers, with this workspace.
    worker_command : sequence of str, optional
        What runs a job; its id is added.
    """

    def __init__(self, workspace: Path, settings: Settings, worker_command: Sequence[str] = WORKER_COMMAND) -> None:
        self.workspace = workspace.resolve()
        self.settings = settings.model_copy(update={"workspace": self.workspace})
        self.worker_command = tuple(worker_command)
        self.database = self.workspace / "registry.db"
        self.folder = self.workspace / "jobs"

    def submit(
        self,
        kind: str,
        title: str,
        parameters: Mapping[str, Any],
        *,
        owner: str,
        session_id: str | None = None,
        start: bool = True,
        run_id: str | None = None,
        execution_duration_s: int = 0,
        destruction_utc: str | None = None,
    ) -> Job:
        """Add a job, and start it unless it shall wait as PENDING.

        Raises
        ------
        ActiveRunError
            If the session has an active run; nothing is added then.
        ConfigurationError
            If there is no such kind, or JSON cannot hold the parameters.
        """
        if kind not in KINDS:
            raise ConfigurationError(f"Unknown kind of job {kind!r}; allowed: {', '.join(sorted(KINDS))}.")
        job_id = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
        columns = {
            "job_id": job_id,
            "kind": kind,
            "title": title,
            "owner": owner,
            "session_id": session_id,
            "phase": Phase.PENDING,
            "parameters": _json(parameters),
            "created_utc": now_utc(),
            "run_id": run_id,
            "execution_duration_s": execution_duration_s,
            "destruction_utc": _utc(destruction_utc),
            "is_heavy": KINDS[kind].is_heavy,
        }
        with self._changing() as connection:
            names, marks = ", ".join(columns), ", ".join("?" * len(columns))
            connection.execute(f"INSERT INTO jobs ({names}) VALUES ({marks})", tuple(columns.values()))
            if start:
                move(connection, job_id, Phase.QUEUED, "submitted")
        log.info("Job %s (%s) of %s: submitted", job_id, kind, owner)
        if start:
            self.dispatch()
        return self.get(job_id)

    def get(self, job_id: str) -> Job:
        """Return a job as it is now.

        Raises
        ------
        JobNotFoundError
            If there is none of that id.
        """
        self.reconcile()
        return self._read(job_id)

    def peek(self, job_id: str) -> Job:
        """Return a job as it is stored; unlike `get` it settles no lost job and starts none.

        For processes that only watch, and end while jobs go on: a worker must not be their child.
        """
        return self._read(job_id)

    def list(
        self,
        *,
        phases: Iterable[Phase] | None = None,
        kind: str | None = None,
        session_id: str | None = None,
        owner: str | None = None,
        after_utc: str | None = None,
        last: int | None = None,
    ) -> Jobs:
        """Return jobs as they are now, newest first.

        Parameters
        ----------
        phases : iterable of Phase, optional
        kind, session_id, owner : str, optional
        after_utc : str, optional
            Only jobs made later, ISO 8601.
        last : int, optional
            At most so many, the newest.
        """
        self.reconcile()
        wanted = {
            "kind = ?": kind,
            "session_id = ?": session_id,
            "owner = ?": owner,
            "created_utc > ?": _utc(after_utc),
        }
        conditions = {condition: value for condition, value in wanted.items() if value is not None}
        names = None if phases is None else [str(phase) for phase in phases]
        inside = [] if names is None else [f"phase IN ({', '.join('?' * len(names))})"]
        where = " AND ".join([*conditions, *inside]) or "1"
        values = (*conditions.values(), *(names or ()), -1 if last is None else last)
        with self._connected() as connection:
            query = f"SELECT * FROM jobs WHERE {where} ORDER BY sequence DESC LIMIT ?"
            return [self._job(row) for row in connection.execute(query, values)]

    def update(
        self,
        job_id: str,
        *,
        run_id: str | None = UNCHANGED,
        execution_duration_s: int = UNCHANGED,
        destruction_utc: str | None = UNCHANGED,
        parameters: Mapping[str, Any] = UNCHANGED,
    ) -> Job:
        """Change what may be changed of a job.

        Raises
        ------
        JobStateError
            If parameters are given for a job that is not PENDING.
        """
        given = {"run_id": run_id, "execution_duration_s": execution_duration_s}
        changes = {name: value for name, value in given.items() if value is not UNCHANGED}
        if destruction_utc is not UNCHANGED:
            changes["destruction_utc"] = _utc(destruction_utc)
        if parameters is not UNCHANGED:
            changes["parameters"] = _json(parameters)
        with self._changing() as connection:
            phase = row_of(connection, job_id)["phase"]
            if "parameters" in changes and phase != Phase.PENDING:
                raise JobStateError(f"Job {job_id!r} is {phase}: its parameters are fixed. Submit another job.")
            for name, value in changes.items():
                connection.execute(f"UPDATE jobs SET {name} = ? WHERE job_id = ?", (value, job_id))
        return self.get(job_id)

    def start(self, job_id: str) -> Job:
        """Start a job that is PENDING; one that has been started already stays as it is.

        Raises
        ------
        ActiveRunError
            If its session has an active run.
        JobStateError
            If it has ended.
        """
        with self._changing() as connection:
            if row_of(connection, job_id)["phase"] not in (Phase.QUEUED, Phase.EXECUTING):
                _require_phase(connection, job_id, (Phase.PENDING,), "started")
                move(connection, job_id, Phase.QUEUED, "started")
        self.dispatch()
        return self.get(job_id)

    def cancel(self, job_id: str) -> Job:
        """Ask a job to stop: at once if it waits, within a second if it executes; one that has ended stays as it is."""
        with self._changing() as connection:
            row = row_of(connection, job_id)
            if row["phase"] in (Phase.PENDING, Phase.QUEUED):
                move(connection, job_id, Phase.ABORTED, "cancelled before it began", error="Cancelled.", pid=None)
            elif row["phase"] == Phase.EXECUTING:
                connection.execute("UPDATE jobs SET cancel_requested = 1 WHERE job_id = ?", (job_id,))
        if row["phase"] == Phase.EXECUTING:
            dispatching.enforce_cancel(self, job_id, row["attempt"])
        log.info("Job %s: cancel", job_id)
        return self.get(job_id)

    def resume(self, job_id: str) -> Job:
        """Queue a job again that was lost, aborted or failed; it goes on from its checkpoint.

        Raises
        ------
        JobStateError
            If it cannot be resumed.
        ActiveRunError
            If its session has another active run.
        """
        self.reconcile()
        cleared = {"error": None, "is_lost": 0, "cancel_requested": 0, "ended_utc": None, "pid": None, "launches": 0}
        with self._changing() as connection:
            _require_phase(connection, job_id, (Phase.ERROR, Phase.ABORTED), "resumed")
            if not self._job(row_of(connection, job_id)).is_resumable:
                raise JobStateError(f"Job {job_id!r} cannot be resumed. Submit another one.")
            move(connection, job_id, Phase.QUEUED, "resumed", message="", done=0, total=None, stage="", **cleared)
        self.dispatch()
        return self.get(job_id)

    def delete(self, job_id: str) -> None:
        """Remove a job with its folder, having ended its worker; results in a session stay.

        Raises
        ------
        JobNotFoundError
            If there is none of that id.
        """
        job = self.cancel(job_id)
        if not job.is_ended:
            dispatching.end_worker(self, job_id)
        with self._changing() as connection:
            connection.execute("DELETE FROM jobs WHERE job_id = ?", (job_id,))
        reconciling.remove_folder(self.folder / job_id)
        self.dispatch()

    def wait(self, job_id: str, timeout_s: float, phase: Phase | None = None) -> Job:
        """Return the job once its phase differs from `phase` (default: the present one), has ended, or time is up."""
        deadline = time.monotonic() + timeout_s
        job = self.get(job_id)
        before = job.phase if phase is None else phase
        while job.phase == before and not job.is_ended and time.monotonic() < deadline:
            time.sleep(_POLL_S)
            job = self.get(job_id)
        return job

    def active_run(self, session_id: str) -> Job | None:
        """Return the run of a session that is queued or executing."""
        found = self.list(phases=(Phase.QUEUED, Phase.EXECUTING), kind="run", session_id=session_id, last=1)
        return found[0] if found else None

    def log(self, job_id: str, offset: int = 0) -> tuple[str, int]:
        """Return complete lines of the job's log from a byte on, and the byte to go on from."""
        return read_log(self._read(job_id).folder / LOG_FILE, offset)

    def history(self, job_id: str) -> Epochs:
        """Return the numbers of each epoch so far, in order."""
        return read_history(self._read(job_id).folder / HISTORY_FILE)

    def transitions(self, job_id: str) -> Rows:
        """Return every phase that the job has been brought into: `phase`, `attempt`, `at_utc`, `reason`."""
        with self._connected() as connection:
            row_of(connection, job_id)
            query = "SELECT phase, attempt, at_utc, reason FROM transitions WHERE job_id = ? ORDER BY sequence"
            return [dict(row) for row in connection.execute(query, (job_id,))]

    def dispatch(self) -> None:
        """Start workers for jobs that wait, as many as may execute; safe to call at any time by anyone."""
        dispatching.dispatch(self)

    def reconcile(self, exit_codes: Mapping[int, int] | None = None) -> None:
        """Bring the registry in step with what is: lost workers, destruction times; then start what waits.

        `exit_codes` of workers, where they are known, make their end explicable.
        """
        try:
            self._reconcile(exit_codes or {})
        except StorageError:
            log.exception("The registry could not be brought up to date")

    def _reconcile(self, exit_codes: Mapping[int, int]) -> None:
        with self._connected() as connection:
            lost = reconciling.find_lost(connection)
            reconciling.settle_lost(connection, lost, self.folder, exit_codes)
            expired = reconciling.find_expired(connection)
            waiting = dispatching.is_anything_startable(connection, self.settings)
        for row in expired:
            self._destroy(row)
        if waiting:
            self.dispatch()

    def _destroy(self, row: sqlite3.Row) -> None:
        """Delete a job whose time is over; one that executes is cancelled now and deleted the next time."""
        with self._changing() as connection:
            if row["phase"] == Phase.EXECUTING:
                connection.execute("UPDATE jobs SET cancel_requested = 1 WHERE job_id = ?", (row["job_id"],))
                return
            connection.execute("DELETE FROM jobs WHERE job_id = ? AND phase <> 'EXECUTING'", (row["job_id"],))
        reconciling.remove_folder(self.folder / row["job_id"])

    def _read(self, job_id: str) -> Job:
        with self._connected() as connection:
            return self._job(row_of(connection, job_id))

    def _job(self, row: sqlite3.Row) -> Job:
        is_resumable = row["phase"] in (Phase.ERROR, Phase.ABORTED) and row["kind"] in KINDS
        return job_of(row, self.folder / row["job_id"], is_resumable)

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        with connected(self.database, MIGRATIONS) as connection:
            yield connection

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        with self._connected() as connection, transaction(connection):
            yield connection


def _require_phase(connection: sqlite3.Connection, job_id: str, phases: Sequence[Phase], verb: str) -> None:
    phase = row_of(connection, job_id)["phase"]
    if phase not in phases:
        allowed = " or ".join(phases)
        raise JobStateError(f"Job {job_id!r} is {phase}; only one that is {allowed} can be {verb}.")


def _json(parameters: Mapping[str, Any]) -> str:
    try:
        return json.dumps(dict(parameters))
    except (TypeError, ValueError) as error:
        raise ConfigurationError(f"The parameters of a job must be JSON: {error}.") from error


def _utc(moment: str | None) -> str | None:
    """Bring a moment into the form in which moments are compared as text."""
    if moment is None:
        return None
    try:
        parsed = datetime.fromisoformat(moment)
    except ValueError as error:
        raise ConfigurationError(f"Expected a time in ISO 8601, found {moment!r}.") from error
    known = parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    return known.astimezone(UTC).isoformat(timespec="milliseconds")

"""A worker: the process of one job, `python -m al_core.worker JOB_ID`.

It claims the job, beats its heart, looks whether it is to stop, and stores how it ended. It needs no one: the server
that started it may end at any time.
"""

import errno
import logging
import os
import shutil
import signal
import sys
import time
import traceback
import uuid
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, NoReturn

from al_core.errors import ALCoreError, CancelledError, StorageError
from al_core.jobs.claims import Claim, ClaimLostError, Snapshot
from al_core.jobs.context import JobContext, JobLog, JobProgress
from al_core.jobs.job import CHECKPOINT_FOLDER, Job, Phase
from al_core.jobs.keeper import Keeper, StopReason
from al_core.jobs.kinds import KINDS, outlook
from al_core.jobs.processes import WORKER_COMMAND, kill_group
from al_core.jobs.registry import JobRegistry
from al_core.settings import load_settings

#: Exit codes: the attempt ended and is recorded; the job was not there to be claimed.
RECORDED, NOT_CLAIMED = 0, 3
#: What the worker yields to the web server on the same cores.
NICENESS = 5
#: What the disk may refuse, and what the user can do about it.
_DISK_ERRORS = dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), "Free space") | dict.fromkeys(
    (errno.EROFS, errno.EACCES, errno.EPERM), "Correct the permissions"
)
#: How long a worker tries to record how its job ended: a full disk may be cleared meanwhile.
RECORDING_TIMEOUT_S = 60.0


def main(arguments: Sequence[str] | None = None, worker_command: Sequence[str] = WORKER_COMMAND) -> int:
    """Run the job that the only argument names; return the exit code."""
    found = list(sys.argv[1:] if arguments is None else arguments)
    if len(found) != 1:
        sys.stderr.write("usage: python -m al_core.worker JOB_ID\n")
        return 2
    settings = load_settings()
    registry = JobRegistry(settings.workspace, settings, worker_command)
    try:
        claim = Claim.take(registry.database, found[0])
    except ALCoreError as error:
        sys.stderr.write(f"{error}\n")
        return NOT_CLAIMED
    _be_modest()
    job = registry.get(found[0])
    Attempt(registry, claim, job).run()
    return RECORDED


class Attempt:
    """One attempt at a job, from the claim to the end."""

    def __init__(self, registry: JobRegistry, claim: Claim, job: Job) -> None:
        self._registry = registry
        self._claim = claim
        self._job = job
        self._log = JobLog(job.folder)
        self._progress = JobProgress(self._log, self._report_stage)
        self._keeper = Keeper(claim, self._progress, job.execution_duration_s, self._abandon)

    def run(self) -> None:
        """Execute the job and store how it ended."""
        _send_warnings_to(self._log, self._progress)
        signal.signal(signal.SIGTERM, lambda *_: self._keeper.stop(StopReason.TERMINATED))
        day = f"{datetime.now(UTC):%Y-%m-%d}, times in UTC"
        self._log.write("Start", f"{day}; attempt {self._claim.attempt}, process {os.getpid()}")
        self._keeper.start()
        try:
            self._execute()
        except CancelledError:
            self._settle(*self._stopped(self._keeper.reason))
        except ClaimLostError:
            self._log.write("End", str(StopReason.CLAIM_LOST))
        except BaseException as error:  # noqa: BLE001 - whatever it is, the registry must know that the job ended
            self._settle(Phase.ERROR, {"error": self._text_of(error)})
        self._registry.dispatch()

    def _execute(self) -> None:
        context = JobContext(self._job, self._registry.settings, self._progress, self._log, self._begin_publishing)
        result = KINDS[self._job.kind].execute(context)
        self._settle(Phase.COMPLETED, {"result": result, "error": None, "message": ""})
        shutil.rmtree(self._job.folder / CHECKPOINT_FOLDER, ignore_errors=True)

    def _report_stage(self, snapshot: Snapshot) -> None:
        """Store a new stage before it begins: it may keep the interpreter, and with it the keeper, for seconds."""
        with suppress(StorageError), self._claim.connection() as connection:
            self._claim.report(connection, snapshot)

    def _begin_publishing(self) -> None:
        self._progress.check()
        self._claim.begin_publishing(self._progress.snapshot.stage)
        self._keeper.is_publishing = True

    def _settle(self, phase: Phase | None, columns: dict[str, Any]) -> None:
        """Store how the attempt ended, unless the keeper has begun to do so: it ends the process then."""
        with self._keeper.ending:
            self._keeper.end()
            self._store(phase, columns)

    def _abandon(self, reason: StopReason) -> None:
        """End an attempt that does not stop by itself: everything is written so that this harms nothing."""
        try:
            self._store(*self._stopped(reason))
            self._registry.dispatch()
        finally:
            kill_group(os.getpid())

    def _store(self, phase: Phase | None, columns: dict[str, Any]) -> None:
        snapshot = self._progress.snapshot
        shown = snapshot._asdict() | columns
        deadline = time.monotonic() + RECORDING_TIMEOUT_S
        while phase is not None:
            try:
                self._claim.finish(phase, str(columns.get("error") or ""), **shown)
                break
            except StorageError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(1)
        self._log.write("End", f"{'stopped' if phase is None else phase.lower()} {columns.get('error') or ''}".rstrip())

    def _stopped(self, reason: StopReason) -> tuple[Phase | None, dict[str, Any]]:
        """Return the phase and columns of an attempt that was told to stop."""
        if reason == StopReason.CLAIM_LOST:
            return None, {"error": str(reason)}
        if reason == StopReason.TERMINATED:
            return Phase.ERROR, {"error": f"{reason}; {outlook(self._job.kind, self._job.folder)}.", "is_lost": 1}
        return Phase.ABORTED, {"error": str(reason)}

    def _text_of(self, error: BaseException) -> str:
        """Return what the user reads; of what nobody has foreseen, the traceback goes into the log."""
        if isinstance(error, ALCoreError):
            return str(error)
        if isinstance(error, MemoryError):
            return "Memory ran out. Close other programs or use a smaller pool, then resume."
        if isinstance(error, OSError) and error.errno in _DISK_ERRORS:
            return (
                f"{error.filename or self._job.folder}: cannot be written: {error.strerror}. Free space, then resume."
            )
        report = uuid.uuid4().hex[:8]
        self._log.write("Error", f"report {report}\n{''.join(traceback.format_exception(error))}")
        return f"Something unexpected happened (report {report}). The log has the details; resume tries again."


def _be_modest() -> None:
    """Let the web server on the same cores go first."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)


class _LogHandler(logging.Handler):
    """Sends the program's warnings into the job's log."""

    def __init__(self, log: JobLog, progress: JobProgress) -> None:
        super().__init__(logging.WARNING)
        self._log = log
        self._progress = progress

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record as a line of the log."""
        self._log.write(self._progress.snapshot.stage, f"{record.levelname.lower()}: {record.getMessage()}")


def _send_warnings_to(log: JobLog, progress: JobProgress) -> None:
    logging.getLogger("al_core").addHandler(_LogHandler(log, progress))


def leave(code: int) -> NoReturn:
    """End at once: the job is recorded, and libraries take seconds to tidy up what ends with the process anyway."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    leave(main())

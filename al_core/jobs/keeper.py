"""The thread beside a worker's work: it beats the heart, stores progress, and sees to it that the work stops."""

import sqlite3
import threading
import time
from collections.abc import Callable
from enum import StrEnum

from al_core.errors import StorageError
from al_core.jobs.claims import Claim, ClaimLostError
from al_core.jobs.context import JobProgress

#: How often the keeper looks whether the job is to stop.
POLL_S = 0.1
#: The heart beats at least so often; changed progress is stored about twice as often.
BEAT_S, REPORT_S = 1.0, 0.5
#: Work that has not stopped so long after it was told to is ended by force; while results take their place, later.
GRACE_S, PUBLISHING_GRACE_S = 0.5, 10.0


class StopReason(StrEnum):
    """Why an attempt stops before its end."""

    CANCELLED = "Cancelled."
    TIME_LIMIT = "It ran longer than its execution duration allows."
    TERMINATED = "The worker is gone: it was told to end (SIGTERM)"
    CLAIM_LOST = "Another attempt has the job."


class Keeper:
    """Runs in a thread of its own until `end`.

    Parameters
    ----------
    claim : Claim
    progress : JobProgress
    execution_duration_s : int
        0: no limit.
    abandon : callable
        Called where the work does not stop by itself; ends the process.
    """

    def __init__(
        self, claim: Claim, progress: JobProgress, execution_duration_s: int, abandon: Callable[[StopReason], None]
    ) -> None:
        self._claim = claim
        self._progress = progress
        self._limit_s = execution_duration_s
        self._abandon = abandon
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)
        self._last_report = 0.0
        self._reported = progress.snapshot
        self._stopped_at: float | None = None
        self.reason = StopReason.CANCELLED
        self.is_publishing = False
        #: Held by whoever stores how the attempt ended: the work or the keeper.
        self.ending = threading.Lock()

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def end(self) -> None:
        """Stop beating; returns when nothing more is written."""
        self._ended.set()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def stop(self, reason: StopReason) -> None:
        """Tell the work to stop; the first reason counts."""
        if self._stopped_at is None:
            self.reason, self._stopped_at = reason, time.monotonic()
            self._progress.stop(reason)

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                with self._claim.connection() as connection:
                    self._keep(connection)
            except (StorageError, sqlite3.Error):  # a full disk or a locked file: the work goes on meanwhile
                self._watch()
                self._ended.wait(POLL_S)

    def _keep(self, connection: sqlite3.Connection) -> None:
        while not self._ended.wait(POLL_S):
            try:
                self._look(connection)
            except ClaimLostError:
                self.stop(StopReason.CLAIM_LOST)
            self._watch()

    def _look(self, connection: sqlite3.Connection) -> None:
        snapshot, age_s = self._progress.snapshot, time.monotonic() - self._last_report
        if age_s >= BEAT_S or (age_s >= REPORT_S and snapshot != self._reported):
            self._claim.report(connection, snapshot)
            self._reported, self._last_report = snapshot, time.monotonic()
        if self._claim.is_cancelled(connection) and not self.is_publishing:
            self.stop(StopReason.CANCELLED)

    def _watch(self) -> None:
        """Heed the time limit, and end by force what does not end by itself."""
        now = time.monotonic()
        if self._limit_s and now - self._claim.started > self._limit_s and not self.is_publishing:
            self.stop(StopReason.TIME_LIMIT)
        grace_s = PUBLISHING_GRACE_S if self.is_publishing else GRACE_S
        if self._stopped_at is not None and now - self._stopped_at > grace_s and self.ending.acquire(blocking=False):
            self._abandon(self.reason)

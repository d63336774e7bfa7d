"""What a kind of job works with: its parameters and folder, and the ways to tell how far it is."""

import json
import os
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from al_core.errors import CancelledError
from al_core.jobs.claims import Snapshot
from al_core.jobs.job import CHECKPOINT_FOLDER, HISTORY_FILE, LOG_FILE, RESULTS_FOLDER, Job, now_utc
from al_core.settings import Settings

#: A step that goes on is written to the log again after so many seconds.
SECONDS_BETWEEN_LINES = 10.0


class JobLog:
    """`log.txt`: lines `HH:MM:SS  Stage  message`, in UTC."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / LOG_FILE

    def write(self, stage: str, text: str) -> None:
        """Append lines; a log that cannot be written stops nothing."""
        moment = f"{datetime.now(UTC):%H:%M:%S}"
        lines = "".join(f"{moment}  {stage}  {line}\n" for line in text.splitlines() or [""])
        try:
            with self._path.open("ab") as file:
                file.write(lines.encode())
        except OSError:
            return


class JobProgress:
    """The `Progress` of a job: keeps the latest state for whoever asks, and raises once the job is to stop."""

    def __init__(self, log: JobLog, on_stage: Callable[[Snapshot], None]) -> None:
        self._log = log
        self._on_stage = on_stage
        self._snapshot = Snapshot("Start", 0, None, "")
        self._stop: str | None = None
        self._step = ""
        self._last_line = 0.0

    def __call__(self, done: int, total: int | None, message: str) -> None:
        """See `Progress`."""
        self.check()
        self._snapshot = Snapshot(self._snapshot.stage, int(done), None if total is None else int(total), message)
        self._write_line(done, total, message)

    def stage(self, name: str) -> None:
        """See `StagedProgress`."""
        self.check()
        self._snapshot = Snapshot(str(name), 0, None, "")
        self._log.write(str(name), "begins")
        self._step, self._last_line = "", time.monotonic()
        self._on_stage(self._snapshot)

    def check(self) -> None:
        """Raise CancelledError once the job is to stop."""
        if self._stop is not None:
            raise CancelledError(self._stop)

    def stop(self, reason: str) -> None:
        """Let the next report raise."""
        self._stop = reason

    @property
    def snapshot(self) -> Snapshot:
        """The latest state."""
        return self._snapshot

    def _write_line(self, done: int, total: int | None, message: str) -> None:
        step, now = message.partition(",")[0], time.monotonic()
        if step == self._step and now - self._last_line < SECONDS_BETWEEN_LINES:
            return
        share = f" {done}/{total}" if total else (f" {done}" if done else "")
        self._log.write(self._snapshot.stage, f"{message}{share}")
        self._step, self._last_line = step, now


class JobContext:
    """One attempt at a job.

    Attributes
    ----------
    job : Job
        As it was when the attempt began.
    settings : Settings
    folder, checkpoint, results : Path
        The job's folder, and two in it: what an attempt after this one goes on from, and result files that belong
        nowhere else. `checkpoint` goes when the job is complete.
    progress : JobProgress
        To be called at least every 0.25 s; raises CancelledError. `progress.stage(name)` begins a stage.
    begin_publishing : callable
        To be called right before results take their final place: raises CancelledError for the last time.
    """

    def __init__(
        self, job: Job, settings: Settings, progress: JobProgress, log: JobLog, begin_publishing: Callable[[], None]
    ) -> None:
        self.job = job
        self.settings = settings
        self.folder = job.folder
        self.progress = progress
        self.begin_publishing = begin_publishing
        self._log = log

    @property
    def checkpoint(self) -> Path:
        """The folder of the checkpoint, made where it is missing."""
        return self._made(CHECKPOINT_FOLDER)

    @property
    def results(self) -> Path:
        """The folder of results that belong nowhere else, made where it is missing."""
        return self._made(RESULTS_FOLDER)

    def _made(self, name: str) -> Path:
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        return folder

    def log(self, text: str) -> None:
        """Write a line to the job's log."""
        self._log.write(self.progress.snapshot.stage, text)

    def epoch(self, numbers: Mapping[str, float]) -> None:
        """Add an epoch to the history: `epoch` (from 1), `loss`, `accuracy`, `val_...`, `seconds`."""
        line = json.dumps({**numbers, "utc": now_utc()}).encode() + b"\n"
        descriptor = os.open(self.folder / HISTORY_FILE, os.O_RDWR | os.O_CREAT, 0o644)
        with os.fdopen(descriptor, "r+b") as file:
            size = file.seek(0, os.SEEK_END)
            if size:
                file.seek(size - 1)
                line = line if file.read(1) == b"\n" else b"\n" + line  # a kill has cut the last line short
            file.write(line)

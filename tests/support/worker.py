"""A worker with kinds of jobs that do as a test says: `python -m tests.support.worker JOB_ID`."""

# ruff: noqa: ARG002 - every way of acting is called alike

import ctypes
import errno
import os
import sys
import time
from pathlib import Path
from typing import Any

from al_core import worker
from al_core.errors import TrainingError
from al_core.jobs.context import JobContext
from al_core.jobs.kinds import KINDS

COMMAND = (sys.executable, "-m", "tests.support.worker")


class Acting:
    """Parameters: `do`, the name of one of the methods; `seconds`; `note`, a file that every beginning is noted in."""

    label = "Test"

    def __init__(self, name: str, is_heavy: bool) -> None:
        self.name = name
        self.is_heavy = is_heavy

    def execute(self, context: JobContext) -> dict[str, Any]:
        parameters = context.job.parameters
        if "note" in parameters:
            with Path(parameters["note"]).open("a") as file:
                file.write(f"{context.job.job_id}\n")
        context.progress.stage("Train")
        return {"value": getattr(self, parameters.get("do", "nothing"))(context, parameters.get("seconds", 0.0))}

    def resume_point(self, folder: Path) -> str | None:
        epochs = folder / "epochs"
        return f"epoch {len(epochs.read_text())}" if epochs.exists() else None

    def nothing(self, context: JobContext, seconds: float) -> int:
        return context.job.attempt

    def work(self, context: JobContext, seconds: float) -> str:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            context.progress(1, 4, "Working, calmly")
            time.sleep(0.02)
        return "worked"

    def remember(self, context: JobContext, seconds: float) -> str:
        """Go on with a string of ten letters in the checkpoint, one each time the clock allows."""
        path = context.checkpoint / "epochs"
        done = path.read_text() if path.exists() else ""
        while len(done) < 10:
            done += str(context.job.attempt)
            path.write_text(done)
            context.epoch({"epoch": len(done), "loss": 1 / len(done)})
            self.work(context, seconds)
        return done

    def sleep_deaf(self, context: JobContext, seconds: float) -> str:
        """Hear nothing, but let other threads run."""
        time.sleep(seconds)
        return "slept"

    def hold_interpreter(self, context: JobContext, seconds: float) -> str:
        """Hear nothing, and let no other thread run, as native code does that keeps the interpreter's lock."""
        (context.folder / "holding").touch()
        ctypes.PyDLL(None).usleep(int(seconds * 1e6))
        return "held"

    def publish(self, context: JobContext, seconds: float) -> str:
        context.begin_publishing()
        time.sleep(seconds)
        return "published"

    def fail_known(self, context: JobContext, seconds: float) -> None:
        raise TrainingError("The training set has no spectrum of class 'Be'. Label some.")

    def fail_unknown(self, context: JobContext, seconds: float) -> None:
        raise ZeroDivisionError("a secret of the program")

    def fail_memory(self, context: JobContext, seconds: float) -> None:
        raise MemoryError

    def fail_disk(self, context: JobContext, seconds: float) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/data/iterations/001")

    def crash(self, context: JobContext, seconds: float) -> None:
        os.abort()

    def niceness(self, context: JobContext, seconds: float) -> int:
        return os.nice(0)

    def environment(self, context: JobContext, seconds: float) -> dict[str, str]:
        return {name: value for name, value in os.environ.items() if name.startswith("SPECTROLABE_")}


TEST_KINDS = {kind.name: kind for kind in (Acting("run", True), Acting("heavy", True), Acting("light", False))}

if __name__ == "__main__":
    KINDS.update(TEST_KINDS)
    worker.leave(worker.main(worker_command=COMMAND))

"""Worker processes: how they are started, recognized again, and ended."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import psutil

from al_core.jobs.job import LOG_FILE
from al_core.settings import APPLICATION_DIR, Settings

#: What runs a job; the id of the job is added.
WORKER_COMMAND = (sys.executable, "-m", "al_core.worker")
#: Settings that a worker has no use for.
_SECRETS = ("access_password",)
#: Two readings of a process's start differ by less than this, in seconds, if they are of the same process.
_SAME_START_S = 2.0
#: A start that has moved is believed to be a corrected clock as long as the worker beats.
_FRESH_S = 10.0
#: A worker elsewhere is believed to live for so long after its last heartbeat.
REMOTE_TIMEOUT_S = 30.0


class Process(NamedTuple):
    """What tells a process from all others: where, its number there, and when it started (a Unix time)."""

    host: str
    pid: int
    started: float


def this_process() -> Process:
    """Return the identity of this process."""
    return identity(os.getpid())


def identity(pid: int) -> Process:
    """Return the identity of a living process of this machine."""
    return Process(socket.gethostname(), pid, psutil.Process(pid).create_time())


def is_alive(process: Process, heartbeat_age_s: float) -> bool:
    """Whether a worker still lives: on this machine by its process, elsewhere by its heartbeat."""
    if process.host != socket.gethostname():
        return heartbeat_age_s < REMOTE_TIMEOUT_S
    try:
        found = psutil.Process(process.pid)
        if found.status() == psutil.STATUS_ZOMBIE:
            return False
        return abs(found.create_time() - process.started) < _SAME_START_S or heartbeat_age_s < _FRESH_S
    except psutil.NoSuchProcess:
        return False


def kill(process: Process) -> None:
    """End a worker of this machine with everything that it started; does nothing if its number is another's now."""
    if process.host != socket.gethostname():
        return
    try:
        is_other = abs(psutil.Process(process.pid).create_time() - process.started) >= _SAME_START_S
    except psutil.NoSuchProcess:
        is_other = False  # what it left behind keeps its number as that of the group, so no other process has it
    if not is_other:
        kill_group(process.pid)


def kill_group(pid: int) -> None:
    """Kill a worker's process group at once; the worker leads it."""
    try:
        if sys.platform == "win32":
            os.kill(pid, signal.SIGTERM)
        else:
            os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


def spawn(
    command: Sequence[str], job_id: str, folder: Path, settings: Settings, at_end: Callable[[int, int], None]
) -> Process:
    """Start a worker in a session of its own: it outlives this process and hears none of its signals.

    `at_end` is called in a thread with the worker's process id and exit code, should this process still be there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOG_FILE).open("ab") as log:
        worker = subprocess.Popen(
            [*command, job_id],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=APPLICATION_DIR,
            env=environment(settings),
            start_new_session=True,
            close_fds=True,
        )
    wait = threading.Thread(target=lambda: at_end(worker.pid, worker.wait()), name=f"worker-{job_id}", daemon=True)
    wait.start()
    try:
        return identity(worker.pid)
    except psutil.NoSuchProcess:
        return Process(socket.gethostname(), worker.pid, 0.0)


def environment(settings: Settings) -> dict[str, str]:
    """Return this environment with the settings as they are in force, less what a worker must not know."""
    values = {name: value for name, value in settings.model_dump(mode="json").items() if value is not None}
    found = {**os.environ, **{f"SPECTROLABE_{name.upper()}": str(value) for name, value in values.items()}}
    found["SPECTROLABE_WORKSPACE"] = str(settings.workspace.resolve())
    for name in _SECRETS:
        found.pop(f"SPECTROLABE_{name.upper()}", None)
    found |= {"TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONUNBUFFERED": "1"}
    n_parallel = getattr(settings, "parallel_jobs", 1)
    if n_parallel > 1:
        n_threads = str(max(1, (os.cpu_count() or 1) // n_parallel))
        found |= dict.fromkeys(("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS"), n_threads)
    return found

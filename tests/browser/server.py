"""A real server on a workspace of its own, which a test may kill and start again."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.error import HTTPError, URLError

import psutil

from al_core.settings import APPLICATION_DIR

START_S = 60.0
JOB_MODULE = "al_core.worker"


class Server:
    """`gunicorn wsgi:server` with two processes of four threads on a free port of this machine."""

    def __init__(self, workspace: Path, **settings: object) -> None:
        self.workspace = workspace
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._settings = {f"SPECTROLABE_{name.upper()}": str(value) for name, value in settings.items()}
        self._log = workspace.parent / f"{workspace.name}-server.txt"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and return when the first page is answered."""
        self.workspace.mkdir(parents=True, exist_ok=True)
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command(), cwd=APPLICATION_DIR, env=self._environment(), stdout=log, stderr=log,
                stdin=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
        self._wait_until_it_answers()

    def _command(self) -> list[str]:
        options = "-w 2 --threads 4 --worker-class gthread --graceful-timeout 2 --timeout 120 --log-level warning"
        return [sys.executable, "-m", "gunicorn", *options.split(), "-b", f"127.0.0.1:{self.port}", "wsgi:server"]

    def _environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("SPECTROLABE_")}
        place = {"SPECTROLABE_WORKSPACE": str(self.workspace), "SPECTROLABE_PORT": str(self.port)}
        # One thread of TensorFlow: tests share the cores with the browser.
        return inherited | place | self._settings | {"CUDA_VISIBLE_DEVICES": "-1", "PYTHONUNBUFFERED": "1"}

    def _wait_until_it_answers(self) -> None:
        end = time.monotonic() + START_S
        while time.monotonic() < end:
            if self._process is None or self._process.poll() is not None:
                break
            if answers(self.url):
                return
            time.sleep(0.1)
        raise RuntimeError("The server did not start:\n" + "\n".join(self.log().splitlines()[-20:]))

    def log(self) -> str:
        """Everything that the server wrote so far."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def kill9(self) -> None:
        """Kill the server and its processes at once, as a crash would; jobs are processes of their own."""
        self._signal(signal.SIGKILL)

    def stop(self) -> None:
        """Stop it in order."""
        self._signal(signal.SIGTERM)

    def restart(self) -> None:
        """Start it again on the same port and workspace."""
        self.stop()
        self.start()

    def close(self) -> None:
        """Leave nothing running, neither the server nor a job."""
        self.kill9()
        jobs = self.job_processes()
        for process in jobs:
            process.kill()
        psutil.wait_procs(jobs, timeout=10)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        if self._process.poll() is None:
            os.killpg(self._process.pid, number)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait(10)
        self._process = None

    def web_processes(self) -> list[psutil.Process]:
        """Gunicorn's processes that serve pages, and those that follow jobs for them; not the jobs themselves."""
        assert self._process is not None, "the server is not running"
        children = psutil.Process(self._process.pid).children(recursive=True)
        return [process for process in children if not self._is_job(process)]

    def networks_loaded(self) -> list[str]:
        """Libraries of TensorFlow or Keras in the memory of the web processes; none is allowed there."""
        maps = [Path(f"/proc/{process.pid}/maps") for process in self.web_processes()]
        lines = [line for path in maps if path.exists() for line in path.read_text().splitlines()]
        return sorted({line.split()[-1] for line in lines if "tensorflow" in line or "keras" in line})

    def is_running(self) -> bool:
        """Say whether it was started and has not been stopped since."""
        return self._process is not None and self._process.poll() is None

    def job_processes(self) -> list[psutil.Process]:
        """Find the processes of jobs of this workspace."""
        return [process for process in psutil.process_iter() if self._is_job(process)]

    def _is_job(self, process: psutil.Process) -> bool:
        try:
            if JOB_MODULE not in process.cmdline() or process.status() == psutil.STATUS_ZOMBIE:
                return False
            return process.environ().get("SPECTROLABE_WORKSPACE") == str(self.workspace)
        except psutil.Error:
            return False


def free_port() -> int:
    """Port that nobody uses at this moment."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def answers(url: str) -> bool:
    """Say whether a server answers, be it with an error."""
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except HTTPError as error:
        error.close()
        return True
    except (URLError, OSError):
        return False

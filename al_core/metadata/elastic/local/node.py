"""One node: its folder, its process, its end."""

import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from al_core.errors import StoreUnavailableError
from al_core.metadata.elastic.local.machine import User, end_with_parent

#: How long a node may take to end by itself before it is killed.
STOP_TIMEOUT_S = 40


@dataclass(frozen=True)
class NodePlan:
    """What a node is to be.

    Attributes
    ----------
    name : str
    folder : Path
        Holds configuration, data and logs.
    http_port, transport_port : int
    settings : dict
        Lines of `elasticsearch.yml` beside the usual ones.
    heap_mb : int
    """

    name: str
    folder: Path
    http_port: int
    transport_port: int
    settings: dict[str, str] = field(default_factory=dict)
    heap_mb: int = 1024

    @property
    def url(self) -> str:
        """Address of the node."""
        return f"http://127.0.0.1:{self.http_port}"


class Node:
    """A node of Elasticsearch on this machine: configure, then start, then stop or kill; and start again."""

    def __init__(self, plan: NodePlan, home: Path, java: Path, user: User | None) -> None:
        self.plan = plan
        self._home = home
        self._java = java
        self._user = user
        self._process: subprocess.Popen[bytes] | None = None

    def configure(self) -> None:
        """Write the configuration; data of an earlier time stay."""
        config = self.plan.folder / "config"
        shutil.rmtree(config, ignore_errors=True)
        shutil.copytree(self._home / "config", config)
        for name in ("data", "logs", "tmp"):
            (self.plan.folder / name).mkdir(exist_ok=True)
        lines = {
            "node.name": self.plan.name,
            "path.data": str(self.plan.folder / "data"),
            "path.logs": str(self.plan.folder / "logs"),
            "network.host": "127.0.0.1",
            "http.port": str(self.plan.http_port),
            "transport.port": str(self.plan.transport_port),
            "cluster.routing.allocation.disk.threshold_enabled": "false",
            **self.plan.settings,
        }
        content = "".join(f"{key}: {value}\n" for key, value in lines.items())
        (config / "elasticsearch.yml").write_text(content, encoding="utf-8")
        options = [line for line in (config / "jvm.options").read_text("utf-8").splitlines() if "logs/" not in line]
        (config / "jvm.options").write_text("\n".join(options) + "\n", encoding="utf-8")
        self._hand_over()

    def _hand_over(self) -> None:
        """Let the node's folder belong to its user."""
        if self._user is not None:
            for path in (self.plan.folder, *self.plan.folder.rglob("*")):
                os.chown(path, self._user.uid, self._user.gid, follow_symlinks=False)

    def tool(self, name: str, arguments: Sequence[str], told: str = "") -> None:
        """Run a program of Elasticsearch's for this node, such as `elasticsearch-keystore`."""
        done = subprocess.run(
            [str(self._home / "bin" / name), *arguments],
            input=told,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            **self._surroundings(),
        )
        if done.returncode != 0:
            raise StoreUnavailableError(f"{name} {arguments[0]} failed: {(done.stderr or done.stdout).strip()[-300:]}")

    def start(self) -> None:
        """Start the process; it is ready later, and ends with the thread that calls this."""
        with (self.plan.folder / "console.log").open("wb") as console:
            self._process = subprocess.Popen(
                [str(self._home / "bin" / "elasticsearch")],
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=end_with_parent,
                **self._surroundings(),
            )

    def _surroundings(self) -> dict[str, Any]:
        heap = f"-Xms{self.plan.heap_mb}m -Xmx{self.plan.heap_mb}m"
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("ES_", "JAVA_"))}
        environment = kept | {
            "ES_JAVA_HOME": str(self._java),
            "ES_JAVA_OPTS": heap,
            "ES_PATH_CONF": str(self.plan.folder / "config"),
            "ES_TMPDIR": str(self.plan.folder / "tmp"),
            "HOME": str(self.plan.folder),
        }
        as_user = {"user": self._user.uid, "group": self._user.gid, "extra_groups": []} if self._user else {}
        return {"env": environment, "cwd": self.plan.folder, **as_user}

    @property
    def is_running(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.poll() is None

    def why_ended(self) -> str:
        """Return the last line of the console that says something, for a node that did not come up."""
        try:
            lines = (self.plan.folder / "console.log").read_text("utf-8", errors="replace").splitlines()
        except OSError:
            return "it wrote nothing"
        telling = [line for line in lines if "ERROR" in line or "xception" in line or "rror:" in line]
        return (telling or [line for line in lines if line.strip()] or ["it wrote nothing"])[0].strip()[:300]

    def stop(self) -> None:
        """Let the node end in order; kill it if it does not."""
        if self._process is not None and self.is_running:
            with suppress(ProcessLookupError):
                self._process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(STOP_TIMEOUT_S)
        self.kill()

    def kill(self) -> None:
        """End all processes of the node at once, as a power cut would (`kill -9`)."""
        if self._process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

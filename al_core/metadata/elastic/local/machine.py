"""What an Elasticsearch needs of this machine: a Java, a user that is not root, free ports."""

import ctypes
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from al_core.errors import StoreUnavailableError

#: Versions of Java that Elasticsearch 8.19 runs on.
OLDEST_JAVA, NEWEST_JAVA = 17, 25
#: Users that a process of root's may become, the first one that is there.
UNPRIVILEGED = ("elasticsearch", "nobody")
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class User:
    """Whom the server runs as."""

    name: str
    uid: int
    gid: int


def find_java() -> Path:
    """Return the home of a Java of a fitting version: `ES_JAVA_HOME`, `JAVA_HOME`, or that of `java` on the PATH.

    Raises
    ------
    StoreUnavailableError
        If there is none.
    """
    found = []
    for source in ("ES_JAVA_HOME", "JAVA_HOME", "PATH"):
        program = _java_of(source)
        home, version = _look_at(program) if program else (None, 0)
        if home is not None and OLDEST_JAVA <= version <= NEWEST_JAVA:
            return home
        if program:
            found.append(f"{source}: version {version or 'unknown'}")
    raise StoreUnavailableError(
        f"Elasticsearch needs Java {OLDEST_JAVA} to {NEWEST_JAVA}; found {', '.join(found) or 'none'}. Install one "
        "(Debian: apt install default-jre-headless) or set ES_JAVA_HOME."
    )


def _java_of(source: str) -> str | None:
    if source == "PATH":
        return shutil.which("java")
    home = os.environ.get(source)
    return str(Path(home) / "bin" / "java") if home else None


def _look_at(program: str) -> tuple[Path | None, int]:
    """Return home and version of a Java; (None, 0) if it does not tell."""
    try:
        done = subprocess.run(
            [program, "-XshowSettings:properties", "-version"], capture_output=True, text=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None, 0
    home = re.search(r"^\s*java\.home = (.+)$", done.stderr, re.MULTILINE)
    version = re.search(r"^\s*java\.specification\.version = (\d+)", done.stderr, re.MULTILINE)
    return (Path(home[1].strip()) if home else None), (int(version[1]) if version else 0)


def find_user() -> User | None:
    """Return whom a server runs as that root starts; None: as whoever asks.

    Raises
    ------
    StoreUnavailableError
        If root asks, and there is nobody else.
    """
    if os.geteuid() != 0:
        return None
    for name in UNPRIVILEGED:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return User(name, found.pw_uid, found.pw_gid)
    raise StoreUnavailableError(
        "Elasticsearch refuses to run as root, and there is no user 'nobody' or 'elasticsearch'. Start it as yourself."
    )


def free_ports(n_ports: int) -> list[int]:
    """Return ports of 127.0.0.1 that nobody listens on at this moment."""
    sockets = [socket.socket() for _ in range(n_ports)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]
    finally:
        for one in sockets:
            one.close()


def is_taken(port: int) -> bool:
    """Whether somebody listens on a port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def end_with_parent() -> None:
    """Let this process be told to end when the thread that started it is gone, also by `kill -9` (Linux alone)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)

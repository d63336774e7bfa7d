"""Uploads against a real server that is killed."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from al_core.settings import APPLICATION_DIR


@pytest.fixture
def start(workspace: Path) -> Iterator[Callable[[], tuple[subprocess.Popen[bytes], str]]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    running: list[subprocess.Popen[bytes]] = []
    variables = {**os.environ, "SPECTROLABE_WORKSPACE": str(workspace), "SPECTROLABE_PORT": str(port)}

    def begin() -> tuple[subprocess.Popen[bytes], str]:
        server = subprocess.Popen(
            [sys.executable, "app.py"], cwd=APPLICATION_DIR, env=variables, start_new_session=True
        )
        running.append(server)
        wait_for(f"http://127.0.0.1:{port}/api/uploads")
        return server, f"http://127.0.0.1:{port}/api/uploads"

    yield begin
    for server in running:
        kill(server)


def kill(server: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(server.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    server.wait(10)


def wait_for(url: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise TimeoutError(url)


def ask(url: str, method: str = "GET", data: bytes | None = None, **headers: str) -> Any:
    request = urllib.request.Request(url, data, headers, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read())


def wait_until_longer(file: Path, n_bytes: int) -> None:
    end = time.monotonic() + 30
    while file.stat().st_size <= n_bytes:
        assert time.monotonic() < end, f"{file} has not grown"
        time.sleep(0.02)


@pytest.mark.slow
def test_an_upload_goes_on_after_the_server_was_killed(start: Any, workspace: Path) -> None:
    content = os.urandom(3_000_000)
    server, url = start()
    told = json.dumps({"files": [{"path": "big.bin", "size": len(content)}]}).encode()
    upload = ask(url, "POST", told, **{"Content-Type": "application/json"})
    target = f"{url}/{upload['upload_id']}/files/0"
    first = content[:1_000_000]
    ask(f"{target}?offset=0", "PUT", first, **{"X-Piece-CRC32": f"{zlib.crc32(first):08x}"})
    half = socket.create_connection((url.split("/")[2].split(":")[0], int(url.split(":")[2].split("/")[0])))
    head = f"PUT /api/uploads/{upload['upload_id']}/files/0?offset=1000000 HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    half.sendall(
        f"{head}Content-Length: 2000000\r\nX-Piece-CRC32: 00000000\r\n\r\n".encode() + content[1_000_000:2_500_000]
    )
    wait_until_longer(workspace / "uploads" / upload["upload_id"] / ".pieces" / "0", 1_000_000)
    kill(server)  # in the middle of a piece
    half.close()
    start()
    offset = ask(f"{url}/{upload['upload_id']}")["files"][0]["offset"]
    assert offset == 1_000_000
    rest = content[offset:]
    ask(f"{target}?offset={offset}", "PUT", rest, **{"X-Piece-CRC32": f"{zlib.crc32(rest):08x}"})
    assert ask(f"{url}/{upload['upload_id']}/finish", "POST", b"")["is_finished"]
    assert (workspace / "uploads" / upload["upload_id"] / "big.bin").read_bytes() == content

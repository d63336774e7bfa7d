"""Locks between the processes of a workspace that write the same index of Elasticsearch."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from al_core.errors import MetadataError

_PAUSE_S = 0.02


@contextmanager
def locked(path: Path, timeout_s: float, doing: str) -> Iterator[None]:
    """Hold a lock; it ends with the process however that ends.

    Raises
    ------
    MetadataError
        If somebody else has had it for `timeout_s`; `doing` says what he does.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT)
    try:
        if sys.platform != "win32":
            _wait(handle, time.monotonic() + timeout_s, doing)
        yield
    finally:
        os.close(handle)


def _wait(handle: int, deadline: float, doing: str) -> None:
    import fcntl

    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > deadline:
                raise MetadataError(f"Another process is {doing}. Wait for it.") from error
            time.sleep(_PAUSE_S)
        else:
            return

"""One writer at a time for each index."""

import os
import sys
from pathlib import Path

from al_core.errors import MetadataError


class WriterLock:
    """A lock on a folder, made where it is missing; it ends with the process however that ends.

    Raises
    ------
    MetadataError
        If another process or thread has it, or the folder cannot be made.
    """

    def __init__(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._handle: int | None = _locked(folder / "writer.lock")
        except BlockingIOError as error:
            raise MetadataError(f"The index {folder.name!r} is being written already. Wait for it.") from error
        except OSError as error:
            raise MetadataError(f"The index {folder.name!r} cannot be written: {error}.") from error

    @property
    def is_held(self) -> bool:
        """Whether it was not released yet."""
        return self._handle is not None

    def release(self) -> None:
        """Let others have it; nothing where that was done."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def _locked(path: Path) -> int:
    handle = os.open(path, os.O_RDWR | os.O_CREAT)
    if sys.platform != "win32":
        import fcntl

        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise
    return handle

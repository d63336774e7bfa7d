"""One import at a time in a pool's folder; errors of the disk with what to do; and tidying up."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from al_core.errors import PoolError
from al_core.files import PART
from al_core.pools.layout import FLUX, JOURNAL, PARTS, WRITTEN


@contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """Create the folder and keep other imports out of it; a folder left empty is removed again.

    Raises
    ------
    PoolError
        If another process imports into it, or the disk refuses; what was written before can be resumed.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _locked(folder):
            yield
    except OSError as error:
        raise PoolError(
            f"Could not write the pool {folder}: {error}. Free space or correct the permissions, then give the same "
            "command again; it goes on where it stopped."
        ) from error
    finally:
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold a lock on the folder, which ends with this process however that ends; without effect on Windows."""
    if sys.platform == "win32":
        yield
        return
    import fcntl

    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise PoolError(f"Another import is writing to {folder}. Wait for it, or choose another name.") from error
    finally:
        os.close(handle)


def remove_all(folder: Path) -> None:
    """Remove every file that an import writes, the manifest first."""
    for name in WRITTEN:
        for path in (folder / name, folder / (name + PART)):
            path.unlink(missing_ok=True)
    shutil.rmtree(folder / PARTS, ignore_errors=True)


def remove_working_files(folder: Path) -> None:
    """Remove what only an unfinished import needs."""
    for name in (JOURNAL, FLUX + PART):
        (folder / name).unlink(missing_ok=True)
    shutil.rmtree(folder / PARTS, ignore_errors=True)

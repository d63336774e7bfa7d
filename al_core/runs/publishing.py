"""Putting results in their place: complete or not at all, whenever the process or the machine ends."""

import ctypes
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from al_core.errors import ConfigurationError, StorageError
from al_core.files import sync_file, sync_folder
from al_core.runs.inputs import ITERATION_MANIFEST

#: Stands in a folder of results that is being replaced, so that it is known for what it is wherever it is found.
_REPLACED = ".replaced"
#: From Linux's <linux/fs.h> and <fcntl.h>; see renameat2(2).
_RENAME_EXCHANGE, _AT_FDCWD = 2, -100


@contextmanager
def staging(target: Path, keeps_previous: bool, before_publishing: Callable[[], None]) -> Iterator[Path]:
    """Give a folder beside `target` to write into; on success it becomes `target`, else nothing of it remains.

    Parameters
    ----------
    target : Path
        Where there is nothing, one rename puts everything there.
    keeps_previous : bool
        Results that stand there become `NAME.1`, `NAME.2`, ... in the same moment. Otherwise the new files take their
        places among those that are there one by one, the manifest last.
    before_publishing : callable
        Called when everything is written; what it raises leaves `target` as it was.

    Raises
    ------
    ConfigurationError
        If another run writes there.
    StorageError
        If the disk refuses.
    """
    target = target.resolve()  # it may be "."
    parent = target.parent
    missing = [folder for folder in (parent, *parent.parents) if not folder.exists()]
    folder = parent / f".{target.name}.unfinished"
    try:
        parent.mkdir(parents=True, exist_ok=True)
        with _held(folder, target):
            _recover(folder, target)
        with _held(folder, target):
            yield from _filled(folder, target, keeps_previous, before_publishing)
    except OSError as error:
        raise StorageError(
            f"{target}: the results cannot be written: {error}. Free space or choose another folder."
        ) from error
    finally:
        for created in missing:
            _remove_if_empty(created)


def _filled(folder: Path, target: Path, keeps_previous: bool, before_publishing: Callable[[], None]) -> Iterator[Path]:
    try:
        _clear(folder)
        yield folder
        _sync(folder)
        before_publishing()
        _publish(folder, target, keeps_previous)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _publish(folder: Path, target: Path, keeps_previous: bool) -> None:
    is_free = not target.exists() or (keeps_previous and not any(target.iterdir()))
    if is_free:
        folder.rename(target)
    elif keeps_previous:
        _exchange(folder, target)
    else:  # someone's folder, perhaps the one that this process is in
        _move_files(folder, target)
    sync_folder(target.parent)


def _exchange(folder: Path, target: Path) -> None:
    """Let the new results and the old change places in one step, then give the old ones their own name."""
    (target / _REPLACED).touch()
    if _swap(folder, target):
        _recover(folder, target)
        return
    kept = _free_name(target)  # a system that cannot exchange: two steps
    target.rename(kept)
    (kept / _REPLACED).unlink()
    folder.rename(target)


def _recover(folder: Path, target: Path) -> None:
    """Finish an exchange that was interrupted; staging that is merely unfinished is cleared later."""
    if (folder / _REPLACED).exists():
        kept = _free_name(target)
        folder.rename(kept)
        (kept / _REPLACED).unlink()
    (target / _REPLACED).unlink(missing_ok=True)


def _free_name(target: Path) -> Path:
    """Return the first of `NAME.1`, `NAME.2`, ... that is not taken."""
    number = 1
    while (found := target.with_name(f"{target.name}.{number}")).exists():
        number += 1
    return found


def _swap(first: Path, second: Path) -> bool:
    """Exchange two names at once; False where the system or its file system cannot."""
    if sys.platform != "linux":
        return False
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except AttributeError:
        return False
    names = os.fsencode(first), os.fsencode(second)
    return bool(rename(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0)


def _move_files(folder: Path, target: Path) -> None:
    """Without a manifest the old files and the new ones beside each other are not taken for an iteration."""
    (target / ITERATION_MANIFEST).unlink(missing_ok=True)
    for path in sorted(folder.iterdir(), key=lambda path: (path.name == ITERATION_MANIFEST, path.name)):
        path.replace(target / path.name)


@contextmanager
def _held(folder: Path, target: Path) -> Iterator[None]:
    """Make the folder and keep other runs out of it, as long as this process lives; without effect on Windows."""
    folder.mkdir(exist_ok=True)
    if sys.platform == "win32":
        yield
        return
    import fcntl

    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(handle)
        raise ConfigurationError(
            f"Another run is writing to {target}. Wait for it, or choose another folder."
        ) from error
    try:
        yield
    finally:
        os.close(handle)


def _clear(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _sync(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            sync_file(path)
    sync_folder(folder)


def _remove_if_empty(folder: Path) -> None:
    """Take away a folder that was made for nothing."""
    try:
        folder.rmdir()
    except OSError:
        return

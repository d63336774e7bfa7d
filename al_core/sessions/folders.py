"""Folders of sessions: made whole or not at all, copied, and taken away."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from al_core.errors import SessionError
from al_core.sessions.iterations import ITERATIONS, iteration_folders
from al_core.sessions.naming import slug_of

#: Where folders wait for their deletion, and where new ones are made; both names are no session ids.
TRASH, UNFINISHED = ".trash", ".unfinished"
#: Results that nobody edits: a copy shares them on disk. Lists and tables are copied, since people fill them in.
_SHARED = (".parquet", ".keras", ".zip", ".npy")


@contextmanager
def new_folder(root: Path, name: str) -> Iterator[tuple[str, Path]]:
    """Give a free id and a folder to fill, which gets that id at the end; two makers of one name get two ids."""
    staging = root / UNFINISHED / uuid4().hex
    staging.mkdir(parents=True)
    try:
        reserved = _reserve(root, slug_of(name))
        try:
            yield reserved.name, staging
            staging.rename(reserved)  # over the empty folder that keeps the id
        except BaseException:
            reserved.rmdir()
            raise
    except OSError as error:
        raise SessionError(f"The session cannot be written: {error}. Free space or correct the permissions.") from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _reserve(root: Path, slug: str) -> Path:
    for number in range(1, 10_000):
        folder = root / (slug if number == 1 else f"{slug}-{number}")
        try:
            folder.mkdir()
        except FileExistsError:
            continue
        return folder
    raise SessionError(f"There are too many sessions called {slug!r}. Choose another name.")


def copy_iterations(source: Path, target: Path, last: int | None) -> None:
    """Copy the finished iterations up to `last` (all without it), older versions too."""
    for number, _, folder in iteration_folders(source):
        if last is None or number <= last:
            shutil.copytree(folder, target / ITERATIONS / folder.name, copy_function=_copy_file)


def _copy_file(source: str, target: str) -> None:
    if source.endswith(_SHARED):
        try:
            os.link(source, target)
        except OSError:  # another file system, or one without hard links
            shutil.copy2(source, target)
    else:
        shutil.copy2(source, target)


def throw_away(root: Path, folder: Path) -> Path:
    """Take a folder out of the list at once; `empty_trash` frees its space."""
    trash = root / TRASH
    trash.mkdir(exist_ok=True)
    target = trash / f"{folder.name}.{uuid4().hex}"
    folder.rename(target)
    return target


def empty_trash(root: Path) -> None:
    """Delete what was thrown away, also what an interruption left."""
    shutil.rmtree(root / TRASH, ignore_errors=True)

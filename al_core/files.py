"""Writing files so that no interruption leaves half a file under a final name."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: What the name of a file ends in that is still being written.
PART = ".part"


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path`; on success its content, safe on disk, takes the place of `path`."""
    temporary = path.with_name(path.name + PART)
    yield temporary
    sync_file(temporary)
    temporary.replace(path)
    sync_folder(path.parent)


def write_durably(path: Path, content: bytes) -> None:
    """Write the file; when this returns it survives a power cut."""
    with replacing(path) as temporary:
        temporary.write_bytes(content)


def sync_file(path: Path) -> None:
    """Wait until what was written to the file is on disk."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until the names of the files in the folder are on disk; Windows does that by itself."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)

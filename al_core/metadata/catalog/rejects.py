"""The list of rows that an index does not have, with the reason of each."""

import csv
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from al_core.files import replacing

_HEAD = ("source", "row", "reason")


class RejectedRows:
    """A CSV file `source,row,reason` that is appended to; a row has the number that whoever read it gave."""

    def __init__(self, path: Path, n_bytes: int = 0) -> None:
        self._path = path
        path.touch()
        self.cut(n_bytes)
        if not n_bytes:
            self.add([_HEAD])

    def cut(self, n_bytes: int) -> None:
        """Drop what stands behind so many bytes."""
        with self._path.open("r+b") as file:
            file.truncate(min(n_bytes, file.seek(0, os.SEEK_END)))

    def add(self, rows: Iterable[tuple[str, int | str, str]]) -> None:
        """Append rows."""
        with self._path.open("a", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)

    def sync(self) -> int:
        """Wait until everything is on disk; return the length of the file in bytes."""
        with self._path.open("r+b") as file:
            os.fsync(file.fileno())
            return file.seek(0, os.SEEK_END)

    def publish(self, target: Path) -> None:
        """Copy the list to another place, safe on disk."""
        with replacing(target) as temporary:
            shutil.copyfile(self._path, temporary)

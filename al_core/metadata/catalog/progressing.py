"""What an interrupted import of metadata goes on from: a journal of what is safe on disk."""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from al_core.files import sync_folder


@dataclass
class Taken:
    """What was taken in so far.

    Attributes
    ----------
    n_parts, n_rows : int
        Parts that were set down, and their rows; duplicates are still among them.
    n_rejected, rejected_bytes : int
        Rows of the list of rejected ones, and the length of the file that holds it.
    sources : list of str
        In the order in which they came; rows tell their source by its place here.
    done : dict
        Source: how many of its rows were taken or rejected.
    """

    n_parts: int = 0
    n_rows: int = 0
    n_rejected: int = 0
    rejected_bytes: int = 0
    sources: list[str] = field(default_factory=list)
    done: dict[str, int] = field(default_factory=dict)


class ImportJournal:
    """Lines of JSON, the first one tells what is imported; the last whole line counts."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, head: dict[str, Any]) -> Taken | None:
        """Return what was taken in of the import that `head` describes; None where something else stands there."""
        try:
            lines = self._path.read_text(encoding="utf-8").split("\n")[:-1]
            if not lines or json.loads(lines[0]) != json.loads(json.dumps(head)):
                return None
            return Taken(**json.loads(lines[-1])) if len(lines) > 1 else Taken()
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def begin(self, head: dict[str, Any]) -> None:
        """Begin anew."""
        with self._path.open("w", encoding="utf-8") as file:
            _write_line(file.fileno(), head)
        sync_folder(self._path.parent)

    def note(self, taken: Taken) -> None:
        """Note what is safe on disk; a torn line of before is ended first."""
        with self._path.open("r+b") as file:
            file.seek(0, os.SEEK_END)
            end = file.tell()
            file.seek(max(end - 1, 0))
            if end and file.read(1) != b"\n":
                file.seek(0)
                file.truncate(file.read().rfind(b"\n") + 1)
            file.seek(0, os.SEEK_END)
            _write_line(file.fileno(), asdict(taken))


def _write_line(handle: int, content: dict[str, Any]) -> None:
    os.write(handle, (json.dumps(content, ensure_ascii=False) + "\n").encode())
    os.fsync(handle)

"""What an unfinished import has written so far: one line of JSON for its plan, then one for each block."""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from al_core.errors import PoolError
from al_core.pools.layout import JOURNAL


@dataclass(frozen=True, slots=True)
class Entry:
    """The state after a block: everything up to here is safe on disk.

    `block` counts from 0; `unit` is the batch of files or the matrix that it came from, and `next_row` and `next_byte`
    where in that matrix the next block starts (None: at the next unit). `n_rows`, `n_rejected` count from the start.
    """

    block: int
    unit: int
    next_row: int | None
    next_byte: int | None
    n_rows: int
    n_rejected: int
    simulated: bool
    from_matrix: bool


class Journal:
    """Appends entries, each on disk before the next block is begun."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / JOURNAL

    def exists(self) -> bool:
        """Whether an import has begun here."""
        return self.path.is_file()

    def begin(self, plan: dict[str, Any]) -> None:
        """Start the journal of an import."""
        self._append(plan)

    def append(self, entry: Entry) -> None:
        """Note that a block is written."""
        self._append(asdict(entry))

    def _append(self, content: dict[str, Any]) -> None:
        with self.path.open("ab") as file:
            file.write(json.dumps(content).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def plan(self) -> dict[str, Any] | None:
        """Return the plan of the import, None if not even that was written completely."""
        for content in self._lines():
            return content
        return None

    def entries(self) -> list[Entry]:
        """Return all entries; a line that an interruption cut short is removed."""
        lines = list(self._lines())
        complete = self.path.read_bytes().rpartition(b"\n")[0]
        with self.path.open("r+b") as file:
            file.truncate(len(complete) + 1)
        return [Entry(**line) for line in lines[1:]]

    def _lines(self) -> Iterator[dict[str, Any]]:
        with self.path.open("rb") as file:
            for line in file:
                if line.endswith(b"\n"):
                    yield self._parse(line)

    def _parse(self, line: bytes) -> dict[str, Any]:
        try:
            content: dict[str, Any] = json.loads(line)
        except ValueError as error:
            raise PoolError(
                f"{self.path}: expected a line of JSON, found {line[:60]!r}. The journal of this import is damaged: "
                "remove the pool's folder and import again."
            ) from error
        return content

"""The growing pool: flux and metadata are appended block by block, and an interrupted import goes on where it was."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from al_core.errors import PoolError
from al_core.files import PART, write_durably
from al_core.pools.blocks import Block
from al_core.pools.folder import remove_all
from al_core.pools.journal import Entry, Journal
from al_core.pools.layout import FLUX, NPY_HEADER_BYTES, PARTS, write_npy_header
from al_core.pools.plan import Plan
from al_core.pools.report import Rejection


class PoolWriter:
    """Appends blocks; after each, all of it is on disk and noted in the journal.

    Attributes
    ----------
    entries : list of Entry
        One for each block so far.
    """

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.folder = folder
        self.journal = Journal(folder)
        self.flux_path = folder / (FLUX + PART)
        self.n_points = plan.recipe.grid.size
        begun = self.journal.plan() if self.journal.exists() else None
        if begun is None:
            self._begin(plan)
        elif begun.get("fingerprint") != plan.fingerprint:
            raise PoolError(_different(folder, "holds the unfinished import", begun, plan))
        self.entries = self.journal.entries()
        self._resume()

    def _begin(self, plan: Plan) -> None:
        remove_all(self.folder)
        (self.folder / PARTS).mkdir(parents=True)
        with self.flux_path.open("wb") as file:
            write_npy_header(file, 0, self.n_points)
        self.journal.begin(plan.to_dict())

    def _resume(self) -> None:
        """Cut off what was written after the last entry of the journal."""
        if not self.flux_path.exists() and (self.folder / FLUX).exists():
            (self.folder / FLUX).replace(self.flux_path)  # interrupted between this step and the manifest
        expected = NPY_HEADER_BYTES + self.n_rows * self.n_points * 4
        found = self.flux_path.stat().st_size if self.flux_path.exists() else 0
        if found < expected:
            raise PoolError(
                f"{self.flux_path}: expected at least {expected} bytes, found {found}. "
                "The unfinished import is damaged: run it again with --replace."
            )
        os.truncate(self.flux_path, expected)

    @property
    def n_rows(self) -> int:
        """Spectra written so far, those with an id that was there before included."""
        return self.entries[-1].n_rows if self.entries else 0

    @property
    def n_rejected(self) -> int:
        """Files and spectra left out so far."""
        return self.entries[-1].n_rejected if self.entries else 0

    def append(self, block: Block, unit: int, *, from_matrix: bool) -> None:
        """Write a block."""
        number = len(self.entries)
        with self.flux_path.open("ab") as file:
            file.write(np.ascontiguousarray(block.flux, dtype="<f4").data)
            file.flush()
            os.fsync(file.fileno())
        write_durably(table_path(self.folder, number), block.table)
        if block.rejected:
            write_durably(rejected_path(self.folder, number), json.dumps(block.rejected).encode())
        n_rows, n_rejected = self.n_rows + len(block.flux), self.n_rejected + len(block.rejected)
        where = (block.next_row, block.next_byte)
        entry = Entry(number, unit, *where, n_rows, n_rejected, block.simulated, from_matrix)
        self.journal.append(entry)
        self.entries.append(entry)


def table_path(folder: Path, block: int) -> Path:
    """Return where the metadata of a block is kept until the import is finished."""
    return folder / PARTS / f"{block:07d}.parquet"


def rejected_path(folder: Path, block: int) -> Path:
    """Return where the rejections of a block are kept until the import is finished."""
    return folder / PARTS / f"{block:07d}.rejected.json"


def rejections(folder: Path, n_blocks: int) -> Iterator[Rejection]:
    """Yield everything that was left out, in the order of the inputs."""
    for block in range(n_blocks):
        path = rejected_path(folder, block)
        if path.exists():
            yield from (Rejection(*content) for content in json.loads(path.read_bytes()))


def _different(folder: Path, state: str, found: dict[str, object], plan: Plan) -> str:
    """Return the sentence for a folder that belongs to another import."""
    return (
        f"{folder} {state} of {_inputs(found)}, and this import is of {_inputs(plan.to_dict())}; names, sizes, times, "
        "recipe and options must be the same. Choose another name for the pool, or replace it."
    )


def _inputs(plan: dict[str, object]) -> str:
    recipe = plan.get("recipe")
    name = recipe.get("name") if isinstance(recipe, dict) else None
    matrices = plan.get("matrices")
    n_matrices = len(matrices) if isinstance(matrices, list) else 0
    return f"{plan.get('n_files')} files of one spectrum and {n_matrices} tables with recipe {name!r}"


def different_import(folder: Path, found: dict[str, object], plan: Plan) -> PoolError:
    """Return the error for a finished pool of other inputs."""
    return PoolError(_different(folder, "is already a pool", found, plan))

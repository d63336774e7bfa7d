"""Turning the inputs of a plan into blocks, and appending them in order, from where an earlier import stopped."""

import os
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl

from al_core.errors import PoolError, ReadError
from al_core.pools.blocks import Block, convert_files, parquet_of, reason_of
from al_core.pools.matrices import matrix_blocks
from al_core.pools.parallel import map_ordered
from al_core.pools.plan import FILES_PER_BLOCK, ROWS_PER_BLOCK, Plan
from al_core.pools.report import Rejection
from al_core.pools.writing import PoolWriter
from al_core.progress import Progress
from al_core.readers import open_matrix

#: With fewer blocks than this for each, starting another process takes longer than it saves.
_BLOCKS_PER_PROCESS = 4


def append_blocks(writer: PoolWriter, plan: Plan, workers: int | None, progress: Progress) -> None:
    """Append everything that is not in the pool yet: files of one spectrum first, then the tables."""
    last = writer.entries[-1] if writer.entries else None
    first = 0 if last is None else last.unit + (last.next_row is None)
    if first < plan.n_batches:
        _append_files(writer, plan, first, workers, progress)
    for unit in range(max(first, plan.n_batches), plan.n_batches + len(plan.inputs.matrices)):
        resumed = last is not None and last.unit == unit
        start = (last.next_row or 0, last.next_byte) if last is not None and resumed else (0, None)
        _append_matrix(writer, plan, unit, start, progress)


def _append_files(writer: PoolWriter, plan: Plan, first: int, workers: int | None, progress: Progress) -> None:
    n_files, n_blocks = len(plan.inputs.files), plan.n_batches - first
    n_workers = workers or max(1, min(os.cpu_count() or 1, n_blocks // _BLOCKS_PER_PROCESS))
    done = first

    def tell() -> None:
        progress(min(done * FILES_PER_BLOCK, n_files), n_files, "Reading files")

    convert = partial(convert_files, recipe=plan.recipe, exposures=plan.options.exposures)
    try:
        for block in map_ordered(convert, plan.batches(first), n_workers, tell):
            writer.append(block, done, from_matrix=False)
            done += 1
            tell()
    except BrokenProcessPool as error:
        raise PoolError(
            f"A process that read files ended unexpectedly, perhaps for lack of memory; {writer.n_rows} spectra are "
            f"kept. Give the same command again with fewer than {n_workers} workers."
        ) from error


def _append_matrix(
    writer: PoolWriter, plan: Plan, unit: int, start: tuple[int, int | None], progress: Progress
) -> None:
    path = plan.inputs.matrices[unit - plan.n_batches]
    for block, n_rows in _blocks_of_matrix(path, plan, start):
        writer.append(block, unit, from_matrix=True)
        progress(writer.n_rows if block.next_row is None else block.next_row, n_rows, f"Reading {Path(path).name}")


def _blocks_of_matrix(path: str, plan: Plan, start: tuple[int, int | None]) -> Iterator[tuple[Block, int | None]]:
    """Yield blocks with the number of rows of the file, if it states that."""
    try:
        source = open_matrix(Path(path))
    except ReadError as error:
        empty = np.empty((0, plan.recipe.grid.size), dtype=np.float32)
        yield Block(empty, parquet_of(pl.DataFrame()), [Rejection(path, "", reason_of(error, path))], False), None
        return
    blocks = matrix_blocks(
        source, path, plan.recipe, chunk_rows=ROWS_PER_BLOCK, start_row=start[0], start_byte=start[1]
    )
    yield from ((block, source.n_rows) for block in blocks)

"""The rows of an index at last: by cell, then by id, with their ranks, in one Parquet file."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
from polars.io.plugins import register_io_source

from al_core.metadata.catalog.layout import CELL, RANK
from al_core.metadata.catalog.ranks import DROPPED
from al_core.metadata.catalog.spill import SEQUENCE, Spill
from al_core.metadata.sky import N_CELLS

#: Rows that are sorted at once; a single cell with more of them is taken in pieces, each sorted for itself.
_PIECE = 250_000
#: Rows of a group of the file.
ROW_GROUP = 131_072
#: Level of zstd: higher ones gain 2 % and take three times as long.
_LEVEL = 3


def write_rows(
    path: Path,
    spill: Spill,
    ranks: npt.NDArray[np.uint32],
    columns: dict[str, pl.DataType],
    on_rows: Callable[[int], None],
) -> None:
    """Write the rows file; its content is not yet safe on disk.

    Parameters
    ----------
    path : Path
    spill : Spill
    ranks : ndarray of uint32
        From `rank_ids`.
    columns : dict
        Of the file, in order.
    on_rows : callable
        Takes the number of rows that were sorted so far; may raise.
    """

    def rows(
        with_columns: list[str] | None, predicate: pl.Expr | None, n_rows: int | None, batch_size: int | None
    ) -> Iterator[pl.DataFrame]:
        del with_columns, predicate, n_rows, batch_size  # the whole file is written
        done = 0
        for piece in _pieces(spill):
            done += len(piece)
            on_rows(done)
            yield _ordered(piece, ranks).select(list(columns))

    source = register_io_source(rows, schema=pl.Schema(columns), is_pure=True)
    source.sink_parquet(path, compression="zstd", compression_level=_LEVEL, row_group_size=ROW_GROUP, statistics=False)


def _ordered(piece: pl.DataFrame, ranks: npt.NDArray[np.uint32]) -> pl.DataFrame:
    rank, cell = ranks[piece[SEQUENCE].to_numpy()], piece[CELL].to_numpy()
    order = np.lexsort((rank, cell))
    order = order[rank[order] != DROPPED]
    kept: pl.DataFrame = piece.drop(SEQUENCE, CELL)[order]
    cells = pl.Series(CELL, cell[order])
    known = cells.to_frame().select(pl.when(pl.col(CELL) < N_CELLS).then(pl.col(CELL)).alias(CELL))
    return kept.with_columns(pl.Series(RANK, rank[order]), known.to_series())


def _pieces(spill: Spill) -> Iterator[pl.DataFrame]:
    paths = [spill.rows(part) for part in range(spill.n_parts)]
    for frames in spill.pieces(paths, _starts(paths)):
        waiting: list[pl.DataFrame] = []
        for frame in frames:
            waiting.append(frame)
            if sum(map(len, waiting)) >= 2 * _PIECE:  # one cell alone is too large
                yield pl.concat(waiting)
                waiting = []
        if waiting:
            yield pl.concat(waiting)


def _starts(paths: list[Path]) -> list[npt.NDArray[np.int64]]:
    """Return for each file where the pieces begin: whole cells, together not much more than `_PIECE` rows."""
    counts = [np.bincount(_cells(path), minlength=N_CELLS + 1) for path in paths]
    if not counts:
        return []
    until = np.cumsum(np.sum(counts, axis=0))
    number = (until - 1) // _PIECE
    first = np.flatnonzero(np.diff(number, prepend=-1))  # the first cell of each piece
    edges = np.unique(np.concatenate(([0], first, [N_CELLS, N_CELLS + 1])))
    return [np.concatenate(([0], np.cumsum(count)))[edges].astype(np.int64) for count in counts]


def _cells(path: Path) -> npt.NDArray[np.uint16]:
    return pl.scan_ipc(path).select(CELL).collect()[CELL].to_numpy()

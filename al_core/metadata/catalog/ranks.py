"""Ids of an index that is being written: their order, and which of them come again, in little memory."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from al_core.metadata.catalog.layout import ID_FIELD
from al_core.metadata.catalog.spill import SEQUENCE, Spill

#: Rank of a row that is left out.
DROPPED = np.uint32(0xFFFFFFFF)
#: Ids that are sorted at once.
_PIECE = 500_000
_ID = ID_FIELD.name


def rank_ids(
    spill: Spill, n_rows: int, on_duplicates: Callable[[pl.DataFrame], None], stop: Callable[[], None]
) -> npt.NDArray[np.uint32]:
    """Return the rank of the id of every row, by number of the row; of equal ids the first row counts.

    Parameters
    ----------
    spill : Spill
    n_rows : int
    on_duplicates : callable
        Takes id, `SOURCE` and `ROW` of rows that are left out, whose rank is `DROPPED`.
    stop : callable
        Called now and then, may raise.
    """
    ranks = np.empty(n_rows, dtype=np.uint32)
    paths = [spill.ids(part) for part in range(spill.n_parts)]
    done = 0
    for frames in spill.pieces(paths, _starts(paths, n_rows)):
        stop()
        if not frames:
            continue
        piece = pl.concat(frames).sort(_ID, SEQUENCE)
        first = piece[_ID] != piece[_ID].shift(1)
        first = first.fill_null(value=True)
        sequence = piece[SEQUENCE].to_numpy()
        is_first = first.to_numpy()
        ranks[sequence] = np.where(is_first, done + np.cumsum(is_first, dtype=np.uint32) - 1, DROPPED)
        done += int(is_first.sum())
        if not is_first.all():
            on_duplicates(piece.filter(~first))
    return ranks


def _starts(paths: list[Path], n_rows: int) -> list[npt.NDArray[np.int64]]:
    """Return for each file where the pieces begin, so that equal ids fall into the same piece."""
    n_pieces = -(-n_rows // _PIECE) if n_rows else 0
    if n_pieces == 0:
        return []
    limits = _limits(paths, n_pieces)
    starts = []
    for path in paths:
        ids = pl.scan_ipc(path).select(_ID).collect()[_ID]
        inner = ids.search_sorted(limits, side="left").to_numpy() if len(limits) else np.empty(0)
        starts.append(np.concatenate(([0], inner, [len(ids)])).astype(np.int64))
    return starts


def _limits(paths: list[Path], n_pieces: int) -> pl.Series:
    """Return the ids at which pieces end, from a sample of each file."""
    samples = [pl.scan_ipc(path).select(_ID).gather_every(256).collect()[_ID] for path in paths]
    sample = pl.concat(samples).sort()
    at = np.arange(1, n_pieces) * len(sample) // n_pieces
    return sample.gather(at).unique(maintain_order=True)

"""Counts over the rows that meet a condition: values of a field, bins, limits and mean."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from al_core.metadata.embedded.numbers import Array, Mask, NumberColumn
from al_core.metadata.embedded.table import Table
from al_core.metadata.embedded.texts import CodeColumn, Column
from al_core.metadata.words import fold, folded

Counts = npt.NDArray[np.int64]
#: Whole numbers that span at most so much are counted by a table.
_SPAN = 1 << 17


class Hits:
    """Rows of a table that meet a condition, for several counts."""

    def __init__(self, table: Table, mask: Mask) -> None:
        self.table = table
        self.count = table.n_rows if mask.strides == (0,) else int(np.count_nonzero(mask))
        self._is_most = self.count > table.n_rows // 2
        self._mask = mask
        self._rows: dict[bool, Array] = {}

    @property
    def rows(self) -> Array:
        """The rows: int64, shape (count,)."""
        return self._side(is_hit=True)

    def count_codes(self, codes: Array, length: int, key: tuple[Any, ...]) -> Counts:
        """Return how often each code occurs; `key` names the codes, whose total over the whole table is kept.

        Of most rows of the table the others are counted and taken off.
        """
        if not self._is_most:
            return np.bincount(codes[self.rows], minlength=length)
        total: Counts = self.table.kept(("total", *key), lambda: np.bincount(codes, minlength=length))
        if self.count == self.table.n_rows:
            return total
        return total - np.bincount(codes[self._side(is_hit=False)], minlength=length)

    def _side(self, *, is_hit: bool) -> Array:
        if is_hit not in self._rows:
            self._rows[is_hit] = np.flatnonzero(self._mask if is_hit else ~self._mask)
        return self._rows[is_hit]


def value_counts(hits: Hits, name: str) -> pl.DataFrame:
    """Return how often each value of a field occurs: `value`, `count`; without those that are missing."""
    column = hits.table.column(name)
    if column is None:
        return pl.DataFrame(schema={"value": pl.Null, "count": pl.Int64})
    values, counts = _counted(hits, name, column)
    some = np.flatnonzero(counts)
    return pl.DataFrame([values(some).alias("value"), pl.Series("count", counts[some], dtype=pl.Int64)])


def _counted(hits: Hits, name: str, column: Column) -> tuple[Callable[[Array], pl.Series], Counts]:
    """Return counts by place, and what gives the values at places."""
    key = (name, hits.table.stamp_of(name))
    if isinstance(column, CodeColumn):
        counts = hits.count_codes(column.codes, len(column.values) + 1, key)[1:]
        return column.values.gather, counts
    if isinstance(column, NumberColumn):
        return _counted_numbers(hits, column, key)
    found = column.gather(hits.rows).drop_nulls().alias("value").value_counts()
    return found["value"].gather, found["count"].cast(pl.Int64).to_numpy()


def _counted_numbers(
    hits: Hits, column: NumberColumn, key: tuple[Any, ...]
) -> tuple[Callable[[Array], pl.Series], Counts]:
    span = hits.table.kept(("span", *key), lambda: _span(column))
    if span[1]:
        low, length = int(span[0]), int(span[1])
        codes: Array = hits.table.kept(("codes", *key), lambda: _codes(column, low))
        counts = hits.count_codes(codes, length + 1, key)[1:]
        return lambda places: column.series_of(places + low), counts
    stored = column.stored[hits.rows]
    missing = column.missing
    stored = stored if missing is None else stored[~missing[hits.rows]]
    unique, counts = np.unique(stored, return_counts=True)
    return lambda places: column.series_of(unique[places]), counts


def _span(column: NumberColumn) -> Counts:
    """Return the smallest stored value and how many there can be, 0 if they span too much for a table."""
    if column.is_float or not column.stored.size:
        return np.array([0, 0])
    low, high = int(column.stored.min()), int(column.stored.max())
    return np.array([low, high - low + 1 if high - low < _SPAN else 0])


def _codes(column: NumberColumn, low: int) -> Array:
    """Return 0 where a value is missing, else its distance from the smallest one, from 1."""
    codes = (column.stored.astype(np.int64) - low + 1).astype(np.uint32)
    if column.missing is not None:
        codes[column.missing] = 0
    small = next(one for one in (np.uint8, np.uint16, np.uint32) if codes.max() <= np.iinfo(one).max)
    return codes.astype(small)


def most_frequent(counts: list[pl.DataFrame], size: int, containing: str) -> tuple[tuple[tuple[Any, int], ...], int]:
    """Return the most frequent values with their counts, ties by value, and how many values there are.

    With `containing`, only texts whose folded text has it within.
    """
    found = pl.concat(counts, how="vertical_relaxed") if counts else pl.DataFrame(schema=["value", "count"])
    if len(counts) > 1:
        found = found.group_by("value").agg(pl.col("count").sum())
    if containing and len(found):
        found = found.filter(folded(pl.col("value")).str.contains(fold(containing), literal=True))
    best = found.sort("count", "value", descending=[True, False]).head(size)
    return tuple(best.rows()), len(found)


def binned(hits: Hits, name: str, edges: npt.NDArray[np.float64]) -> Counts:
    """Return counts of a column: missing, below, each bin, above; shape (bins + 3,)."""
    column = hits.table.column(name)
    length = edges.size + 2
    if not isinstance(column, NumberColumn):
        return np.concatenate(([hits.count], np.zeros(length - 1, dtype=np.int64)))
    key = ("bins", name, hits.table.stamp_of(name), edges.tobytes())
    codes: Array = hits.table.kept(key, lambda: _bin_codes(column, edges))
    return hits.count_codes(codes, length, key)


def _bin_codes(column: NumberColumn, edges: npt.NDArray[np.float64], chunk: int = 1 << 18) -> Array:
    """Return 0 where a value is missing, 1 below the bins, 2 and so on in a bin, the last number above."""
    bins = edges.size - 1
    codes = np.empty(column.stored.size, dtype=np.uint8 if bins + 2 <= 255 else np.uint16)
    missing = column.missing
    for start in range(0, codes.size, chunk):
        values = column.decode(column.stored[start : start + chunk]).astype(np.float64)
        place = np.searchsorted(edges, values, side="right") + 1
        place[values == edges[-1]] = bins + 1
        if missing is not None:
            place[missing[start : start + chunk]] = 0
        codes[start : start + chunk] = place
    return codes


def numbers_of(hits: Hits, name: str) -> npt.NDArray[np.float64]:
    """Return the values of a field that are there, times in milliseconds: float64."""
    column = hits.table.column(name)
    if not isinstance(column, NumberColumn):
        return np.empty(0)
    rows = hits.rows
    missing = column.missing
    rows = rows if missing is None else rows[~missing[rows]]
    return column.decode(column.stored[rows]).astype(np.float64)

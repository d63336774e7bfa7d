"""Columns of text in memory: few different values as codes, many as they are."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

from al_core.metadata.embedded.numbers import Array, Mask, NumberColumn, Rows
from al_core.metadata.fields import Field, FieldType
from al_core.metadata.words import fold, folded

#: A column with more different values than this and than one row in `_ROWS_PER_VALUE` is no column of codes.
MIN_VALUES, MAX_VALUES, ROWS_PER_VALUE = 4096, 262_144, 8
#: Texts that are looked through at once.
_CHUNK = 500_000
#: Finds texts: a series of them without nulls, to which of them it is true of.
Search = Callable[[pl.Series], Mask]


class CodeColumn:
    """Text of few different values.

    Attributes
    ----------
    codes : ndarray of uint8 to uint32
        0 where the value is missing, else its place in `values`, from 1.
    values : Series of str
        In the order of the folded text, then of the text itself.
    folds : Series of str
        The folded text of each.
    """

    def __init__(self, field: Field, codes: Array, values: pl.Series, folds: pl.Series) -> None:
        self.field, self.codes, self.values, self.folds = field, codes, values, folds

    @property
    def n_bytes(self) -> int:
        """Memory that it takes."""
        return self.codes.nbytes + 2 * int(self.values.estimated_size())

    def gather(self, rows: Rows) -> pl.Series:
        """Return the values of rows."""
        return (
            pl.concat([pl.Series([None], dtype=pl.String), self.values]).gather(self.codes[rows]).alias(self.field.name)
        )

    def exists(self) -> Mask:
        """Return which rows have a value."""
        return np.asarray(self.codes != 0)

    def found(self, search: Search) -> Mask:
        """Return of which rows a search is true."""
        return self._rows_of(search(self.values))

    def equal(self, value: str) -> Mask:
        """Return which rows have a text."""
        return self._rows_of((self.folds == fold(value)).to_numpy())

    def is_in(self, values: Sequence[str]) -> Mask:
        """Return which rows have one of the texts."""
        return self._rows_of(self.folds.is_in(folded_all(values).implode()).to_numpy())

    def begins(self, value: str) -> Mask:
        """Return the text of which rows begins with this."""
        return self._rows_of(self.folds.str.starts_with(fold(value)).to_numpy())

    def between(
        self, low: str | None, high: str | None, excludes_low: bool = False, excludes_high: bool = False
    ) -> Mask:
        """Return which rows lie between two texts; None is no limit."""
        return self._rows_of(text_between(self.folds, low, high, excludes_low, excludes_high))

    def fold_ranks(self) -> Array:
        """Return the place of the folded text of each row among all, from 0; the largest uint32 where it is missing."""
        new = (self.folds != self.folds.shift(1)).fill_null(value=False).to_numpy()
        places = np.concatenate(([np.iinfo(np.uint32).max], np.cumsum(new))).astype(np.uint32)
        return np.asarray(places[self.codes])

    def sort_value(self, row: int) -> str | None:
        """Return the folded text of a row; None where it is missing."""
        code = int(self.codes[row])
        return None if code == 0 else str(self.folds[code - 1])

    def replaced(self, rows: Rows, values: pl.Series) -> "CodeColumn | TextColumn":
        """Return the column with other values in some rows."""
        values = values.cast(pl.String)
        new = values.drop_nulls().unique()
        new = new.filter(~new.is_in(self.values.implode()))
        if len(self.values) + len(new) > MAX_VALUES:
            return text_column(self.field, self.gather(np.arange(self.codes.size)).scatter(rows, values))
        own, folds = _ordered(pl.concat([self.values, new]))
        kind = np.promote_types(self.codes.dtype, _code_type(len(own)))
        codes = self.codes.copy() if not len(new) else _codes(self.values, own, kind)[self.codes]
        codes[rows] = _codes(values, own, kind)[1:]
        return CodeColumn(self.field, codes, own, folds)

    def _rows_of(self, matches: Mask) -> Mask:
        """Return the rows whose value is one of those that match."""
        places = np.flatnonzero(matches)
        if places.size == 1:
            return np.asarray(self.codes == self.codes.dtype.type(places[0] + 1))
        return np.asarray(np.concatenate(([False], matches))[self.codes])


class TextColumn:
    """Text of many different values, a series of str."""

    def __init__(self, field: Field, series: pl.Series) -> None:
        self.field, self.series = field, series

    @property
    def n_bytes(self) -> int:
        """Memory that it takes."""
        return int(self.series.estimated_size()) + 8 * len(self.series)  # with the hashes

    def gather(self, rows: Rows) -> pl.Series:
        """Return the values of rows."""
        return self.series.gather(rows).alias(self.field.name)

    def exists(self) -> Mask:
        """Return which rows have a value."""
        return self.series.is_not_null().to_numpy()

    @cached_property
    def _hashes(self) -> Array:
        """Hash of the folded text of each row."""
        parts = range(0, len(self.series), _CHUNK)
        hashes = [folded_series(self.series.slice(start, _CHUNK)).hash().to_numpy() for start in parts]
        return np.concatenate([np.empty(0, dtype=np.uint64), *hashes])

    def found(self, search: Search) -> Mask:
        """Return of which rows a search is true."""
        mask = np.zeros(len(self.series), dtype=bool)
        for start in range(0, mask.size, _CHUNK):
            mask[start : start + _CHUNK] = search(self.series.slice(start, _CHUNK).fill_null(""))
        return mask & self.exists() if self.series.null_count() else mask

    def equal(self, value: str) -> Mask:
        """Return which rows have a text."""
        return self.is_in([value])

    def is_in(self, values: Sequence[str]) -> Mask:
        """Return which rows have one of the texts."""
        wanted = folded_all(values)
        maybe = np.flatnonzero(np.isin(self._hashes, wanted.hash().to_numpy()))
        mask = np.zeros(len(self.series), dtype=bool)
        mask[maybe[folded_series(self.series.gather(maybe)).is_in(wanted.implode()).fill_null(value=False)]] = True
        return mask

    def begins(self, value: str) -> Mask:
        """Return the text of which rows begins with this."""
        wanted = fold(value)
        return self.found(lambda texts: folded_series(texts).str.starts_with(wanted).to_numpy())

    def between(
        self, low: str | None, high: str | None, excludes_low: bool = False, excludes_high: bool = False
    ) -> Mask:
        """Return which rows lie between two texts; None is no limit."""
        return self.found(lambda texts: text_between(folded_series(texts), low, high, excludes_low, excludes_high))

    def fold_ranks(self) -> Array:
        """Return the place of the folded text of each row among all, from 0; the largest uint32 where it is missing."""
        ranks = folded_series(self.series).rank("dense").cast(pl.UInt32) - 1
        return ranks.fill_null(np.iinfo(np.uint32).max).to_numpy()

    def sort_value(self, row: int) -> str | None:
        """Return the folded text of a row; None where it is missing."""
        value = self.series[row]
        return None if value is None else fold(value)

    def replaced(self, rows: Rows, values: pl.Series) -> "CodeColumn | TextColumn":
        """Return the column with other values in some rows."""
        return TextColumn(self.field, self.series.clone().scatter(rows, values))


Column = NumberColumn | CodeColumn | TextColumn


def column_of(field: Field, series: pl.Series) -> Column:
    """Return the column of a series in the type of the field."""
    series = series.cast(field.type.dtype)
    return text_column(field, series) if field.type is FieldType.STRING else NumberColumn.of(field, series)


def text_column(field: Field, series: pl.Series) -> CodeColumn | TextColumn:
    """Return the column of a series of str: codes, unless there are too many different values."""
    values = series.drop_nulls().unique()
    if len(values) > min(max(MIN_VALUES, len(series) // ROWS_PER_VALUE), MAX_VALUES):
        return TextColumn(field, series.rechunk())
    own, folds = _ordered(values)
    return CodeColumn(field, _codes(series, own, _code_type(len(own)))[1:], own, folds)


def _ordered(values: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return different texts in the order of `CodeColumn`, and their folded texts."""
    both = pl.DataFrame([values.alias("value"), folded_series(values).alias("fold")]).sort("fold", "value")
    return both["value"], both["fold"]


def _code_type(n_values: int) -> np.dtype[Any]:
    return np.dtype(next(one for one in (np.uint8, np.uint16, np.uint32) if n_values <= np.iinfo(one).max))


def _codes(texts: pl.Series, values: pl.Series, kind: np.dtype[Any]) -> Array:
    """Return 0, then the code of each text: its place among the values, from 1; 0 where it is missing."""
    codes = texts.cast(pl.Enum(values)).to_physical().cast(pl.UInt32) + 1
    return np.concatenate((np.zeros(1, dtype=kind), codes.fill_null(0).to_numpy().astype(kind)))


def folded_series(texts: pl.Series) -> pl.Series:
    """Return the folded texts."""
    return texts.to_frame("t").select(folded(pl.col("t")))["t"]


def folded_all(values: Sequence[Any]) -> pl.Series:
    """Return the folded texts of a list."""
    return folded_series(pl.Series(list(values), dtype=pl.String))


def text_between(folds: pl.Series, low: str | None, high: str | None, excludes_low: bool, excludes_high: bool) -> Mask:
    """Return which folded texts lie between two texts, by code point."""
    mask = np.ones(len(folds), dtype=bool)
    if low is not None:
        mask &= (folds > fold(low) if excludes_low else folds >= fold(low)).to_numpy()
    if high is not None:
        mask &= (folds < fold(high) if excludes_high else folds <= fold(high)).to_numpy()
    return mask

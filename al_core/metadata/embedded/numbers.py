"""Columns of numbers, whole numbers, times and truth values in memory: exact, in as few bytes as that takes."""

import math
import operator
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from al_core.metadata.catalog.values import INTEGERS, milliseconds
from al_core.metadata.fields import Field, FieldType

Array = npt.NDArray[Any]
Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]

#: A number column is tried as whole numbers over 1, 10, ... of these.
_SCALES = tuple(10**power for power in range(7))
#: Times are tried as days, seconds and milliseconds.
_UNITS = (86_400_000, 1000, 1)
_INTEGERS: tuple[type[np.signedinteger[Any]], ...] = (np.int8, np.int16, np.int32, np.int64)


class NumberColumn:
    """Values of a field, one a row.

    Parameters
    ----------
    field : Field
    stored : ndarray of int8 to int64, float32 or float64
        0 or NaN where the value is missing.
    missing : ndarray of bool or None
        None: none is missing, or those that are are NaN.
    scale : int
        Numbers: whole numbers are divided by it. Times: multiplied with it, milliseconds since 1970 UTC.
    """

    def __init__(self, field: Field, stored: Array, missing: Mask | None, scale: int = 1) -> None:
        self.field, self.stored, self._missing, self.scale = field, stored, missing, scale
        self.is_float = stored.dtype.kind == "f"

    @classmethod
    def of(cls, field: Field, series: pl.Series) -> "NumberColumn":
        """Return the column of a series in the type of the field."""
        missing = series.is_null().to_numpy() if series.null_count() else None
        if field.type is FieldType.NUMBER:
            return cls(field, *_pack_numbers(series.fill_null(math.nan).to_numpy(), missing))
        whole = series.cast(pl.Int8) if field.type is FieldType.BOOLEAN else series
        return cls(field, *_pack_integers(whole.to_physical().fill_null(0).to_numpy(), missing, field))

    @property
    def n_bytes(self) -> int:
        """Memory that it takes."""
        return self.stored.nbytes + (0 if self._missing is None else self._missing.nbytes)

    @property
    def missing(self) -> Mask | None:
        """Where the value is missing; None: nowhere."""
        return np.isnan(self.stored) if self.is_float else self._missing

    def decode(self, stored: Array) -> Array:
        """Return values: float64 of numbers, else int64; times in milliseconds since 1970 UTC."""
        if self.field.type is FieldType.NUMBER:
            return np.asarray(stored / self.scale if self.scale > 1 else stored, dtype=np.float64)
        return np.asarray(stored, dtype=np.int64) * self.scale

    def gather(self, rows: Rows) -> pl.Series:
        """Return the values of rows in the type of the field."""
        values, kind = self.decode(self.stored[rows]), self.field.type
        series = pl.Series(values).fill_nan(None) if kind is FieldType.NUMBER else pl.Series(values)
        if self._missing is not None:
            series = series.to_frame("v").select(pl.when(~pl.Series(self._missing[rows])).then(pl.col("v")))["v"]
        return series.cast(kind.dtype).alias(self.field.name)

    def exists(self) -> Mask:
        """Return which rows have a value."""
        missing = self.missing
        return np.ones(self.stored.size, dtype=bool) if missing is None else ~missing

    def between(self, low: Any, high: Any, excludes_low: bool = False, excludes_high: bool = False) -> Mask:
        """Return which rows lie between two limits of the type of the field; None is no limit."""
        first = -math.inf if low is None else self.plain(low)
        last = math.inf if high is None else self.plain(high)
        lowest, highest = self._lowest(first, excludes_low), self._highest(last, excludes_high)
        if lowest is None or highest is None:
            return np.zeros(self.stored.size, dtype=bool)
        dtype = self.stored.dtype.type
        mask = self.stored == dtype(lowest) if lowest == highest else self.stored >= dtype(lowest)
        if lowest != highest:
            mask &= self.stored <= dtype(highest)
        if self._missing is not None:
            mask &= ~self._missing
        return np.asarray(mask)

    def equal(self, value: Any) -> Mask:
        """Return which rows have a value."""
        return self.between(value, value)

    def is_in(self, values: Sequence[Any]) -> Mask:
        """Return which rows have one of the values."""
        plain = [self.plain(value) for value in values]
        wanted = self._stored_numbers(plain) if self.field.type is FieldType.NUMBER else self._stored_integers(plain)
        mask = np.isin(self.stored, _same_kind(wanted, self.stored.dtype))
        return mask if self._missing is None else mask & ~self._missing

    def plain(self, value: Any) -> float:
        """Return a value as numbers are compared: times in milliseconds; what no float holds is infinite."""
        if isinstance(value, datetime):
            return milliseconds(value)
        if self.field.type is FieldType.NUMBER:
            try:
                return float(value)
            except OverflowError:
                return math.inf if value > 0 else -math.inf
        return int(value) if isinstance(value, bool) else value

    def sort_keys(self, descending: bool) -> list[Array]:
        """Return arrays that `numpy.lexsort`, the first one counting most, puts into order; missing values last."""
        missing, stored = self.missing, self.stored
        keys: Array
        if self.is_float:
            keys = -stored if descending else stored
            return [keys if missing is None else np.where(missing, np.inf, keys)]
        if stored.dtype == np.int64:
            keys = ~stored if descending else stored
            return [keys] if missing is None else [missing.view(np.uint8), keys]
        keys = stored.astype(np.int32 if stored.dtype != np.int32 else np.int64)
        keys = -keys if descending else keys
        return [keys if missing is None else np.where(missing, np.iinfo(keys.dtype).max, keys)]

    def sort_value(self, row: int) -> float | None:
        """Return the value of a row as plain data that is compared; None where it is missing."""
        if self.is_float:
            value = float(self.stored[row])
            return None if math.isnan(value) else value
        if self._missing is not None and self._missing[row]:
            return None
        return self.decode(self.stored[row : row + 1])[0].item()  # type: ignore[no-any-return]

    def replaced(self, rows: Rows, values: pl.Series) -> "NumberColumn":
        """Return the column with other values in some rows."""
        fitting = self._packed(values.cast(self.field.type.dtype))
        if fitting is not None:
            return self._with(rows, *fitting)
        series = self.gather(np.arange(self.stored.size))
        return NumberColumn.of(self.field, series.scatter(rows, values.cast(series.dtype)))

    def _packed(self, values: pl.Series) -> tuple[Array, Mask] | None:
        """Return a few values as this column stores them, and which of them are missing; None if it cannot."""
        few = NumberColumn.of(self.field, values)
        missing = few.missing
        missing = np.zeros(len(values), dtype=bool) if missing is None else missing
        plain = np.where(missing, 0, few.decode(few.stored))
        with np.errstate(over="ignore"):
            if self.is_float:
                stored = np.where(missing, np.nan, plain).astype(self.stored.dtype)
            else:
                limits = np.iinfo(self.stored.dtype)
                raw = np.rint(plain * self.scale) if self.field.type is FieldType.NUMBER else plain // self.scale
                if (raw < limits.min).any() or (raw > limits.max).any():
                    return None
                stored = raw.astype(self.stored.dtype)
        return (stored, missing) if (self.decode(stored) == plain)[~missing].all() else None

    def _with(self, rows: Rows, stored: Array, missing: Mask) -> "NumberColumn":
        values = self.stored.copy()
        values[rows] = stored
        if self.is_float or (self._missing is None and not missing.any()):
            return NumberColumn(self.field, values, self._missing, self.scale)
        mask = np.zeros(values.size, dtype=bool) if self._missing is None else self._missing.copy()
        mask[rows] = missing
        return NumberColumn(self.field, values, mask, self.scale)

    def series_of(self, stored: Array) -> pl.Series:
        """Return stored values, none of them missing, in the type of the field."""
        return pl.Series(self.decode(stored)).cast(self.field.type.dtype)

    def _stored_numbers(self, plain: list[float]) -> Array:
        numbers = np.array(plain, dtype=np.float64)
        numbers = numbers[np.isfinite(numbers)]
        wanted = np.rint(numbers * self.scale) if self.scale > 1 else numbers
        return np.asarray(wanted[self.decode(wanted) == numbers])

    def _stored_integers(self, plain: list[float]) -> Array:
        whole = [int(value) for value in plain if isinstance(value, int) or value.is_integer()]
        fitting = [value // self.scale for value in whole if value in INTEGERS and value % self.scale == 0]
        return np.array(fitting, dtype=np.int64)

    def _lowest(self, limit: float, excluded: bool) -> float | None:
        """Return the smallest stored value at or above a limit."""
        if self.is_float:
            value = _narrowed(limit, self.stored.dtype)
            too_low = value < limit or (excluded and value == limit)
            return _next(value, math.inf, self.stored.dtype) if too_low else value
        info = np.iinfo(self.stored.dtype)
        test = operator.gt if excluded else operator.ge
        return _first(lambda k: bool(test(self._one(k), limit)), int(info.min), int(info.max))

    def _highest(self, limit: float, excluded: bool) -> float | None:
        """Return the largest stored value at or below a limit."""
        if self.is_float:
            value = _narrowed(limit, self.stored.dtype)
            too_high = value > limit or (excluded and value == limit)
            return _next(value, -math.inf, self.stored.dtype) if too_high else value
        info = np.iinfo(self.stored.dtype)
        test = operator.lt if excluded else operator.le
        found = _first(lambda k: bool(test(self._one(-k), limit)), -int(info.max), -int(info.min))
        return None if found is None else -found

    def _one(self, stored: int) -> float:
        return stored / self.scale if self.field.type is FieldType.NUMBER else stored * self.scale


def _first(test: Callable[[int], bool], low: int, high: int) -> int | None:
    """Return the first number of a range that passes a test which all behind it pass too."""
    if not test(high):
        return None
    while low < high:
        middle = (low + high) // 2
        if test(middle):
            high = middle
        else:
            low = middle + 1
    return low


def _narrowed(value: float, dtype: np.dtype[Any]) -> float:
    with np.errstate(over="ignore"):
        return float(np.array(value, dtype=np.float64).astype(dtype))


def _next(value: float, towards: float, dtype: np.dtype[Any]) -> float:
    if dtype == np.float64:
        return math.nextafter(value, towards)
    return float(np.nextafter(np.float32(value), np.float32(towards)))


def _same_kind(wanted: Array, dtype: np.dtype[Any]) -> Array:
    """Return those values that the type holds exactly, in it."""
    if dtype.kind == "f":
        with np.errstate(over="ignore"):
            narrow: Array = wanted.astype(dtype)
        return np.asarray(narrow[narrow == wanted])
    info = np.iinfo(dtype)
    is_held = (wanted >= info.min) & (wanted <= info.max) & (wanted == np.rint(wanted))
    return np.asarray(wanted[is_held].astype(dtype))


def _smallest(values: Array) -> Array:
    low, high = (int(values.min()), int(values.max())) if values.size else (0, 0)
    kind = next(one for one in _INTEGERS if np.iinfo(one).min <= low and high <= np.iinfo(one).max)
    return values.astype(kind)


def _pack_integers(values: Array, missing: Mask | None, field: Field) -> tuple[Array, Mask | None, int]:
    units = _UNITS if field.type is FieldType.TIME else (1,)
    unit = next(one for one in units if one == 1 or not (values % one).any())
    return _smallest(values // unit if unit > 1 else values), missing, unit


def _pack_numbers(values: Array, missing: Mask | None) -> tuple[Array, Mask | None, int]:
    """Return numbers as whole numbers over a power of ten, as float32, or as they are; whatever gives them back."""
    filled = values if missing is None else np.where(missing, 0.0, values)
    sample = filled[:: max(filled.size // 4096, 1)]
    for scale in _SCALES:
        if _is_scaled(sample, scale):
            if _is_scaled(filled, scale):
                return _smallest(np.rint(filled * scale)), missing, scale
            break
    with np.errstate(over="ignore"):
        narrow = values.astype(np.float32)
    same = (narrow == values) | np.isnan(values)
    return (narrow if same.all() else values), None, 1


def _is_scaled(values: Array, scale: int) -> bool:
    with np.errstate(over="ignore"):
        whole = np.rint(values * scale)
    return bool((np.abs(whole) < 2**31).all() and (whole / scale == values).all())

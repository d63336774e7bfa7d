"""Columns of a source brought to the type of their field; what does not fit is told apart from what is missing."""

import re
from typing import NamedTuple

import polars as pl

from al_core.metadata.fields import FieldType

#: Texts that stand for no value, in any case.
MISSING_WORDS = ("", "nan", "null", "-")
#: Texts that stand for no value where numbers, times or truth values are expected.
_NO_NUMBER = (*MISSING_WORDS, "--", "none", "n/a", "na", "indef")
_TRUE, _FALSE = ("true", "t", "1", "yes", "y"), ("false", "f", "0", "no", "n")
_VARIANTS = sorted({form for word in MISSING_WORDS for form in (word, word.upper(), word.capitalize())} | {"NaN"})
_LARGEST_EXACT = 2**53
_TIME_FORMATS = ("%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d", "%Y-%m-%dT%H:%M")
_SEXAGESIMAL = r"^([+-]?)(\d{1,3})[:\sh°d]+(\d{1,2})[:\sm'′]+(\d{1,2}(?:\.\d*)?)[s\"″]?$"


class Typed(NamedTuple):
    """Values of a type; `bad` marks those that do not fit (None: all do)."""

    values: pl.Series
    bad: pl.Series | None


def fast(name: str, source: pl.DataType, kind: FieldType) -> pl.Expr:
    """Return an expression that is right for all ordinary values; `settle` looks at what it makes null."""
    column = pl.col(name)
    if kind is FieldType.STRING:
        text = (column if source == pl.String else column.cast(pl.String)).str.strip_chars()
        return pl.when(~text.is_in(_VARIANTS)).then(text)
    if source != pl.String:
        return _cast(column, source, kind)
    if kind is FieldType.NUMBER:
        return column.cast(pl.Float64, strict=False)
    if kind is FieldType.INTEGER:
        return column.cast(pl.Int64, strict=False)
    if kind is FieldType.TIME:
        return column.str.to_datetime("%Y-%m-%d", strict=False, time_unit="ms", time_zone="UTC")
    return _boolean(column)


def _boolean(text: pl.Expr) -> pl.Expr:
    lower = text.str.strip_chars().str.to_lowercase()
    return pl.when(lower.is_in(_TRUE)).then(True).when(lower.is_in(_FALSE)).then(False)


def _cast(column: pl.Expr, source: pl.DataType, kind: FieldType) -> pl.Expr:
    if kind is FieldType.TIME:
        is_time = isinstance(source, pl.Date | pl.Datetime)
        return _in_utc(column, source) if is_time else pl.when(False).then(column.cast(kind.dtype, strict=False))
    if kind is FieldType.INTEGER and source.is_float():
        whole = column.cast(pl.Int64, strict=False)
        return pl.when(column == whole).then(whole)
    if kind is FieldType.BOOLEAN and source != pl.Boolean:
        return pl.when(column == 1).then(True).when(column == 0).then(False)
    return column.cast(kind.dtype, strict=False)


def _in_utc(column: pl.Expr, source: pl.DataType) -> pl.Expr:
    zone = getattr(source, "time_zone", None)
    moments = column.cast(pl.Datetime("ms", zone))
    return moments.dt.replace_time_zone("UTC") if zone is None else moments.dt.convert_time_zone("UTC")


def settle(raw: pl.Series, values: pl.Series, kind: FieldType, position: str = "") -> Typed:
    """Look again at what a cast made null, and at what no field may hold.

    Parameters
    ----------
    raw : Series
        As the source has it.
    values : Series
        What `fast` made of it.
    kind : FieldType
    position : str
        "ra" or "dec" for coordinates: sexagesimal text is understood, -999 and -9999 are missing, others are checked.
    """
    if kind is FieldType.NUMBER and not values.is_finite().all():
        values = pl.select(pl.when(values.is_finite()).then(values)).to_series().alias(values.name)
    lost = values.is_null() & raw.is_not_null()
    bad = None
    if kind is not FieldType.STRING and lost.any():
        places = lost.arg_true()
        again, is_bad = _again(raw.gather(places), kind, position)
        if again.null_count() < len(again):
            values = values.clone().scatter(places, again)
        if is_bad.any():
            bad = pl.repeat(False, len(raw), eager=True).scatter(places.filter(is_bad), True)
    return _checked_position(values, bad, position) if position else Typed(values, bad)


def _again(raw: pl.Series, kind: FieldType, position: str) -> tuple[pl.Series, pl.Series]:
    """Return values of what a cast could not read, and which of them are neither values nor missing."""
    if raw.dtype != pl.String:
        is_nan = raw.is_nan() | raw.is_infinite() if raw.dtype.is_float() else pl.repeat(False, len(raw), eager=True)
        return pl.Series([None] * len(raw), dtype=kind.dtype), ~is_nan
    text = raw.str.strip_chars()
    lower = text.str.to_lowercase()
    numbers = text.cast(pl.Float64, strict=False)
    is_missing = lower.is_in(_NO_NUMBER) | ~numbers.is_finite().fill_null(True)
    if kind is FieldType.NUMBER:
        values = _degrees(text, numbers, position) if position else numbers
        values = pl.select(pl.when(values.is_finite()).then(values)).to_series()
    elif kind is FieldType.INTEGER:
        whole = text.cast(pl.Int64, strict=False)
        is_exact = (numbers == numbers.round()) & (numbers.abs() < _LARGEST_EXACT)
        values = pl.select(
            pl.coalesce(whole, pl.when(is_exact.fill_null(False)).then(numbers).cast(pl.Int64, strict=False))
        ).to_series()
    elif kind is FieldType.TIME:
        values, is_missing = _times(text), lower.is_in(_NO_NUMBER)
    else:
        values, is_missing = pl.Series([None] * len(raw), dtype=pl.Boolean), lower.is_in(_NO_NUMBER)
    return values, values.is_null() & ~is_missing


def _times(text: pl.Series) -> pl.Series:
    """Return times of ISO 8601 and its relatives; without zone it is UTC."""
    frame = text.str.replace(r"^(\d{4})/(\d{2})/(\d{2})", "${1}-${2}-${3}").str.replace(r"^(\S{10})\s+", "${1}T")
    plain = pl.DataFrame({"text": frame.str.strip_suffix("Z")})
    found = [
        pl.col("text").str.to_datetime(form, strict=False, time_unit="ms", time_zone="UTC") for form in _TIME_FORMATS
    ]
    zoned = pl.col("text").str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%z", strict=False, time_unit="ms", time_zone="UTC")
    return plain.select(pl.coalesce(*found, zoned)).to_series()


def is_sexagesimal(text: pl.Series) -> pl.Series:
    """Whether texts are "hh:mm:ss" or "+dd mm ss" and the like."""
    return text.str.strip_chars().str.contains(_SEXAGESIMAL).fill_null(False)


def _degrees(text: pl.Series, numbers: pl.Series, position: str) -> pl.Series:
    parts = text.str.extract_groups(_SEXAGESIMAL).struct.unnest()
    sign, *rest = (parts[name] for name in parts.columns)
    whole, minutes, seconds = (part.cast(pl.Float64, strict=False) for part in rest)
    size = whole + minutes / 60 + seconds / 3600
    size = pl.select(pl.when((minutes < 60) & (seconds < 60)).then(size)).to_series()
    degrees = pl.select(pl.when(sign == "-").then(-size).otherwise(size)).to_series()
    return pl.select(pl.coalesce(numbers, degrees * (15 if position == "ra" else 1))).to_series()


def _checked_position(values: pl.Series, bad: pl.Series | None, position: str) -> Typed:
    low, high = (0.0, 360.0) if position == "ra" else (-90.0, 90.0)
    is_outside = ~values.is_between(low, high).fill_null(True)
    if not is_outside.any():
        return Typed(values, bad)
    is_placeholder = values.is_in([-999.0, -9999.0])
    wrong = is_outside & ~is_placeholder
    kept = pl.select(pl.when(~is_outside).then(values)).to_series().alias(values.name)
    both = wrong if bad is None else wrong | bad
    return Typed(kept, both if both.any() else None)


def why_bad(value: object, kind: FieldType, position: str = "") -> str:
    """Return why a value does not fit, for a list of rejected rows."""
    expected = {
        FieldType.NUMBER: "a number",
        FieldType.INTEGER: "a whole number",
        FieldType.BOOLEAN: "true or false",
        FieldType.TIME: "a date or time such as 2011-10-25T12:30:00",
        FieldType.STRING: "text",
    }[kind]
    if position:
        expected = "0 to 360 degrees or hh:mm:ss" if position == "ra" else "-90 to 90 degrees or +dd:mm:ss"
    return f"expected {expected}, found {re.sub(chr(0), '', str(value))[:80]!r}"

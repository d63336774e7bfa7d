"""A batch of a source made rows of an index; rows that cannot be taken are told, with field, value and reason."""

from typing import NamedTuple

import polars as pl

from al_core.metadata.fields import MAX_TEXT, Field, FieldType
from al_core.metadata.importing.mapping import POSITION, IdPart, Mapping
from al_core.metadata.importing.sources.base import Batch, RejectedRow
from al_core.metadata.importing.values import fast, settle, why_bad
from al_core.spectrum import KNOWN_EXTENSIONS

#: Longest id, bytes: what every backend can hold.
MAX_ID_BYTES = 500
_EXTENSIONS = r"(?i)(\.(" + "|".join(sorted(KNOWN_EXTENSIONS)) + r"))+$"
_ID = "\0id"


class Rows(NamedTuple):
    """`frame` has `id` and the fields, `rows` the number of each row in its source, `rejected` the others."""

    frame: pl.DataFrame
    rows: pl.Series
    rejected: list[RejectedRow]


def rows_of(batch: Batch, mapping: Mapping) -> Rows:
    """Return the rows of a batch in the types of their fields."""
    frame = _without(batch.frame, mapping)
    pairs = [(column.source, column.field) for column in mapping.columns if column.field is not None]
    expressions = [fast(source, frame.schema[source], field.type).alias(field.name) for source, field in pairs]
    typed = frame.select(_id(mapping.id_parts, frame).alias(_ID), *expressions)
    numbers = pl.Series("row", batch.rows)
    trouble = [*_wrong_ids(typed[_ID], numbers)]
    columns = [typed[_ID].alias("id")]
    for source, field in pairs:
        position = field.name if field.name in POSITION else ""
        found = settle(frame[source], typed[field.name], field.type, position)
        columns.append(found.values.alias(field.name))
        if found.bad is not None:
            trouble += _wrong_values(found.bad, frame[source], numbers, field, position)
        elif field.type is FieldType.STRING:
            trouble += _too_long(found.values, numbers, field.name)
    result = pl.DataFrame(columns)
    if trouble:
        is_bad = numbers.is_in([row.row for row in trouble])
        result, numbers = result.filter(~is_bad), numbers.filter(~is_bad)
    return Rows(result, numbers, [*batch.rejected, *_first_of_each(trouble)])


def _without(frame: pl.DataFrame, mapping: Mapping) -> pl.DataFrame:
    """Return the columns that are read; the mapping's further values that stand for none are null."""
    frame = frame.select(mapping.sources)
    if not mapping.missing:
        return frame
    numbers = [float(text) for text in mapping.missing if _is_number(text)]
    return frame.with_columns(
        pl.when(~_is_missing(pl.col(name), dtype, mapping.missing, numbers)).then(pl.col(name)).alias(name)
        for name, dtype in frame.schema.items()
        if dtype == pl.String or dtype.is_numeric()
    )


def _is_missing(column: pl.Expr, dtype: pl.DataType, texts: tuple[str, ...], numbers: list[float]) -> pl.Expr:
    if dtype != pl.String:
        return column.cast(pl.Float64).is_in(numbers).fill_null(False)
    stripped = column.str.strip_chars()
    is_number = stripped.cast(pl.Float64, strict=False).is_in(numbers)
    return (stripped.is_in(texts) | is_number.fill_null(False)).fill_null(False)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _id(parts: tuple[IdPart, ...], frame: pl.DataFrame) -> pl.Expr:
    """Return the ids; a single column that names files loses folders and extensions."""
    if len(parts) == 1 and parts[0].column:
        text = _text(parts[0].column, frame)
        base = text.str.replace(r"^(\w+://[^?#]*)[?#].*$", "${1}").str.replace(r"^.*[/\\]", "")
        stem = base.str.replace(_EXTENSIONS, "")
        return pl.when(stem != "").then(stem).when(base != "").then(base)
    pieces = [_piece(part, frame) for part in parts]
    return pl.concat_str(pieces)


def _piece(part: IdPart, frame: pl.DataFrame) -> pl.Expr:
    if not part.column:
        return pl.lit(part.text)
    text = _text(part.column, frame)
    text = pl.when(text != "").then(text)
    return text.str.zfill(part.width) if part.width else text


def _text(column: str, frame: pl.DataFrame) -> pl.Expr:
    dtype = frame.schema[column]
    if dtype == pl.String:
        text = pl.col(column).str.strip_chars()
        return text.str.replace(r"^(\d+)\.0$", "${1}")
    if dtype.is_float():  # 605015.0 is the id 605015
        whole = pl.col(column).cast(pl.Int64, strict=False)
        return pl.when(pl.col(column) == whole).then(whole.cast(pl.String)).otherwise(pl.col(column).cast(pl.String))
    return pl.col(column).cast(pl.String)


def _wrong_ids(ids: pl.Series, numbers: pl.Series) -> list[RejectedRow]:
    trouble = []
    if ids.null_count():
        trouble = [RejectedRow(row, "no id", "id") for row in numbers.filter(ids.is_null())]
    is_long = (ids.str.len_bytes() > MAX_ID_BYTES).fill_null(False)
    if is_long.any():
        trouble += [
            RejectedRow(row, f"more than {MAX_ID_BYTES} bytes", "id", text[:80])
            for row, text in zip(numbers.filter(is_long), ids.filter(is_long), strict=True)
        ]
    return trouble


def _wrong_values(bad: pl.Series, raw: pl.Series, numbers: pl.Series, field: Field, position: str) -> list[RejectedRow]:
    return [
        RejectedRow(row, why_bad(value, field.type, position), field.name, str(value)[:80])
        for row, value in zip(numbers.filter(bad), raw.filter(bad), strict=True)
    ]


def _too_long(values: pl.Series, numbers: pl.Series, name: str) -> list[RejectedRow]:
    longest = values.str.len_bytes().max()
    if not isinstance(longest, int) or longest <= MAX_TEXT:
        return []
    lengths = values.str.len_chars()
    is_long = (lengths > MAX_TEXT).fill_null(False)
    return [
        RejectedRow(row, f"{length} characters, at most {MAX_TEXT} are kept", name)
        for row, length in zip(numbers.filter(is_long), lengths.filter(is_long), strict=True)
    ]


def _first_of_each(trouble: list[RejectedRow]) -> list[RejectedRow]:
    """Return one reason a row."""
    return list({row.row: row for row in reversed(trouble)}.values())[::-1]

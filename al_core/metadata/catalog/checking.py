"""Rows on their way into an index: brought to the types of its fields; what cannot be taken, with the reason."""

import polars as pl

from al_core.errors import MetadataError
from al_core.metadata.catalog.layout import ID_FIELD, MAX_ID_BYTES
from al_core.metadata.fields import MAX_TEXT, Field, FieldType

#: Hidden column of a frame: number of the row in its source.
ROW = "_row"


def typed(frame: pl.DataFrame, fields: tuple[Field, ...]) -> pl.DataFrame:
    """Return the columns of the fields in their types, and `ROW`; NaN and empty texts become null.

    Raises
    ------
    MetadataError
        If a column belongs to no field, `id` is missing, or values do not fit the type of their field.
    """
    names = {field.name for field in fields}
    unknown = [name for name in frame.columns if name not in names and name != ROW]
    if unknown or ID_FIELD.name not in frame.columns:
        raise MetadataError(f"Expected the columns id and {sorted(names)}, found {frame.columns}.")
    try:
        return frame.select(ROW, *(_column(field, frame.columns) for field in fields))
    except pl.exceptions.PolarsError as error:
        kinds = {name: str(dtype) for name, dtype in frame.schema.items()}
        raise MetadataError(f"Values do not fit their fields ({error}). Columns: {kinds}.") from error


def _column(field: Field, present: list[str]) -> pl.Expr:
    if field.name not in present:
        return pl.lit(None, dtype=field.type.dtype).alias(field.name)
    column = pl.col(field.name).cast(field.type.dtype)
    if field.type is FieldType.NUMBER:
        return column.fill_nan(None)
    if field.type is FieldType.STRING:
        return pl.when(column != "").then(column).alias(field.name)
    return column


def refused(frame: pl.DataFrame, fields: tuple[Field, ...]) -> pl.DataFrame:
    """Return `ROW` and `reason` of the rows that cannot be taken, one line each: no id, too long, infinite."""
    problems = [problem for problem in _problems(fields, frame) if problem is not None]
    if not problems:
        return pl.DataFrame(schema={ROW: frame.schema[ROW], "reason": pl.String})
    return frame.select(ROW, pl.coalesce(problems).alias("reason")).filter(pl.col("reason").is_not_null())


def _problems(fields: tuple[Field, ...], frame: pl.DataFrame) -> list[pl.Expr | None]:
    """Return expressions that are the reason or null; only of fields of which some row has a problem."""
    tests: dict[str, tuple[pl.Expr, str]] = {"no id": (pl.col(ID_FIELD.name).is_null(), "no id")}
    for field in fields:
        name, column = field.name, pl.col(field.name)
        if name == ID_FIELD.name:
            tests[name] = column.str.len_bytes() > MAX_ID_BYTES, f"id: more than {MAX_ID_BYTES} bytes"
        elif field.type is FieldType.STRING:
            tests[name] = column.str.len_bytes() > MAX_TEXT, ""
        elif field.type is FieldType.NUMBER:
            tests[name] = column.is_infinite(), f"{name}: infinite"
    found = frame.select(test.any().alias(name) for name, (test, _) in tests.items()).row(0, named=True)
    return [_reason(name, *tests[name]) for name, any_row in found.items() if any_row]


def _reason(name: str, test: pl.Expr, text: str) -> pl.Expr:
    if text:
        return pl.when(test).then(pl.lit(text))
    length = pl.col(name).str.len_chars()
    reason = pl.format(f"{name}: {{}} characters, at most {MAX_TEXT} are kept", length)
    return pl.when(length > MAX_TEXT).then(reason)

"""The metadata of spectra as tables whose columns have one type each, however mixed the values were."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from al_core.readers.base import MatrixChunk
from al_core.spectrum import COMMON_COLUMNS, MetadataValue, Spectrum

#: Columns that every pool has, in order; the survey's own follow. `label` is there if an input has labels.
FIXED: dict[str, pl.DataType] = {
    "spectrum_id": pl.String(),
    "ra": pl.Float64(),
    "dec": pl.Float64(),
    "class": pl.String(),
    "subclass": pl.String(),
    "z": pl.Float64(),
    "mag": pl.Float64(),
    "snr": pl.Float64(),
    "obsdate": pl.String(),
    "label": pl.String(),
    "source": pl.String(),
    "medium": pl.String(),
    "reader": pl.String(),
    "median_snr": pl.Float64(),
    "duplicate_of": pl.String(),
}
_COMMON = COMMON_COLUMNS[1:]
_INT64 = 2**63


def describe(spectrum: Spectrum) -> dict[str, MetadataValue]:
    """Return the row of `spectra.parquet` for one spectrum, without its arrays."""
    snr = spectrum.median_snr
    row: dict[str, MetadataValue] = {"spectrum_id": spectrum.spectrum_id}
    row |= {name: spectrum.common[name] for name in _COMMON}  # type: ignore[literal-required]
    row |= {"source": str(spectrum.source), "medium": spectrum.medium, "reader": spectrum.reader}
    row["median_snr"] = snr if math.isfinite(snr) else None
    return row | {own_name(name): value for name, value in spectrum.metadata.items()}


def own_name(name: str) -> str:
    """Return the column of a survey's own entry: its name, with `_survey` where a pool has such a column already."""
    return f"{name}_survey" if name in FIXED else name


def table_of(rows: Sequence[Mapping[str, MetadataValue]]) -> pl.DataFrame:
    """Return rows as a table; columns without any value are left out."""
    names = dict.fromkeys(name for row in rows for name in row)
    columns = (_column(name, [row.get(name) for row in rows]) for name in names)
    return pl.DataFrame([column for column in columns if column.null_count() < len(column)])


def _column(name: str, values: list[Any]) -> pl.Series:
    kinds = {type(value) for value in values if value is not None}
    if name in FIXED:
        dtype = FIXED[name]
    elif kinds <= {bool}:
        dtype = pl.Boolean()
    elif kinds == {int}:  # an identifier too large for the type stays whole as text
        fits = all(value is None or -_INT64 <= value < _INT64 for value in values)
        dtype = pl.Int64() if fits else pl.String()
    elif kinds <= {int, float}:
        dtype = pl.Float64()
    else:
        dtype = pl.String()
    if dtype == pl.String:
        values = [None if value is None else str(value) for value in values]
    return pl.Series(name, values, dtype=dtype, strict=False)


def matrix_table(chunk: MatrixChunk, source: str, reader: str) -> pl.DataFrame:
    """Return the rows of `spectra.parquet` for a chunk of a matrix; the file's own columns stay text for now."""
    n_rows = len(chunk.spectrum_ids)
    columns = [pl.Series("spectrum_id", chunk.spectrum_ids, dtype=pl.String)]
    columns += [chunk.common[name].cast(FIXED[name]) for name in _COMMON if name in chunk.common.columns]
    if chunk.labels is not None:
        columns.append(_column("label", chunk.labels.tolist()))
    columns.append(pl.Series("medium", ["vacuum"], dtype=pl.String).new_from_index(0, n_rows))
    columns += [
        pl.Series(name, [value]).new_from_index(0, n_rows) for name, value in (("source", source), ("reader", reader))
    ]
    return pl.DataFrame(columns + [column.alias(own_name(column.name)) for column in chunk.metadata])


def common_type(first: pl.DataType, second: pl.DataType) -> pl.DataType:
    """Return the type that holds the values of both; text where no other does."""
    if first == second or second == pl.Null:
        return first
    if first == pl.Null:
        return second
    if first.is_integer() and second.is_integer():
        return pl.Int64()
    if first.is_numeric() and second.is_numeric():
        return pl.Float64()
    return pl.String()


def common_schema(schemas: Iterable[Mapping[str, pl.DataType]]) -> dict[str, pl.DataType]:
    """Return columns and types that hold all tables: fixed columns first, the others in the order they appear."""
    merged: dict[str, pl.DataType] = {}
    for schema in schemas:
        for name, dtype in schema.items():
            merged[name] = common_type(merged.get(name, pl.Null()), dtype)
    fixed = {name: dtype for name, dtype in FIXED.items() if name != "label" or "label" in merged}
    own = {name: dtype for name, dtype in merged.items() if name not in FIXED}
    return fixed | {name: pl.String() if dtype == pl.Null else dtype for name, dtype in own.items()}


def conform(table: pl.DataFrame, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """Return the table with exactly the columns and types of `schema`; what it does not have is null."""
    return table.select(
        pl.col(name).cast(dtype) if name in table.columns else pl.lit(None, dtype=dtype).alias(name)
        for name, dtype in schema.items()
    )

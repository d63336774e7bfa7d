"""The tables that an import wrote block by block: their ids, a schema that holds them all, reading them in order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

from al_core.pools.idindex import Hashes, Rows, hash_ids
from al_core.pools.journal import Entry
from al_core.pools.tables import FIXED, common_schema, common_type
from al_core.pools.writing import table_path
from al_core.progress import Progress


class Part(NamedTuple):
    """One table: its file, its first row in the pool, its number of rows, whether a matrix's columns are text still."""

    path: Path
    first_row: int
    n_rows: int
    from_matrix: bool


@dataclass(frozen=True, eq=False)
class Survey:
    """What one pass over all parts finds: hashes of all ids (uint64, shape (n_rows,)), and columns with values."""

    hashes: Hashes
    columns: dict[str, pl.DataType]


def parts_of(folder: Path, entries: Sequence[Entry]) -> list[Part]:
    """Return the parts that have rows."""
    starts = [0, *(entry.n_rows for entry in entries)]
    return [
        Part(table_path(folder, entry.block), start, entry.n_rows - start, entry.from_matrix)
        for start, entry in zip(starts, entries, strict=False)
        if entry.n_rows > start
    ]


def survey_parts(parts: Sequence[Part], progress: Progress) -> Survey:
    """Read all parts once, one at a time."""
    hashes: list[Hashes] = []
    columns: dict[str, pl.DataType] = {}
    for done, part in enumerate(parts):
        progress(done, len(parts), "Comparing ids")
        for name, dtype in _columns(part).items():
            columns[name] = common_type(columns.get(name, pl.Null()), dtype)
        hashes.append(hash_ids(_column(part, "spectrum_id")))
    with_values = {name: dtype for name, dtype in columns.items() if dtype != pl.Null}
    return Survey(np.concatenate(hashes), with_values)


def pool_schema(columns: dict[str, pl.DataType]) -> dict[str, pl.DataType]:
    """Return all columns of `spectra.parquet`, in order."""
    return common_schema([columns])


def ids_of_rows(parts: Sequence[Part], rows: Rows) -> list[str]:
    """Return the ids of rows that are in increasing order."""
    ids: list[str] = []
    for part in parts:
        first, last = np.searchsorted(rows, [part.first_row, part.first_row + part.n_rows])
        if last > first:
            ids += _column(part, "spectrum_id")[rows[first:last] - part.first_row].to_list()
    return ids


def read_parts(parts: Sequence[Part]) -> Iterator[tuple[Part, pl.DataFrame]]:
    """Yield each part with its table."""
    for part in parts:
        yield part, pl.read_parquet(part.path)


def _columns(part: Part) -> dict[str, pl.DataType]:
    if not part.from_matrix:
        return dict(pl.read_parquet_schema(part.path))
    return {column.name: _type_of(column) for column in pl.read_parquet(part.path)}


def _column(part: Part, name: str) -> pl.Series:
    return pl.read_parquet(part.path, columns=[name])[name]


def _type_of(column: pl.Series) -> pl.DataType:
    """Return the type of the values; text that is a number throughout, and nothing like 007, counts as numbers."""
    if column.null_count() == len(column):
        return pl.Null()
    if column.dtype != pl.String or column.name in FIXED or column.str.contains(r"^\s*[+-]?0\d").any():
        return column.dtype
    for dtype in (pl.Int64(), pl.Float64()):
        if column.cast(dtype, strict=False).null_count() == column.null_count():
            return dtype
    return column.dtype

"""Rows that wait on disk to be written as a file: each is asked for once, and memory stays flat."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from al_core.candidates.files.columns import Column
from al_core.metadata.fields import FieldType

#: Rows of a part.
PART_ROWS = 200_000


class Spool:
    """Rows in parts, in order.

    Parameters
    ----------
    folder : Path
        Empty; whoever made it removes it.
    columns : sequence of Column

    Attributes
    ----------
    n_rows, n_taken : int
        Rows on disk, and those that were added.
    """

    def __init__(self, folder: Path, columns: Sequence[Column]) -> None:
        self.columns = tuple(columns)
        self.n_rows = self.n_taken = 0
        self.paths: list[Path] = []
        self._folder = folder
        self._waiting: list[pl.DataFrame] = []

    def append(self, frame: pl.DataFrame) -> None:
        """Add rows that have the sources of the columns; a column that is missing has no value."""
        self.append_written(selected(frame, self.columns))

    def append_written(self, frame: pl.DataFrame) -> None:
        """Add rows in the form of the file."""
        self._waiting.append(frame)
        self.n_taken += frame.height
        if sum(one.height for one in self._waiting) >= PART_ROWS:
            self._flush()

    def finish(self) -> None:
        """Write what waits; also a spool without rows has one part."""
        if self._waiting or not self.paths:
            self._flush()

    def frames(self) -> Iterator[pl.DataFrame]:
        """Return the rows part by part, columns by their names in the file."""
        return (pl.read_parquet(path) for path in self.paths)

    def scan(self) -> pl.LazyFrame:
        """Return all rows, to be read piece by piece."""
        return pl.scan_parquet(self.paths)

    def _flush(self) -> None:
        whole = pl.concat(self._waiting) if self._waiting else selected(pl.DataFrame({"id": []}), self.columns)
        path = self._folder / f"part-{len(self.paths):06d}.parquet"
        whole.write_parquet(path, compression="lz4")
        self.paths.append(path)
        self.n_rows += whole.height
        self._waiting = []


def selected(frame: pl.DataFrame, columns: Sequence[Column]) -> pl.DataFrame:
    """Return columns as they are written, from a frame that has their sources; one that is missing has no value."""
    return frame.select(_value(one, frame).alias(one.name) for one in columns)


def _value(column: Column, frame: pl.DataFrame) -> pl.Expr:
    if column.source not in frame.columns:
        return pl.lit(None, dtype=column.type.dtype)
    kept_narrow = frame[column.source].dtype == pl.Float32
    value = pl.col(column.source)
    value = value if kept_narrow and column.type is FieldType.NUMBER else value.cast(column.type.dtype)
    if not column.values:
        return value
    old, new = zip(*column.values, strict=True)
    return value.replace_strict(list(old), list(new), default=value, return_dtype=pl.String)

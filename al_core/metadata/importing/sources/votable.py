"""VOTables: rows of the serialization TABLEDATA are streamed, others are read at once up to a limit."""

import gzip
import io
import warnings
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any
from xml.parsers import expat

import numpy as np
import polars as pl

from al_core.errors import MetadataError
from al_core.metadata.importing.sources.base import SAMPLE_ROWS, Batch, SourceColumn, usable
from al_core.metadata.importing.sources.dialect import open_bytes
from al_core.metadata.importing.sources.votable_rows import TableEvents

#: Largest VOTable of a binary serialization, bytes: it is read into memory as a whole.
LARGEST_BINARY = 512 * 2**20
_PIECE, _ROWS = 2**20, 10_000
_TYPES: dict[str, pl.DataType] = {
    **dict.fromkeys(("short", "int", "long", "unsignedByte"), pl.Int64()),
    **dict.fromkeys(("float", "double"), pl.Float64()),
    "boolean": pl.Boolean(),
}


class VOTableSource:
    """The first table of a VOTable; see `Source`. Cells are text, whatever their type, until they become fields."""

    row_word = "row"

    def __init__(self, path: Path) -> None:
        self.path = path
        events = TableEvents()
        for _ in _parsed(path, events, until_data=True):
            break
        if events.error:
            raise MetadataError(f"{path}: expected a table, found the error answer of a service: {events.error!r}.")
        if not events.fields:
            raise MetadataError(f"{path}: expected a VOTable with a table, found none.")
        self.columns = tuple(_column(field) for field in events.fields)
        self._nulls = [field.get("null") for field in events.fields]
        self._is_binary = events.is_binary
        self.size = path.stat().st_size
        if self._is_binary and self.size > LARGEST_BINARY:
            raise MetadataError(
                f"{path}: a VOTable of a binary serialization may have {LARGEST_BINARY // 2**20} MiB, this one has "
                f"{self.size // 2**20} MiB. Save it as FITS or Parquet."
            )
        self.label = "VOTable"
        if self.sample().is_empty():
            raise MetadataError(f"{path}: expected rows, found none.")

    def sample(self) -> pl.DataFrame:
        """See `Source`; the beginning alone."""
        return self._frame(list(islice(self._rows(), SAMPLE_ROWS)))

    def batches(self, skip: int = 0) -> Iterator[Batch]:
        """See `Source`; `skip` counts rows."""
        done = skip
        remaining = islice(self._rows(), skip, None)
        while rows := list(islice(remaining, _ROWS)):
            numbers = np.arange(done, done + len(rows), dtype=np.int64) + 1
            done += len(rows)
            yield Batch(self._frame(rows), numbers, [], done, 0)

    def _rows(self) -> Iterator[list[str | None]]:
        if self._is_binary:
            yield from self._binary_rows()
            return
        events = TableEvents()
        for _ in _parsed(self.path, events):
            yield from events.taken()

    def _frame(self, rows: list[Any]) -> pl.DataFrame:
        schema = {column.name: pl.String() for column in self.columns}
        width = len(schema)
        wrong = next((row for row in rows if len(row) != width), None)
        if wrong is not None:
            raise MetadataError(f"{self.path}: expected {width} cells in each row, found {len(wrong)}.")
        frame = pl.DataFrame(rows, schema=schema, orient="row").select(usable(self.columns))
        nulls = {column.name: null for column, null in zip(self.columns, self._nulls, strict=True) if null}
        return frame.with_columns(
            pl.when(pl.col(name) != null).then(pl.col(name)).alias(name)
            for name, null in nulls.items()
            if name in frame
        )

    def _binary_rows(self) -> Iterator[list[str | None]]:
        from astropy.io import votable

        with warnings.catch_warnings(), open_bytes(self.path) as file:
            warnings.simplefilter("ignore")
            try:
                parsed = votable.parse(io.BytesIO(file.read()), verify="ignore", invalid="mask")
                table = parsed.get_first_table().array
            except (ValueError, TypeError, KeyError, IndexError, OSError) as error:
                raise MetadataError(
                    f"{self.path}: expected a VOTable, found one that cannot be read: {error}."
                ) from error
        for row in table:
            yield [_text(cell) for cell in row]


def _text(cell: Any) -> str | None:
    if cell is np.ma.masked:
        return None
    return cell.decode("utf-8", "replace") if isinstance(cell, bytes) else str(cell)


def _column(field: dict[str, str]) -> SourceColumn:
    datatype, size = field.get("datatype", "char"), field.get("arraysize", "1")
    is_text = datatype in ("char", "unicodeChar")
    is_single = (is_text and "x" not in size) or size in ("1", "", "m")
    return SourceColumn(
        field.get("name") or field.get("ID") or "",
        pl.String() if is_text else _TYPES.get(datatype, pl.String()),
        unit=field.get("unit", ""),
        description=" ".join(field.get("description", "").split()),
        ucd=field.get("ucd", "").lower(),
        is_usable=is_single and (is_text or datatype in _TYPES),
    )


def _parsed(path: Path, events: TableEvents, *, until_data: bool = False) -> Iterator[None]:
    """Parse piece by piece; yield after each, or once when the rows begin."""
    parser = events.parser()
    try:
        with open_bytes(path) as file:
            while piece := file.read(_PIECE):
                parser.Parse(piece, False)
                if not until_data or events.has_data:
                    yield
                if events.is_over or (until_data and events.has_data):
                    return
            parser.Parse(b"", True)
            yield
    except expat.ExpatError as error:
        raise MetadataError(f"{path}: expected a VOTable, found XML that is broken: {error}.") from error
    except (OSError, EOFError, gzip.BadGzipFile) as error:
        raise MetadataError(f"{path}: cannot be read to its end: {error}.") from error

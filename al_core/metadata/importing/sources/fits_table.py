"""Tables of FITS files: the one with the most rows."""

import gzip
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from astropy.io import fits

from al_core.errors import MetadataError
from al_core.metadata.importing.sources.base import BATCH_ROWS, SAMPLE_ROWS, Batch, SourceColumn, usable

#: Type of a column by the kind of its numpy type.
_DTYPES: dict[str, pl.DataType] = {
    "i": pl.Int64(), "u": pl.Int64(), "f": pl.Float64(), "b": pl.Boolean(), "S": pl.String(), "U": pl.String(),
}  # fmt: skip
_PROBLEMS = (OSError, ValueError, TypeError, KeyError, IndexError, fits.VerifyError)


class FitsTableSource:
    """A FITS table, read through a memory map; one that gzip compressed is unpacked into a temporary file first."""

    row_word = "row"

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._opened() as hdus:
            tables = [number for number, hdu in enumerate(hdus) if isinstance(hdu, fits.BinTableHDU | fits.TableHDU)]
            if not tables:
                raise MetadataError(f"{path}: expected a FITS file with a table, found images alone.")
            self._number = max(tables, key=lambda number: int(hdus[number].header["NAXIS2"]))
            table = hdus[self._number]
            self.size = int(table.header["NAXIS2"])
            self.columns = tuple(_column(column, table) for column in table.columns)
        if self.size < 1:
            raise MetadataError(f"{path}: expected rows, found none.")
        self.label = "FITS table"

    def sample(self) -> pl.DataFrame:
        """See `Source`."""
        part = max(1, SAMPLE_ROWS // 4)
        starts = [0] if self.size <= SAMPLE_ROWS else [self.size * place // 4 for place in range(4)]
        with self._opened() as hdus:
            n_rows = SAMPLE_ROWS if len(starts) == 1 else part
            return pl.concat(self._frame(hdus[self._number], start, start + n_rows) for start in starts)

    def batches(self, skip: int = 0) -> Iterator[Batch]:
        """See `Source`; `skip` counts rows."""
        with self._opened() as hdus:
            for start in range(skip, self.size, BATCH_ROWS):
                stop = min(start + BATCH_ROWS, self.size)
                frame = self._frame(hdus[self._number], start, stop)
                yield Batch(frame, np.arange(start, stop, dtype=np.int64) + 1, [], stop, stop)

    def _frame(self, table: Any, start: int, stop: int) -> pl.DataFrame:
        rows = table.data[start:stop]
        nulls = {column.name: column.null for column in table.columns if column.null not in (None, "")}
        return pl.DataFrame({name: _series(rows[name], nulls.get(name)) for name in usable(self.columns)})

    @contextmanager
    def _opened(self) -> Iterator[Any]:
        with tempfile.TemporaryDirectory(prefix="spectrolabe-") as folder, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                with fits.open(_unpacked(self.path, Path(folder)), memmap=True) as hdus:
                    yield hdus
            except _PROBLEMS as error:
                raise MetadataError(
                    f"{self.path}: expected a FITS file with a table, found one that cannot be read: {error}."
                ) from error


def _unpacked(path: Path, folder: Path) -> Path:
    with path.open("rb") as file:
        if file.read(2) != b"\x1f\x8b":
            return path
    target = folder / "table.fits"
    with gzip.open(path, "rb") as packed, target.open("wb") as unpacked:
        shutil.copyfileobj(packed, unpacked, 2**20)
    return target


def _column(column: Any, table: Any) -> SourceColumn:
    dtype = table.columns.dtype[column.name]
    kind = "b" if str(column.format).strip().endswith("L") else dtype.base.kind
    is_scaled = column.bscale not in (None, "", 1) or (column.bzero not in (None, "", 0) and kind == "f")
    found = pl.Float64() if is_scaled else _DTYPES.get(kind, pl.String())
    is_usable = dtype.shape == () and kind in _DTYPES
    return SourceColumn(column.name, found, unit=str(column.unit or ""), is_usable=is_usable)


def _series(values: Any, null: Any) -> pl.Series:
    array = np.ma.asarray(values)
    kind = array.dtype.kind
    if kind in "SU":
        return pl.Series(np.char.strip(np.asarray(values).astype(str)).tolist(), dtype=pl.String)
    if kind == "b":
        return pl.Series(np.asarray(values, dtype=bool))
    series = pl.Series(np.asarray(values).astype(np.float64 if kind == "f" else np.int64))
    return series if null is None or kind == "f" else series.set(series == int(null), None)

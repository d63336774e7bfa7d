"""Rows of an index that is being written, set down in parts; each part is in the order that the end needs."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from al_core.files import sync_file
from al_core.metadata.catalog.checking import ROW
from al_core.metadata.catalog.layout import CELL, ID_FIELD
from al_core.metadata.sky import N_CELLS, cells_of

#: Hidden columns: number of the row among all, and of its source.
SEQUENCE, SOURCE = "_seq", "_src"
_ID = ID_FIELD.name
#: Rows that are decompressed at once when a part is read in pieces.
_BATCH = 16_384


class Spill:
    """Parts in a folder: their rows by cell, and apart from them their ids in order."""

    def __init__(self, folder: Path, n_parts: int = 0) -> None:
        self._folder = folder
        self.n_parts = n_parts

    def rows(self, part: int) -> Path:
        """Return the file of the rows of a part: fields, `CELL` (`N_CELLS` without position), `SEQUENCE`, by `CELL`."""
        return self._folder / f"rows-{part:06d}.arrow"

    def ids(self, part: int) -> Path:
        """Return the file of the ids of a part: id, `SEQUENCE`, `SOURCE`, `ROW`, by id."""
        return self._folder / f"ids-{part:06d}.arrow"

    def write(self, frame: pl.DataFrame, first: int) -> None:
        """Set a part down, safe on disk.

        Parameters
        ----------
        frame : DataFrame
            Fields, `SOURCE` and `ROW`.
        first : int
            Number of its first row among all.
        """
        sequence = pl.Series(SEQUENCE, np.arange(first, first + len(frame), dtype=np.uint32))
        frame = frame.with_columns(sequence, _cells(frame))
        ids = frame.select(_ID, SEQUENCE, SOURCE, ROW).sort(_ID, SEQUENCE)
        rows = frame.drop(SOURCE, ROW).sort(CELL)
        for path, content in ((self.ids(self.n_parts), ids), (self.rows(self.n_parts), rows)):
            content.write_ipc(path, compression="lz4", record_batch_size=_BATCH)
            sync_file(path)
        self.n_parts += 1

    def drop_after(self, n_parts: int) -> None:
        """Remove what was set down behind the first parts and never noted."""
        for path in self._folder.glob("*.arrow"):
            if int(path.stem.split("-")[1]) >= n_parts:
                path.unlink()
        self.n_parts = n_parts

    def pieces(
        self, paths: list[Path], starts: list[npt.NDArray[np.int64]], columns: list[str] | None = None
    ) -> Iterator[list[pl.DataFrame]]:
        """Yield, piece by piece, what every file has of it; `starts` says where in each file each piece begins."""
        scans = [pl.scan_ipc(path) if columns is None else pl.scan_ipc(path).select(columns) for path in paths]
        for piece in range(len(starts[0]) - 1 if starts else 0):
            spans = [(int(start[piece]), int(start[piece + 1])) for start in starts]
            yield [
                scan.slice(begin, end - begin).collect()
                for scan, (begin, end) in zip(scans, spans, strict=True)
                if end > begin
            ]


def _cells(frame: pl.DataFrame) -> pl.Series:
    """Return the cell of each row, `N_CELLS` where it has no position."""
    if not {"ra", "dec"} <= set(frame.columns) or not frame.schema["ra"].is_numeric():
        return pl.Series(CELL, np.full(len(frame), N_CELLS, dtype=np.uint16))
    ra, dec = (frame[name].cast(pl.Float64).fill_null(np.nan).to_numpy() for name in ("ra", "dec"))
    return pl.Series(CELL, cells_of(ra, dec).astype(np.uint16))

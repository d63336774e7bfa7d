"""A file that is sent piece by piece while it is made."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import polars as pl

from al_core.candidates.files.columns import Column
from al_core.candidates.files.spool import Spool
from al_core.candidates.files.tables import pieces_of, write_table
from al_core.errors import MetadataError

#: Format: how the file ends.
STREAMED = {"csv": "csv", "parquet": "parquet", "votable": "vot"}
_AT_ONCE = 1 << 20


def streamed(
    file_format: str, columns: Sequence[Column], frames: Iterable[pl.DataFrame], n_rows: int, name: str
) -> Iterator[bytes]:
    """Return the pieces of a file; the first frame is read here, so that what is wrong fails before anything is sent.

    Parameters
    ----------
    file_format : str
        A key of `STREAMED`; Parquet waits on disk until it is whole.
    columns : sequence of Column
    frames : iterable of DataFrame
        With these columns, at least one.
    n_rows : int
        Of all frames.
    name : str
        What a VOTable is called.

    Raises
    ------
    MetadataError
        If there is no such format.
    """
    if file_format not in STREAMED:
        raise MetadataError(f"Expected one of the formats {', '.join(STREAMED)}, found {file_format!r}.")
    if file_format == "parquet":
        return _parquet(columns, frames)
    others = iter(frames)
    return pieces_of(file_format, columns, _chained(next(others), others), n_rows, name)


def _chained(first: pl.DataFrame, others: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    yield first
    yield from others


def _parquet(columns: Sequence[Column], frames: Iterable[pl.DataFrame]) -> Iterator[bytes]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        spool = Spool(folder, columns)
        for frame in frames:
            spool.append_written(frame)
        spool.finish()
        path = folder / "table.parquet"
        write_table(spool, path, "parquet", "")
        return _read(path, stack.pop_all())


def _read(path: Path, folder: ExitStack) -> Iterator[bytes]:
    with folder, path.open("rb") as file:
        while piece := file.read(_AT_ONCE):
            yield piece

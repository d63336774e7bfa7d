"""A spool as one file of a format that people ask for."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import polars as pl

from al_core.candidates.files.columns import Column
from al_core.candidates.files.fits_tables import write_fits
from al_core.candidates.files.spool import Spool
from al_core.candidates.files.votables import votable
from al_core.errors import MetadataError
from al_core.files import replacing
from al_core.labeling.spreadsheets import GUARD, RISKY
from al_core.progress import Progress, no_progress

#: Format: what the user reads.
FORMATS = {"csv": "CSV", "parquet": "Parquet", "votable": "VOTable", "fits": "FITS table"}
SUFFIXES = {"csv": "csv", "parquet": "parquet", "votable": "vot", "fits": "fits"}
_MOMENT = "%Y-%m-%dT%H:%M:%S%.3fZ"
#: Ids join files, so they stay as they are.
_IDS = ("id", "spectrum_id")
_RISKY = f"^{GUARD}*[{''.join(RISKY)}]".replace("-", r"\-")


def write_table(spool: Spool, path: Path, file_format: str, name: str, progress: Progress = no_progress) -> None:
    """Write all rows of a finished spool; the file appears when it is whole.

    Parameters
    ----------
    spool : Spool
    path : Path
    file_format : str
        A key of `FORMATS`.
    name : str
        What a VOTable or FITS table is called.
    progress : Progress

    Raises
    ------
    MetadataError
        If there is no such format.
    """
    if file_format not in FORMATS:
        raise MetadataError(f"Expected one of the formats {', '.join(FORMATS)}, found {file_format!r}.")
    with replacing(path) as temporary:
        if file_format == "parquet":
            _write_parquet(spool, temporary, progress)
        elif file_format == "fits":
            write_fits(spool, temporary, name, progress)
        else:
            pieces = pieces_of(file_format, spool.columns, spool.frames(), spool.n_rows, name)
            with temporary.open("wb") as file:
                for number, piece in enumerate(pieces):
                    progress(min(number, len(spool.paths)), len(spool.paths), "Writing")
                    file.write(piece)


def pieces_of(
    file_format: str, columns: Sequence[Column], frames: Iterable[pl.DataFrame], n_rows: int, name: str
) -> Iterator[bytes]:
    """Yield a CSV file or VOTable of frames with these columns; at least one frame is given, it may be empty."""
    return csv(frames) if file_format == "csv" else votable(columns, frames, n_rows, name)


def csv(frames: Iterable[pl.DataFrame]) -> Iterator[bytes]:
    """Yield a CSV file; a text that a spreadsheet would compute gets a guard, see `al_core.labeling.spreadsheets`."""
    for number, frame in enumerate(frames):
        yield safe_cells(frame).write_csv(include_header=number == 0, datetime_format=_MOMENT).encode()


def safe_cells(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a table whose texts and names of columns begin like no formula; ids stay as they are.

    >>> safe_cells(pl.DataFrame({"comment": ["=1+1", "-", "'=x", "fine", "'t Hooft"]}))["comment"].to_list()
    ["'=1+1", "'-", "''=x", 'fine', "'t Hooft"]
    """
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String and name not in _IDS]
    guarded = [
        pl.when(pl.col(name).str.contains(_RISKY)).then(GUARD + pl.col(name)).otherwise(pl.col(name)).alias(name)
        for name in texts
    ]
    return frame.with_columns(guarded).rename({name: GUARD + name for name in frame.columns if name.startswith(RISKY)})


def _write_parquet(spool: Spool, path: Path, progress: Progress) -> None:
    progress(0, None, "Writing")
    if len(spool.paths) == 1:
        pl.read_parquet(spool.paths[0]).write_parquet(path, compression="zstd")
        return
    spool.scan().sink_parquet(path, compression="zstd", maintain_order=True)

"""A block is what an import appends in one step; here files of one spectrum each become blocks."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from al_core.errors import ALCoreError, ExcludedSpectrumError
from al_core.pools.report import Rejection
from al_core.pools.tables import describe, table_of
from al_core.preprocessing import Recipe
from al_core.readers import read_spectra
from al_core.spectrum import MetadataValue, Spectrum

#: Ids of simulated spectra begin so.
SIMULATED_PREFIX = "simulated-"
#: What a reader may meet in a broken file; one such file is listed and does not stop an import.
FILE_ERRORS = (ALCoreError, OSError, ValueError, TypeError, ArithmeticError, LookupError, AttributeError)


class Block(NamedTuple):
    """Consecutive spectra, ready to be written.

    `flux` has shape (n_spectra, n_points), float32; `table` is their metadata as the bytes of a Parquet file, in the
    same order. `simulated`: whether one of them says that it is. `next_row` and `next_byte`: where to go on in a
    matrix; None at the end of it, and for files.
    """

    flux: npt.NDArray[np.float32]
    table: bytes
    rejected: list[Rejection]
    simulated: bool
    next_row: int | None = None
    next_byte: int | None = None


def convert_files(paths: Sequence[str], recipe: Recipe, exposures: bool) -> Block:
    """Read files, and take every spectrum in them through the recipe; what cannot be used is listed."""
    rows: list[npt.NDArray[np.float64]] = []
    described: list[dict[str, MetadataValue]] = []
    rejected: list[Rejection] = []
    for path in paths:
        for spectrum in _read(path, exposures, rejected):
            try:
                rows.append(recipe.resample(spectrum))
            except ExcludedSpectrumError as error:
                rejected.append(Rejection(path, spectrum.spectrum_id, str(error)))
            else:
                described.append(describe(spectrum) | {"source": path})
    return _finish(rows, described, rejected, recipe)


def _read(path: str, exposures: bool, rejected: list[Rejection]) -> list[Spectrum]:
    try:
        return read_spectra(Path(path), exposures=exposures)
    except FILE_ERRORS as error:
        rejected.append(Rejection(path, "", reason_of(error, path)))
        return []


def reason_of(error: Exception, path: str) -> str:
    """Return what the user reads about a file that was left out, without the path that stands beside it."""
    text = str(error) if isinstance(error, ALCoreError) else f"{type(error).__name__} while reading: {error}"
    return text.removeprefix(f"{path}: ")


def _finish(
    rows: list[npt.NDArray[np.float64]],
    described: list[dict[str, MetadataValue]],
    rejected: list[Rejection],
    recipe: Recipe,
) -> Block:
    done = recipe.finish(np.array(rows).reshape(len(rows), recipe.grid.size))
    for row, reason in done.excluded:
        about = described[row]
        rejected.append(Rejection(str(about["source"]), str(about["spectrum_id"]), reason))
    kept = [described[row] for row in done.kept]
    return Block(done.flux, parquet_of(table_of(kept)), rejected, any(map(_is_simulated, kept)))


def _is_simulated(row: dict[str, MetadataValue]) -> bool:
    """Whether header cards or the id say that the spectrum was never observed."""
    return (
        row.get("SIMULATE") is True
        or str(row.get("ORIGIN", "")).upper() == "SIMULATED"
        or is_simulated_id(str(row["spectrum_id"]))
    )


def is_simulated_id(spectrum_id: str) -> bool:
    """Whether the id is one that the simulator gives."""
    return spectrum_id.startswith(SIMULATED_PREFIX)


def parquet_of(table: pl.DataFrame) -> bytes:
    """Return the table as the bytes of a Parquet file."""
    buffer = io.BytesIO()
    table.write_parquet(buffer, compression="lz4", statistics=False)
    return buffer.getvalue()

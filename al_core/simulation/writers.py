"""Writes a simulated survey into a folder, as CSV tables or as LAMOST-style FITS files.

Both write `truth.csv`, `training-set.csv`, `training-truth.csv`, `metadata.csv` and `manifest.json`. Every file is
written under a temporary name and then renamed; no file holds a date of writing, so the same parameters give the
same bytes.
"""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np
import polars as pl

from al_core import __version__
from al_core.errors import ConfigurationError
from al_core.progress import Progress, no_progress
from al_core.simulation.config import STREAM_FULL, SurveyParameters
from al_core.simulation.fits_files import header_cards, write_file
from al_core.simulation.full_range import observed_spectrum
from al_core.simulation.grids import full_wavelengths, window_grid
from al_core.simulation.manifest import Counts, manifest_of
from al_core.simulation.metadata import metadata_table
from al_core.simulation.survey import SourceBlock, make_training_set, simulate, source_blocks
from al_core.simulation.truth_table import truth_table

#: Spectra rendered at a time over the whole range, to keep memory small.
_FITS_ROWS = 128


def write_csv_survey(output_dir: Path, parameters: SurveyParameters, progress: Progress = no_progress) -> Path:
    """Write a survey of the Hα window and return its folder.

    Parameters
    ----------
    output_dir : Path
        Made if needed. It may hold a survey of the same parameters, which is written again.
    parameters : SurveyParameters
        What to simulate.
    progress : Progress
        Called once per 1024 spectra.

    Notes
    -----
    `pool.csv` has the header `id` and the 140 wavelengths; each row is standardized to zero mean and unit population
    variance. Dead and constant spectra cannot be: they keep their values, so that an import leaves them out with its
    own reason.

    Raises
    ------
    ConfigurationError
        If the folder holds something else.
    """
    folder = _claim(Path(output_dir), parameters, "csv")
    with _tables(folder, "pool.csv", "truth.csv", "metadata.csv") as (pool, truth, metadata):
        for chunk in simulate(parameters):
            pool.append(_flux_table(chunk.spectrum_ids, chunk.on_window_grid()))
            truth.append(chunk.truth)
            metadata.append(metadata_table(chunk.block, parameters))
            progress(truth.n_rows, parameters.n_spectra, "Simulating spectra")
        _finish(folder, parameters, "csv", truth.counts)
    return folder


def write_fits_survey(output_dir: Path, parameters: SurveyParameters, progress: Progress = no_progress) -> Path:
    """Write a survey of whole spectra as FITS files in `fits/` and return its folder.

    The objects and their truth are those that `write_csv_survey` writes; noise and continua differ. Parameters and
    errors as there.
    """
    folder = _claim(Path(output_dir), parameters, "fits")
    (folder / "fits").mkdir(exist_ok=True)
    with _tables(folder, "truth.csv", "metadata.csv") as (truth, metadata):
        for block in source_blocks(parameters):
            catalogue = metadata_table(block, parameters)
            for n_done in _write_block(folder / "fits", block, catalogue, parameters):
                progress(truth.n_rows + n_done, parameters.n_spectra, "Writing simulated FITS files")
            truth.append(truth_table(block.spectrum_ids, block.sources))
            metadata.append(catalogue)
        _finish(folder, parameters, "fits", truth.counts)
    return folder


def _write_block(
    folder: Path, block: SourceBlock, catalogue: pl.DataFrame, parameters: SurveyParameters
) -> Iterator[int]:
    """Write the files of a block and yield now and then how many there are."""
    wavelength, rows = full_wavelengths(), catalogue.to_dicts()
    rng = np.random.default_rng([parameters.seed, STREAM_FULL, block.number])
    for start in range(0, len(rows), _FITS_ROWS):
        part = slice(start, start + _FITS_ROWS)
        sources = block.sources[part]
        flux, ivar = observed_spectrum(sources, wavelength, parameters, rng)
        for row, source, f, i in zip(rows[part], sources, flux, ivar, strict=True):
            path = folder / str(row["filename"])
            temporary = path.with_suffix(".part")
            write_file(temporary, header_cards(row, float(source["helio_rv"])), wavelength, f, i)
            temporary.replace(path)
        yield start + len(sources)


def _claim(folder: Path, parameters: SurveyParameters, file_format: str) -> Path:
    """Make the folder and its unfinished manifest, or say why it cannot be used."""
    manifest = folder / "manifest.json"
    if folder.exists() and not folder.is_dir():
        raise ConfigurationError(f"Expected a folder for the survey, found the file {folder}. Name another one.")
    if manifest.exists():
        _check_same(manifest, parameters, file_format)
    elif folder.exists() and any(not path.name.startswith(".") for path in folder.iterdir()):
        raise ConfigurationError(f"{folder} is not empty and holds no simulated survey. Name an empty or new folder.")
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = {"simulated": True, "complete": False, "format": file_format, "parameters": parameters.as_dict()}
    _write_json(manifest, unfinished)
    return folder


def _check_same(manifest: Path, parameters: SurveyParameters, file_format: str) -> None:
    try:
        found = json.loads(manifest.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{manifest} cannot be read ({error}). Name another folder.") from error
    stored = found if isinstance(found, dict) else {}
    if stored.get("format") != file_format or stored.get("parameters") != parameters.as_dict():
        raise ConfigurationError(
            f"{manifest.parent} holds something else than the {file_format} survey with these parameters. "
            "Name another folder, or remove this one."
        )


def _finish(folder: Path, parameters: SurveyParameters, file_format: str, pool_counts: Counts) -> None:
    training = make_training_set(parameters)
    table = _flux_table(training.spectrum_ids, training.flux).insert_column(1, pl.Series("label", training.labels))
    with _tables(folder, "training-set.csv", "training-truth.csv") as (labeled, truth):
        labeled.append(table)
        truth.append(training.truth)
    counts = {"pool": pool_counts, "training": truth.counts}
    _write_json(folder / "manifest.json", manifest_of(parameters, file_format, counts, __version__))


def _flux_table(spectrum_ids: list[str], flux: np.ndarray[Any, np.dtype[np.float32]]) -> pl.DataFrame:
    names = [repr(float(wavelength)) for wavelength in window_grid()]
    table = pl.from_numpy(np.ascontiguousarray(flux), schema=dict.fromkeys(names, pl.Float32))
    return table.insert_column(0, pl.Series("id", spectrum_ids, dtype=pl.String))


class _Table:
    """A CSV file that grows, and what it has held so far by class and by kind."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.n_rows = 0
        self.counts: Counts = {"label_name": Counter(), "kind": Counter()}

    def append(self, table: pl.DataFrame) -> None:
        """Write more rows, after the header if they are the first."""
        table.write_csv(self._file, include_header=self.n_rows == 0)
        self.n_rows += len(table)
        for column in self.counts.keys() & set(table.columns):
            self.counts[column].update(table[column].to_list())


@contextmanager
def _tables(folder: Path, *names: str) -> Iterator[list[_Table]]:
    """Open tables that take their names together when everything went well."""
    with ExitStack() as stack:
        yield [_Table(stack.enter_context(_replacing(folder / name))) for name in names]


@contextmanager
def _replacing(path: Path) -> Iterator[IO[bytes]]:
    """Open a temporary file that takes the name `path` when everything went well."""
    temporary = path.with_name(path.name + ".part")
    try:
        with temporary.open("wb") as file:
            yield file
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _write_json(path: Path, content: dict[str, Any]) -> None:
    with _replacing(path) as file:
        file.write((json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode())

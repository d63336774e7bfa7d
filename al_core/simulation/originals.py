"""Whole spectra for some objects of a survey that was written as windows: the same window inside, as one file each."""

from collections.abc import Collection
from pathlib import Path

import numpy as np
import numpy.typing as npt

from al_core.progress import Progress, no_progress
from al_core.simulation.config import STREAM_FULL, SurveyParameters
from al_core.simulation.fits_files import header_cards, write_file
from al_core.simulation.full_range import observed_spectrum
from al_core.simulation.grids import full_wavelengths, native_window
from al_core.simulation.metadata import metadata_table
from al_core.simulation.survey import SimulatedChunk, simulate

#: Pixels at each edge of the window whose level joins it to the rest.
_JOIN = 12
#: The level may change by so much at an edge: beyond that, noise was compared with noise.
_MOST_CHANGE = 2.0

Flux = npt.NDArray[np.float64]


def write_originals(
    folder: Path, parameters: SurveyParameters, spectrum_ids: Collection[str], progress: Progress = no_progress
) -> int:
    """Write whole spectra of a survey that `write_csv_survey` wrote, and return how many.

    Noise and defects around Hα are those of the survey's `pool.csv`, so what an import makes of such a file is the row
    of the table; the rest of the range is rendered for it.

    Parameters
    ----------
    folder : Path
        Made if needed; a file is named as its spectrum.
    parameters : SurveyParameters
        Of the survey.
    spectrum_ids : collection of str
        Ids that the survey does not have are passed over.
    progress : Progress

    Returns
    -------
    int
        Files that are there now.
    """
    folder.mkdir(parents=True, exist_ok=True)
    wanted, n_done = set(spectrum_ids), 0
    for chunk in simulate(parameters):
        rows = [k for k, name in enumerate(chunk.spectrum_ids) if name in wanted]
        if rows:
            _write(folder, chunk, rows, parameters)
            n_done += len(rows)
            progress(n_done, len(wanted), "Writing whole spectra")
    return n_done


def _write(folder: Path, chunk: SimulatedChunk, rows: list[int], parameters: SurveyParameters) -> None:
    wavelength = full_wavelengths()
    rng = np.random.default_rng([parameters.seed, STREAM_FULL, chunk.block.number])
    sources = chunk.block.sources[rows]
    catalogue = metadata_table(chunk.block, parameters).to_dicts()
    flux, ivar = joined(*observed_spectrum(sources, wavelength, parameters, rng), chunk.flux[rows], chunk.ivar[rows])
    for row, source, f, i in zip(rows, sources, flux, ivar, strict=True):
        path = folder / f"{chunk.spectrum_ids[row]}.fits"
        temporary = path.with_suffix(".part")
        write_file(temporary, header_cards(catalogue[row], float(source["helio_rv"])), wavelength, f, i)
        temporary.replace(path)


def joined(
    flux: npt.NDArray[np.float32],
    ivar: npt.NDArray[np.float32],
    window: npt.NDArray[np.float32],
    window_ivar: npt.NDArray[np.float32],
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Return whole spectra with the pixels around Hα replaced, and the arms beside them at their level.

    Parameters
    ----------
    flux, ivar : ndarray, shape (n, n_pixels)
        Whole spectra.
    window, window_ivar : ndarray, shape (n, n_window)
        The pixels of `native_window`, at any level.

    Returns
    -------
    tuple of ndarray of float32
        Flux and inverse variance, shape (n, n_pixels).
    """
    n_window = window.shape[1]
    start = int(np.searchsorted(full_wavelengths(), native_window()[0] - 1e-3))
    inside = slice(start, start + n_window)
    level = _ratio(flux[:, inside], window)
    made, weight = flux.astype(np.float64), ivar.astype(np.float64)
    made[:, inside] = window * level[:, None]
    weight[:, inside] = window_ivar / level[:, None] ** 2
    for arm, edge in (
        (slice(0, start), slice(start, start + _JOIN)),
        (slice(start + n_window, None), slice(start + n_window - _JOIN, start + n_window)),
    ):
        factor = np.clip(_ratio(made[:, edge], flux[:, edge]), 1 / _MOST_CHANGE, _MOST_CHANGE)
        made[:, arm] *= factor[:, None]
        weight[:, arm] /= factor[:, None] ** 2
    return made.astype(np.float32), weight.astype(np.float32)


def _ratio(wanted: npt.NDArray[np.floating], found: npt.NDArray[np.floating]) -> Flux:
    """Return by what `found` is multiplied to be at the level of `wanted`; 1 where there is no level."""
    above, below = np.median(wanted, axis=1).astype(np.float64), np.median(found, axis=1).astype(np.float64)
    has_level = (above > 0) & (below > 0)
    return np.where(has_level, above / np.where(has_level, below, 1.0), 1.0)

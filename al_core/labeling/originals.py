"""The spectrum of a file as it was observed, beside what the network sees of it."""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from al_core.errors import ReadError
from al_core.labeling.decimation import kept_points, rounded
from al_core.labeling.uncertainty import window_sigma
from al_core.preprocessing import Recipe
from al_core.readers import read_spectra
from al_core.spectrum import BoolArray, Spectrum

#: What a header calls the unit of its flux.
_UNIT_KEYS = ("BUNIT", "FLUXUNIT", "bunit")
#: Surveys whose files do not state the unit.
_UNITS = {"sdss": "1e-17 erg/s/cm²/Å"}


class Original(NamedTuple):
    """What the page draws of a file: `full` as JSON, `sigma` and `masked` in the window."""

    full: dict[str, Any]
    sigma: npt.NDArray[np.float64] | None
    masked: list[list[float]]


#: Beside a table: whole spectra as files that are named as their ids.
BESIDE = "spectra"
_SUFFIXES = (".fits", ".fits.gz")


def path_of(source: str | None, spectrum_id: str, tables: tuple[str, ...]) -> Path | None:
    """Return where the original file of a spectrum would be; None where there is none.

    A table has no more than the pool; beside it, in the folder `spectra`, may lie whole spectra.
    """
    if source and source not in tables:
        return Path(source)
    is_name = spectrum_id not in ("", ".", "..") and not set(spectrum_id) & set("/\\\0")
    if not source or not is_name:
        return None
    paths = [Path(source).parent / BESIDE / f"{spectrum_id}{suffix}" for suffix in _SUFFIXES]
    return next((path for path in paths if path.is_file()), None)


def original_of(source: str | None, spectrum_id: str, tables: tuple[str, ...], recipe: Recipe) -> Original:
    """Return the full spectrum of a file, decimated, and its uncertainty in the window.

    Parameters
    ----------
    source : str or None
        The file that the pool was imported from.
    spectrum_id : str
    tables : tuple of str
        Files with many spectra on the grid of the pool: they have no more than the pool.
    recipe : Recipe
        Of the pool.
    """
    path = path_of(source, spectrum_id, tables)
    if path is None:
        name = Path(source).name if source else "a table"
        return _missing(f"This pool was imported from {name}, which has the window alone; there is no original file.")
    if not path.is_file():
        return _missing(f"The file {path.name} is not at {path.parent} any more. Put it back, or import it again.")
    try:
        spectrum = _read(path, spectrum_id)
    except (ReadError, OSError) as error:
        return _missing(f"The original file cannot be read: {error}")
    sigma = window_sigma(spectrum, recipe)
    inside = [float(recipe.grid[0]), float(recipe.grid[-1])]
    masked = masked_ranges(spectrum.wavelength, spectrum.mask)
    in_window = [[max(a, inside[0]), min(b, inside[1])] for a, b in masked if b >= inside[0] and a <= inside[1]]
    return Original(drawn(spectrum), sigma, in_window)


def _read(path: Path, spectrum_id: str) -> Spectrum:
    """Return the spectrum of a file that has this id; single exposures are read only where it is one of them."""
    spectra = read_spectra(path)
    found = next((one for one in spectra if one.spectrum_id == spectrum_id), None)
    if found is None and "@" in spectrum_id:
        found = next((one for one in read_spectra(path, exposures=True) if one.spectrum_id == spectrum_id), None)
    return found or spectra[0]


def _missing(reason: str) -> Original:
    return Original({"error": reason}, None, [])


def drawn(spectrum: Spectrum) -> dict[str, Any]:
    """Return a spectrum as the page draws it: vacuum Å, at most 4000 points with every extreme among them."""
    kept = kept_points(spectrum.flux)
    sigma = None
    if spectrum.ivar is not None:
        ivar = spectrum.ivar[kept]
        with np.errstate(divide="ignore", invalid="ignore"):
            sigma = rounded(np.where((ivar > 0) & np.isfinite(ivar), 1 / np.sqrt(ivar), np.nan), 4)
    return {
        "wavelength": np.round(spectrum.wavelength[kept], 3),
        "flux": rounded(spectrum.flux[kept]),
        "sigma": sigma,
        "masked": masked_ranges(spectrum.wavelength, spectrum.mask),
        "medium": "vacuum",
        "file_medium": spectrum.medium,
        "unit": unit_of(spectrum),
        "n_pixels": spectrum.n_pixels,
        "is_decimated": kept.size < spectrum.n_pixels,
        "reader": spectrum.reader,
    }


def unit_of(spectrum: Spectrum) -> str:
    """Return the unit of the flux: what the file or its survey states, else "relative"."""
    stated = next((spectrum.metadata[key] for key in _UNIT_KEYS if spectrum.metadata.get(key)), None)
    return str(stated) if stated else _UNITS.get(spectrum.reader, "relative")


def masked_ranges(wavelength: npt.NDArray[np.float64], mask: BoolArray) -> list[list[float]]:
    """Return where pixels are bad: [first, last] wavelength of each run of them, to the edges of its pixels.

    >>> masked_ranges(np.array([1.0, 2.0, 3.0, 4.0]), np.array([False, True, True, False]))
    [[1.5, 3.5]]
    """
    steps = np.diff(np.concatenate(([0], mask.astype(np.int8), [0])))
    first, last = np.flatnonzero(steps == 1), np.flatnonzero(steps == -1) - 1
    middle = (wavelength[1:] + wavelength[:-1]) / 2
    edges = np.concatenate(([wavelength[0]], middle, [wavelength[-1]]))
    pairs = zip(edges[first].round(2).tolist(), edges[last + 1].round(2).tolist(), strict=True)
    return [[low, high] for low, high in pairs]

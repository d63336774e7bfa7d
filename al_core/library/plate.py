"""The plate of a pool: its continuum-divided mean spectrum as a strip of gray, by which people recognize it."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.ndimage import percentile_filter, uniform_filter1d

from al_core.errors import ALCoreError
from al_core.files import write_durably
from al_core.pools import Pool
from al_core.readers import read_spectrum

#: Wavelengths that a plate shows where files of whole spectra exist, vacuum Å.
START, STOP = 3850.0, 7000.0
#: Gray values of a plate.
N_VALUES = 315
#: Files that are read for it, and rows of the flux where there are none.
N_FILES, N_ROWS = 48, 400
#: Width of the window whose upper part is the continuum, Å: wider than the wings of the Balmer lines.
_CONTINUUM_WIDTH = 180.0
_STRETCH = (2.0, 98.5)
#: Points that are averaged into one gray value.
_FINER = 5


@dataclass(frozen=True)
class Plate:
    """A strip of gray values, 0 (dark: absorption) to 255, from `start` to `stop` (vacuum Å).

    `n_spectra` spectra were averaged; `is_whole` tells files of whole spectra from the pool's own flux.
    """

    start: float
    stop: float
    values: tuple[int, ...]
    n_spectra: int
    is_whole: bool


def make_plate(pool: Pool) -> Plate:
    """Average a sample of the pool: of the files that it was made from where they exist, else of its flux."""
    mean, n_files = _mean_of_files(_some_files(pool))
    if n_files:
        return Plate(START, STOP, _stretched(mean), n_files, True)
    rows = np.linspace(0, pool.n_spectra - 1, min(N_ROWS, pool.n_spectra)).astype(np.int64)
    grid = np.linspace(pool.grid[0], pool.grid[-1], N_VALUES)
    mean = np.interp(grid, pool.grid, np.asarray(pool.flux[rows], dtype=np.float64).mean(axis=0))
    return Plate(float(grid[0]), float(grid[-1]), _stretched(mean), rows.size, False)


def read_plate(path: Path) -> Plate | None:
    """Return a stored plate; None if there is none that can be read."""
    try:
        content = json.loads(path.read_bytes())
        return Plate(**{**content, "values": tuple(content["values"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def write_plate(path: Path, plate: Plate) -> None:
    """Store a plate."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_durably(path, json.dumps(asdict(plate)).encode())


def _some_files(pool: Pool) -> list[Path]:
    """Return files of one spectrum each that the pool was made from, evenly spread over it."""
    if not pool.manifest.get("plan", {}).get("n_files"):
        return []
    sources = pl.scan_parquet(pool.path / "spectra.parquet").select("source").collect()["source"]
    rows = np.unique(np.linspace(0, len(sources) - 1, min(N_FILES, len(sources))).astype(np.int64))
    tables = set(pool.manifest["plan"].get("matrices", ()))
    names = dict.fromkeys(sources[rows].to_list())
    return [Path(name) for name in names if name and name not in tables and Path(name).is_file()]


def _mean_of_files(paths: Iterable[Path]) -> tuple[npt.NDArray[np.float64], int]:
    """Return the mean of continuum-divided spectra on the grid of a plate, and how many had a part in it."""
    grid = np.linspace(START, STOP, N_VALUES * _FINER)
    total, count, n_files = np.zeros(grid.size), np.zeros(grid.size), 0
    for path in paths:
        try:
            spectrum = read_spectrum(path)
        except (ALCoreError, OSError):  # the plate is a picture of the rest; the import has listed the file
            continue
        good = ~spectrum.mask & (spectrum.flux > 0)
        if good.sum() < 100:
            continue
        inside = (grid >= spectrum.wavelength[0]) & (grid <= spectrum.wavelength[-1])
        flux = np.interp(grid, spectrum.wavelength[good], spectrum.flux[good])
        total[inside] += _divided(flux)[inside]
        count[inside] += 1
        n_files += bool(inside.any())
    mean = np.where(count > 0, total / np.maximum(count, 1), 1.0)
    return mean.reshape(N_VALUES, _FINER).mean(axis=1), n_files


def _divided(flux: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Divide by the smoothed upper part of a wide window; what leaves the usual range is cut."""
    width = round(_CONTINUUM_WIDTH / ((STOP - START) / flux.size))
    continuum = uniform_filter1d(percentile_filter(flux, 80, width), width)
    return np.asarray(np.clip(flux / np.maximum(continuum, 1e-6 * max(flux.max(), 1e-30)), 0, 3))


def _stretched(mean: npt.NDArray[np.float64]) -> tuple[int, ...]:
    low, high = np.percentile(mean, _STRETCH)
    gray = np.clip((mean - low) / max(high - low, 1e-12), 0, 1) * 255
    return tuple(int(value) for value in np.round(gray))

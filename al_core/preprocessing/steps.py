"""The steps that a recipe may contain, as pure functions.

A step works either on one spectrum on its own pixels (`Samples` to `Samples`), or, after the one step `resample`, on
many spectra on the common grid (matrix to matrix, row by row).
"""

from collections.abc import Callable
from typing import Any, Literal, NamedTuple, cast

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter1d

from al_core.errors import ExcludedSpectrumError
from al_core.preprocessing.resampling import average_flux, interpolate_linear
from al_core.spectrum import BoolArray, FloatArray, Spectrum
from al_core.wavelength import air_to_vacuum, vacuum_to_air

Array = npt.NDArray[np.float64]

#: Hα in vacuum, Å (NIST ASD).
H_ALPHA = 6564.61


class Samples(NamedTuple):
    """One spectrum on its own pixels, while steps work on it.

    `wavelength` (vacuum Å), `flux` (any unit) and `mask` (True: bad) have shape (n_pixels,).
    `medium` is that of the wavelengths in the file.
    """

    wavelength: Array
    flux: Array
    mask: BoolArray
    medium: str

    @classmethod
    def of(cls, spectrum: Spectrum) -> "Samples":
        """Take a spectrum as it was read."""
        return cls(spectrum.wavelength, spectrum.flux.astype(np.float64), spectrum.mask, spectrum.medium)


def convert_air(samples: Samples, *, formula: Literal["vald", "thesis"] = "vald") -> Samples:
    """Choose the formula by which wavelengths in air became vacuum ones.

    Readers convert by the formula of VALD (Piskunov), which the original program used as well. `thesis` is equation
    2.2 of the thesis, Morton (2000) with the wave number in air instead of vacuum. At Hα they differ by
    1.3e-5 Å (0.6 m/s), at most by 2.7e-5 Å (at 3700 Å): a hundred-thousandth of a pixel. Spectra in vacuum stay.
    """
    if samples.medium != "air" or formula == "vald":
        return samples
    return samples._replace(wavelength=air_to_vacuum(vacuum_to_air(samples.wavelength), method="thesis"))


def treat_bad_pixels(
    samples: Samples, *, action: Literal["keep", "interpolate"] = "interpolate", max_fraction: float = 1.0
) -> Samples:
    """Replace the flux of bad pixels by straight lines between good ones, or keep what the file has.

    A value that is not a number is replaced under either action, as no later step could use it. A spectrum with more
    than `max_fraction` of its pixels bad is left out.
    """
    fraction = float(np.mean(samples.mask))
    if fraction > max_fraction:
        raise ExcludedSpectrumError(f"{fraction:.0%} of the pixels are bad, at most {max_fraction:.0%} allowed")
    bad = samples.mask if action == "interpolate" else ~np.isfinite(samples.flux)
    if not bad.any():
        return samples
    if bad.all():
        raise ExcludedSpectrumError("every pixel is bad")
    flux = samples.flux.copy()
    flux[bad] = np.interp(samples.wavelength[bad], samples.wavelength[~bad], samples.flux[~bad])
    return samples._replace(flux=flux)


def gaussian_blur(samples: Samples, *, sigma_pixels: float = 7.0, finer_than_angstrom: float | None = 0.3) -> Samples:
    """Convolve with a Gaussian, edges extended, to bring a spectrograph down to the survey's resolution.

    The original program blurred Ondřejov spectra (0.23-0.26 Å per pixel) by 7 pixels and LAMOST ones not at all; so by
    default only spectra whose pixels are narrower than `finer_than_angstrom` are blurred (None: all are).
    The kernel is cut at 4 sigma.
    """
    step = float(np.median(np.diff(samples.wavelength)))
    if finer_than_angstrom is not None and step >= finer_than_angstrom:
        return samples
    return samples._replace(flux=gaussian_filter1d(samples.flux, sigma_pixels, mode="nearest", truncate=4.0))


def resample(
    samples: Samples,
    *,
    start: float = 6519.0,
    stop: float = 6732.0,
    n_points: int = 140,
    method: Literal["linear", "flux_conserving"] = "linear",
    max_gap_angstrom: float = 10.0,
) -> Array:
    """Return the flux at `n_points` even wavelengths from `start` to `stop` (vacuum Å, both included).

    A spectrum that does not cover the grid, or has a gap wider than `max_gap_angstrom` in it, is left out: nothing is
    extrapolated. Flux that is not a number at a pixel the grid needs is left out too.
    """
    first, last = samples.wavelength[0], samples.wavelength[-1]
    if first > start or last < stop:
        raise ExcludedSpectrumError(f"covers {first:.1f}-{last:.1f} Å, the grid needs {start:g}-{stop:g} Å")
    low = max(int(np.searchsorted(samples.wavelength, start, side="right")) - 2, 0)
    high = int(np.searchsorted(samples.wavelength, stop, side="left")) + 2
    wavelength, flux = samples.wavelength[low:high], samples.flux[low:high]
    gap = float(np.max(np.diff(wavelength)))
    if gap > max_gap_angstrom:
        raise ExcludedSpectrumError(
            f"has a gap of {gap:.1f} Å inside {start:g}-{stop:g} Å, at most {max_gap_angstrom:g} Å"
        )
    grid = np.linspace(start, stop, n_points)
    return interpolate_linear(wavelength, flux, grid) if method == "linear" else average_flux(wavelength, flux, grid)


def divide_continuum(
    flux: FloatArray, grid: Array, *, degree: int = 2, line_half_width: float = 25.0, n_passes: int = 3
) -> FloatArray:
    """Divide each row by a polynomial through its continuum.

    The polynomial (least squares, Legendre) leaves out `line_half_width` Å on both sides of Hα and, in later passes,
    points more than 2 standard deviations below or 3 above it: absorption lines are commoner than emission lines.
    A row whose continuum comes near zero becomes NaN and is left out by the recipe.
    """
    x = np.linspace(-1, 1, grid.size)
    basis = np.polynomial.legendre.legvander(x, degree)
    weight = np.broadcast_to(np.abs(grid - H_ALPHA) > line_half_width, flux.shape).astype(np.float64)
    rows = flux.astype(np.float64)
    continuum = rows
    for _ in range(n_passes):
        normal = np.einsum("pi,np,pj->nij", basis, weight, basis) + 1e-12 * np.eye(degree + 1)
        moments = np.einsum("pi,np->ni", basis, weight * rows)
        continuum = np.linalg.solve(normal, moments[..., None])[..., 0] @ basis.T
        residual = rows - continuum
        scatter = np.sqrt(np.sum(weight * residual**2, axis=1, keepdims=True) / weight.sum(axis=1, keepdims=True))
        weight = weight * ((residual > -2 * scatter) & (residual < 3 * scatter) | (scatter == 0))
    level = np.median(np.abs(rows), axis=1, keepdims=True)
    safe = np.min(continuum, axis=1, keepdims=True) > 1e-3 * level
    return np.where(safe, rows / np.where(safe, continuum, 1.0), np.nan)


def scale_zscore(flux: FloatArray, _grid: Array) -> FloatArray:
    """Scale each row to zero mean and unit (population) standard deviation: the thesis's scaling."""
    rows = flux.astype(np.float64)
    centred = rows - rows.mean(axis=1, keepdims=True)
    deviation = centred.std(axis=1, keepdims=True)
    return cast(Array, np.divide(centred, deviation, out=np.zeros_like(centred), where=deviation > 0))


def scale_minmax(flux: FloatArray, _grid: Array) -> FloatArray:
    """Scale each row to [-1, 1]: the scaling of Škoda, Podsztavek & Tvrdík (2020, A&A 643, A122)."""
    rows = flux.astype(np.float64)
    low = rows.min(axis=1, keepdims=True)
    span = rows.max(axis=1, keepdims=True) - low
    return cast(Array, np.divide(2 * (rows - low), span, out=np.ones_like(rows), where=span > 0) - 1)


#: Steps on one spectrum, before `resample`.
SPECTRUM_STEPS: dict[str, Callable[..., Samples]] = {
    "convert_air": convert_air,
    "treat_bad_pixels": treat_bad_pixels,
    "gaussian_blur": gaussian_blur,
}
#: Steps on the grid, after `resample`: each takes (n_spectra, n_points) and the grid.
GRID_STEPS: dict[str, Callable[..., FloatArray]] = {
    "divide_continuum": divide_continuum,
    "scale_zscore": scale_zscore,
    "scale_minmax": scale_minmax,
}
STEPS: dict[str, Callable[..., Any]] = {**SPECTRUM_STEPS, "resample": resample, **GRID_STEPS}

"""One standard deviation in the window: the noise of the pixels taken through the recipe."""

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter1d

from al_core.errors import ExcludedSpectrumError
from al_core.preprocessing import Recipe
from al_core.preprocessing.resampling import bin_edges
from al_core.preprocessing.steps import GRID_STEPS, SPECTRUM_STEPS, Samples
from al_core.spectrum import Spectrum

Array = npt.NDArray[np.float64]

#: Where the kernel of a blur ends, in its own widths, as in the recipe; and what weight of a pixel counts as none.
_CUT, _NOTHING = 4.0, 1e-6


def window_sigma(spectrum: Spectrum, recipe: Recipe) -> Array | None:
    """Return the standard deviation of each point of the window, shape (n_points,).

    The steps up to the grid are linear: point i is a sum of pixels with weights A_ij, so that its variance is
    sum_j A_ij² / ivar_j (noise of different pixels taken as independent). Scaling and division by the continuum are
    taken as exact: they multiply the deviation by what they multiply the flux by.

    Parameters
    ----------
    spectrum : Spectrum
    recipe : Recipe
        Of the pool.

    Returns
    -------
    ndarray of float64 or None
        NaN where a pixel without weight takes part. None where the file states no noise, the recipe keeps the grid of
        a table, or leaves the spectrum out.
    """
    if spectrum.ivar is None or recipe.given_grid is not None:
        return None
    try:
        flux = recipe.resample(spectrum)
        variance = _variance(spectrum, recipe)
    except ExcludedSpectrumError:
        return None
    with np.errstate(invalid="ignore"):
        return np.sqrt(variance) * _factor(flux, recipe)


def _variance(spectrum: Spectrum, recipe: Recipe) -> Array:
    """Return the variance of each grid point before the steps on the grid."""
    samples, width, method = Samples.of(spectrum), 0.0, "linear"
    for step in recipe.steps:
        if step.name == "resample":
            method = step.parameters["method"]
            break
        if step.name == "gaussian_blur" and _is_blurred(samples, step.parameters["finer_than_angstrom"]):
            width = float(np.hypot(width, step.parameters["sigma_pixels"]))  # one blur after the other
        samples = SPECTRUM_STEPS[step.name](samples, **step.parameters)
    near = _near(samples.wavelength, recipe.grid, int(_CUT * width) + 3)
    weights = _weights(samples.wavelength[near], recipe.grid, method)
    if width:  # a symmetric kernel: blurring the weights is blurring the flux
        weights = gaussian_filter1d(weights, width, axis=1, mode="constant", truncate=_CUT)
    assert spectrum.ivar is not None, "checked by the caller"
    ivar = spectrum.ivar[near]
    is_good = (ivar > 0) & np.isfinite(ivar)
    variance = (weights**2) @ np.where(is_good, 1 / np.where(is_good, ivar, 1), 0)
    has_bad = (np.abs(weights) > _NOTHING * weights.max()) @ (~is_good).astype(np.float64) > 0
    return np.where(has_bad, np.nan, variance)


def _near(wavelength: Array, grid: Array, margin: int) -> slice:
    """Return the pixels that the grid needs, and so many more on both sides."""
    low, high = np.searchsorted(wavelength, (grid[0], grid[-1]))
    return slice(max(int(low) - margin, 0), int(high) + margin)


def _is_blurred(samples: Samples, finer_than_angstrom: float | None) -> bool:
    return finer_than_angstrom is None or float(np.median(np.diff(samples.wavelength))) < finer_than_angstrom


def _weights(wavelength: Array, grid: Array, method: str) -> Array:
    """Return what each pixel counts in each grid point, shape (n_points, n_pixels)."""
    weights = np.zeros((grid.size, wavelength.size))
    if method == "linear":
        right = np.clip(np.searchsorted(wavelength, grid), 1, wavelength.size - 1)
        share = (grid - wavelength[right - 1]) / (wavelength[right] - wavelength[right - 1])
        places = np.arange(grid.size)
        weights[places, right - 1], weights[places, right] = 1 - share, share
        return weights
    edges, target = bin_edges(wavelength), bin_edges(grid)
    target = np.clip(target, edges[0], edges[-1])
    low = np.maximum(target[:-1, None], edges[None, :-1])
    high = np.minimum(target[1:, None], edges[None, 1:])
    return np.asarray(np.maximum(high - low, 0) / np.diff(target)[:, None])


def _factor(flux: Array, recipe: Recipe) -> Array:
    """Return what the steps on the grid multiply each point by, shape (n_points,)."""
    factor = np.ones(flux.size)
    rows = flux[None, :]
    for step in recipe.steps:
        if step.name not in GRID_STEPS:
            continue
        after = np.asarray(GRID_STEPS[step.name](rows, recipe.grid, **step.parameters), dtype=np.float64)
        with np.errstate(divide="ignore", invalid="ignore"):
            if step.name == "divide_continuum":
                factor = factor * np.where(rows[0] != 0, after[0] / rows[0], np.nan)
            else:
                factor = factor * np.ptp(after) / np.ptp(rows)
        rows = after
    return factor

"""Smoothing for the eye: the reference of what the page draws. It never touches what the network sees."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.ndimage import convolve1d

from al_core.spectrum import FloatArray

Array = npt.NDArray[np.float64]
#: The kernel of the Gaussian ends at so many of its standard deviations, as in assets/label/smoothing.js.
TRUNCATE = 3.0


def gaussian(flux: FloatArray, sigma_pixels: float) -> Array:
    """Return the flux convolved with a Gaussian, pixels without a value left out of the mean.

    Parameters
    ----------
    flux : ndarray, shape (n_pixels,)
        NaN marks a pixel without a value.
    sigma_pixels : float
        Standard deviation in pixels, above 0.

    Returns
    -------
    ndarray of float64, shape (n_pixels,)
        At the ends the mean is over the pixels that there are. NaN where none of them has a value.
    """
    _require_positive(sigma_pixels, "a width")
    reach = math.ceil(TRUNCATE * sigma_pixels)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma_pixels) ** 2)
    values, weight = _known(flux)
    return _ratio(_sum(values * weight, kernel), _sum(weight, kernel))


def weighted_boxcar(flux: FloatArray, ivar: FloatArray | None, n_pixels: int) -> Array:
    """Return the mean of `n_pixels` neighbors, each weighted by its inverse variance.

    With equal variances that is the moving mean; a noisy pixel counts little, one without weight not at all. It is the
    estimate of least variance if the flux is constant over the box.

    Parameters
    ----------
    flux : ndarray, shape (n_pixels,)
    ivar : ndarray, shape (n_pixels,), optional
        1/flux²; without it all pixels count alike.
    n_pixels : int
        Width of the box, an odd number.

    Returns
    -------
    ndarray of float64, shape (n_pixels,)
        NaN where no pixel of the box has weight.
    """
    _require_positive(n_pixels, "a width")
    if n_pixels % 2 == 0:
        raise ValueError(f"Expected an odd number of pixels, found {n_pixels}.")
    values, weight = _known(flux)
    if ivar is not None:
        weight = weight * np.where(np.isfinite(ivar) & (ivar > 0), ivar, 0.0)
    box = np.ones(n_pixels)
    return _ratio(_sum(values * weight, box), _sum(weight, box))


def _known(flux: FloatArray) -> tuple[Array, Array]:
    values = np.asarray(flux, dtype=np.float64)
    is_known = np.isfinite(values)
    return np.where(is_known, values, 0.0), is_known.astype(np.float64)


def _sum(values: Array, kernel: Array) -> Array:
    return np.asarray(convolve1d(values, kernel, mode="constant"))


def _ratio(total: Array, weight: Array) -> Array:
    smallest = 1e-12 * float(weight.max(initial=0.0))
    return np.divide(total, weight, out=np.full_like(total, np.nan), where=weight > smallest)


def _require_positive(value: Any, what: str) -> None:
    if not value > 0:
        raise ValueError(f"Expected {what} above 0, found {value}.")

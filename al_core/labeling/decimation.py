"""Fewer points with every extreme kept: what a screen can show of a long spectrum."""

from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from al_core.spectrum import FloatArray

#: A panel is narrower than this in pixels of the screen, two points for each.
MOST_POINTS = 4000


def kept_points(flux: FloatArray, most: int = MOST_POINTS) -> npt.NDArray[np.int64]:
    """Return which points to draw, increasing: of each of `most / 2` bins of equal width its least and its greatest.

    Parameters
    ----------
    flux : ndarray, shape (n_points,)
        NaN counts as neither.
    most : int
        At most so many; fewer points stay as they are.

    Returns
    -------
    ndarray of int64, shape (n_kept,)
        The first and the last point are always among them.
    """
    n_points = flux.size
    if n_points <= most:
        return np.arange(n_points)
    n_bins = max(most // 2 - 1, 1)
    starts = np.unique(np.linspace(0, n_points, n_bins, endpoint=False).astype(np.int64))
    finite = np.isfinite(flux)
    low, high = np.where(finite, flux, np.inf), np.where(finite, flux, -np.inf)
    kept = np.concatenate([_places(low, starts, np.minimum), _places(high, starts, np.maximum), [0, n_points - 1]])
    return np.unique(kept)


def _places(flux: FloatArray, starts: npt.NDArray[np.int64], extreme: np.ufunc) -> npt.NDArray[np.int64]:
    """Return where in each bin its extreme stands first."""
    wanted = np.repeat(extreme.reduceat(flux, starts), np.diff([*starts, flux.size]))
    hits = np.flatnonzero(flux == wanted)
    bins = np.searchsorted(starts, hits, side="right") - 1
    _, first = np.unique(bins, return_index=True)
    return np.asarray(hits[first], dtype=np.int64)


def thumbnails(flux: FloatArray, n_values: int = 24) -> npt.NDArray[np.float64]:
    """Return a small picture of each spectrum: of each stretch the value furthest from the spectrum's median.

    Parameters
    ----------
    flux : ndarray, shape (n_spectra, n_points)

    Returns
    -------
    ndarray of float64, shape (n_spectra, n_values)
        Rounded to two decimals; all points where there are no more than `n_values`.
    """
    rows = np.asarray(flux, dtype=np.float64)
    if rows.shape[1] <= n_values or not len(rows):
        return np.round(rows, 2)
    edges = np.linspace(0, rows.shape[1], n_values + 1).astype(int)
    distance = np.abs(rows - np.median(rows, axis=1, keepdims=True))
    picked = [
        np.take_along_axis(rows[:, a:b], np.argmax(distance[:, a:b], axis=1)[:, None], axis=1)
        for a, b in pairwise(edges.tolist())
    ]
    return np.asarray(np.round(np.concatenate(picked, axis=1), 2), dtype=np.float64)


def rounded(values: npt.NDArray[Any], digits: int = 5) -> npt.NDArray[np.float64]:
    """Return the values with so many significant digits: short as text, exact enough for a screen."""
    numbers = np.asarray(values, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        exponent = np.floor(np.log10(np.abs(numbers)))
    exponent = np.where(np.isfinite(exponent), exponent, 0)
    factor = 10.0 ** (digits - 1 - exponent)
    return np.asarray(np.round(numbers * factor) / factor)

"""Onto another wavelength grid: linear interpolation, or averages that conserve flux."""

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def interpolate_linear(wavelength: Array, flux: Array, grid: Array) -> Array:
    """Return the flux at the grid points on straight lines between pixels, as the original program did.

    Parameters
    ----------
    wavelength, flux : ndarray, shape (n_pixels,)
        Increasing wavelengths in ångström, covering the grid.
    grid : ndarray, shape (n_points,)
        Target wavelengths in ångström.

    Returns
    -------
    ndarray of float64, shape (n_points,)
    """
    return np.interp(grid, wavelength, flux)


def average_flux(wavelength: Array, flux: Array, grid: Array) -> Array:
    """Return the mean flux density over each grid bin; the integral over wavelength is conserved.

    Each pixel is taken as constant between the midpoints to its neighbours, and overlaps are weighted by their
    length (Carnall 2017, arXiv:1705.05165, eq. 1). The outermost grid bins are cut to what the spectrum covers.

    Parameters
    ----------
    wavelength, flux : ndarray, shape (n_pixels,)
        Increasing wavelengths in ångström, covering the grid.
    grid : ndarray, shape (n_points,)
        Target bin centres in ångström.

    Returns
    -------
    ndarray of float64, shape (n_points,)
    """
    edges = bin_edges(wavelength)
    cumulative = np.concatenate(([0.0], np.cumsum(flux * np.diff(edges))))
    target = np.clip(bin_edges(grid), edges[0], edges[-1])
    return np.asarray(np.diff(np.interp(target, edges, cumulative)) / np.diff(target))


def bin_edges(centres: Array) -> Array:
    """Return the midpoints between neighbours, extended by half a bin at both ends, shape (n + 1,)."""
    middle = (centres[1:] + centres[:-1]) / 2
    first = centres[0] - (middle[0] - centres[0])
    last = centres[-1] + (centres[-1] - middle[-1])
    return np.concatenate(([first], middle, [last]))

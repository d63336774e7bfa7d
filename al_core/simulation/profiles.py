"""Line profiles, and how they are added to many spectra at once."""

import numpy as np
import numpy.typing as npt

from al_core.lines import HALPHA
from al_core.simulation.grids import FWHM_PER_SIGMA, MEASURED_RESOLUTION, SPEED_OF_LIGHT, VELOCITIES, VELOCITY_STEP

FloatArray = npt.NDArray[np.float64]


def gaussian(offset: FloatArray, sigma: FloatArray | float) -> FloatArray:
    """Return a Gaussian of height 1; `offset` and `sigma` in the same unit."""
    return np.asarray(np.exp(-0.5 * (offset / sigma) ** 2))


def pseudo_voigt(offset: FloatArray, fwhm: FloatArray | float, eta: FloatArray | float) -> FloatArray:
    """Return a Voigt profile of height 1 as a sum of a Lorentzian and a Gaussian of the same width.

    Thompson, Cox & Hastings (1987, J. Appl. Cryst. 20, 79). `eta` is the Lorentzian share.
    """
    x2 = (2 * offset / fwhm) ** 2
    return np.asarray(eta / (1 + x2) + (1 - eta) * np.exp(-np.log(2) * x2))


def pseudo_voigt_area(fwhm: FloatArray, eta: FloatArray) -> FloatArray:
    """Return the area below `pseudo_voigt`, in the unit of `fwhm`."""
    return np.asarray(fwhm * (eta * np.pi / 2 + (1 - eta) * np.sqrt(np.pi / np.log(2)) / 2))


def at_resolution(depth: FloatArray, fwhm: FloatArray, lsf_fwhm: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return depth and FWHM of a line measured at R 1800 as another resolution shows it; the area stays.

    Widths add in quadrature, which is exact for Gaussians; all in Å at Hα.
    """
    measured = HALPHA / MEASURED_RESOLUTION
    wider = np.sqrt(np.maximum(fwhm**2 - measured**2, (0.3 * fwhm) ** 2) + lsf_fwhm**2)
    return depth * fwhm / wider, wider


def blurred(profiles: FloatArray, sigma: FloatArray, wing_share: FloatArray, wing_sigma: FloatArray) -> FloatArray:
    """Convolve profiles on `VELOCITIES` with a Gaussian and a wider one for a share of the light.

    Parameters
    ----------
    profiles : ndarray, shape (n, n_velocities)
        Profiles that vanish at the ends of the grid.
    sigma, wing_share, wing_sigma : ndarray, shape (n,)
        Standard deviation of both Gaussians in km/s and the share that goes into the wide one.
    """
    n_velocities = VELOCITIES.size
    frequency = np.asarray(np.fft.rfftfreq(n_velocities, VELOCITY_STEP), dtype=np.float64)
    core = _transfer(frequency, sigma)
    wing = core * _transfer(frequency, wing_sigma)
    transfer = np.asarray(core + wing_share[:, None] * (wing - core))
    return np.asarray(np.fft.irfft(np.fft.rfft(profiles, axis=1) * transfer, n_velocities, axis=1))


def _transfer(frequency: FloatArray, sigma: FloatArray) -> FloatArray:
    return np.asarray(np.exp(-2 * (np.pi * sigma[:, None] * frequency) ** 2))


def add_line(
    flux: FloatArray,
    wavelength: FloatArray,
    center: FloatArray,
    height: FloatArray,
    fwhm: FloatArray,
    eta: FloatArray | float = 0.0,
) -> None:
    """Add one line to each spectrum, in place; only the pixels that the lines reach are computed.

    Parameters
    ----------
    flux : ndarray, shape (n, n_pixels)
        Changed. Negative `height` makes an absorption line.
    wavelength : ndarray, shape (n_pixels,)
        Å, increasing.
    center, height, fwhm : ndarray, shape (n,)
        Å, flux, Å.
    eta : ndarray, shape (n,), or float
        Lorentzian share; 0 is a Gaussian.
    """
    if not len(flux):
        return
    has_wings = bool(np.any(np.asarray(eta) > 0))
    reach = (12.0 if has_wings else 2.0) * float(np.max(fwhm))
    start, stop = np.searchsorted(wavelength, (float(np.min(center)) - reach, float(np.max(center)) + reach))
    if start >= stop:
        return
    offset = wavelength[None, start:stop] - center[:, None]
    if has_wings:
        profile = pseudo_voigt(offset, fwhm[:, None], np.broadcast_to(eta, height.shape)[:, None])
    else:
        profile = gaussian(offset, fwhm[:, None] / FWHM_PER_SIGMA)
    flux[:, start:stop] += height[:, None] * profile


def add_profile(
    flux: FloatArray,
    wavelength: FloatArray,
    center: float,
    velocity: FloatArray,
    profiles: FloatArray,
    stretch: float = 1.0,
) -> None:
    """Add profiles on `VELOCITIES` to spectra at a line of rest wavelength `center`, in place.

    `velocity` is the radial velocity in km/s, shape (n,); `profiles` has shape (n, n_velocities); `stretch` widens
    them in velocity.
    """
    reach = center * (stretch * abs(VELOCITIES[0]) + float(np.abs(velocity).max(initial=0.0))) / SPEED_OF_LIGHT
    start, stop = np.searchsorted(wavelength, (center - reach, center + reach))
    if start >= stop or not len(flux):
        return
    local = SPEED_OF_LIGHT * (wavelength[None, start:stop] / center - 1) - velocity[:, None]
    position = np.clip((local / stretch - VELOCITIES[0]) / VELOCITY_STEP, 0, VELOCITIES.size - 1.001)
    left = position.astype(np.int64)
    part = position - left
    value = np.take_along_axis(profiles, left, 1) * (1 - part) + np.take_along_axis(profiles, left + 1, 1) * part
    flux[:, start:stop] += value

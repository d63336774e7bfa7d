"""Wavelength and velocity grids of the simulated instrument."""

import numpy as np
import numpy.typing as npt

from al_core.lines import HALPHA

FloatArray = npt.NDArray[np.float64]

#: Speed of light, km/s.
SPEED_OF_LIGHT = 299792.458

#: log10 of the first pixel's wavelength in Å and the step per pixel in dex (LAMOST: 69 km/s, 1.51 Å at Hα).
COEFF0, COEFF1, N_PIXELS = 3.5682, 0.0001, 3909

#: FWHM of a Gaussian in units of its standard deviation.
FWHM_PER_SIGMA = float(2 * np.sqrt(2 * np.log(2)))

#: Resolving power at which the photospheric lines of `photospheres` were measured.
MEASURED_RESOLUTION = 1800.0

#: Velocity grid on which disc profiles are computed, km/s, a third of a pixel apart: -2760 to 2760.
VELOCITY_STEP = 23.0
VELOCITIES: FloatArray = np.arange(-120, 121, dtype=np.float64) * VELOCITY_STEP

#: The same step in Å at Hα.
VELOCITY_STEP_ANGSTROM = HALPHA * VELOCITY_STEP / SPEED_OF_LIGHT

#: Ends of the Hα window and its even grid of 140 points, vacuum Å (Škoda et al. 2020, A&A 643, A122).
WINDOW_START, WINDOW_END, WINDOW_SIZE = 6519.0, 6732.0, 140


def full_wavelengths() -> FloatArray:
    """Return the native grid of the whole spectrum, vacuum Å, shape (3909,)."""
    return np.asarray(10 ** (COEFF0 + COEFF1 * np.arange(N_PIXELS)), dtype=np.float64)


def native_window() -> FloatArray:
    """Return the native pixels around the Hα window, vacuum Å, with some more on both sides."""
    wavelength = full_wavelengths()
    return wavelength[(wavelength > WINDOW_START - 15) & (wavelength < WINDOW_END + 15)]


def window_grid() -> FloatArray:
    """Return the 140 even points from 6519 to 6732 Å, vacuum."""
    return np.linspace(WINDOW_START, WINDOW_END, WINDOW_SIZE)


def to_window_grid(flux: npt.NDArray[np.floating], wavelength: FloatArray) -> npt.NDArray[np.float32]:
    """Interpolate linearly from native pixels to the Hα grid, shape (n_spectra, 140)."""
    grid = window_grid()
    right = np.searchsorted(wavelength, grid)
    left_weight = (wavelength[right] - grid) / (wavelength[right] - wavelength[right - 1])
    return np.asarray(flux[:, right - 1] * left_weight + flux[:, right] * (1 - left_weight), dtype=np.float32)


def standardized(flux: npt.NDArray[np.floating]) -> npt.NDArray[np.float32]:
    """Scale each spectrum to zero mean and unit (population) variance; a constant one is returned as it is."""
    values = np.asarray(flux, dtype=np.float64)
    spread = values.std(axis=1, keepdims=True)
    is_constant = spread <= 1e-6 * np.maximum(np.abs(values).max(axis=1, keepdims=True), 1e-30)
    scaled = (values - values.mean(axis=1, keepdims=True)) / np.where(is_constant, 1, spread)
    return np.where(is_constant, values, scaled).astype(np.float32)

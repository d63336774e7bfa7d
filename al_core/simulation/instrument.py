"""The spectrograph: resolution, noise, stated inverse variance, bad pixels and defects.

Numbers measured on 353 LAMOST low-resolution files: the header's S/N in r is 0.73 of flux·sqrt(ivar) at Hα; the
scatter of pixels is 26 % smaller than ivar says below S/N 50, because neighbouring pixels are correlated (lag-1
correlation 0.38 after regridding); above S/N 100 flat-field errors dominate; ivar is 0 in 0.5 % of the pixels of the
window, in 1.7 % of the files in more than 5 % of them.
"""

import numpy as np
import numpy.typing as npt

from al_core.lines import HALPHA, load_lines
from al_core.simulation.config import (
    CONSTANT,
    DOUBLE,
    GALAXY,
    HIDDEN,
    QUASAR,
    SINGLE,
    SPLICE,
    UNKNOWN,
    ZERO,
    SurveyParameters,
)
from al_core.simulation.grids import SPEED_OF_LIGHT
from al_core.simulation.profiles import add_line
from al_core.simulation.sources import Generator, SourceArray, log_normal

FloatArray = npt.NDArray[np.float64]

#: Lag-1 correlation of the noise; both ratios of the module's text; relative flat-field error.
LAG_1, HEADER_SNR_RATIO, SCATTER_RATIO, FLAT_FIELD = 0.38, 0.73, 0.74, 0.003

# Moving average w[i] + a w[i-1] with lag-1 correlation a / (1 + a²).
_MIX = (1 - np.sqrt(1 - 4 * LAG_1**2)) / (2 * LAG_1)

OH_LINES = tuple(line.vacuum for line in load_lines("sky") if line.name.startswith("OH"))


def draw_instrument(sources: SourceArray, parameters: SurveyParameters, rng: Generator) -> None:
    """Draw velocity, resolution, signal to noise and defects of sources, in place."""
    n = len(sources)
    # fast stars are old; emission stars of Be kind are young and rarely run away
    is_young = np.isin(sources["kind"], (SINGLE, DOUBLE, HIDDEN))
    is_fast = rng.random(n) < np.where(is_young, 0.02, 0.07 * max(parameters.diversity, 1.0) ** 2)
    sources["rv"] = rng.standard_normal(n) * np.where(is_fast, 150.0, parameters.velocity_sigma)
    scatter = parameters.resolution_scatter * parameters.diversity
    power = np.clip(rng.normal(parameters.resolution, scatter, n), 0.6 * parameters.resolution, 3500)
    sources["lsf_fwhm"] = HALPHA / power
    sources["helio_rv"] = np.clip(rng.normal(0, 17, n), -29, 29)
    sources["snr"] = np.clip(log_normal(rng, parameters.snr_median, parameters.snr_sigma, n), 0.3, 600)
    sources["snr"] *= np.where(np.isin(sources["kind"], (GALAXY, QUASAR)), 0.35, 1.0)  # extragalactic targets are faint
    is_unknown = sources["kind"] == UNKNOWN
    sources["snr"] = np.where(is_unknown, np.exp(rng.uniform(np.log(0.3), np.log(5), n)), sources["snr"])
    sources["level"] = 4 * sources["snr"] ** 1.3 * log_normal(rng, 1.0, 0.4, n)
    _draw_defects(sources, parameters, rng)


def _draw_defects(sources: SourceArray, parameters: SurveyParameters, rng: Generator) -> None:
    n = len(sources)
    faint = sources["snr"] < 35
    sign = np.where(rng.random(n) < 0.6, 1.0, -1.0)
    has_oh = rng.random(n) < parameters.sky_residual_rate * np.where(faint, 2.0, 0.4)
    sources["oh_height"] = np.where(has_oh, sign * rng.uniform(2, 12, n), 0)
    # rarely strong enough for the visibility rule, and then too narrow for a disc; late types may have more of it
    has_geocorona = (rng.random(n) < parameters.geocoronal_rate * 2) & faint
    strongest = np.where(sources["type_code"] > 4, 12.0, 6.0)
    height = np.minimum(log_normal(rng, 0.5 * strongest, 0.5, n), strongest)
    sources["geocoronal_height"] = np.where(has_geocorona, sign * height, 0)
    sources["geocoronal_shift"] = rng.choice([-1.0, 1.0], n) * rng.uniform(2.5, 5.0, n)
    sources["geocoronal_balance"] = rng.uniform(0, 1.3, n)
    has_cosmic = rng.random(n) < parameters.cosmic_ray_rate
    sources["cosmic_height"] = np.where(has_cosmic, np.exp(rng.uniform(np.log(5), np.log(80), n)), 0)
    sources["cosmic_at"] = rng.uniform(6512, 6740, n)
    is_splice = sources["kind"] == SPLICE
    sources["step"] = np.where(is_splice & (rng.random(n) < 0.6), rng.uniform(-0.9, 2.0, n), 0)
    sources["step_at"] = rng.uniform(6525, 6725, n)
    sources["ramp"] = np.where(is_splice, rng.normal(0, 0.8, n), 0)


def noise_sigma(sources: SourceArray) -> FloatArray:
    """Return the true noise of a pixel in units of the continuum, shape (n_sources,)."""
    return np.asarray(HEADER_SNR_RATIO * SCATTER_RATIO / sources["snr"])


def stated_ivar(sources: SourceArray, flux: FloatArray) -> FloatArray:
    """Return the inverse variance that the survey states, in units of the continuum, shape of `flux`."""
    continuum_ivar = (sources["snr"] / HEADER_SNR_RATIO) ** 2
    return np.asarray(continuum_ivar[:, None] / np.clip(flux, 0.1, 100))


def correlated_noise(rng: Generator, n_spectra: int, n_pixels: int) -> FloatArray:
    """Return noise of unit variance with lag-1 correlation 0.38, shape (n_spectra, n_pixels)."""
    white = rng.standard_normal((n_spectra, n_pixels + 1))
    return np.asarray((white[:, 1:] + _MIX * white[:, :-1]) / np.sqrt(1 + _MIX**2))


def add_sky_residuals(flux: FloatArray, wavelength: FloatArray, sources: SourceArray, rng: Generator) -> None:
    """Add OH and geocoronal residuals, at rest in the observer's frame, in place."""
    rows = np.flatnonzero((sources["oh_height"] != 0) | (sources["geocoronal_height"] != 0))
    if not rows.size:
        return
    some, residual = sources[rows], np.zeros((rows.size, wavelength.size))
    noise, shift = noise_sigma(some), 1 + some["helio_rv"] / SPEED_OF_LIGHT
    for center in OH_LINES:
        height = some["oh_height"] * noise * rng.uniform(0.1, 1, rows.size)
        add_line(residual, wavelength, center * shift, height, some["lsf_fwhm"])
    height, at = some["geocoronal_height"] * noise, HALPHA * shift + 0.5 * some["geocoronal_shift"]
    add_line(residual, wavelength, at, height, some["lsf_fwhm"])
    # a sky spectrum that is displaced by a part of a pixel leaves a pair of both signs
    other = at - some["geocoronal_shift"]
    add_line(residual, wavelength, other, -height * some["geocoronal_balance"], some["lsf_fwhm"])
    flux[rows] += residual


def add_cosmic_rays(flux: FloatArray, ivar: FloatArray, wavelength: FloatArray, sources: SourceArray) -> None:
    """Add hits of 1 to 3 pixels, narrower than the resolution, in place; the mask catches every second one."""
    rows = np.flatnonzero(sources["cosmic_height"] > 0)
    pixel = np.searchsorted(wavelength, sources["cosmic_at"][rows]).clip(1, wavelength.size - 2)
    height = sources["cosmic_height"][rows] * noise_sigma(sources[rows])
    share = sources["cosmic_at"][rows] % 1
    for offset, part in ((-1, 0.5 * share**2), (0, np.ones(rows.size)), (1, 0.5 * (1 - share) ** 2)):
        flux[rows, pixel + offset] += height * part
        ivar[rows, pixel + offset] *= share < 0.5


def add_holes(flux: FloatArray, ivar: FloatArray, parameters: SurveyParameters, rng: Generator) -> None:
    """Cut 1 to 3 holes of 1 to 5 pixels, as bad columns leave them, in place; the mask catches every second one."""
    n, n_pixels = flux.shape
    for row in np.flatnonzero(rng.random(n) < parameters.hole_rate):
        is_dead = rng.random() < 0.5
        for start in rng.integers(0, n_pixels - 5, rng.integers(1, 4)):
            hole = slice(start, start + int(rng.integers(1, 6)))
            flux[row, hole] *= 0 if is_dead else rng.uniform(0, 0.9)
            if rng.random() < 0.5:
                ivar[row, hole] = 0


def add_steps(flux: FloatArray, wavelength: FloatArray, sources: SourceArray) -> None:
    """Multiply by the step or ramp of a bad splice, in place."""
    rows = np.flatnonzero((sources["step"] != 0) | (sources["ramp"] != 0))
    some = sources[rows]
    step = np.where(wavelength[None, :] > some["step_at"][:, None], 1 + some["step"][:, None], 1.0)
    ramp = np.clip(1 + some["ramp"][:, None] * (wavelength[None, :] - 6625) / 100, 0.05, 20)
    flux[rows] *= step * ramp


def spoil(flux: FloatArray, ivar: FloatArray, sources: SourceArray, rng: Generator) -> None:
    """Set bad pixels and dead fibres, in place."""
    n, n_pixels = flux.shape
    bad_share = np.where(rng.random(n) < 0.017, rng.uniform(0.05, 0.25, n), 0.001)
    ivar[rng.random((n, n_pixels)) < bad_share[:, None]] = 0
    is_zero, is_constant = sources["kind"] == ZERO, sources["kind"] == CONSTANT
    flux[is_zero] = 0
    flux[is_constant] = 1
    ivar[is_zero | is_constant] = 0

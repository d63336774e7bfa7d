"""Photospheres of B to M stars in the Hα window.

Depths and widths of Hα are those measured on 280 real LAMOST low-resolution spectra of types A to M (Voigt fits;
16, 50 and 84 %); O, B and white dwarfs are textbook values. The weak blends of metals and of telluric water are
measured on mean spectra of real stars at R 1800, moved to rest; the identifications are textbook.
"""

import numpy as np
import numpy.typing as npt

from al_core.lines import HALPHA, line_named
from al_core.simulation.config import TYPES, WHITE_DWARF, SurveyParameters
from al_core.simulation.grids import SPEED_OF_LIGHT
from al_core.simulation.profiles import add_line, at_resolution
from al_core.simulation.sources import Generator, SourceArray, log_normal

FloatArray = npt.NDArray[np.float64]

#: Central depth and FWHM (Å) of Hα by type: median and sigma in ln, rows O B A F G K M.
HALPHA_DEPTH = np.array(
    [(0.20, 0.25), (0.27, 0.25), (0.40, 0.10), (0.36, 0.11), (0.30, 0.16), (0.18, 0.33), (0.09, 0.27)]
)
HALPHA_FWHM = np.array([(8.5, 0.25), (11.0, 0.30), (15.0, 0.30), (7.8, 0.22), (6.3, 0.18), (4.9, 0.24), (4.6, 0.13)])

#: Slope per 100 Å and curvature of the continuum in the window by type: median and scatter.
CONTINUUM_SLOPE = np.array(
    [(-0.035, 0.02), (-0.03, 0.02), (-0.016, 0.018), (-0.020, 0.011), (-0.018, 0.012), (-0.021, 0.014), (-0.06, 0.03)]
)
CONTINUUM_CURVATURE = np.array(
    [(0.0, 0.006), (0.0, 0.006), (-0.006, 0.006), (-0.004, 0.005), (-0.004, 0.005), (-0.009, 0.008), (-0.02, 0.012)]
)

#: Type codes of the columns of `BLENDS`: A5, F5, G5, K2, K6, M1.
BLEND_CODES = np.array([2.5, 3.5, 4.5, 5.2, 5.6, 6.1])

#: Vacuum wavelength (Å) and depth of metal blends (Fe I, Ca I, Ti I, Ni I, Al I) by type.
BLENDS: dict[float, tuple[float, ...]] = {
    6518.6: (0.008, 0.016, 0.022, 0.030, 0.030, 0.030),
    6529.7: (0.0, 0.009, 0.011, 0.013, 0.012, 0.020),
    6534.0: (0.0, 0.003, 0.004, 0.010, 0.012, 0.025),
    6548.3: (0.0, 0.012, 0.028, 0.035, 0.038, 0.030),
    6553.2: (0.0, 0.004, 0.008, 0.010, 0.012, 0.030),
    6557.3: (0.0, 0.0, 0.004, 0.010, 0.037, 0.060),
    6575.3: (0.0, 0.008, 0.022, 0.047, 0.057, 0.066),
    6581.8: (0.0, 0.0, 0.0, 0.005, 0.010, 0.025),
    6595.4: (0.004, 0.013, 0.030, 0.052, 0.056, 0.045),
    6601.2: (0.0, 0.003, 0.006, 0.010, 0.010, 0.010),
    6610.8: (0.0, 0.006, 0.015, 0.031, 0.022, 0.017),
    6627.5: (0.0, 0.003, 0.008, 0.018, 0.018, 0.020),
    6635.6: (0.0, 0.013, 0.029, 0.044, 0.032, 0.033),
    6645.4: (0.0, 0.011, 0.019, 0.026, 0.013, 0.020),
    6665.4: (0.002, 0.015, 0.023, 0.037, 0.034, 0.040),
    6679.9: (0.004, 0.019, 0.030, 0.048, 0.056, 0.040),
    6698.6: (0.0, 0.010, 0.020, 0.034, 0.031, 0.025),
    6707.0: (0.0, 0.012, 0.020, 0.028, 0.016, 0.020),
    6719.5: (0.002, 0.016, 0.026, 0.044, 0.062, 0.100),
    6728.6: (0.0, 0.004, 0.008, 0.009, 0.010, 0.010),
}

#: Vacuum wavelength (Å) and depth of blends of telluric H2O at R 1800.
WATER = ((6524.0, 0.004), (6532.6, 0.009), (6545.6, 0.009), (6549.8, 0.012), (6553.8, 0.012), (6560.0, 0.008),
         (6574.0, 0.012), (6577.2, 0.008), (6588.8, 0.008), (6595.8, 0.016))  # fmt: skip


def draw_photospheres(sources: SourceArray, parameters: SurveyParameters, rng: Generator) -> None:
    """Draw types, Hα lines, blends and continua of all sources, in place."""
    n = len(sources)
    mix = np.array(parameters.type_mix) / sum(parameters.type_mix)
    letters = rng.choice(len(TYPES), n, p=mix)
    subtypes = rng.uniform(0, 1, n)
    subtypes[letters == TYPES.index("M")] *= 0.5
    sources["type_code"] = letters + 0.999 * subtypes
    dress(sources, parameters, rng)


def dress(sources: SourceArray, parameters: SurveyParameters, rng: Generator) -> None:
    """Draw everything of a photosphere that follows from `type_code`, in place."""
    n, wide = len(sources), parameters.diversity
    letter = sources["type_code"].astype(np.int64)
    early = 0.5 - (sources["type_code"] - letter)
    shared = rng.standard_normal(n)
    in_type = 0.7 * np.sqrt(12) * early + 0.71 * shared  # hotter subtypes have the stronger lines from A to M
    depth, width = HALPHA_DEPTH[letter], HALPHA_FWHM[letter]
    sources["depth"] = np.clip(depth[:, 0] * np.exp(depth[:, 1] * in_type), 0.02, 0.75)
    own = 0.6 * in_type + 0.8 * rng.standard_normal(n)
    sources["fwhm"] = np.maximum(width[:, 0] * np.exp(width[:, 1] * own), 3.7)
    sources["eta"] = np.clip(rng.normal(0.65, 0.15, n), 0.1, 1.0)
    sources["metals"] = log_normal(rng, 1.0, 0.25 * wide, n)
    hot = np.interp(sources["type_code"], [0, 1, 1.9, 2.2], [0.10, 0.10, 0.03, 0.0])
    # a quarter of the hottest are giants: a narrow, shallow Hα beside a strong He I 6678
    is_giant = (sources["type_code"] < 1.5) & (rng.random(n) < 0.25)
    sources["depth"] *= np.where(is_giant, 0.8, 1.0)
    sources["fwhm"] = np.maximum(sources["fwhm"] * np.where(is_giant, 0.65, 1.0), 3.7)
    sources["helium"] = hot * np.where(is_giant, rng.uniform(0.9, 1.8, n), rng.uniform(0.3, 1.6, n))
    sources["dust"] = np.where(sources["type_code"] < 3, rng.exponential(0.010 * np.sqrt(max(wide, 0.0)), n), 0.0)
    sources["water"] = log_normal(rng, 1.0, 0.5 * np.sqrt(1 + wide), n)
    sources["tio"] = np.where(letter == 6, 0.06 + 0.7 * np.maximum(-early + 0.5, 0) * rng.uniform(0.6, 1.2, n), 0.0)
    _draw_continua(sources, letter, wide, rng)


def _draw_continua(sources: SourceArray, letter: npt.NDArray[np.int64], wide: float, rng: Generator) -> None:
    n = len(sources)
    tail = np.where(rng.random(n) < 0.03 * wide, 8.0, 1.0)
    slope, curvature = CONTINUUM_SLOPE[letter], CONTINUUM_CURVATURE[letter]
    sources["slope"] = slope[:, 0] + wide * tail * slope[:, 1] * rng.standard_normal(n)
    sources["curvature"] = curvature[:, 0] + wide * tail * curvature[:, 1] * rng.standard_normal(n)
    sources["ripple"] = np.abs(rng.normal(0, 0.006 * wide, n))
    sources["ripple_period"] = rng.uniform(50, 200, n)
    sources["ripple_phase"] = rng.uniform(0, 2 * np.pi, n)


def window_continuum(sources: SourceArray, wavelength: FloatArray) -> FloatArray:
    """Return the continuum in the window, about 1 at 6625 Å, shape (n_sources, n_pixels)."""
    t = (wavelength[None, :] - 6625) / 100
    wave = 2 * np.pi * wavelength[None, :] / sources["ripple_period"][:, None] + sources["ripple_phase"][:, None]
    smooth = 1 + sources["slope"][:, None] * t + sources["curvature"][:, None] * t**2
    return np.asarray(np.maximum(smooth, 0.05) + sources["ripple"][:, None] * np.sin(wave))


def add_photospheres(flux: FloatArray, wavelength: FloatArray, sources: SourceArray) -> None:
    """Add the absorption lines of the Hα window to spectra of continuum 1, in place."""
    shift = 1 + sources["rv"] / SPEED_OF_LIGHT
    lsf = sources["lsf_fwhm"]
    depth, fwhm = at_resolution(sources["depth"], sources["fwhm"], lsf)
    add_line(flux, wavelength, HALPHA * shift, -depth, fwhm, sources["eta"])
    cool = (sources["kind"] != WHITE_DWARF).astype(float)
    for center, strengths in BLENDS.items():
        strength = np.interp(sources["type_code"], BLEND_CODES, strengths) * sources["metals"] * cool
        add_line(flux, wavelength, center * shift, -strength, 1.25 * lsf)
    add_line(flux, wavelength, line_named("He I 6678").vacuum * shift, -sources["helium"] * cool, 1.4 * lsf)
    dust = line_named("DIB 6613").vacuum * np.ones(len(sources))
    add_line(flux, wavelength, dust, -sources["dust"], 1.2 * lsf)


def molecular_bands(sources: SourceArray, wavelength: FloatArray) -> FloatArray:
    """Return the transmission of the TiO γ bands, degraded to the red, shape (n_sources, n_pixels)."""
    depth = np.zeros((len(sources), wavelength.size))
    for name, strength in (("TiO gamma 6651", 0.35), ("TiO gamma 6681", 0.65), ("TiO gamma 6714", 1.0)):
        head = line_named(name).vacuum * (1 + sources["rv"] / SPEED_OF_LIGHT)[:, None]
        edge = 1 / (1 + np.exp(np.clip(-(wavelength[None, :] - head - 2.0) / 1.3, -50, 50)))
        depth += strength * edge * np.exp(-np.maximum(wavelength[None, :] - head, 0) / 28.0)
    bluer = (wavelength[None, :] < 6542) * (6542 - wavelength[None, :]) / 25  # the red end of the bands below 6530 Å
    depth += 0.4 * bluer
    return np.asarray(np.clip(1 - sources["tio"][:, None] * depth, 0.05, 1))


def water_transmission(sources: SourceArray, wavelength: FloatArray) -> FloatArray:
    """Return the transmission of telluric water, at rest in the observer's frame, shape (n_sources, n_pixels)."""
    transmission = np.ones((len(sources), wavelength.size))
    shift = 1 + sources["helio_rv"] / SPEED_OF_LIGHT
    for center, depth in WATER:
        add_line(transmission, wavelength, center * shift, -depth * sources["water"], 1.2 * sources["lsf_fwhm"])
    return np.maximum(transmission, 0.0)

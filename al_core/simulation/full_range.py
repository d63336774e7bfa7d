"""Renders whole spectra, 3690 to 9100 Å, as a LAMOST low-resolution file holds them.

Around Hα these are the lines of `window`, with the same parameters and truth; the continuum is a Planck curve
(reddened for O to A stars) times the response of two arms that are joined near 5900 Å. Other lines: the Balmer series
down to H9, in emission with the decrement 1 : 0.33 : 0.15 : 0.08 and a wider separation (1.15 times that of Hα, an
inner disc); He I, Mg I, Na I, Ca II and metal blends by temperature; Fe II and O I 8446 emission where |EW| of Hα
exceeds 10 Å (Banerjee et al. 2021, MNRAS 500, 3926), the Paschen series in absorption or emission; TiO bands; the
lines of nebulae; telluric bands; sky residuals that grow to the red. Strengths that have no source are assumptions
chosen to look like real files: this view is for people, not for measuring.
"""

import numpy as np
import numpy.typing as npt

from al_core.lines import HALPHA, line_named, load_lines
from al_core.simulation.config import ACTIVE, DOUBLE, GALAXY, HIDDEN, NEBULA, NEGATIVE, QUASAR, SINGLE, SurveyParameters
from al_core.simulation.contaminants import O3_RATIO, add_contaminants
from al_core.simulation.discs import emission_profiles
from al_core.simulation.grids import SPEED_OF_LIGHT
from al_core.simulation.instrument import (
    FLAT_FIELD,
    HEADER_SNR_RATIO,
    add_cosmic_rays,
    add_holes,
    add_sky_residuals,
    add_steps,
    correlated_noise,
    noise_sigma,
    spoil,
)
from al_core.simulation.photospheres import add_photospheres, molecular_bands, water_transmission
from al_core.simulation.profiles import add_line, add_profile
from al_core.simulation.sources import Generator, SourceArray

FloatArray = npt.NDArray[np.float64]

#: Effective temperature in K by type code (textbook, main sequence).
_CODES = np.array([0.5, 1.0, 1.9, 2.0, 3.0, 4.0, 5.0, 6.0, 6.9])
_TEMPERATURES = np.array([40000.0, 30000.0, 10800.0, 9700.0, 7200.0, 5900.0, 5200.0, 3850.0, 2700.0])

#: Balmer decrement of discs and depth of the absorption relative to Hα.
_BALMER = {"H-beta": (0.33, 1.15), "H-gamma": (0.15, 1.25), "H-delta": (0.08, 1.3), "H-epsilon": (0.05, 1.3),
           "H8": (0.03, 1.3), "H9": (0.02, 1.25)}  # fmt: skip

#: Separation of the higher Balmer lines relative to that of Hα.
_STRETCH = 1.15

#: S/N relative to that at Hα (medians of real files).
_SNR_AT = np.array([3690, 3800, 4200, 4700, 5200, 5700, 5850, 5950, 6100, 6600, 7200, 7800, 8200, 8600, 9100])
_SNR_RATIO = np.array([0.05, 0.10, 0.32, 0.56, 0.63, 0.49, 0.58, 0.67, 0.80, 1.0, 1.07, 0.96, 0.89, 0.80, 0.5])

#: Depth of lines of other kinds by type code O5 B5 A5 F5 G5 K5 M5.
_DEPTHS = {
    "he1": (0.12, 0.10, 0.0, 0.0, 0.0, 0.0, 0.0),
    "he2": (0.08, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    "mg1": (0.0, 0.0, 0.03, 0.07, 0.15, 0.30, 0.25),
    "na1": (0.03, 0.03, 0.05, 0.08, 0.15, 0.35, 0.50),
    "ca2": (0.02, 0.04, 0.15, 0.25, 0.30, 0.30, 0.25),
    "si2": (0.02, 0.06, 0.06, 0.03, 0.01, 0.0, 0.0),
}
_DEPTH_CODES = np.arange(7) + 0.5


def noise_free_spectrum(sources: SourceArray, wavelength: FloatArray) -> FloatArray:
    """Return whole spectra without noise and defects, about 1 at Hα, shape (n_sources, n_pixels)."""
    flux = np.ones((len(sources), wavelength.size))
    rows = np.flatnonzero(~np.isin(sources["kind"], (GALAXY, QUASAR)))
    flux[rows] = _stars(sources[rows], wavelength)
    add_contaminants(flux, wavelength, sources)
    _add_nebular_lines(flux, wavelength, sources)
    flux *= continuum(sources, wavelength) * water_transmission(sources, wavelength)
    return np.maximum(flux * telluric_transmission(sources, wavelength), 0.0)


def _stars(stars: SourceArray, wavelength: FloatArray) -> FloatArray:
    flux = np.ones((len(stars), wavelength.size))
    add_photospheres(flux, wavelength, stars)
    _add_absorption(flux, wavelength, stars)
    flux *= _all_bands(stars, wavelength)
    rows = np.flatnonzero(np.isin(stars["kind"], (SINGLE, DOUBLE, HIDDEN)))
    part = flux[rows]
    _add_emission(part, wavelength, stars[rows])
    flux[rows] = part
    return flux


def _add_absorption(flux: FloatArray, wavelength: FloatArray, stars: SourceArray) -> None:
    shift = 1 + stars["rv"] / SPEED_OF_LIGHT
    for name, (_, ratio) in _BALMER.items():
        center = line_named(name).vacuum
        width = stars["fwhm"] * center / HALPHA
        add_line(flux, wavelength, center * shift, -np.minimum(stars["depth"] * ratio, 0.8), width, stars["eta"])
    for kind, depths in _DEPTHS.items():
        depth = np.interp(stars["type_code"], _DEPTH_CODES, depths)
        for line in load_lines(kind):
            if line.name != "He I 6678":  # in the window already
                width = np.where(line.vacuum < 3980, 3.0, 1.3) * stars["lsf_fwhm"] * line.vacuum / HALPHA
                stronger = 1.8 if line.vacuum < 3980 and kind == "ca2" else 1.0
                add_line(flux, wavelength, line.vacuum * shift, -np.minimum(depth * stronger, 0.85), width)
    for line in load_lines("paschen"):
        depth = 0.35 * stars["depth"] * np.interp(stars["type_code"], [1, 2, 3.5, 5], [0.6, 1, 0.6, 0])
        add_line(flux, wavelength, line.vacuum * shift, -depth, 1.2 * stars["fwhm"])
    _add_metal_forest(flux, wavelength, stars)


def _add_metal_forest(flux: FloatArray, wavelength: FloatArray, stars: SourceArray) -> None:
    """Multiply by a fixed forest of weak blends that grows to the blue and to late types, outside the window."""
    forest = np.random.default_rng(19).normal(0, 1, wavelength.size)
    forest = np.abs(np.convolve(forest, np.array([0.25, 0.7, 1, 0.7, 0.25]) / 1.5, mode="same"))
    amount = np.interp(stars["type_code"], _DEPTH_CODES, [0, 0.002, 0.01, 0.03, 0.06, 0.10, 0.12]) * stars["metals"]
    blue = np.interp(wavelength, [3700, 4000, 5200, 6000, 9000], [3.0, 2.2, 1.0, 0.5, 0.25])
    blue = np.where((wavelength > 6500) & (wavelength < 6750), 0, blue)
    flux *= np.exp(-amount[:, None] * (blue * forest)[None, :])


def _add_emission(flux: FloatArray, wavelength: FloatArray, stars: SourceArray) -> None:
    if not len(stars):
        return
    profiles = emission_profiles(stars)
    add_profile(flux, wavelength, HALPHA, stars["rv"], profiles)
    for name, (decrement, _) in _BALMER.items():
        add_profile(flux, wavelength, line_named(name).vacuum, stars["rv"], decrement * profiles, _STRETCH)
    strong = np.clip((stars["emission_ew"] - 10) / 30, 0, 1)[:, None]
    for line in load_lines("fe2"):
        if line.name != "Fe II 6516":
            add_profile(flux, wavelength, line.vacuum, stars["rv"], 0.05 * strong * profiles)
    add_profile(flux, wavelength, line_named("O I 8446").vacuum, stars["rv"], 0.15 * strong * profiles)
    for line in load_lines("paschen"):
        add_profile(flux, wavelength, line.vacuum, stars["rv"], 0.07 * strong * profiles)


def _add_nebular_lines(flux: FloatArray, wavelength: FloatArray, sources: SourceArray) -> None:
    """Add lines outside the window: [O III], Hβ of nebulae, the Balmer lines of active dwarfs."""
    height = sources["narrow_height"]
    shift = 1 + sources["rv"] / SPEED_OF_LIGHT
    is_nebula = np.isin(sources["kind"], (NEBULA, NEGATIVE))
    oxygen = np.where(is_nebula, sources["line_strength"], 0.0)
    balmer = np.where(is_nebula | (sources["kind"] == ACTIVE), 0.33, 0.0)
    for name, ratio in (("H-beta", balmer), ("[O III] 5006", oxygen), ("[O III] 4958", oxygen / O3_RATIO)):
        center = line_named(name).vacuum
        add_line(flux, wavelength, center * shift, height * ratio, sources["lsf_fwhm"] * center / HALPHA)


def _all_bands(stars: SourceArray, wavelength: FloatArray) -> FloatArray:
    """TiO and CaH outside the window as broad troughs, joined to the γ bands inside."""
    troughs = ((4960, 60, 0.5), (5170, 60, 0.6), (5450, 70, 0.5), (5860, 60, 0.6), (6190, 70, 0.9), (6380, 50, 0.4),
               (6860, 40, 0.9), (7120, 90, 1.3), (7700, 90, 0.8), (8450, 60, 0.5))  # fmt: skip
    depth = sum(weight * np.exp(-0.5 * ((wavelength - center) / width) ** 2) for center, width, weight in troughs)
    inside = (wavelength > 6500) & (wavelength < 6770)
    gamma = np.where(inside, molecular_bands(stars, wavelength), 1.0)
    return np.asarray(gamma * np.exp(-stars["tio"][:, None] * 1.3 * np.where(inside, 0, depth)[None, :]))


def continuum(sources: SourceArray, wavelength: FloatArray) -> FloatArray:
    """Return Planck curve times response, 1 at Hα, shape (n_sources, n_pixels)."""
    temperature = np.interp(sources["type_code"], _CODES, _TEMPERATURES)
    temperature = np.where(sources["kind"] == QUASAR, 12000, np.where(sources["kind"] == GALAXY, 5000, temperature))
    response = _response(wavelength)[None, :] * (1 + 0.02 * sources["ripple_phase"] - 0.06)[:, None] ** (
        wavelength[None, :] < 5900
    )
    reddening = np.exp(-np.abs(sources["dust"])[:, None] * 12 * (HALPHA / wavelength[None, :] - 1))
    curve = _planck(wavelength[None, :], temperature[:, None]) / _planck(np.array([[HALPHA]]), temperature[:, None])
    return np.asarray(curve * reddening * response)


def _planck(wavelength: FloatArray, temperature: FloatArray) -> FloatArray:
    """B_λ up to a constant; hc/k = 1.43878e8 Å K."""
    return np.asarray(wavelength**-5 / np.expm1(1.43878e8 / (wavelength * temperature)))


def _response(wavelength: FloatArray) -> FloatArray:
    return np.interp(wavelength, [3690, 3800, 4000, 5900, 6000, 9000, 9100], [0.3, 0.6, 0.95, 1, 1, 0.97, 0.85])


def telluric_transmission(sources: SourceArray, wavelength: FloatArray) -> FloatArray:
    """Return the transmission of the O2 and H2O bands that flux calibration left, shape (n_sources, n_pixels)."""
    depth = np.zeros(wavelength.size)
    for line in load_lines("telluric"):
        if line.vacuum_end is not None and line.name != "H2O weak":
            inside = (wavelength > line.vacuum) & (wavelength < line.vacuum_end)
            part = (wavelength - line.vacuum) / (line.vacuum_end - line.vacuum)
            depth += inside * np.where(line.name.startswith("O2"), 0.10, 0.05) * np.exp(-2 * np.clip(part, 0, 1))
    return np.asarray(np.exp(-np.minimum(sources["water"], 3)[:, None] * depth[None, :]))


def observed_spectrum(
    sources: SourceArray, wavelength: FloatArray, parameters: SurveyParameters, rng: Generator
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Return flux and inverse variance of whole spectra with noise and defects, each (n_sources, n_pixels)."""
    flux = noise_free_spectrum(sources, wavelength)
    add_steps(flux, wavelength, sources)
    ratio = np.interp(wavelength, _SNR_AT, _SNR_RATIO)[None, :]
    level = np.maximum(continuum(sources, wavelength), 0.02)
    ivar = (sources["snr"][:, None] / HEADER_SNR_RATIO * ratio / level) ** 2
    noise = noise_sigma(sources)[:, None] / ratio * level
    flux += noise * np.sqrt(np.clip(flux / level, 0.1, 100)) * correlated_noise(rng, *flux.shape)
    flux *= 1 + FLAT_FIELD * correlated_noise(rng, *flux.shape)
    _add_red_sky(flux, wavelength, noise, rng)
    add_sky_residuals(flux, wavelength, sources, rng)
    add_cosmic_rays(flux, ivar, wavelength, sources)
    add_holes(flux, ivar, parameters, rng)
    spoil(flux, ivar, sources, rng)
    scale = sources["level"][:, None]
    return (flux * scale).astype(np.float32), (ivar / scale**2).astype(np.float32)


def _add_red_sky(flux: FloatArray, wavelength: FloatArray, noise: FloatArray, rng: Generator) -> None:
    """Residuals of [O I] 5577 and of the OH forest redward of 7200 Å, in place."""
    amount = np.interp(wavelength, [7200, 7800, 9100], [0, 1.0, 1.5]) + 6 * np.exp(
        -0.5 * ((wavelength - 5578.9) / 2.5) ** 2
    )
    flux += noise * amount[None, :] * correlated_noise(rng, *flux.shape)

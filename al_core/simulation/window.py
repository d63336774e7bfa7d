"""Renders the Hα window of a block of sources on native pixels."""

import numpy as np
import numpy.typing as npt

from al_core.lines import HALPHA
from al_core.simulation.config import DOUBLE, GALAXY, HIDDEN, QUASAR, SINGLE, SurveyParameters
from al_core.simulation.contaminants import add_contaminants
from al_core.simulation.discs import emission_profiles
from al_core.simulation.instrument import (
    FLAT_FIELD,
    add_cosmic_rays,
    add_holes,
    add_sky_residuals,
    add_steps,
    correlated_noise,
    noise_sigma,
    spoil,
    stated_ivar,
)
from al_core.simulation.photospheres import add_photospheres, molecular_bands, water_transmission, window_continuum
from al_core.simulation.profiles import add_profile
from al_core.simulation.sources import Generator, SourceArray

FloatArray = npt.NDArray[np.float64]


def noise_free_window(sources: SourceArray, wavelength: FloatArray) -> FloatArray:
    """Return the spectra without noise and defects, about 1 at 6625 Å, shape (n_sources, n_pixels)."""
    flux = np.ones((len(sources), wavelength.size))
    is_star = ~np.isin(sources["kind"], (GALAXY, QUASAR))
    stars = sources[is_star]
    part = flux[is_star]
    add_photospheres(part, wavelength, stars)
    flux[is_star] = part * molecular_bands(stars, wavelength)
    add_emission(flux, wavelength, sources)
    add_contaminants(flux, wavelength, sources)
    return np.asarray(flux * window_continuum(sources, wavelength) * water_transmission(sources, wavelength))


def add_emission(flux: FloatArray, wavelength: FloatArray, sources: SourceArray) -> None:
    """Add the Hα profiles of all emission stars, in place."""
    rows = np.flatnonzero(np.isin(sources["kind"], (SINGLE, DOUBLE, HIDDEN)))
    if rows.size:
        part = flux[rows]
        add_profile(part, wavelength, HALPHA, sources["rv"][rows], emission_profiles(sources[rows]))
        flux[rows] = part


def observed_window(
    sources: SourceArray, wavelength: FloatArray, parameters: SurveyParameters, rng: Generator
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Return flux and inverse variance with noise and defects, each of shape (n_sources, n_pixels)."""
    flux = noise_free_window(sources, wavelength)
    add_steps(flux, wavelength, sources)
    ivar = stated_ivar(sources, flux)
    noise = np.sqrt(np.clip(flux, 0.1, 100)) * noise_sigma(sources)[:, None]
    flux += noise * correlated_noise(rng, *flux.shape)
    flux *= 1 + FLAT_FIELD * correlated_noise(rng, *flux.shape)
    add_sky_residuals(flux, wavelength, sources, rng)
    add_cosmic_rays(flux, ivar, wavelength, sources)
    add_holes(flux, ivar, parameters, rng)
    spoil(flux, ivar, sources, rng)
    level = sources["level"][:, None]
    return (flux * level).astype(np.float32), (ivar / level**2).astype(np.float32)

"""Hα from circumstellar discs: profiles, their blurring, and the discs of a population of Be stars.

A disc in Keplerian rotation that is optically thin, with emissivity r^-α, has the profile (Smak 1981, Acta Astron. 31,
395; Horne & Marsh 1986, MNRAS 218, 761)

    F(x) ∝ ∫ r^(3/2-α) / sqrt(1 - x² r) dr   from r1 to min(1, 1/x²),   zero for |x| > r1^-1/2

with x = v/v_d, v_d the projected velocity of the outer edge, and radii in units of the outer radius. r = sin²θ/x²
removes the singular end. Huang's law (1972, ApJ 171, 549) gives v_d: R_d/R_* = (v_* sin i / v_d)². Rotation, sizes
and inclinations follow Rivinius, Carciofi & Martayan (2013, A&ARv 21, 69); distributions without a source are
assumptions and say so.
"""

import numpy as np
import numpy.typing as npt

from al_core.lines import HALPHA
from al_core.simulation.config import SurveyParameters
from al_core.simulation.grids import FWHM_PER_SIGMA, SPEED_OF_LIGHT, VELOCITIES, VELOCITY_STEP_ANGSTROM
from al_core.simulation.photospheres import dress
from al_core.simulation.profiles import at_resolution, blurred, gaussian, pseudo_voigt
from al_core.simulation.sources import Generator, SourceArray, log_normal

FloatArray = npt.NDArray[np.float64]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(24)


def disc_profile(x: FloatArray, emissivity: FloatArray, inner_radius: FloatArray) -> FloatArray:
    """Return the unblurred profile of a thin Keplerian disc.

    Parameters
    ----------
    x : ndarray, shape (n, n_velocities)
        Velocity in units of the projected velocity of the outer edge.
    emissivity, inner_radius : ndarray, shape (n,)
        Exponent α; inner radius in units of the outer one.

    Returns
    -------
    ndarray, shape (n, n_velocities)
        Flux per velocity, not normalized.
    """
    speed = np.maximum(np.abs(x), 1e-3)
    inner = inner_radius[:, None]
    low = np.arcsin(np.clip(speed * np.sqrt(inner), 0, 1))
    high = np.arcsin(np.clip(speed, 0, 1))
    half = 0.5 * (high - low)
    power = 2 * (1.5 - emissivity)[:, None] + 1
    total = np.zeros(speed.shape)
    for node, weight in zip(_NODES, _WEIGHTS, strict=True):
        theta = low + half * (1 + node)
        total += weight * np.sin(theta) ** power
    return np.asarray(total * half * 2 * speed ** -(power + 1))


def huang_velocity(stellar_velocity: FloatArray, disc_radius: FloatArray, inclination: FloatArray) -> FloatArray:
    """Return half the peak separation in km/s: the projected orbital velocity of the disc's outer edge.

    Parameters
    ----------
    stellar_velocity : ndarray
        Orbital velocity at the stellar equator, km/s.
    disc_radius : ndarray
        Outer radius in stellar radii.
    inclination : ndarray
        Degrees; 0 is pole on.
    """
    return np.asarray(stellar_velocity * np.sin(np.radians(inclination)) / np.sqrt(disc_radius))


def draw_emission_stars(sources: SourceArray, parameters: SurveyParameters, rng: Generator) -> None:
    """Draw photospheres and discs of emission stars, in place.

    Types O 4, B 70, A 22, F 4 % (assumption); |EW| log-normal, median 7 Å, sigma 1, 0.3 to 80 Å; inclinations random
    in cos i; outer radius log-normal, median 9 stellar radii (assumption).
    """
    n = len(sources)
    sources["type_code"] = rng.choice(4, n, p=[0.04, 0.70, 0.22, 0.04]) + rng.uniform(0, 0.999, n)
    dress(sources, parameters, rng)
    sources["slope"] += rng.normal(0, 0.03, n)  # reddening
    radius = np.clip(log_normal(rng, 9.0, 0.6, n), 2, 50)
    sources["inclination"] = np.degrees(np.arccos(rng.uniform(0, 1, n)))
    sources["outer_velocity"] = np.maximum(huang_velocity(rng.uniform(320, 500, n), radius, sources["inclination"]), 12)
    sources["emission_ew"] = np.clip(log_normal(rng, 7.0, 1.0, n), 0.3, 80)
    sources["emissivity"] = rng.uniform(1, 2.5, n)
    sources["inner_radius"] = np.clip(rng.uniform(1, 2.5, n) / radius, 0.05, 0.35)
    sources["vr_ratio"] = log_normal(rng, 1.0, 0.18, n)
    sources["turbulence"] = log_normal(rng, 40.0, 0.5, n)
    sources["wing_share"] = rng.uniform(0, 0.3, n)
    sources["wing_sigma"] = rng.uniform(200, 450, n)
    _draw_absorbers(sources, rng)


def _draw_absorbers(sources: SourceArray, rng: Generator) -> None:
    """Shell cores above 70°, winds (P Cygni) in 2 %, and 10 % envelopes without rotation, in place."""
    n = len(sources)
    kind = rng.random(n)
    is_shell = (sources["inclination"] > 70) & (rng.random(n) < 0.8)
    is_wind = kind < 0.02
    sources["absorber_depth"] = np.where(is_shell | is_wind, rng.uniform(0.15, 0.9, n), 0.0)
    sources["absorber_velocity"] = np.where(is_wind, -rng.uniform(80, 350, n), rng.normal(0, 12, n))
    sources["absorber_sigma"] = np.where(is_wind, rng.uniform(30, 120, n), rng.uniform(12, 60, n))
    is_envelope = kind > 0.90
    sources["outer_velocity"] = np.where(is_envelope, 12.0, sources["outer_velocity"])
    sources["turbulence"] = np.where(is_envelope, rng.uniform(40, 220, n), sources["turbulence"])


def emission_profiles(sources: SourceArray) -> FloatArray:
    """Return what disc and absorber add to the photosphere, blurred by the instrument.

    Parameters
    ----------
    sources : record array, shape (n,)
        Emission stars.

    Returns
    -------
    ndarray, shape (n, n_velocities)
        On `VELOCITIES` in the frame of the star, in units of the continuum.
    """
    outer = sources["outer_velocity"][:, None]
    half = VELOCITIES.size // 2
    right = disc_profile(VELOCITIES[half:] / outer, sources["emissivity"], sources["inner_radius"])
    profile = np.concatenate((right[:, :0:-1], right), axis=1)
    profile *= sources["vr_ratio"][:, None] ** (-0.5 * np.clip(VELOCITIES / outer, -1, 1))
    profile *= (sources["emission_ew"] / (profile.sum(axis=1) * VELOCITY_STEP_ANGSTROM))[:, None]
    profile = blurred(profile, sources["turbulence"], sources["wing_share"], sources["wing_sigma"])
    profile -= _absorbed(sources, profile)
    nothing = np.zeros(len(sources))
    return blurred(profile, lsf_sigma_velocity(sources), nothing, nothing)


def _absorbed(sources: SourceArray, profile: FloatArray) -> FloatArray:
    offset = VELOCITIES[None, :] - sources["absorber_velocity"][:, None]
    opacity = sources["absorber_depth"][:, None] * gaussian(offset, np.maximum(sources["absorber_sigma"], 1.0)[:, None])
    return np.asarray(opacity * (photosphere_profiles(sources) + profile))


def photosphere_profiles(sources: SourceArray) -> FloatArray:
    """Return the photospheric Hα line on `VELOCITIES` as the instrument shows it, continuum 1."""
    depth, fwhm = at_resolution(sources["depth"], sources["fwhm"], sources["lsf_fwhm"])
    offset = VELOCITIES[None, :] * HALPHA / SPEED_OF_LIGHT
    return np.asarray(1 - depth[:, None] * pseudo_voigt(offset, fwhm[:, None], sources["eta"][:, None]))


def lsf_sigma_velocity(sources: SourceArray) -> FloatArray:
    """Return the standard deviation of the line spread function, km/s, shape (n_sources,)."""
    return np.asarray(sources["lsf_fwhm"] / FWHM_PER_SIGMA / HALPHA * SPEED_OF_LIGHT)

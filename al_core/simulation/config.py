"""What a simulated survey is made of: the parameters, the physical kinds and their shares."""

import math
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from al_core.errors import ConfigurationError

#: The classes, in the order of their integer labels.
CLASS_NAMES = ("other", "single peak", "double peak")

#: Physical kinds; the position is the code. Only the two visible emission stars belong to a rare class: the rare
#: class is Hα emission of a *star of Be kind* (O to F with a disc, envelope or wind). Everything else is "other":
#: a nebula or galaxy in the fibre, the narrow chromospheric line of an active K or M dwarf on its TiO bands, sky
#: residuals, and emission stars whose emission the visibility rule of `truth` does not see.
KINDS = (
    "star",
    "emission-single",
    "emission-double",
    "emission-hidden",
    "active-dwarf",
    "nebula",
    "nebula-oversubtracted",
    "galaxy",
    "quasar",
    "white-dwarf",
    "unknown",
    "zero",
    "constant",
    "splice",
)
STAR, SINGLE, DOUBLE, HIDDEN, ACTIVE, NEBULA, NEGATIVE, GALAXY, QUASAR, WHITE_DWARF, UNKNOWN, ZERO, CONSTANT, SPLICE = (
    range(len(KINDS))
)

#: Spectral types of `SurveyParameters.type_mix`.
TYPES = "OBAFGKM"

# Streams of random numbers: each use of the seed derives its own generator from [seed, stream, block].
STREAM_KINDS, STREAM_SOURCES, STREAM_NOISE, STREAM_METADATA, STREAM_FULL = range(5)
STREAM_TRAINING = 100
"""Added to a stream for the training set, which is thereby independent of the pool."""


@dataclass(frozen=True, slots=True)
class SurveyParameters:
    """Everything that a simulated survey depends on; the same parameters give the same bytes.

    Parameters
    ----------
    n_spectra : int
        Spectra in the pool.
    seed : int
        Seed of the survey, 0 or more.
    emission_fraction : float
        Share of spectra with visible stellar Hα emission, truth 1 or 2. 0.003 as in the sky: 0.27 % of LAMOST DR2
        (Hou et al. 2016, RAA 16, 138), 0.29 % of DR7 (Zhang et al. 2022, ApJS 259, 38).
    double_fraction : float
        Share of visible double peaks among them; 0.10 in the sky at low resolution.
    hidden_fraction : float
        Share of emission stars that the visibility rule does not see (truth 0).
    active_dwarf_fraction, nebula_fraction, oversubtracted_fraction, galaxy_fraction, quasar_fraction : float
        Shares of spectra that look like emission and are not a Be star (truth 0). Galaxies and quasars as in DR5.
    white_dwarf_fraction, unknown_fraction, zero_fraction, constant_fraction, splice_fraction : float
        Hydrogen white dwarfs; spectra of signal to noise 0.3 to 5, LAMOST's "Unknown"; fibres that hold only zeros or
        one value; spectra with a step or a steep ramp where the arms were joined.
    cosmic_ray_rate, sky_residual_rate, geocoronal_rate, hole_rate : float
        Probability that a spectrum of any kind has a cosmic ray, OH residuals, a residual of the geocoronal Hα (the
        fainter ones more often) or holes from bad columns in the window.
    type_mix : tuple of 7 floats
        Relative frequencies of O, B, A, F, G, K, M among stars.
    resolution, resolution_scatter : float
        Resolving power λ/FWHM and its scatter between spectra.
    snr_median, snr_sigma : float
        Log-normal signal to noise per pixel in r as a LAMOST header states it; sigma in ln.
    velocity_sigma : float
        Radial velocities in km/s, normal, with a 7 % tail of 150 km/s.
    diversity : float
        Factor on the scatter of continua, blends and resolution; 1 as in the sky. Training sets use
        `training_diversity` ("domain randomization": Tobin et al. 2017, arXiv 1703.06907).
    n_training : int
        Spectra of the labeled set.
    training_mix : tuple of 3 floats
        Shares of the classes in the labeled set.
    training_diversity : float
        `diversity` of the labeled set.
    training_type_mix : tuple of 7 floats
        `type_mix` of the labeled set: flatter, or a model would learn that every B star is an emission star.
    """

    n_spectra: int = 2000
    seed: int = 1
    emission_fraction: float = 0.003
    double_fraction: float = 0.10
    hidden_fraction: float = 0.001
    active_dwarf_fraction: float = 0.003
    nebula_fraction: float = 0.0008
    oversubtracted_fraction: float = 0.0003
    galaxy_fraction: float = 0.017
    quasar_fraction: float = 0.006
    white_dwarf_fraction: float = 0.001
    unknown_fraction: float = 0.065
    zero_fraction: float = 0.003
    constant_fraction: float = 0.0005
    splice_fraction: float = 0.002
    cosmic_ray_rate: float = 0.02
    sky_residual_rate: float = 0.04
    geocoronal_rate: float = 0.05
    hole_rate: float = 0.01
    type_mix: tuple[float, ...] = (0.0005, 0.0055, 0.045, 0.25, 0.36, 0.28, 0.059)
    resolution: float = 1800.0
    resolution_scatter: float = 120.0
    snr_median: float = 38.0
    snr_sigma: float = 0.85
    velocity_sigma: float = 44.0
    diversity: float = 1.0
    n_training: int = 600
    training_mix: tuple[float, ...] = (0.5, 0.25, 0.25)
    training_diversity: float = 2.0
    training_type_mix: tuple[float, ...] = (0.04, 0.18, 0.20, 0.19, 0.16, 0.12, 0.11)

    def __post_init__(self) -> None:
        _check_counts(self)
        _check_shares(self)
        _check_ranges(self)

    def as_dict(self) -> dict[str, Any]:
        """Return the parameters as JSON can store them."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    def kind_shares(self) -> npt.NDArray[np.float64]:
        """Return the share of each of `KINDS` in the pool, summing to 1."""
        emission = self.emission_fraction
        others = [
            self.hidden_fraction,
            self.active_dwarf_fraction,
            self.nebula_fraction,
            self.oversubtracted_fraction,
            self.galaxy_fraction,
            self.quasar_fraction,
            self.white_dwarf_fraction,
            self.unknown_fraction,
            self.zero_fraction,
            self.constant_fraction,
            self.splice_fraction,
        ]
        doubles = emission * self.double_fraction
        return np.array([1 - emission - sum(others), emission - doubles, doubles, *others])

    def training_shares(self) -> npt.NDArray[np.float64]:
        """Return the share of each of `KINDS` in the labeled set: contaminants are as frequent as plain stars."""
        other, single, double = np.array(self.training_mix) / sum(self.training_mix)
        contaminants = other * np.array([0.08, 0.07, 0.07, 0.03, 0.08, 0.12, 0.02, 0.09, 0.0, 0.0, 0.03])
        return np.array([other - contaminants.sum(), single, double, *contaminants])


def kind_counts(n_spectra: int, shares: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Return how many spectra of each kind there are, shape (n_kinds,).

    The shares of the classes are exact to the nearest spectrum, so that a small survey has the emission that was
    asked for; plain stars take up the rounding.
    """
    counts = np.floor(n_spectra * shares + 0.5).astype(np.int64)
    emission = math.floor(n_spectra * float(shares[SINGLE] + shares[DOUBLE]) + 0.5)
    counts[DOUBLE] = min(counts[DOUBLE], emission)
    counts[SINGLE] = emission - counts[DOUBLE]
    rest = np.arange(counts.size) != STAR
    while counts[rest].sum() > n_spectra:
        counts[HIDDEN + int(np.argmax(counts[HIDDEN:]))] -= 1
    counts[STAR] = n_spectra - counts[rest].sum()
    return counts


def _check_counts(parameters: SurveyParameters) -> None:
    for name, least in (("n_spectra", 1), ("seed", 0), ("n_training", 0)):
        value = getattr(parameters, name)
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise ConfigurationError(f"{name}: expected a whole number of at least {least}, found {value!r}.")


def _check_shares(parameters: SurveyParameters) -> None:
    names = [f.name for f in fields(parameters) if f.name.endswith(("_fraction", "_rate"))]
    for name in names:
        value = getattr(parameters, name)
        if not 0 <= value <= 1:
            raise ConfigurationError(f"{name}: expected a share between 0 and 1, found {value!r}.")
    for name, size in (("type_mix", len(TYPES)), ("training_type_mix", len(TYPES)), ("training_mix", len(CLASS_NAMES))):
        mix = getattr(parameters, name)
        if len(mix) != size or min(mix) < 0 or sum(mix) <= 0:
            raise ConfigurationError(f"{name}: expected {size} frequencies of 0 or more, not all 0, found {mix!r}.")
    plain = float(parameters.kind_shares()[STAR])
    if plain < -1e-9:
        raise ConfigurationError(
            f"The shares of emission and contaminants add up to {1 - plain:.3f}. Lower them to at most 1 together."
        )


def _check_ranges(parameters: SurveyParameters) -> None:
    for name, low, high in (
        ("resolution", 500.0, 3000.0),
        ("resolution_scatter", 0.0, 300.0),
        ("snr_median", 0.5, 1000.0),
        ("snr_sigma", 0.0, 2.0),
        ("velocity_sigma", 0.0, 400.0),
        ("diversity", 0.0, 5.0),
        ("training_diversity", 0.0, 5.0),
    ):
        value = getattr(parameters, name)
        if not low <= value <= high:
            raise ConfigurationError(f"{name}: expected a number between {low:g} and {high:g}, found {value!r}.")

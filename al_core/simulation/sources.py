"""The physical parameters of simulated objects, one row each, as a NumPy record array."""

from typing import Any

import numpy as np
import numpy.typing as npt

SourceArray = npt.NDArray[np.void]
Generator = np.random.Generator

#: Velocities in km/s, widths in Å, angles in degrees, heights relative to the continuum.
_FIELDS = (
    # what it is: type_code 1.5 is B5, 6.0 is M0; signal to noise in r as a LAMOST header states it
    "type_code rv z snr lsf_fwhm helio_rv "
    # photosphere: the Hα line as R 1800 shows it, strength of metals, helium, dust and water
    "depth fwhm eta metals helium dust water tio "
    # continuum: 1 + slope t + curvature t² with t = (λ - 6625)/100, and a slow ripple of the response
    "slope curvature ripple ripple_period ripple_phase "
    # disc, its absorber (shell or wind), electron scattering
    "emission_ew outer_velocity emissivity inner_radius vr_ratio turbulence inclination "
    "wing_share wing_sigma absorber_depth absorber_velocity absorber_sigma "
    # nebula or active chromosphere, galaxy and quasar
    "narrow_height n2_ratio s2_ratio line_strength line_fwhm notch_velocity notch_depth "
    # defects, in units of the noise where they are heights
    "step ramp step_at oh_height geocoronal_height geocoronal_shift geocoronal_balance cosmic_height cosmic_at "
    # flux at 6625 Å
    "level "
    # truth, measured on the noise-free profile
    "matched_snr peak_sigma dip_sigma dip_share halpha_ew label"
)

#: Fields of a source.
SOURCE_DTYPE = np.dtype([("kind", np.int8), *((name, np.float64) for name in _FIELDS.split())])


def empty_sources(n_sources: int) -> SourceArray:
    """Return sources with every field 0."""
    return np.zeros(n_sources, dtype=SOURCE_DTYPE)


def log_normal(rng: Generator, median: Any, sigma: Any, size: int) -> npt.NDArray[np.float64]:
    """Return log-normal numbers of the given median and sigma in ln."""
    return np.asarray(median * np.exp(sigma * rng.standard_normal(size)))


def type_letter(type_code: float) -> str:
    """Return the spectral type of a code.

    >>> type_letter(1.53), type_letter(6.0)
    ('B5', 'M0')
    """
    return "OBAFGKM"[int(type_code)] + str(int(type_code * 10 + 1e-6) % 10)

"""The truth label: what can be seen in the noise-free spectrum at the survey's resolution and signal to noise.

The rule, on photosphere + emission convolved with the instrument and compared with the noise σ of a pixel:

- *visible emission*: the emission's matched-filter signal to noise (root of the sum of (E/σ)² over pixels) exceeds 7,
  and the profile has a bump within 600 km/s of Hα whose height above the higher of its two feet exceeds 3.5 σ and
  1.5 % of the continuum. A bump inside an absorption line counts; a line that is only filled in does not;
- *double peak*: visible, and a second bump is parted from the first by a dip that is deeper, seen from the lower bump,
  than 3 σ and 6 % of that bump's height;
- otherwise an emission star is hidden: label 0.

So a perfect classifier exists, and a star whose disc nobody could see is not counted as missed. "Double peak" is a
statement about the spectrum, not about the star.
"""

import numpy as np
import numpy.typing as npt

from al_core.simulation.discs import emission_profiles, photosphere_profiles
from al_core.simulation.grids import COEFF1, SPEED_OF_LIGHT, VELOCITIES, VELOCITY_STEP, VELOCITY_STEP_ANGSTROM
from al_core.simulation.instrument import noise_sigma
from al_core.simulation.sources import SourceArray

FloatArray = npt.NDArray[np.float64]

#: Thresholds of the rule.
MATCHED_SNR, PEAK_SIGMA, PEAK_HEIGHT, DIP_SIGMA, DIP_SHARE = 7.0, 3.5, 0.015, 3.0, 0.06

_PIXEL_VELOCITY = SPEED_OF_LIGHT * COEFF1 * np.log(10)
_NEAR = np.abs(VELOCITIES) <= 600
_BAND = np.abs(VELOCITIES) <= SPEED_OF_LIGHT * 10 / 6564.61


def measure_emission(sources: SourceArray) -> None:
    """Measure the emission of emission stars on their noise-free profiles and label them, in place."""
    emission = emission_profiles(sources)
    profile = photosphere_profiles(sources) + emission
    noise = noise_sigma(sources)
    sources["matched_snr"] = np.sqrt((emission**2).sum(axis=1) * VELOCITY_STEP / _PIXEL_VELOCITY) / noise
    sources["halpha_ew"] = equivalent_width(profile)
    peak, dip, share = bumps(profile)
    sources["peak_sigma"], sources["dip_sigma"], sources["dip_share"] = peak / noise, dip / noise, share
    is_visible = (sources["matched_snr"] > MATCHED_SNR) & (sources["peak_sigma"] > PEAK_SIGMA) & (peak > PEAK_HEIGHT)
    is_double = is_visible & (sources["dip_sigma"] > DIP_SIGMA) & (share > DIP_SHARE)
    sources["label"] = is_visible.astype(int) + is_double


def equivalent_width(profile: FloatArray) -> FloatArray:
    """Return the equivalent width within 10 Å of Hα in Å, negative in emission, of profiles of continuum 1."""
    return np.asarray((1 - profile[:, _BAND]).sum(axis=1) * VELOCITY_STEP_ANGSTROM)


def bumps(profile: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the highest bump, and the dip between it and a second one.

    Parameters
    ----------
    profile : ndarray, shape (n, n_velocities)
        Noise-free profiles on `VELOCITIES`.

    Returns
    -------
    height : ndarray, shape (n,)
        Height of the highest bump above the higher of its two feet; 0 without a bump.
    dip : ndarray, shape (n,)
        Depth of the dip between it and the best second bump, from the lower of both; 0 without one.
    share : ndarray, shape (n,)
        `dip` in units of the lower bump's height above the higher of its outer and inner foot, at most 1.
    """
    rows = np.arange(len(profile))
    left_foot = np.minimum.accumulate(profile, axis=1)
    right_foot = np.minimum.accumulate(profile[:, ::-1], axis=1)[:, ::-1]
    height = np.where(_NEAR, profile - np.maximum(left_foot, right_foot), 0)
    first = np.argmax(height, axis=1)
    second_height = np.minimum(profile - _valley(profile, first), height)
    second = np.argmax(second_height, axis=1)
    dip = second_height[rows, second]
    lower = np.maximum(height[rows, second], 1e-9)
    return height[rows, first], dip, np.minimum(dip / lower, 1)


def _valley(profile: FloatArray, first: npt.NDArray[np.int64]) -> FloatArray:
    """Return the lowest value between each velocity and the first bump, shape of `profile`."""
    position = np.arange(profile.shape[1])[None, :]
    to_right = np.where(position >= first[:, None], profile, np.inf)
    to_left = np.where(position <= first[:, None], profile, np.inf)
    right = np.minimum.accumulate(to_right, axis=1)
    left = np.minimum.accumulate(to_left[:, ::-1], axis=1)[:, ::-1]
    return np.minimum(right, left)

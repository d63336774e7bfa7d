"""Wavelengths in air and in vacuum.

All formulas take s = 10^4 / wavelength[Å] and hold for dry air at 15 °C and 1 atm, above 2000 Å. Between 3700 and
9100 Å the three functions differ little: Piskunov's inverse misses Morton's formula by at most 6.1e-9 Å, the thesis's
equation 2.2 by at most 2.7e-5 Å (2.2 m/s at 3700 Å) and by 1.3e-5 Å at Hα, a hundred-thousandth of a LAMOST pixel.
Not converting at all would be 1.81 Å (83 km/s) at Hα.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

#: Below this wavelength, Å, wavelengths are stated in vacuum by convention and the formulas do not hold.
SHORTEST_AIR_WAVELENGTH = 2000.0

#: The values that `method` of `air_to_vacuum` takes.
AIR_TO_VACUUM_METHODS = ("vald", "thesis")

Wavelengths = npt.NDArray[np.float64]


def air_to_vacuum(wavelength_air: npt.ArrayLike, method: str = "vald") -> Wavelengths:
    """Return vacuum wavelengths.

    Parameters
    ----------
    wavelength_air : array_like of float, any shape
        Wavelengths in air, Å. Values below 2000 Å are returned unchanged: they are vacuum by convention.
    method : {"vald", "thesis"}
        "vald" is N. Piskunov's inverse of Morton's formula
        (https://www.astro.uu.se/valdwiki/Air-to-vacuum%20conversion), exact to 6.1e-9 Å. "thesis" is equation 2.2 of
        Mazel (2020): Morton's refractive index evaluated at the air wavelength, too small by up to 2.7e-5 Å.

    Returns
    -------
    ndarray of float64
        Wavelengths in vacuum, Å, in the shape of `wavelength_air`.
    """
    air = np.asarray(wavelength_air, dtype=np.float64)
    if method == "vald":
        return _where_valid(air, lambda valid: valid * _refractive_index_vald(valid))
    if method == "thesis":
        return _where_valid(air, lambda valid: valid * _refractive_index_morton(valid))
    raise ValueError(f"Expected a method of {AIR_TO_VACUUM_METHODS}, found {method!r}.")


def vacuum_to_air(wavelength: npt.ArrayLike) -> Wavelengths:
    """Return wavelengths in air by Morton (2000, ApJS 130, 403, equation 8), the standard of the IAU.

    Parameters
    ----------
    wavelength : array_like of float, any shape
        Wavelengths in vacuum, Å. Values below 2000 Å are returned unchanged: they are vacuum by convention.

    Returns
    -------
    ndarray of float64
        Wavelengths in air, Å, in the shape of `wavelength`.
    """
    return _where_valid(np.asarray(wavelength, dtype=np.float64), lambda valid: valid / _refractive_index_morton(valid))


def _where_valid(wavelength: Wavelengths, convert: Callable[[Wavelengths], Wavelengths]) -> Wavelengths:
    converted = np.array(wavelength, dtype=np.float64)
    valid = converted >= SHORTEST_AIR_WAVELENGTH
    converted[valid] = convert(converted[valid])
    return converted


def _refractive_index_morton(wavelength: Wavelengths) -> Wavelengths:
    s2 = (1e4 / wavelength) ** 2
    return 1 + 8.34254e-5 + 2.406147e-2 / (130 - s2) + 1.5998e-4 / (38.9 - s2)


def _refractive_index_vald(wavelength_air: Wavelengths) -> Wavelengths:
    s2 = (1e4 / wavelength_air) ** 2
    return 1 + 8.336624212083e-5 + 2.408926869968e-2 / (130.1065924522 - s2) + 1.599740894897e-4 / (38.92568793293 - s2)

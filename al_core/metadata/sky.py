"""Positions on the sky: exact separations, and the HEALPix cells that rows are sorted and counted by.

HEALPix: Gorski et al. 2005, ApJ 622, 759, equations 4 to 9 and section 4.1 (nested order). All angles are in degrees.
"""

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from al_core.metadata.fields import Field, FieldType

Floats = npt.NDArray[np.float64]
Cells = npt.NDArray[np.int64]

#: Cells along the side of each of the twelve faces; a cell is 0.92° wide.
NSIDE = 64
N_CELLS = 12 * NSIDE * NSIDE
#: No point of a cell is farther from its center, degrees; the corners near the poles come closest, 0.94 to 1.07.
CELL_RADIUS = 1.2
#: What rounding may add to a separation, degrees; a row so much farther than a radius still lies on its limit.
HAIR = 1e-12
#: The cell of a row, nested order; every index with positions has it, it can be filtered and counted by.
HEALPIX_FIELD = Field("_hpx", FieldType.INTEGER, description="HEALPix cell, nside 64, nested order")

_FACE_RING = np.array([2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4])
_FACE_PHI = np.array([1, 3, 5, 7, 0, 2, 4, 6, 1, 3, 5, 7])


def separation(ra: npt.ArrayLike, dec: npt.ArrayLike, ra0: float, dec0: float) -> Floats:
    """Return the angle between positions and one position, degrees, sound from 0 to 180 (Vincenty 1975).

    Parameters
    ----------
    ra, dec : array_like of float
        NaN where there is no position.
    ra0, dec0 : float

    Returns
    -------
    ndarray of float64
        NaN where there is no position.
    """
    delta = np.radians(np.remainder(np.asarray(ra, dtype=np.float64) - ra0 + 180, 360) - 180)
    dec = np.asarray(dec, dtype=np.float64)
    lat, lat0 = np.radians(dec), math.radians(dec0)
    bend = 2 * np.cos(lat) * np.sin(delta / 2) ** 2  # cos(lat) (1 - cos(delta)), without loss where delta is small
    across = np.hypot(np.cos(lat) * np.sin(delta), np.sin(np.radians(dec - dec0)) + math.sin(lat0) * bend)
    along = np.cos(np.radians(dec - dec0)) - math.cos(lat0) * bend
    return np.asarray(np.degrees(np.arctan2(across, along)), dtype=np.float64)


def is_within(ra: npt.ArrayLike, dec: npt.ArrayLike, ra0: float, dec0: float, radius: float) -> npt.NDArray[np.bool_]:
    """Return which positions lie within a cone, its limit among them; False where there is no position."""
    return np.asarray(separation(ra, dec, ra0, dec0) <= radius + HAIR)


def cells_of(ra: npt.ArrayLike, dec: npt.ArrayLike) -> Cells:
    """Return the HEALPix cell (nside 64, nested) of each position; `N_CELLS` where there is none.

    A position needs a declination of -90 to 90; right ascension may be any finite number.
    """
    lon, lat = np.asarray(ra, dtype=np.float64), np.asarray(dec, dtype=np.float64)
    has = np.isfinite(lon) & (np.abs(lat) <= 90)
    z = np.sin(np.radians(np.where(has, lat, 0.0)))
    quarter = np.mod(np.where(has, lon, 0.0), 360.0) / 90.0
    quarter[quarter >= 4] = 0.0  # the remainder of a tiny negative number
    belt = np.abs(z) <= 2 / 3
    cells = np.where(belt, _belt_cells(z, quarter), _cap_cells(z, quarter))
    return np.asarray(np.where(has, cells, N_CELLS), dtype=np.int64)


def _belt_cells(z: Floats, quarter: Floats) -> Cells:
    """Return the cells of positions between the polar caps; elsewhere the result has no meaning."""
    rising = (NSIDE * (0.5 + quarter - 0.75 * z)).astype(np.int64)
    falling = (NSIDE * (0.5 + quarter + 0.75 * z)).astype(np.int64)
    face_rising, face_falling = rising // NSIDE, falling // NSIDE
    polar = np.where(face_rising < face_falling, face_rising, face_falling + 8)
    face = np.where(face_rising == face_falling, face_rising | 4, polar)
    return _nested(face, falling % NSIDE, NSIDE - rising % NSIDE - 1)


def _cap_cells(z: Floats, quarter: Floats) -> Cells:
    """Return the cells of positions in the polar caps; elsewhere the result has no meaning."""
    number = np.minimum(quarter.astype(np.int64), 3)
    within = quarter - number
    width = NSIDE * np.sqrt(3 * np.maximum(1 - np.abs(z), 0))
    rising = np.minimum((within * width).astype(np.int64), NSIDE - 1)
    falling = np.minimum(((1 - within) * width).astype(np.int64), NSIDE - 1)
    is_north = z > 0
    x = np.where(is_north, NSIDE - falling - 1, rising)
    y = np.where(is_north, NSIDE - rising - 1, falling)
    return _nested(np.where(is_north, number, number + 8), x, y)


def _nested(face: Cells, x: Cells, y: Cells) -> Cells:
    """Return the number of a cell of a face in nested order: the bits of x and y in turn."""
    bits = sum(((x >> bit) & 1) << (2 * bit) | ((y >> bit) & 1) << (2 * bit + 1) for bit in range(6))
    return np.asarray(face * (NSIDE * NSIDE) + bits, dtype=np.int64)


@lru_cache(maxsize=1)
def centers() -> tuple[Floats, Floats]:
    """Return right ascension and declination of the center of every cell, each of shape (`N_CELLS`,)."""
    cell = np.arange(N_CELLS)
    face, within = cell // (NSIDE * NSIDE), cell % (NSIDE * NSIDE)
    x = sum(((within >> (2 * bit)) & 1) << bit for bit in range(6))
    y = sum(((within >> (2 * bit + 1)) & 1) << bit for bit in range(6))
    ring = _FACE_RING[face] * NSIDE - x - y - 1  # 1 at the north pole, 4 nside - 1 at the south pole
    south = 4 * NSIDE - ring
    in_ring = np.where(ring < NSIDE, ring, np.where(south < NSIDE, south, NSIDE))  # cells of a quarter of the ring
    polar = in_ring**2 / (3 * NSIDE**2)
    z = np.where(ring < NSIDE, 1 - polar, np.where(south < NSIDE, polar - 1, (2 * NSIDE - ring) * 2 / (3 * NSIDE)))
    eighths = _FACE_PHI[face] * in_ring + x - y  # of the right ascension of a quarter of the ring
    return 45.0 * (eighths % (8 * in_ring)) / in_ring, np.degrees(np.arcsin(z))


def cells_near(ra: float, dec: float, radius: float) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Return which cells a cone may touch, and which of them lie in it altogether, each of shape (`N_CELLS`,)."""
    distance = separation(*centers(), ra, dec)
    return distance <= radius + CELL_RADIUS, distance <= radius - CELL_RADIUS

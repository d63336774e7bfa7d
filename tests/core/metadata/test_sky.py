"""Angles on the sky and HEALPix cells."""

import math

import numpy as np
import pytest
from astropy.coordinates import angular_separation

from al_core.metadata.sky import CELL_RADIUS, N_CELLS, cells_near, cells_of, centers, is_within, separation


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((10, 20), (10, 20), 0.0),
        ((350, 0), (10, 0), 20.0),
        ((0, 90), (123, 90), 0.0),
        ((0, 80), (180, 80), 20.0),
        ((0, 0), (180, 0), 180.0),
        ((40, 30), (220, -30), 180.0),
        ((0, 0), (90, 45), 90.0),
        ((0, -90), (77, 90), 180.0),
    ],
)
def test_separations_are_those_of_the_sphere(
    one: tuple[float, float], other: tuple[float, float], expected: float
) -> None:
    assert separation(*one, *other) == pytest.approx(expected, abs=1e-9)
    assert separation(one[0] - 360, one[1], *other) == pytest.approx(expected, abs=1e-9)


def test_separations_are_those_of_astropy() -> None:
    ra, dec, ra0, dec0 = np.random.default_rng(5).uniform([0, -90, 0, -90], [360, 90, 360, 90], (500, 4)).T
    expected = np.degrees(angular_separation(*map(np.radians, (ra, dec, ra0, dec0))))
    found = [separation(*one) for one in zip(ra, dec, ra0, dec0, strict=True)]
    assert np.allclose(found, expected, rtol=0, atol=1e-11)


def test_tiny_angles_keep_their_digits() -> None:
    tiny = 1e-10
    assert separation(100, 60 + tiny, 100, 60) == pytest.approx(tiny, rel=1e-3)
    assert separation(100 + tiny, 60, 100, 60) == pytest.approx(tiny / 2, rel=1e-3)


def test_a_position_lies_in_a_cone_of_no_radius_around_it() -> None:
    ra, dec = np.random.default_rng(1).uniform([0, -90], [360, 90], (1000, 2)).T
    assert all(is_within(r, d, r, d, 0) for r, d in zip(ra, dec, strict=True))
    assert is_within(0, 90, 250, 90, 0)
    assert not is_within(math.nan, 0, 0, 0, 180)


def test_cells_are_equally_large_and_lie_around_their_centers() -> None:
    rng = np.random.default_rng(2)
    ra, dec = rng.uniform(-360, 720, 500_000), np.degrees(np.arcsin(rng.uniform(-1, 1, 500_000)))
    cells = cells_of(ra, dec)
    counts = np.bincount(cells, minlength=N_CELLS)
    assert counts.size == N_CELLS
    assert counts.std() == pytest.approx(math.sqrt(counts.mean()), rel=0.02)  # Poisson
    center_ra, center_dec = centers()
    delta = np.radians(ra - center_ra[cells])
    lat, lat0 = np.radians(dec), np.radians(center_dec[cells])
    cosine = np.sin(lat) * np.sin(lat0) + np.cos(lat) * np.cos(lat0) * np.cos(delta)
    assert np.degrees(np.arccos(np.clip(cosine, -1, 1))).max() < CELL_RADIUS - 0.1


def test_centers_lie_in_their_cells() -> None:
    assert (cells_of(*centers()) == np.arange(N_CELLS)).all()


def test_cells_of_known_places() -> None:
    """Base cells of figure 4 in Gorski et al. 2005: 0 to 3 north, 4 to 7 on the equator, 8 to 11 south."""
    base = cells_of([45, 135, 225, 315, 0, 90, 180, 270, 45, 135], [60, 60, 60, 60, 0, 0, 0, 0, -60, -60]) // 4096
    assert base.tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert cells_of([0, 0], [90, -90]).tolist() == [4095, 8 * 4096]


def test_without_a_position_there_is_no_cell() -> None:
    assert (cells_of([math.nan, 1, 1, math.inf], [0, math.nan, 90.1, 0]) == N_CELLS).all()


@pytest.mark.parametrize("radius", [0.0, 0.5, 5.0, 100.0, 180.0])
@pytest.mark.parametrize("center", [(0.0, 0.0), (359.9, 89.9), (12.0, -90.0)])
def test_cells_near_a_cone_hold_all_of_it(center: tuple[float, float], radius: float) -> None:
    rng = np.random.default_rng(3)
    ra, dec = rng.uniform(0, 360, 100_000), np.degrees(np.arcsin(rng.uniform(-1, 1, 100_000)))
    near, within = cells_near(*center, radius)
    is_in, cells = is_within(ra, dec, *center, radius), cells_of(ra, dec)
    assert near[cells[is_in]].all()
    assert is_in[within[cells]].all()

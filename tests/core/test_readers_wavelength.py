import numpy as np
import pytest
from numpy.testing import assert_allclose

from al_core.wavelength import AIR_TO_VACUUM_METHODS, air_to_vacuum, vacuum_to_air

# Hα, [O III], [N II], [S II]: Osterbrock (air) and NIST (vacuum), as in many published line lists.
LINES = [(6562.80, 6564.61), (5006.84, 5008.24), (6583.46, 6585.28), (6716.44, 6718.29)]
GRID = np.arange(3700.0, 9100.0, 0.7)


@pytest.mark.parametrize("method", AIR_TO_VACUUM_METHODS)
@pytest.mark.parametrize(("air", "vacuum"), LINES)
def test_published_lines_are_converted(air: float, vacuum: float, method: str) -> None:
    assert_allclose(air_to_vacuum(air, method), vacuum, atol=0.006)
    assert_allclose(vacuum_to_air(vacuum), air, atol=0.006)


def test_vald_inverts_morton() -> None:
    assert_allclose(vacuum_to_air(air_to_vacuum(GRID)), GRID, rtol=0, atol=6.2e-9)


def test_the_thesis_differs_from_vald_as_documented() -> None:
    difference = np.abs(air_to_vacuum(GRID, "thesis") - air_to_vacuum(GRID))
    assert 2.6e-5 < difference.max() < 2.8e-5
    assert_allclose(np.abs(air_to_vacuum(6562.8, "thesis") - air_to_vacuum(6562.8)), 1.3e-5, atol=0.1e-5)


def test_no_conversion_would_be_a_pixel_off() -> None:
    assert_allclose(air_to_vacuum([3700.0, 6562.8, 9100.0]) - [3700.0, 6562.8, 9100.0], [1.05, 1.81, 2.50], atol=0.006)


def test_ultraviolet_stays_as_it_is_and_in_order() -> None:
    wavelength = np.array([1200.0, 1999.99, 2000.0, 2001.0])
    assert_allclose(air_to_vacuum(wavelength)[:2], wavelength[:2], rtol=0)
    assert_allclose(vacuum_to_air(wavelength)[:2], wavelength[:2], rtol=0)
    assert np.all(np.diff(air_to_vacuum(wavelength)) > 0)


def test_the_input_is_unchanged_and_an_unknown_method_refused() -> None:
    wavelength = GRID.copy()
    air_to_vacuum(wavelength)
    np.testing.assert_array_equal(wavelength, GRID)
    with pytest.raises(ValueError, match="Expected a method of"):
        air_to_vacuum(6563.0, "griesen")

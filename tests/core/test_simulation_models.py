"""Discs, nebulae, photospheres, noise and the visibility rule of the simulated survey against known numbers."""

import numpy as np
import numpy.typing as npt
import pytest

from al_core.lines import HALPHA, line_named
from al_core.simulation.config import (
    ACTIVE,
    DOUBLE,
    GALAXY,
    HIDDEN,
    KINDS,
    NEBULA,
    QUASAR,
    SINGLE,
    STAR,
    TYPES,
    SurveyParameters,
)
from al_core.simulation.contaminants import GALAXY_EMISSION, N2_RATIO, O3_RATIO, QUASAR_LINES, add_contaminants
from al_core.simulation.discs import disc_profile, emission_profiles, huang_velocity
from al_core.simulation.full_range import noise_free_spectrum
from al_core.simulation.grids import (
    VELOCITIES,
    VELOCITY_STEP_ANGSTROM,
    full_wavelengths,
    native_window,
    standardized,
    to_window_grid,
    window_grid,
)
from al_core.simulation.instrument import LAG_1, correlated_noise
from al_core.simulation.population import draw_block
from al_core.simulation.profiles import pseudo_voigt_area
from al_core.simulation.sources import SourceArray, empty_sources
from al_core.simulation.truth import bumps, measure_emission


def disc(separation: float, resolution: float = 1800, ew: float = 10.0, snr: float = 100.0) -> SourceArray:
    """Return a thin disc without photospheric line, α = 2, r1 = 0.1."""
    source = empty_sources(1)
    source["outer_velocity"], source["emissivity"], source["inner_radius"] = separation / 2, 2.0, 0.1
    source["emission_ew"], source["vr_ratio"], source["wing_sigma"] = ew, 1.0, 300
    source["lsf_fwhm"], source["fwhm"], source["snr"] = HALPHA / resolution, 5.0, snr
    return source


def dip_share(separation: float) -> float:
    height, dip, _ = bumps(1 + emission_profiles(disc(separation)))
    return float(dip[0] / height[0])


def test_the_unblurred_disc_is_40_to_44_percent_lower_in_the_centre_than_at_its_peaks() -> None:
    # Smak 1981; Horne & Marsh 1986, α = 2 and a disc that reaches far in
    profile = disc_profile(np.linspace(-1.2, 1.2, 2401)[None], np.array([2.0]), np.array([0.05]))[0]
    assert 0.40 < 1 - profile[1200] / profile.max() < 0.44
    assert abs(np.linspace(-1.2, 1.2, 2401)[profile.argmax()]) == pytest.approx(1, abs=0.01)


def test_the_disc_profile_agrees_with_the_integral_over_radius() -> None:
    # midpoint rule on the textbook integral, away from its singular end
    radius = np.linspace(0.1, 1, 400_001)
    middle, step = 0.5 * (radius[1:] + radius[:-1]), radius[1] - radius[0]
    for x in (0.0, 0.3, 0.8):
        expected = (middle ** (1.5 - 1.7) / np.sqrt(1 - x**2 * middle)).sum() * step
        found = disc_profile(np.array([[x]]), np.array([1.7]), np.array([0.1]))[0, 0]
        assert found == pytest.approx(expected, rel=1e-4)


def test_the_disc_profile_vanishes_beyond_the_inner_edge_and_is_symmetric() -> None:
    x = np.array([[-4.0, -3.1, -1.0, 1.0, 3.1, 4.0]])
    profile = disc_profile(x, np.array([1.5]), np.array([0.1]))[0]
    np.testing.assert_allclose(profile, profile[::-1])
    assert profile[0] == 0
    assert profile[1] > 0  # 0.1^-1/2 = 3.16


def test_a_dip_of_5_percent_needs_240_to_255_km_s_at_low_resolution_and_10_percent_280_to_295() -> None:
    separations = np.arange(200.0, 330.0, 5.0)
    shares = np.array([dip_share(separation) for separation in separations])
    assert 238 < np.interp(0.05, shares, separations) < 257
    assert 278 < np.interp(0.10, shares, separations) < 297


def test_the_emission_has_the_equivalent_width_that_was_asked_for() -> None:
    profile = emission_profiles(disc(300.0, ew=12.5))[0]
    assert profile.sum() * VELOCITY_STEP_ANGSTROM == pytest.approx(12.5, rel=1e-3)


def test_huangs_law() -> None:
    # R_d/R_* = (2 v sin i / Δv)²: v = 400 km/s at 90° and R_d = 4 gives Δv/2 = 200 km/s
    assert huang_velocity(np.array([400.0]), np.array([4.0]), np.array([90.0]))[0] == pytest.approx(200)
    assert huang_velocity(np.array([400.0]), np.array([4.0]), np.array([30.0]))[0] == pytest.approx(100)


@pytest.mark.parametrize(
    ("separation", "ew", "snr", "label"),
    [(100, 10, 100, 1), (340, 10, 100, 2), (340, 0.3, 8, 0), (340, 10, 4, 1), (100, 0.1, 20, 0)],
)
def test_the_visibility_rule_labels_what_can_be_seen(separation: float, ew: float, snr: float, label: int) -> None:
    source = disc(separation, ew=ew, snr=snr)
    measure_emission(source)
    assert source["label"][0] == label


def test_an_absorption_line_and_a_filled_in_line_have_no_bump_but_emission_in_its_core_has() -> None:
    trough = 1 - 0.4 * np.exp(-0.5 * (VELOCITIES / 300) ** 2)
    filled = np.maximum(trough, 0.8)
    core = trough + 0.1 * np.exp(-0.5 * (VELOCITIES / 80) ** 2)
    height, dip, _ = bumps(np.stack((trough, filled, core)))
    np.testing.assert_allclose(height[:2], 0, atol=1e-9)
    assert 0.03 < height[2] < 0.1
    assert dip[2] == pytest.approx(0, abs=1e-9)


def test_two_unequal_peaks_are_parted_by_a_dip_measured_from_the_lower_one() -> None:
    profile = 1 + np.exp(-0.5 * ((VELOCITIES + 230) / 80) ** 2) + 0.5 * np.exp(-0.5 * ((VELOCITIES - 230) / 80) ** 2)
    height, dip, share = bumps(profile[None])
    assert height[0] == pytest.approx(1, abs=0.02)
    assert dip[0] == pytest.approx(0.5, abs=0.05)
    assert share[0] == pytest.approx(0.95, abs=0.06)


@pytest.fixture(scope="module")
def many_stars() -> SourceArray:
    parameters = SurveyParameters(n_spectra=1, type_mix=(0.0, 0.1, 0.2, 0.2, 0.2, 0.2, 0.1))
    return draw_block(np.zeros(12000, np.int8), parameters, np.random.default_rng(5))


# median depth, EW and FWHM measured on real LAMOST spectra, with how many per cent they may differ
MEASURED = {"A": (0.40, 8.2, 15), "F": (0.36, 3.9, 7.8), "G": (0.30, 2.6, 6.3), "K": (0.18, 1.25, 4.9)}


@pytest.mark.parametrize("letter", list(MEASURED))
def test_depth_width_and_equivalent_width_follow_real_stars_of_each_type(many_stars: SourceArray, letter: str) -> None:
    stars = many_stars[many_stars["type_code"].astype(int) == TYPES.index(letter)]
    ew = stars["depth"] * pseudo_voigt_area(stars["fwhm"], stars["eta"])
    found = np.median(stars["depth"]), np.median(ew), np.median(stars["fwhm"])
    np.testing.assert_allclose(found, MEASURED[letter], rtol=0.12)


def test_signal_to_noise_and_velocities_follow_the_survey(many_stars: SourceArray) -> None:
    assert np.median(many_stars["snr"]) == pytest.approx(38, rel=0.05)
    spread = (np.percentile(many_stars["rv"], 84) - np.percentile(many_stars["rv"], 16)) / 2
    assert spread == pytest.approx(46, abs=3)


def test_noise_has_unit_variance_and_the_measured_lag_1_correlation() -> None:
    noise = correlated_noise(np.random.default_rng(1), 400, 300)
    assert noise.std() == pytest.approx(1, abs=0.01)
    assert (noise[:, 1:] * noise[:, :-1]).mean() == pytest.approx(LAG_1, abs=0.01)
    assert (noise[:, 2:] * noise[:, :-2]).mean() == pytest.approx(0, abs=0.01)


def line_flux(flux: npt.NDArray[np.float64], wavelength: npt.NDArray[np.float64], center: float) -> float:
    near = np.abs(wavelength - center) < 7
    return float(((flux[near] - 1) * np.gradient(wavelength)[near]).sum())


def test_nebulae_have_nitrogen_2_96_to_1_and_oxygen_2_98_to_1() -> None:
    source = empty_sources(1)
    source["kind"], source["narrow_height"], source["n2_ratio"], source["lsf_fwhm"] = NEBULA, 1.0, 0.8, 3.65
    wavelength, flux = native_window(), np.ones((1, native_window().size))
    add_contaminants(flux, wavelength, source)
    red = line_flux(flux[0], wavelength, line_named("[N II] 6583").vacuum)
    blue = line_flux(flux[0], wavelength, line_named("[N II] 6548").vacuum)
    assert red / blue == pytest.approx(2.96, rel=0.01)
    assert N2_RATIO == 2.96
    assert O3_RATIO == 2.98


def test_no_galaxy_or_quasar_puts_a_line_onto_halpha() -> None:
    kinds = np.repeat(np.array([GALAXY, QUASAR], np.int8), 500)
    for near_window in (False, True):
        sources = draw_block(kinds, SurveyParameters(), np.random.default_rng(3), near_window=near_window)
        for kind, lines in ((GALAXY, GALAXY_EMISSION), (QUASAR, QUASAR_LINES)):
            z = sources["z"][sources["kind"] == kind]
            observed = np.array(list(lines))[None, :] * (1 + z[:, None])
            assert np.abs(observed - HALPHA).min() > 4.4


def test_whole_spectra_of_emission_stars_show_hbeta_emission_too() -> None:
    sources = draw_block(np.full(60, SINGLE, np.int8), SurveyParameters(), np.random.default_rng(3))
    strong = sources[sources["emission_ew"] > 20]
    wavelength, plain = full_wavelengths(), strong.copy()
    plain["kind"] = STAR
    added = noise_free_spectrum(strong, wavelength) / noise_free_spectrum(plain, wavelength) - 1
    assert len(strong) > 2
    for name, least in (("H-beta", 0.1), ("Fe II 5316", 0.002), ("O I 8446", 0.01)):
        pixel = np.searchsorted(wavelength, line_named(name).vacuum)
        assert (added[:, pixel - 4 : pixel + 5].max(axis=1) > least).all(), name


def test_every_kind_gets_its_label() -> None:
    kinds = np.repeat(np.arange(len(KINDS), dtype=np.int8), 20)
    labels = draw_block(kinds, SurveyParameters(), np.random.default_rng(3))["label"]
    assert (labels[kinds == SINGLE] == 1).all()
    assert (labels[kinds == DOUBLE] == 2).all()
    for kind in (STAR, HIDDEN, ACTIVE, NEBULA):
        assert (labels[kinds == kind] == 0).all()


def test_the_grid_is_140_points_and_interpolation_is_linear() -> None:
    wavelength = native_window()
    grid = window_grid()
    assert (grid.size, grid[0], grid[-1]) == (140, 6519.0, 6732.0)
    flux = np.random.default_rng(0).normal(size=(2, wavelength.size))
    expected = np.array([np.interp(grid, wavelength, row) for row in flux])
    np.testing.assert_allclose(to_window_grid(flux, wavelength), expected, atol=1e-6)


def test_standardizing_gives_zero_mean_and_unit_variance_and_keeps_constant_spectra() -> None:
    flux = np.vstack((np.arange(140.0), np.zeros(140), np.full(140, 7.0)))
    scaled = standardized(flux)
    assert scaled[0].mean() == pytest.approx(0, abs=1e-6)
    assert scaled[0].std() == pytest.approx(1, abs=1e-6)
    np.testing.assert_array_equal(scaled[1:], flux[1:].astype(np.float32))

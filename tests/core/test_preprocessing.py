"""Recipes and their steps: against formulas, other implementations and the published tables."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.ndimage import convolve1d

from al_core.errors import ExcludedSpectrumError, GridMismatchError, RecipeError
from al_core.preprocessing import RECIPES, STEPS, Recipe, Samples, load_recipe
from al_core.preprocessing.resampling import average_flux, bin_edges
from al_core.preprocessing.steps import convert_air, divide_continuum, gaussian_blur, treat_bad_pixels
from al_core.readers import read_spectrum
from al_core.spectrum import Spectrum, common_metadata
from tests.data_location import TEST_DATA, needs_test_data

HALPHA = RECIPES["halpha"]


def make_spectrum(wavelength: np.ndarray, flux: np.ndarray, mask: np.ndarray | None = None) -> Spectrum:
    bad = np.zeros(wavelength.size, dtype=bool) if mask is None else mask
    return Spectrum("made", wavelength.astype(float), flux.astype(float), None, bad, {}, common_metadata("made"))


def wiggle(wavelength: np.ndarray) -> np.ndarray:
    return 3 + np.sin(wavelength / 7)


def test_the_default_recipe_is_the_thesis_grid_and_scaling():
    assert HALPHA.grid.size == 140
    assert (HALPHA.grid[0], HALPHA.grid[-1]) == (6519, 6732)
    wavelength = np.arange(6400, 6900, 1.5)
    row = HALPHA.apply(make_spectrum(wavelength, wiggle(wavelength)))
    expected = np.interp(np.linspace(6519, 6732, 140), wavelength, wiggle(wavelength))
    assert row.dtype == np.float32
    assert_allclose(row, (expected - expected.mean()) / expected.std(), atol=1e-6)


def test_minmax_scales_to_minus_one_and_one():
    wavelength = np.arange(6400, 6900, 1.5)
    row = RECIPES["halpha-minmax"].apply(make_spectrum(wavelength, wiggle(wavelength)))
    assert (row.min(), row.max()) == (-1, 1)


@pytest.mark.parametrize(
    ("wavelength", "flux", "reason"),
    [
        (np.arange(6520, 6900, 1.0), wiggle, "covers 6520.0-6899.0 Å, the grid needs 6519-6732 Å"),
        (np.arange(6400, 6731, 1.0), wiggle, "the grid needs"),
        (np.arange(6400, 6900, 1.0), np.zeros_like, r"is constant \(0\) over 6519-6732 Å"),
        (np.arange(6400, 6900, 1.0), lambda w: np.full_like(w, 1e-3), "is constant"),
        (np.concatenate([np.arange(6400, 6600), np.arange(6650, 6900)]).astype(float), wiggle, "gap of 51.0 Å"),
    ],
)
def test_a_spectrum_that_the_grid_cannot_show_is_left_out_with_its_reason(wavelength, flux, reason):
    with pytest.raises(ExcludedSpectrumError, match=reason):
        HALPHA.apply(make_spectrum(wavelength, flux(wavelength)))


def test_a_spectrum_of_nothing_but_nan_is_left_out():
    wavelength = np.arange(6400, 6900, 1.0)
    with pytest.raises(ExcludedSpectrumError, match="every pixel is bad"):
        HALPHA.apply(make_spectrum(wavelength, np.full_like(wavelength, np.nan), np.ones(wavelength.size, bool)))


def test_coverage_to_the_last_point_suffices():
    wavelength = np.linspace(6519, 6732, 200)
    assert HALPHA.apply(make_spectrum(wavelength, wiggle(wavelength))).shape == (140,)


def test_thesis_air_formula_differs_from_vald_by_what_the_docstring_says():
    """1.3e-5 Å at Hα: computed independently from equation 2.2 with s from air, and Piskunov's inverse."""
    air = np.array([6562.79, 6700.0])
    s2 = (1e4 / air) ** 2
    thesis = air * (1 + 8.34254e-5 + 2.406147e-2 / (130 - s2) + 1.5998e-4 / (38.9 - s2))
    vald = air * (
        1 + 8.336624212083e-5 + 2.408926869968e-2 / (130.1065924522 - s2) + 1.599740894897e-4 / (38.92568793293 - s2)
    )
    samples = Samples(vald, np.ones(2), np.zeros(2, bool), "air")
    assert_allclose(convert_air(samples, formula="thesis").wavelength, thesis, atol=1e-8)
    assert_allclose(convert_air(samples, formula="vald").wavelength, vald, atol=0)
    assert abs(thesis[0] - vald[0]) == pytest.approx(1.3e-5, abs=2e-6)


def test_blur_is_a_gaussian_with_extended_edges():
    """Against a convolution with the sampled kernel, cut at 4 sigma, edge values repeated (astropy's `extend`)."""
    rng = np.random.default_rng(1)
    wavelength = np.arange(6400, 6500, 0.25)
    flux = rng.normal(size=wavelength.size)
    kernel = np.exp(-0.5 * (np.arange(-28, 29) / 7) ** 2)
    expected = convolve1d(flux, kernel / kernel.sum(), mode="nearest")
    got = gaussian_blur(Samples(wavelength, flux, np.zeros(wavelength.size, bool), "air"))
    assert_allclose(got.flux, expected, atol=1e-12)


def test_coarse_pixels_are_not_blurred():
    samples = Samples(np.arange(6400, 6500, 1.5), np.arange(67.0), np.zeros(67, bool), "vacuum")
    assert gaussian_blur(samples) is samples


def test_bad_pixels_are_bridged_by_straight_lines():
    flux = np.array([1.0, 99.0, 3.0, np.nan, 5.0])
    mask = np.array([False, True, False, True, False])
    samples = Samples(np.arange(5.0), flux, mask, "vacuum")
    assert_allclose(treat_bad_pixels(samples).flux, [1, 2, 3, 4, 5])
    assert_allclose(treat_bad_pixels(samples, action="keep").flux, [1, 99, 3, 4, 5])
    with pytest.raises(ExcludedSpectrumError, match="40% of the pixels are bad, at most 30% allowed"):
        treat_bad_pixels(samples, max_fraction=0.3)


@given(st.integers(2, 60), st.integers(0, 2**32 - 1))
def test_flux_conserving_resampling_conserves_the_integral(n_points, seed):
    """The definition: the integral over the covered range is the same before and after."""
    rng = np.random.default_rng(seed)
    wavelength = np.cumsum(rng.uniform(0.5, 1.5, 80))
    flux = rng.normal(size=80)
    edges = bin_edges(wavelength)
    target_edges = np.linspace(edges[0], edges[-1], n_points + 1)
    grid = (target_edges[1:] + target_edges[:-1]) / 2
    got = average_flux(wavelength, flux, grid)
    assert_allclose(np.sum(got * np.diff(target_edges)), np.sum(flux * np.diff(edges)), atol=1e-9)


def test_flux_conserving_resampling_of_a_constant_is_the_constant():
    wavelength = np.geomspace(6500, 6750, 170)
    assert_allclose(average_flux(wavelength, np.full(170, 2.5), HALPHA.grid), 2.5)


def test_continuum_division_flattens_a_slope_and_keeps_the_line():
    grid = HALPHA.grid
    slope = 100 * (1 + 0.002 * (grid - 6600) + 1e-6 * (grid - 6600) ** 2)
    line = 1 - 0.4 * np.exp(-0.5 * ((grid - 6564.61) / 6) ** 2)
    got = divide_continuum((slope * line)[None, :], grid)
    assert_allclose(got[0], line, atol=2e-3)


def test_rows_on_the_grid_are_left_out_one_by_one():
    rows = np.ones((4, 140))
    rows[1] = np.arange(140)
    rows[2, 5] = np.nan
    rows[3] = np.arange(140)[::-1]
    done = HALPHA.finish(rows)
    assert done.kept.tolist() == [1, 3]
    assert dict(done.excluded) == {
        0: "is constant (1) over 6519-6732 Å",
        2: "has no finite flux at 1 of 140 points of 6519-6732 Å",
    }


def test_rows_of_another_length_are_refused():
    with pytest.raises(GridMismatchError, match=r"140 points, found an array of shape \(2, 141\)"):
        HALPHA.finish(np.ones((2, 141)))


@pytest.mark.parametrize("name", list(RECIPES))
def test_every_recipe_survives_being_stored(name, tmp_path):
    path = tmp_path / "recipe.json"
    RECIPES[name].save(path)
    assert load_recipe(str(path)) == RECIPES[name]
    assert load_recipe(name) is RECIPES[name]


def test_every_step_can_stand_in_a_recipe():
    used = {step["step"] for recipe in RECIPES.values() for step in recipe.to_dict()["steps"]}
    assert used == set(STEPS)


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ([{"step": "resampel"}], "unknown step 'resampel'; allowed: convert_air, treat_bad_pixels"),
        ([{"step": "gaussian_blur"}], "expected one step 'resample', found none"),
        ([{"step": "resample"}, {"step": "resample"}], "expected one step 'resample', found 2"),
        ([{"step": "scale_zscore"}, {"step": "resample"}], "come before 'resample'"),
        ([{"step": "resample", "stop": 6000.0}], "expected stop above start, found 6519.0 to 6000.0"),
        ([{"step": "resample", "n_points": 1}], "expected 2 to 100000 points, found 1"),
        ([{"step": "resample", "n_points": "many"}], "parameter 'n_points'"),
        ([{"step": "resample", "method": "cubic"}], "'linear' or 'flux_conserving'"),
        ([{"step": "resample", "metod": "linear"}], "parameter 'metod'.*parameters: start, stop, n_points"),
        ([{"step": "gaussian_blur", "sigma_pixels": -1}, {"step": "resample"}], "sigma_pixels above 0, found -1"),
        ("resample", "expected {"),
    ],
)
def test_a_wrong_recipe_is_refused_with_what_is_allowed(steps, message):
    with pytest.raises(RecipeError, match=message):
        Recipe.from_dict({"name": "wrong", "steps": steps})


def test_a_recipe_that_is_no_json_is_named(tmp_path):
    path = tmp_path / "broken.json"
    path.write_text("{")
    with pytest.raises(RecipeError, match=r"broken\.json: expected a recipe in JSON"):
        load_recipe(str(path))
    with pytest.raises(RecipeError, match="neither a recipe file nor one of: halpha, halpha-minmax"):
        load_recipe("halfa")


def test_a_recipe_on_another_grid_keeps_its_scaling():
    other = HALPHA.on_grid(np.linspace(4000, 5000, 50))
    assert other.grid.size == 50
    assert other.scaling == "zscore"
    assert Recipe.from_dict(json.loads(json.dumps(other.to_dict()))) == other
    assert HALPHA.with_scaling("minmax").scaling == "minmax"
    assert HALPHA.with_scaling("none").scaling == "none"


def published(name: str) -> pl.DataFrame:
    return pl.read_csv(TEST_DATA / "csv" / name, infer_schema_length=None)


def window(table: pl.DataFrame) -> np.ndarray:
    return table.select([c for c in table.columns if c.startswith("6")]).to_numpy()


@needs_test_data
@pytest.mark.parametrize(
    ("name", "tolerance"),
    [
        ("lamost-halpha-140.csv", {"rtol": 0, "atol": 0.501e-4}),
        ("ondrejov-halpha-140.csv", {"rtol": 5.01e-7, "atol": 0}),
    ],
)
def test_resampled_real_spectra_are_those_published(name: str, tolerance: dict[str, float]):
    """The tables were computed elsewhere; one holds 4 decimals, the other (blurred by 7 pixels) 7 digits."""
    table = published(name)
    got = np.stack([HALPHA.resample(read_spectrum(TEST_DATA / file)) for file in table["file"]])
    assert_allclose(got, window(table), **tolerance)


@needs_test_data
def test_the_real_spectrum_that_is_all_zero_is_left_out():
    path = TEST_DATA / "lamost-dr1-fits" / "spec-55862-B6212_sp06-117.fits"
    with pytest.raises(ExcludedSpectrumError, match=r"is constant \(0\)"):
        HALPHA.apply(read_spectrum(Path(path)))

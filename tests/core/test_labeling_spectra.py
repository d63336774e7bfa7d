"""What is shown of a spectrum, and what is withheld."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose
from scipy.ndimage import gaussian_filter1d

from al_core.errors import ALCoreError, SessionError
from al_core.labeling.companions import SkyIndex
from al_core.labeling.decimation import kept_points, rounded, thumbnails
from al_core.labeling.links import links_of
from al_core.labeling.originals import drawn, masked_ranges, original_of
from al_core.labeling.smoothing import gaussian, weighted_boxcar
from al_core.labeling.spectra import sexagesimal
from al_core.labeling.uncertainty import window_sigma
from al_core.labeling.window import flux_range
from al_core.preprocessing import RECIPES
from al_core.readers import read_spectrum
from al_core.spectrum import Spectrum, bad_pixels, common_metadata
from tests.core.labeling_made import IDS, SESSION, Place
from tests.make import lamost, ondrejov

BATCH, SAMPLE = IDS[10:20], IDS[30:36]


def spectrum(ivar: np.ndarray | None, wavelength: np.ndarray | None = None, seed: int = 0) -> Spectrum:
    wave = np.arange(6400.0, 6850.0, 1.5) if wavelength is None else wavelength
    flux = 100 + 20 * np.sin(wave / 30) + np.random.default_rng(seed).standard_normal(wave.size)
    return Spectrum("s", wave, flux, ivar, bad_pixels(flux, ivar), {}, common_metadata("s"))


def view(place: Place, name: str, **options: object) -> dict:
    return place.labeling.spectra(SESSION, [name], **options)[name]  # type: ignore[arg-type]


# ---------------------------------------------------------------------- views


def test_the_window_is_the_flux_of_the_pool_and_a_table_has_no_original(place: Place) -> None:
    shown = view(place, IDS[5])
    assert_allclose(shown["window"]["flux"], place.pool.rows([IDS[5]])[0], rtol=1e-4)
    assert shown["window"]["sigma"] is None
    assert shown["full"] == {
        "error": "This pool was imported from pool.csv, which has the window alone; there is no original file."
    }


def test_metadata_title_links_and_guess_are_shown(place: Place) -> None:
    place.iteration(1, BATCH, SAMPLE)
    shown = view(place, BATCH[0])
    assert shown["metadata"]["obsid"] == 1010
    assert shown["title"] == "J0010"
    assert shown["subtitle"].endswith(f"A2V · S/N 16 · {BATCH[0]}")
    assert [link["name"] for link in shown["links"]] == ["SIMBAD", "VizieR", "Aladin", "LAMOST"]
    assert sorted(shown["guess"].values()) == pytest.approx([0.3, 0.3, 0.4], abs=1e-3)
    assert set(shown["guess"]) == {one.class_id for one in place.session.classes}
    assert not shown["is_blind"]


def test_a_blind_spectrum_says_only_how_good_it_is(place: Place) -> None:
    place.iteration(1, BATCH, SAMPLE)
    shown = view(place, SAMPLE[0])
    assert shown["is_blind"]
    assert (shown["guess"], shown["links"], shown["also"], shown["title"]) == (None, [], [], None)
    assert set(shown["metadata"]) == {"snr"}
    assert shown["hidden"] == ["class", "subclass", "mag1", "ra", "dec"]
    assert SAMPLE[0] not in shown["subtitle"]
    place.say(SAMPLE[0], "skip", queue="perf-est")
    assert view(place, SAMPLE[0])["guess"] is None
    event = place.say(SAMPLE[0], queue="perf-est")
    assert view(place, SAMPLE[0])["guess"] is not None
    place.say(SAMPLE[0], "undo", undoes=event)
    assert view(place, SAMPLE[0])["guess"] is None
    assert view(place, SAMPLE[0], is_blind=False)["guess"] is not None
    assert view(place, BATCH[0], hidden=[BATCH[0]])["guess"] is None


def test_samples_of_earlier_iterations_stay_blind(place: Place) -> None:
    place.iteration(1, BATCH, SAMPLE)
    place.iteration(2, IDS[40:44], IDS[50:53])
    assert view(place, SAMPLE[0])["is_blind"]


def test_the_guess_is_that_of_the_iteration_asked_for(place: Place) -> None:
    place.iteration(1, [IDS[3]])
    place.iteration(2, [IDS[4]])
    assert max(view(place, IDS[3], iteration=1)["guess"].values()) == pytest.approx(0.4, abs=1e-3)
    assert max(view(place, IDS[3])["guess"].values()) == pytest.approx(0.9, abs=1e-3)


def test_predictions_of_another_import_of_the_pool_are_refused(place: Place) -> None:
    place.iteration(1, BATCH)
    path = place.session_folder / "iterations" / "001" / "predictions.parquet"
    pl.read_parquet(path).head(10).write_parquet(path)
    with pytest.raises(SessionError, match="expected predictions of 60 spectra, found 10"):
        view(place, BATCH[0])


def test_other_observations_of_a_star_are_near_or_of_the_same_name(place: Place) -> None:
    [other] = view(place, IDS[1])["also"]
    assert (other["id"], other["separation_arcsec"], other["snr"]) == (IDS[2], pytest.approx(2.0, abs=0.01), 7.5)
    [named] = view(place, IDS[3])["also"]
    assert named["id"] == IDS[4]
    assert named["separation_arcsec"] > 3
    assert view(place, IDS[20])["also"] == []


def test_neighbors_are_found_across_zero_hours_and_at_a_pole() -> None:
    ra, dec = np.array([359.9999, 0.0001, 10.0, 190.0, 180.0]), np.array([0.0, 0.0, 89.9999, 89.9999, 10.0])
    order = np.argsort(dec)
    none = np.empty(0, np.uint64), np.empty(0, np.uint32)
    sky = SkyIndex(dec[order], ra[order], order.astype(np.uint32), *none)
    assert sorted(sky.near(0.0, 0.0)) == [0, 1]
    assert sorted(sky.near(100.0, 90.0)) == [2, 3]
    assert sky.near(50.0, 50.0).size == 0


def test_an_unknown_spectrum_and_too_many_are_named(place: Place) -> None:
    with pytest.raises(ALCoreError, match="'gone'"):
        view(place, "gone")
    with pytest.raises(SessionError, match="at most 20 spectra at a time, found 21"):
        place.labeling.spectra(SESSION, IDS[:21])
    other = place.sessions.create("No pool", classes=["a", "b"])
    with pytest.raises(SessionError, match="“No pool” has no pool"):
        place.labeling.spectra(other.session_id, IDS[:1])


# ---------------------------------------------------------------------- originals


def test_the_original_of_a_lamost_file_is_in_vacuum_with_its_noise(tmp_path: Path) -> None:
    path = lamost.lamost_dr1(tmp_path).path
    read = read_spectrum(path)
    original = original_of(str(path), read.spectrum_id, (), RECIPES["halpha"])
    assert (original.full["medium"], original.full["file_medium"]) == ("vacuum", "vacuum")
    assert original.full["unit"]
    assert_allclose(original.full["wavelength"], read.wavelength, atol=5e-4)
    assert read.ivar is not None
    good = read.ivar > 0
    assert_allclose(original.full["sigma"][good], 1 / np.sqrt(read.ivar[good]), rtol=1e-3)
    assert original.sigma is None or original.sigma.shape == (140,)


def test_a_file_in_air_says_so_and_one_that_is_gone_why(tmp_path: Path) -> None:
    path = ondrejov.ondrejov_image(tmp_path).path
    original = original_of(str(path), "x", (), RECIPES["halpha"])
    assert (original.full["medium"], original.full["file_medium"]) == ("vacuum", "air")
    path.unlink()
    assert f"{path.name} is not at" in original_of(str(path), "x", (), RECIPES["halpha"]).full["error"]
    (tmp_path / "broken.fits").write_bytes(b"SIMPLE  =")
    assert "cannot be read" in original_of(str(tmp_path / "broken.fits"), "x", (), RECIPES["halpha"]).full["error"]


def test_masked_ranges_go_to_the_edges_of_their_pixels() -> None:
    wave = np.array([1.0, 2.0, 3.0, 5.0])
    assert masked_ranges(wave, np.array([True, False, False, True])) == [[1.0, 1.5], [4.0, 5.0]]
    assert masked_ranges(wave, np.zeros(4, bool)) == []


def test_a_long_spectrum_keeps_every_extreme() -> None:
    wave = np.linspace(3700, 9100, 50_000)
    flux = np.random.default_rng(1).standard_normal(wave.size)
    flux[12_345], flux[40_001], flux[7] = 90.0, -80.0, np.nan
    kept = kept_points(flux)
    assert 3900 < kept.size <= 4000
    assert {0, 12_345, 40_001, 49_999} <= set(kept.tolist())
    assert np.all(np.diff(kept) > 0)
    for part in np.array_split(np.arange(wave.size), 1000):
        inside = kept[(kept >= part[0]) & (kept <= part[-1])]
        assert inside.size >= 2
    shown = drawn(Spectrum("s", wave, flux, None, bad_pixels(flux), {}, common_metadata("s")))
    assert shown["is_decimated"]
    assert (shown["n_pixels"], shown["sigma"]) == (50_000, None)
    assert_allclose(kept_points(flux[:4000]), np.arange(4000))
    assert kept_points(np.full(9000, np.nan)).size <= 4000


# ---------------------------------------------------------------------- noise


@pytest.mark.parametrize("name", ["halpha", "halpha-continuum", "halpha-flux-conserving"])
def test_the_noise_of_the_window_is_what_many_noisy_spectra_scatter_by(name: str) -> None:
    """Monte Carlo with 4000 draws: the scatter is known to 1.1 %, the means over 20 points to better than that."""
    rng = np.random.default_rng(3)
    wave = np.arange(6400.0, 6850.0, 1.5)
    truth = 100 + 40 * np.exp(-0.5 * ((wave - 6564.6) / 9) ** 2) + 0.01 * (wave - 6600)
    noise = 0.02 + 0.02 * (wave > 6600)
    recipe = RECIPES[name]
    one = Spectrum("s", wave, truth, noise**-2.0, np.zeros(wave.size, bool), {}, common_metadata("s"))
    sigma = window_sigma(one, recipe)
    draws = truth + noise * rng.standard_normal((4000, wave.size))
    spectra = [Spectrum("s", wave, flux, None, one.mask, {}, common_metadata("s")) for flux in draws]
    scatter = np.std([recipe.apply(s) for s in spectra], axis=0)
    assert sigma is not None
    assert_allclose(sigma.reshape(-1, 20).mean(axis=1), scatter.reshape(-1, 20).mean(axis=1), rtol=0.03)


def test_a_scaling_multiplies_the_noise_by_what_it_multiplies_the_flux_by() -> None:
    one = spectrum(np.full(300, 25.0))
    scaled, other = (window_sigma(one, RECIPES[name]) for name in ("halpha", "halpha-minmax"))
    flux = RECIPES["halpha"].resample(one)
    assert scaled is not None
    assert other is not None
    assert_allclose(scaled * flux.std(), other * np.ptp(flux) / 2)


def test_the_noise_of_a_blurred_spectrum_is_that_of_the_blur() -> None:
    wave = np.arange(6480.0, 6770.0, 0.25)
    sigma = window_sigma(spectrum(np.full(wave.size, 4.0), wave), RECIPES["halpha"])
    kernel = gaussian_filter1d(np.eye(1, 401, 200)[0], 7.0, truncate=4.0)
    raw = spectrum(None, wave)
    scale = RECIPES["halpha"].resample(raw).std()
    assert sigma is not None
    assert_allclose(np.median(sigma) * scale, 0.5 * np.sqrt(np.sum(kernel**2)), rtol=0.02)


def test_there_is_no_noise_where_the_file_states_none_or_a_pixel_has_no_weight() -> None:
    assert window_sigma(spectrum(None), RECIPES["halpha"]) is None
    ivar = np.ones(300)
    ivar[110] = 0
    one = spectrum(ivar)
    sigma = window_sigma(one, RECIPES["halpha"])
    assert sigma is not None
    unknown = RECIPES["halpha"].grid[np.isnan(sigma)]
    assert unknown.size > 0
    assert np.all(np.abs(unknown - one.wavelength[110]) < 1.5)
    assert window_sigma(spectrum(ivar), RECIPES["halpha"].on_grid(np.linspace(6500, 6700, 50))) is None
    assert window_sigma(spectrum(np.ones(20), np.linspace(4000, 5000, 20)), RECIPES["halpha"]) is None


# ---------------------------------------------------------------------- smoothing


def test_the_gaussian_agrees_with_scipy_away_from_the_ends() -> None:
    flux = np.random.default_rng(2).standard_normal(300)
    assert_allclose(gaussian(flux, 2.5)[12:-12], gaussian_filter1d(flux, 2.5, truncate=3.0)[12:-12], atol=1e-12)
    assert_allclose(gaussian(np.full(50, 3.0), 4.0), 3.0)


def test_the_gaussian_passes_over_pixels_without_a_value() -> None:
    flux = np.ones(30)
    flux[10:13] = np.nan
    assert_allclose(gaussian(flux, 2.0), 1.0)
    assert np.isnan(gaussian(np.full(5, np.nan), 1.0)).all()


def test_the_boxcar_weighs_by_inverse_variance() -> None:
    """By hand: (1*4 + 5*1 + 3*0) / 5 in the middle, (5*1 + 3*0) / 1 at the end."""
    found = weighted_boxcar(np.array([1.0, 5.0, 3.0]), np.array([4.0, 1.0, 0.0]), 3)
    assert_allclose(found, [9 / 5, 9 / 5, 5.0])
    assert_allclose(weighted_boxcar(np.array([1.0, 2.0, 6.0]), None, 3), [1.5, 3.0, 4.0])
    assert np.isnan(weighted_boxcar(np.ones(4), np.zeros(4), 3)).all()


def test_a_width_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="odd number of pixels, found 4"):
        weighted_boxcar(np.ones(9), None, 4)
    with pytest.raises(ValueError, match="above 0, found 0"):
        gaussian(np.ones(9), 0)


# ---------------------------------------------------------------------- small things


def test_links_lead_to_the_page_of_the_survey() -> None:
    by_position = {link["name"]: link["url"] for link in links_of({"ra": 119.26584, "dec": -2.948226})}
    assert by_position["SIMBAD"].endswith(
        "sim-coo?Coord=119.265840+-2.948226&CooFrame=ICRS&Radius=5&Radius.unit=arcsec"
    )
    assert by_position["Aladin"].endswith("?target=119.265840%20-2.948226&fov=0.1")
    [lamost_page] = links_of({"OBSID": 101008, "DATA_V": "LAMOST DR9", "FIBERID": 8, "PLANID": "B1"})
    assert lamost_page == {"name": "LAMOST", "url": "http://dr9.lamost.org/spectrum/view?obsid=101008"}
    [sdss_page] = links_of({"PLATEID": 266, "MJD": 51630, "FIBERID": 8, "OBSID": None})
    assert sdss_page["url"].endswith("view?plateid=266&mjd=51630&fiberid=8")
    assert links_of({"ra": None, "obsid": "none"}) == []


def test_positions_are_written_as_hours_and_degrees() -> None:
    """Converted by hand: 119.26584° / 15 = 7 h 57 min 3.8016 s."""
    assert sexagesimal(119.26584, 2.948226) == "07:57:03.80 +02:56:53.6"
    assert sexagesimal(359.9999999, -0.5) == "00:00:00.00 −00:30:00.0"


def test_numbers_are_rounded_to_significant_digits() -> None:
    assert rounded(np.array([123456.0, 0.00123456, 0.0, -9.99999])).tolist() == [123460.0, 0.0012346, 0.0, -10.0]
    assert np.isnan(rounded(np.array([np.nan]))[0])


def test_a_small_picture_keeps_the_line() -> None:
    flux = np.zeros((2, 140))
    flux[0, 70], flux[1, 3] = 5.0, -4.0
    pictures = thumbnails(flux)
    assert pictures.shape == (2, 24)
    assert (pictures[0].max(), pictures[1].min()) == (5.0, -4.0)
    assert thumbnails(np.empty((0, 140))).size == 0


def test_the_axis_fits_the_spectra_and_not_the_outliers() -> None:
    rows = np.random.default_rng(0).uniform(-1, 1, (500, 140))
    rows[0] = 1000
    low, high = flux_range(rows)
    assert -1.3 < low < -1
    assert 1 < high < 1.3
    assert flux_range(np.empty((0, 140))) == (-3.0, 6.0)

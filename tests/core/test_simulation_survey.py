"""The simulated survey: shares, determinism, files, and that everything says "simulated"."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from astropy.io import fits

from al_core.errors import CancelledError, ConfigurationError
from al_core.simulation import (
    KINDS,
    TRUTH_COLUMNS,
    SurveyParameters,
    make_training_set,
    population,
    simulate,
    write_csv_survey,
    write_fits_survey,
)
from al_core.simulation.config import kind_counts
from al_core.simulation.writers import _FITS_ROWS

SMALL = SurveyParameters(n_spectra=300, seed=3, emission_fraction=0.05, double_fraction=0.4, n_training=60)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def csv_survey(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_csv_survey(tmp_path_factory.mktemp("survey"), SMALL)


@pytest.fixture(scope="module")
def fits_survey(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_fits_survey(tmp_path_factory.mktemp("survey") / "new", SMALL)


def test_the_visible_truth_has_the_share_of_emission_and_of_doubles_that_was_asked_for() -> None:
    truth = pl.concat([chunk.truth for chunk in simulate(SurveyParameters(n_spectra=5000, seed=2))])
    assert truth["label"].value_counts().sort("label")["count"].to_list() == [4985, 13, 2]
    assert truth["visible"].sum() == 15


def test_86_percent_of_a_natural_survey_have_a_signal_to_noise_above_10() -> None:
    snr = pl.concat([chunk.truth for chunk in simulate(SurveyParameters(n_spectra=5000, seed=2))])["snr"]
    assert (snr > 10).mean() == pytest.approx(0.86, abs=0.03)


@pytest.mark.parametrize("n_spectra", [1, 7, 100, 999, 12345])
def test_the_counts_of_kinds_always_add_up(n_spectra: int) -> None:
    for parameters in (SurveyParameters(), SurveyParameters(emission_fraction=0.5, double_fraction=1.0)):
        counts = kind_counts(n_spectra, parameters.kind_shares())
        assert counts.sum() == n_spectra
        assert counts.min() >= 0


def test_the_same_seed_gives_the_same_survey_and_another_seed_another() -> None:
    first, again, other = (next(simulate(SurveyParameters(n_spectra=200, seed=seed))) for seed in (1, 1, 2))
    assert first.flux.tobytes() == again.flux.tobytes()
    assert first.ivar.tobytes() == again.ivar.tobytes()
    assert first.truth.equals(again.truth)
    assert first.flux.tobytes() != other.flux.tobytes()


def test_blocks_differ_and_ids_go_on() -> None:
    chunks = list(simulate(SurveyParameters(n_spectra=1100, seed=1)))
    assert [len(chunk.spectrum_ids) for chunk in chunks] == [1024, 76]
    assert chunks[1].spectrum_ids[0] == "simulated-1-0001025"
    assert not np.array_equal(chunks[0].flux[:76], chunks[1].flux)


def test_truth_has_the_documented_columns_and_says_simulated() -> None:
    chunk = next(simulate(SMALL))
    assert chunk.truth.columns == list(TRUTH_COLUMNS)
    assert chunk.truth["simulated"].all()
    assert set(chunk.truth["kind"]) <= set(KINDS)
    emission = chunk.truth.filter(pl.col("label") > 0)
    assert emission["emission_snr"].min() > 7
    assert emission["inclination"].null_count() == 0
    assert emission.filter(pl.col("label") == 2)["dip_share"].min() > 0.06


def test_the_labeled_set_is_balanced_as_asked_standardized_and_not_in_the_pool() -> None:
    labeled = make_training_set(SMALL)
    assert np.bincount(labeled.labels).tolist() == [30, 15, 15]
    assert labeled.flux.shape == (60, 140)
    assert labeled.flux.dtype == np.float32
    np.testing.assert_allclose(labeled.flux.std(axis=1), 1, atol=1e-4)
    assert not set(labeled.spectrum_ids) & set(next(simulate(SMALL)).spectrum_ids)
    assert all(name.startswith("simulated-3-training-") for name in labeled.spectrum_ids)


def test_no_labeled_set_is_an_empty_one() -> None:
    assert make_training_set(SurveyParameters(n_training=0)).flux.shape == (0, 140)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n_spectra": 0}, "n_spectra: expected a whole number of at least 1, found 0"),
        ({"seed": -1}, "seed: expected a whole number of at least 0"),
        ({"emission_fraction": 1.5}, "emission_fraction: expected a share between 0 and 1, found 1.5"),
        ({"galaxy_fraction": 0.99}, "add up to 1"),
        ({"type_mix": (1.0,)}, "type_mix: expected 7 frequencies"),
        ({"resolution": 1e5}, "resolution: expected a number between 500 and 3000"),
    ],
)
def test_parameters_that_cannot_be_are_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        SurveyParameters(**change)  # type: ignore[arg-type]


def test_doubles_that_nobody_can_see_are_an_error_and_not_an_endless_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(population, "_ROUNDS", 5)
    faint = SurveyParameters(n_spectra=1000, emission_fraction=0.5, double_fraction=1.0, snr_median=0.5, snr_sigma=0.0)
    with pytest.raises(ConfigurationError, match="No emission stars of the wanted kinds were found among 1280"):
        next(simulate(faint))


def test_the_pool_file_is_ready_for_the_network(csv_survey: Path) -> None:
    pool = pl.read_csv(csv_survey / "pool.csv")
    assert pool.columns[:3] == ["id", "6519.0", "6520.53237410072"]
    assert pool.shape == (300, 141)
    flux, truth = pool.drop("id").to_numpy(), pl.read_csv(csv_survey / "truth.csv")
    assert pool["id"].to_list() == truth["id"].to_list()
    alive = ~truth["kind"].is_in(["zero", "constant"]).to_numpy()
    np.testing.assert_allclose(flux[alive].mean(axis=1), 0, atol=1e-5)
    np.testing.assert_allclose(flux[alive].std(axis=1), 1, atol=1e-5)
    assert (flux[(truth["kind"] == "zero").to_numpy()] == 0).all()


def test_the_training_file_has_labels_and_its_own_truth(csv_survey: Path) -> None:
    table = pl.read_csv(csv_survey / "training-set.csv")
    truth = pl.read_csv(csv_survey / "training-truth.csv")
    assert table.columns[:3] == ["id", "label", "6519.0"]
    assert table["label"].to_list() == truth["label"].to_list()


def test_the_catalogue_has_plausible_positions_and_does_not_give_the_truth_away(csv_survey: Path) -> None:
    table = pl.read_csv(csv_survey / "metadata.csv")
    assert table["filename"][0] == "simulated-3-0000001.fits"
    assert set(table["origin"]) == {"simulated"}
    assert table["ra"].is_between(0, 360).all()
    assert table["dec"].is_between(-10, 60).mean() > 0.97
    assert set(table["class"]) <= {"STAR", "GALAXY", "QSO", "Unknown"}
    assert not any("e" in (name or "") for name in table.filter(pl.col("class") == "STAR")["subclass"])


def test_the_manifest_says_simulated_and_counts_everything(csv_survey: Path) -> None:
    manifest = json.loads((csv_survey / "manifest.json").read_text())
    assert manifest["simulated"] is True
    assert manifest["complete"] is True
    assert manifest["counts"]["pool"]["by_class"] == {"other": 285, "single peak": 9, "double peak": 6}
    assert sum(manifest["counts"]["pool"]["by_kind"].values()) == 300
    assert manifest["parameters"] == SMALL.as_dict()
    assert manifest["schema_version"] == 1


def test_writing_again_gives_the_same_bytes_and_other_parameters_are_refused(csv_survey: Path) -> None:
    before = contents(csv_survey)
    write_csv_survey(csv_survey, SMALL)
    assert contents(csv_survey) == before
    with pytest.raises(ConfigurationError, match="holds something else than the csv survey"):
        write_csv_survey(csv_survey, SurveyParameters(n_spectra=5))
    with pytest.raises(ConfigurationError, match="holds something else than the fits survey"):
        write_fits_survey(csv_survey, SMALL)
    assert contents(csv_survey) == before


def test_a_folder_with_foreign_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "pool.csv").write_text("mine")
    with pytest.raises(ConfigurationError, match="is not empty and holds no simulated survey"):
        write_csv_survey(tmp_path, SMALL)
    assert contents(tmp_path) == {"pool.csv": b"mine"}


def test_a_cancelled_survey_leaves_no_half_table_and_can_be_written_again(tmp_path: Path) -> None:
    def stop(done: int, total: int | None, message: str) -> None:
        raise CancelledError("stopped")

    with pytest.raises(CancelledError):
        write_csv_survey(tmp_path, SMALL, stop)
    assert set(contents(tmp_path)) == {"manifest.json"}
    assert json.loads((tmp_path / "manifest.json").read_text())["complete"] is False
    write_csv_survey(tmp_path, SMALL)
    assert (tmp_path / "pool.csv").exists()


def test_progress_counts_to_the_end(tmp_path: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    write_fits_survey(tmp_path, SMALL, lambda done, total, _: seen.append((done, total)))
    assert seen == [(_FITS_ROWS, 300), (2 * _FITS_ROWS, 300), (300, 300)]


def test_fits_files_have_the_lamost_layout_and_say_simulated(fits_survey: Path) -> None:
    paths = sorted((fits_survey / "fits").iterdir())
    assert len(paths) == 300
    with fits.open(paths[0]) as file:
        file.verify("exception")
        header, image = file[0].header, file[0].data
        assert image.shape == (5, 3909)
        expected = 10 ** (header["COEFF0"] + header["COEFF1"] * np.arange(3909))
        np.testing.assert_allclose(image[2], expected, rtol=1e-6)
        assert header["ORIGIN"] == "SIMULATED"
        assert header["SIMULATE"] is True
        assert "Simulated spectrum, not an observation" in str(header["COMMENT"])
        assert header["TELESCOP"] == "LAMOST (simulated)"
        assert header["OBJECT"] == paths[0].stem
        assert header["VACUUM"] is True
        np.testing.assert_array_equal(image[3] != 0, image[1] == 0)


def test_both_formats_tell_the_same_truth(csv_survey: Path, fits_survey: Path) -> None:
    for name in ("truth.csv", "metadata.csv", "training-set.csv"):
        assert (csv_survey / name).read_bytes() == (fits_survey / name).read_bytes()

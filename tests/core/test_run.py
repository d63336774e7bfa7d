"""Iterations through the command line: the files and what they say."""

import csv
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from al_core.cli import main
from al_core.models.cnn import ConvolutionalNetwork
from al_core.settings import load_settings
from tests.conftest import GRID, made_flux, write_spectra

N_POOL, CLASSES = 120, ["other", "single peak", "double peak"]
COMMON = {
    "oracle.csv",
    "to_label.csv",
    "metadata.csv",
    "excluded.csv",
    "new_config.json",
    "manifest.json",
    "results.zip",
}
TRAINED = COMMON | {
    "perf-est.csv",
    "candidates.csv",
    "predictions.parquet",
    "statistics.csv",
    "training-set.csv",
    "model.keras",
    "model.json",
}
SIMPLE: dict[str, Any] = {
    "run_active_learning": "yes",
    "learning_session_name": "single_double_peak",
    "training_set_csv": "/data/vocloud/filesystem/DATA/active-learning/training-set.csv",
    "iteration_num": 1,
    "pool_csv": "/data/vocloud/filesystem/DATA/active-learning/pool.csv",
    "poolnames_csv": "/data/vocloud/filesystem/DATA/active-learning/poolnames.csv",
    "random_sample_size": 12,
    "batch_size": 15,
    "seed": 1,
    "max_epochs": 2,
}
COMPLEX = SIMPLE | {
    "learning_session_name": "single_peak_double_peak",
    "metadata2show": ["filename", "class", "subclass", "mag1", "ra", "dec", "prediction", "label", "iteration", "set"],
    "training_set_addition_csv": "",
    "csv_spectra_file_names": SIMPLE["poolnames_csv"],
    "csv_spectra_file": SIMPLE["pool_csv"],
    "performance_estimation_csv": "/data/vocloud/filesystem/DATA/active-learning/estimate.csv",
    "oracle_csv": "/data/vocloud/filesystem/DATA/active-learning/asked.csv",
    "csv_spectra_file2": "csv_spectra_file2.csv",
    "show_candidates": "yes",
    "predictions_csv": "yes",
}
Truth = dict[str, int]


def rows(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def ids(path: Path) -> list[str]:
    return [row[0] for row in rows(path)]


def names_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def fill_labels(folder: Path, number: int, truth: Truth) -> None:
    """Do what the oracle does: write a label for every spectrum in the template and in the list."""
    template = folder / f"spectra2add_{number}.csv"
    frame = pl.read_csv(template)
    frame.with_columns(pl.Series("label", [truth[name] for name in frame["id"]])).write_csv(template)
    path = folder / f"labels2add_{number}.csv"
    head, *listed = rows(path)
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([head, *([name, truth[name], "seen"] for name, _, _ in listed)])


@pytest.fixture(scope="module")
def field(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a survey, and the results of the iterations 0, 1 (simple and complex) and 2 in it."""
    folder = tmp_path_factory.mktemp("field")
    rng = np.random.default_rng(11)
    labels = rng.permutation(np.repeat([0, 1, 2], (84, 18, 18)))
    names = [f"spec-{k:05d}" for k in range(N_POOL)]
    write_spectra(folder / "pool.csv", names, made_flux(labels, rng))
    known = np.repeat([0, 1, 2], (12, 8, 6))
    write_spectra(folder / "training-set.csv", [f"known-{k}" for k in range(26)], made_flux(known, rng), known)
    (folder / "poolnames.csv").write_text("id\n" + "\n".join(names) + "\n")
    pl.DataFrame({"id": names, "label": labels}).write_csv(folder / "truth.csv")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPECTROLABE_WORKSPACE", str(folder / "workspace"))
        for name in ("DATA_ROOT", "SEED", "WORKERS"):
            patch.delenv(f"SPECTROLABE_{name}", raising=False)
        load_settings.cache_clear()
        first = {key: SIMPLE[key] for key in ("run_active_learning", "pool_csv", "poolnames_csv", "seed")}
        truth = truth_of(folder)
        run(folder, "0", {**first, "batch_size": 60})
        run(folder, "1", SIMPLE)
        run(folder, "1-complex", COMPLEX)
        fill_labels(folder / "out-1", 1, truth)
        with (folder / "out-1" / "labels2add_1.csv").open("a") as file:
            file.write("elsewhere,1,of another pool\n")
        config = json.loads((folder / "out-1" / "new_config.json").read_text())
        config["labels2database_csv"] = config.pop("labels2add_csv")
        run(folder, "2", config)
    load_settings.cache_clear()
    return folder


def truth_of(folder: Path) -> Truth:
    return {name: int(label) for name, label in rows(folder / "truth.csv")[1:]}


def run(folder: Path, name: str, keys: dict[str, Any], code: int = 0) -> Path:
    config, output = folder / f"config-{name}.json", folder / f"out-{name}"
    config.write_text(json.dumps(keys, indent=1))
    assert main(["run", str(config), "--output", str(output)]) == code
    return output


def test_iteration_0_draws_random_spectra_without_replacement(field: Path) -> None:
    output = field / "out-0"
    assert names_in(output) == COMMON | {"spectra2add_0.csv", "labels2add_0.csv"}
    drawn = ids(output / "oracle.csv")
    assert len(drawn) == len(set(drawn)) == 60
    assert set(drawn) <= set(truth_of(field))
    assert drawn == ids(output / "to_label.csv")
    assert drawn != sorted(drawn)
    template = pl.read_csv(output / "spectra2add_0.csv")
    assert template["id"].to_list() == drawn
    assert template["label"].null_count() == 60
    assert template.columns[2:] == [repr(float(w)) for w in GRID]


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("1", TRAINED | {"spectra2add_1.csv", "labels2add_1.csv"}),
        (
            "1-complex",
            TRAINED - {"oracle.csv", "perf-est.csv"}
            | {"asked.csv", "estimate.csv", "csv_spectra_file2.csv", "labels2add_1.csv", "predictions.csv"},
        ),
        ("2", TRAINED | {"spectra2add_2.csv", "labels2add_2.csv"}),
    ],
)
def test_every_file_of_a_training_iteration_is_there(name: str, files: set[str], field: Path) -> None:
    assert names_in(field / f"out-{name}") == files
    with zipfile.ZipFile(field / f"out-{name}" / "results.zip") as archive:
        assert archive.testzip() is None
        assert set(archive.namelist()) == files - {"results.zip"}
        for item in files - {"results.zip", "spectra2add_1.csv", "labels2add_1.csv"}:
            assert archive.read(item) == (field / f"out-{name}" / item).read_bytes()


@pytest.mark.parametrize("name", ["1", "1-complex", "2"])
def test_predictions_cover_the_whole_pool(name: str, field: Path) -> None:
    frame = pl.read_parquet(field / f"out-{name}" / "predictions.parquet")
    assert frame["spectrum_id"].to_list() == list(truth_of(field))
    proba = frame.select("proba_0", "proba_1", "proba_2").to_numpy().astype(np.float64)
    np.testing.assert_allclose(proba.sum(axis=1), 1, atol=1e-5)
    nats = -np.sum(np.where(proba > 0, proba * np.log(np.where(proba > 0, proba, 1)), 0), axis=1)
    np.testing.assert_allclose(frame["entropy_nats"], nats, atol=1e-9)
    np.testing.assert_array_equal(frame["prediction"], np.argmax(proba, axis=1))
    assert frame["class"].cast(pl.String).to_list() == [CLASSES[k] for k in frame["prediction"]]


def test_predictions_as_csv_say_the_same(field: Path) -> None:
    output = field / "out-1-complex"
    table, text = pl.read_parquet(output / "predictions.parquet"), pl.read_csv(output / "predictions.csv")
    assert text.columns == table.columns
    np.testing.assert_allclose(text["entropy_nats"], table["entropy_nats"])


@pytest.mark.parametrize(
    ("name", "oracle", "estimate"), [("1", "oracle.csv", "perf-est.csv"), ("1-complex", "asked.csv", "estimate.csv")]
)
def test_the_lists_hold_id_prediction_and_entropy(name: str, oracle: str, estimate: str, field: Path) -> None:
    output = field / f"out-{name}"
    asked, sample = rows(output / oracle), rows(output / estimate)
    assert (len(asked), len(sample)) == (15, 12)
    assert not {row[0] for row in asked} & {row[0] for row in sample}
    entropies = [float(row[2]) for row in asked]
    assert entropies == sorted(entropies, reverse=True)
    frame = pl.read_parquet(output / "predictions.parquet")
    stated = {i: (str(p), e) for i, p, e in frame.select("spectrum_id", "prediction", "entropy_nats").iter_rows()}
    for spectrum_id, label, entropy in asked + sample:
        assert (label, float(entropy)) == stated[spectrum_id]
    drawn = {row[0] for row in sample}
    others = frame.filter(~pl.col("spectrum_id").is_in([row[0] for row in asked] + list(drawn)))
    assert others["entropy_nats"].max() <= min(entropies)
    sets = dict(frame.select("spectrum_id", pl.col("set").cast(pl.String)).iter_rows())
    assert {sets[row[0]] for row in asked} == {"oracle"}
    assert {sets[name] for name in drawn} == {"perf-est"}


def test_candidates_are_what_is_predicted_of_interest(field: Path) -> None:
    for name in ("1", "1-complex"):
        frame = pl.read_parquet(field / f"out-{name}" / "predictions.parquet")
        expected = frame.filter(pl.col("prediction") == 2)["spectrum_id"].to_list()
        assert ids(field / f"out-{name}" / "candidates.csv") == expected
        to_label = ids(field / f"out-{name}" / "to_label.csv")
        assert len(to_label) == len(set(to_label))
        assert (set(expected) <= set(to_label)) or name == "1"


def test_what_is_to_be_labeled_is_listed_with_its_metadata(field: Path) -> None:
    output = field / "out-1-complex"
    header, *table = rows(output / "metadata.csv")
    assert header == ["id", *COMPLEX["metadata2show"]]
    to_label = ids(output / "to_label.csv")
    assert [row[0] for row in table] == to_label
    labels = rows(output / "labels2add_1.csv")
    assert labels == [["id", "label", "comment"], *([name, "", ""] for name in to_label)]
    by_name = dict(zip(header, table[0], strict=True))
    assert (by_name["iteration"], by_name["set"], by_name["ra"]) == ("1", "oracle", "")
    assert by_name["prediction"] in CLASSES


def test_the_template_has_the_form_of_a_training_set(field: Path) -> None:
    template = pl.read_csv(field / "out-1-complex" / "csv_spectra_file2.csv")
    training = pl.read_csv(field / "out-1-complex" / "training-set.csv")
    assert template.columns == training.columns
    assert template["id"].to_list() == ids(field / "out-1-complex" / "asked.csv")
    assert template["label"].null_count() == 15
    assert training["label"].to_list() == [0] * 12 + [1] * 8 + [2] * 6


def test_the_model_gives_the_probabilities_that_were_written(field: Path) -> None:
    output = field / "out-1"
    model = ConvolutionalNetwork.load(output)
    assert model.card.classes == tuple(CLASSES)
    template = pl.read_csv(output / "spectra2add_1.csv")
    proba = model.predict_proba(template.drop("id", "label").to_numpy().astype(np.float32))
    frame = pl.read_parquet(output / "predictions.parquet")
    stated = {row[0]: row[1:] for row in frame.select("spectrum_id", "proba_0", "proba_1", "proba_2").iter_rows()}
    np.testing.assert_allclose(proba, [stated[name] for name in template["id"]], atol=1e-5)


def test_the_manifest_says_what_it_followed_from(field: Path) -> None:
    content = json.loads((field / "out-1" / "manifest.json").read_text())
    assert (content["seed"], content["iteration"], content["entropy_unit"]) == (1, 1, "nats")
    assert content["queue"]["oracle"] == ids(field / "out-1" / "oracle.csv")
    assert content["queue"]["perf-est"] == ids(field / "out-1" / "perf-est.csv")
    assert set(content["inputs"]) == {"training_set_csv", "pool_csv", "poolnames_csv"}
    assert content["training_set"]["counts"] == {"other": 12, "single peak": 8, "double peak": 6}


def test_the_next_configuration_follows_from_this_one(field: Path) -> None:
    config = json.loads((field / "out-1-complex" / "new_config.json").read_text())
    here = field / "out-1-complex"
    assert config["iteration_num"] == 2
    assert config["training_set_csv"] == str(here / "training-set.csv")
    assert config["training_set_addition_csv"] == str(here / "csv_spectra_file2.csv")
    assert config["labels2add_csv"] == str(here / "labels2add_1.csv")
    assert config["previous_output"] == str(here)
    assert (config["batch_size"], config["random_sample_size"], config["max_epochs"]) == (15, 12, 2)
    assert (config["run_active_learning"], config["show_candidates"]) == ("yes", "yes")


def test_queried_spectra_join_the_training_set_and_leave_the_pool(field: Path) -> None:
    truth = truth_of(field)
    asked = ids(field / "out-1" / "oracle.csv")
    training = pl.read_csv(field / "out-2" / "training-set.csv")
    assert training["id"].to_list() == [f"known-{k}" for k in range(26)] + asked
    assert training["label"].to_list()[26:] == [truth[name] for name in asked]
    frame = pl.read_parquet(field / "out-2" / "predictions.parquet")
    left = frame.filter(pl.col("set").cast(pl.String) == "training")["spectrum_id"].to_list()
    assert sorted(left) == sorted(asked)
    again = {*ids(field / "out-2" / "to_label.csv"), *ids(field / "out-2" / "candidates.csv")}
    assert not again & set(asked)


def test_the_estimation_sample_of_one_iteration_is_not_queried_in_the_next(field: Path) -> None:
    sample = set(ids(field / "out-1" / "perf-est.csv"))
    assert not sample & set(ids(field / "out-2" / "oracle.csv"))
    assert not sample & set(pl.read_csv(field / "out-2" / "training-set.csv")["id"])
    manifest = json.loads((field / "out-2" / "manifest.json").read_text())
    assert set(manifest["estimated_so_far"]) == sample | set(ids(field / "out-2" / "perf-est.csv"))


def test_the_manifest_tells_of_labels_that_could_not_be_used(field: Path) -> None:
    said = "1 label was left out of training: not in this pool or training set (elsewhere)."
    assert json.loads((field / "out-2" / "manifest.json").read_text())["notices"] == [said]
    assert json.loads((field / "out-1" / "manifest.json").read_text())["notices"] == []


def test_statistics_count_the_pool_and_take_the_performance_from_the_next_labels(field: Path) -> None:
    assert [row[-1] for row in rows(field / "out-1" / "statistics.csv")] == ["performance", ""]
    header, first, second = rows(field / "out-2" / "statistics.csv")
    assert header == ["iteration", *CLASSES, "performance"]
    assert (first[0], second[0], second[-1]) == ("1", "2", "")
    truth = truth_of(field)
    sample = rows(field / "out-1" / "perf-est.csv")
    right = sum(int(label) == truth[name] for name, label, _ in sample)
    assert float(first[-1]) == pytest.approx(right / 12)
    for line, name, in_pool in ((first, "1", N_POOL), (second, "2", N_POOL - 15)):
        frame = pl.read_parquet(field / f"out-{name}" / "predictions.parquet")
        unlabeled = frame.filter(pl.col("set").cast(pl.String) != "training")["prediction"].to_numpy()
        assert [int(cell) for cell in line[1:4]] == np.bincount(unlabeled, minlength=3).tolist()
        assert unlabeled.size == in_pool


@pytest.mark.slow
def test_the_same_seed_gives_the_same_files_and_another_seed_another_batch(field: Path) -> None:
    again, other = run(field, "again", SIMPLE), run(field, "other", SIMPLE | {"seed": 2})
    first = field / "out-1"
    for name in ("oracle.csv", "perf-est.csv", "candidates.csv"):
        assert (again / name).read_bytes() == (first / name).read_bytes()
    assert ids(other / "oracle.csv") != ids(first / "oracle.csv")
    assert ids(other / "perf-est.csv") != ids(first / "perf-est.csv")


def test_the_configuration_after_an_initial_sample_runs(field: Path) -> None:
    fill_labels(field / "out-0", 0, truth_of(field))
    path = field / "out-0" / "new_config.json"
    config = json.loads(path.read_text()) | {"max_epochs": 2, "batch_size": 10, "random_sample_size": 5}
    path.write_text(json.dumps(config))
    assert main(["run", str(path), "--output", str(field / "out-0-next"), "--predictions-csv"]) == 0
    assert (field / "out-0-next" / "predictions.csv").is_file()
    assert not set(ids(field / "out-0-next" / "oracle.csv")) & set(ids(field / "out-0" / "oracle.csv"))


def test_results_are_named_and_go_into_the_workspace_by_default(
    survey: Path, workspace: Path, write_config: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", str(write_config(pool_csv="pool.csv", batch_size=5))]) == 0
    output = workspace / "sessions" / "single_double_peak" / "iterations" / "000"
    assert len(ids(output / "oracle.csv")) == 5
    shown = capsys.readouterr().out
    assert f"Results: {output}" in shown
    assert "Pool: 120 spectra, 0 left out" in shown
    assert "To label: 5 spectra drawn at random." in shown


def test_version_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    for argument in ("--version", "--help"):
        with pytest.raises(SystemExit) as caught:
            main([argument])
        assert caught.value.code == 0
    shown = capsys.readouterr().out
    assert "Spectrolabe " in shown
    for command in ("demo", "simulate", "import", "run", "evaluate"):
        assert command in shown

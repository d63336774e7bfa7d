"""Configuration files that are accepted, and what is understood."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from al_core.errors import ConfigurationError
from al_core.runs.configuration import INITIAL_SAMPLE_SIZE, Configuration, find_file, load_configuration
from al_core.runs.keys import ALIASES, DEFAULT_CLASSES, DEFAULT_METADATA, Keys, allowed_keys

SERVER = "/data/vocloud/filesystem/DATA/active-learning"
THESIS = {
    "iteration 0": """{
  "run_active_learning": "yes",
  "learning_session_name": "single_double_peak",
  "pool_csv": "/data/vocloud/filesystem/DATA/active-learning/pool.csv"
}""",
    "iteration 0, faster": """{
  "run_active_learning": "yes",
  "learning_session_name": "single_double_peak",
  "pool_csv": "/data/vocloud/filesystem/DATA/active-learning/pool.csv",
  "poolnames_csv": "/data/vocloud/filesystem/DATA/active-learning/poolnames.csv"
}""",
    "iteration 1, simple": """{
  "run_active_learning": "yes",
  "learning_session_name": "single_double_peak",
  "training_set_csv": "/data/vocloud/filesystem/DATA/active-learning/training-set.csv",
  "iteration_num": 1,

  "pool_csv": "/data/vocloud/filesystem/DATA/active-learning/pool.csv",
  "poolnames_csv": "/data/vocloud/filesystem/DATA/active-learning/poolnames.csv",

  "random_sample_size": 30,
"batch_size": 130
}""",
    "iteration 1, complex": """{
  "run_active_learning": "yes",
  "learning_session_name": "single_peak_double_peak",
  "training_set_csv": "/data/vocloud/filesystem/DATA/active-learning/training-set.csv",
  "pool_csv": "/data/vocloud/filesystem/DATA/active-learning/pool.csv",
  "metadata2show": ["filename", "class", "subclass", "mag1", "ra", "dec", "prediction", "label", "iteration", "set"],

  "training_set_addition_csv": "",
  "iteration_num": 1,

  "csv_spectra_file_names": "/data/vocloud/filesystem/DATA/active-learning/poolnames.csv",
  "csv_spectra_file": "/data/vocloud/filesystem/DATA/active-learning/pool.csv",
  "performance_estimation_csv": "/data/vocloud/filesystem/DATA/active-learning/perf-est.csv",
  "oracle_csv": "/data/vocloud/filesystem/DATA/active-learning/oracle.csv",
  "csv_spectra_file2": "csv_spectra_file2.csv",

  "random_sample_size": 30,
  "batch_size": 130
}""",
    "iteration 2": """{
    "run_active_learning": "yes",
    "learning_session_name": "single_double_peak",
    "training_set_csv": "/data/vocloud/filesystem/DATA/active-learning/training-set.csv",

    "pool_csv": "/data/vocloud/filesystem/DATA/active-learning/pool.csv",
    "poolnames_csv": "/data/vocloud/filesystem/DATA/active-learning/poolnames.csv",
    "metadata2show": ["filename", "class", "subclass", "mag1", "ra",
"dec","prediction","label","iteration","set"],

    "training_set_addition_csv":"/data/vocloud/filesystem/DATA/active-learning/spectra2add_1.csv",
    "labels2database_csv": "/data/vocloud/filesystem/DATA/active-learning/ labels2add_1.csv",
    "iteration_num": 2,

    "performance_estimation_csv": "/data/vocloud/filesystem/DATA/active-learning/perf-est.csv",
    "oracle_csv": "/data/vocloud/filesystem/DATA/active-learning/oracle.csv",
    "csv_spectra_file2":"csv_spectra_file2.csv",

    "random_sample_size": 30,
    "batch_size": 130
}""",
}
Load = Callable[..., Configuration]


@pytest.mark.parametrize("name", THESIS)
def test_configurations_of_the_thesis_are_accepted_as_printed(name: str, data: Path, tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text(THESIS[name])
    configuration = load_configuration(path, data)
    assert configuration.paths["pool_csv"] == data / "active-learning" / "pool.csv"
    trains = name.startswith(("iteration 1", "iteration 2"))
    assert configuration.trains is trains
    sizes = (configuration.batch_size, configuration.random_sample_size)
    assert sizes == ((130, 30) if trains else (INITIAL_SAMPLE_SIZE, 0))
    assert configuration.keys.classes == ("other", "single peak", "double peak")
    assert configuration.candidate_classes == ("double peak",)
    assert configuration.keys.metadata2show == DEFAULT_METADATA
    assert configuration.keys.oracle_csv == "oracle.csv"


def test_the_blank_that_a_line_break_left_in_a_path_is_dropped(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text(THESIS["iteration 2"])
    configuration = load_configuration(path, data)
    assert configuration.paths["labels2add_csv"] == data / "active-learning" / "labels2add_1.csv"
    assert configuration.paths["training_set_addition_csv"] == data / "active-learning" / "spectra2add_1.csv"


@pytest.mark.parametrize("below", [".", "active-learning"])
def test_paths_of_the_old_server_are_found_by_their_end(below: str, data: Path) -> None:
    found = find_file(f"{SERVER}/pool.csv", data / "elsewhere", (data / below).resolve())
    assert found == data / "active-learning" / "pool.csv"


def test_a_longer_end_of_a_path_wins_over_a_shorter_one(data: Path) -> None:
    (data / "pool.csv").touch()
    assert find_file(f"{SERVER}/pool.csv", data, data) == data / "active-learning" / "pool.csv"
    assert find_file("/elsewhere/pool.csv", data / "nowhere", data) == data / "pool.csv"


def test_a_file_whose_name_has_a_blank_is_found_as_written(data: Path) -> None:
    (data / "active-learning" / " labels2add_1.csv").touch()
    assert find_file(f"{SERVER}/ labels2add_1.csv", data, data) == data / "active-learning" / " labels2add_1.csv"


def test_relative_paths_count_from_the_configuration(data: Path, tmp_path: Path) -> None:
    (tmp_path / "pool.csv").touch()
    assert find_file("pool.csv", tmp_path, data / "active-learning") == tmp_path / "pool.csv"
    assert find_file("../data/active-learning/pool.csv", data, data) is not None
    assert find_file("missing.csv", tmp_path, data) is None


def test_the_data_root_defaults_to_the_folder_of_the_configuration(data: Path) -> None:
    path = data / "config.json"
    path.write_text(THESIS["iteration 0"])
    assert load_configuration(path).paths["pool_csv"] == data / "active-learning" / "pool.csv"


def test_every_documented_key_is_accepted(data: Path, tmp_path: Path) -> None:
    keys: dict[str, Any] = {
        "learning_session_name": "giants",
        "run_active_learning": "ano",
        "iteration_num": 1,
        "classes": ["a", "b"],
        "categories": ["a", "b"],
        "candidate_classes": ["a"],
        "show_candidates": "yes",
        "training_set_csv": "training-set.csv",
        "training_set_addition_csv": "spectra2add_1.csv",
        "pool_csv": "pool.csv",
        "csv_spectra_file": "pool.csv",
        "poolnames_csv": "poolnames.csv",
        "csv_spectra_file_names": "poolnames.csv",
        "labels2add_csv": "labels2add_1.csv",
        "labels2database_csv": "labels2add_1.csv",
        "performance_estimation_csv": "p.csv",
        "oracle_csv": "o.csv",
        "candidates_csv": "c.csv",
        "batch_size": 20,
        "random_sample_size": 5,
        "metadata2show": ["ra", "dec"],
        "metadata2import": ["ra", "dec"],
        "csv_metadata_file": "metadata.csv",
        "database_index": "lamost-dr5-v3",
        "folder": "spectra",
        "out_file": "out.csv",
        "normalize": True,
        "binning": False,
        "remove_duplicates": True,
        "raw_spectra_source": 0,
    }
    path = tmp_path / "config.json"
    path.write_text(json.dumps(keys))
    configuration = load_configuration(path, data / "active-learning")
    assert configuration.trains
    assert configuration.keys.remove_duplicates
    assert configuration.candidate_classes == ("a",)
    inputs = ("training_set_csv", "training_set_addition_csv", "pool_csv", "poolnames_csv", "labels2add_csv")
    assert set(configuration.paths) == {*inputs, "csv_metadata_file"}
    assert any("normalize, binning" in notice for notice in configuration.notices)


def test_allowed_keys_are_all_keys_and_their_other_names() -> None:
    assert allowed_keys() == sorted([*Keys.model_fields, *ALIASES])
    assert all(field.description for field in Keys.model_fields.values())


@pytest.mark.parametrize("alias", ALIASES)
def test_other_names_mean_the_same(alias: str, load: Load) -> None:
    value = ["x", "y"] if alias == "categories" else "pool.csv"
    configuration = load(**{alias: value})
    found = getattr(configuration.keys, ALIASES[alias])
    assert found == (tuple(value) if isinstance(value, list) else value)


def test_without_a_pool_the_spectra_are_those_beside_the_configuration(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text("{}")
    with pytest.raises(ConfigurationError, match="no FITS files or VOTables in"):
        load_configuration(path)
    (tmp_path / "spectra").mkdir()
    (tmp_path / "spectra" / "star.fits").touch()
    assert load_configuration(path).paths == {"folder": tmp_path}


def test_a_folder_of_spectra_may_be_named(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text('{"folder": "/data/vocloud/active-learning"}')
    assert load_configuration(path, data).paths == {"folder": data / "active-learning"}


def test_a_candidate_class_may_stand_alone(load: Load) -> None:
    assert load(candidate_classes="single peak").candidate_classes == ("single peak",)


def test_small_sizes_are_raised_in_training_and_said(load: Load) -> None:
    configuration = load(
        run_active_learning="y",
        iteration_num=1,
        training_set_csv="training-set.csv",
        batch_size=2,
        random_sample_size=0,
    )
    assert (configuration.batch_size, configuration.random_sample_size) == (10, 3)
    assert [notice.split(",")[0] for notice in configuration.notices] == [
        "batch_size raised from 2 to 10",
        "random_sample_size raised from 0 to 3",
    ]


def test_without_a_training_set_nothing_is_trained_and_that_is_said(load: Load) -> None:
    configuration = load(run_active_learning="yes", iteration_num=1, batch_size=4, random_sample_size=3)
    assert not configuration.trains
    assert (configuration.batch_size, configuration.random_sample_size) == (7, 0)
    assert configuration.notices[0].startswith("No training_set_csv")


def test_overrides_count_instead_of_the_file(data: Path) -> None:
    path = data / "config.json"
    path.write_text('{"seed": 1, "folder": "active-learning"}')
    configuration = load_configuration(path, overrides={"seed": 2, "predictions_csv": True})
    assert (configuration.keys.seed, configuration.keys.predictions_csv) == (2, True)


def test_options_of_training_are_those_written(load: Load) -> None:
    options = load(balance="none", max_epochs=7, patience=2, stopping="validation").training_options
    assert (options.balance, options.max_epochs, options.patience, options.stopping) == ("none", 7, 2, "validation")


def test_defaults_are_those_of_the_public_program() -> None:
    keys = Keys()
    assert keys.learning_session_name == "single_double_peak"
    assert not keys.run_active_learning
    assert keys.iteration_num == 0
    assert keys.classes == DEFAULT_CLASSES
    assert (keys.oracle_csv, keys.performance_estimation_csv) == ("oracle.csv", "perf-est.csv")
    assert (keys.batch_size, keys.random_sample_size) == (10, 3)

"""Configuration files: what is accepted, and how everything that is wrong is named."""

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
FILES = ("pool.csv", "poolnames.csv", "training-set.csv", "spectra2add_1.csv", "labels2add_1.csv", "metadata.csv")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a data root with the files of the old server in its folder `active-learning`, all of them empty."""
    folder = tmp_path / "data" / "active-learning"
    folder.mkdir(parents=True)
    for name in FILES:
        (folder / name).touch()
    return tmp_path / "data"


Load = Callable[..., Configuration]


@pytest.fixture
def load(data: Path, tmp_path: Path) -> Load:
    def load(content: str | None = None, **keys: Any) -> Configuration:
        path = tmp_path / "config.json"
        path.write_text(json.dumps({"pool_csv": "pool.csv", **keys}, indent=1) if content is None else content)
        return load_configuration(path, data / "active-learning")

    return load


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


def test_both_names_of_a_key_must_agree(load: Load) -> None:
    text = '{\n"pool_csv": "pool.csv",\n"classes": ["a", "b"],\n"categories": ["a", "c"]\n}'
    with pytest.raises(ConfigurationError, match=r'line 4, key "categories": .*Keep one'):
        load(text)


def test_an_unknown_key_is_named_with_its_line_a_suggestion_and_what_is_allowed(load: Load) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load('{\n"pool_csv": "pool.csv",\n"batch_sizes": 20\n}')
    message = str(caught.value)
    assert "config.json, line 3, key \"batch_sizes\": unknown key. Did you mean 'batch_size'?" in message
    assert "Allowed: balance, batch_size, binning" in message


def test_a_key_like_no_other_gets_no_suggestion(load: Load) -> None:
    with pytest.raises(ConfigurationError, match=r"unknown key\. Allowed"):
        load(zzz=1)


def test_a_key_that_stands_twice_is_named(load: Load) -> None:
    with pytest.raises(ConfigurationError, match='key "batch_size": it stands twice'):
        load('{"pool_csv": "pool.csv", "batch_size": 20, "batch_size": 30}')


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ('{\n"pool_csv": "pool.csv",\n}', "line 3, column 1|line 2, column"),
        ('{"batch_size": 2', "line 1, column 17"),
        ("", "line 1, column 1"),
        ('{\n"a" 1}', "line 2, column 5"),
    ],
)
def test_broken_json_is_named_with_its_line(content: str, place: str, load: Load) -> None:
    with pytest.raises(ConfigurationError, match=rf"config\.json, ({place}).*expected JSON"):
        load(content)


@pytest.mark.parametrize(("content", "found"), [("[]", "list"), ('"a"', "str"), ("3", "int"), ("null", "NoneType")])
def test_a_configuration_is_an_object(content: str, found: str, load: Load) -> None:
    with pytest.raises(ConfigurationError, match=rf"expected a JSON object .*found {found}"):
        load(content)


@pytest.mark.parametrize(
    ("key", "value", "allowed"),
    [
        ("batch_size", "20", "a whole number, 1 or more"),
        ("batch_size", 2.5, "a whole number, 1 or more"),
        ("batch_size", True, "a whole number, 1 or more"),
        ("batch_size", 0, "a whole number, 1 or more"),
        ("batch_size", None, "a whole number, 1 or more"),
        ("random_sample_size", -1, "0 or more"),
        ("iteration_num", -1, "0 for an initial training set"),
        ("iteration_num", "one", "0 for an initial training set"),
        ("run_active_learning", "maybe", '"yes" or "no"'),
        ("run_active_learning", 1, '"yes" or "no"'),
        ("show_candidates", [], '"yes" or "no"'),
        ("classes", "other", "two or more different class names"),
        ("classes", ["other"], "two or more different class names"),
        ("classes", ["other", "other"], "two or more different class names"),
        ("classes", ["other", ""], "two or more different class names"),
        ("classes", ["other", 3], "two or more different class names"),
        ("candidate_classes", [], "the name of a class"),
        ("candidate_classes", 3, "the name of a class"),
        ("learning_session_name", "", "can name a folder"),
        ("learning_session_name", "../up", "can name a folder"),
        ("learning_session_name", "x" * 101, "can name a folder"),
        ("learning_session_name", 7, "can name a folder"),
        ("pool_csv", 3, "the path of a CSV"),
        ("training_set_csv", ["a.csv"], "the path of a file"),
        ("oracle_csv", "", "a file name"),
        ("oracle_csv", "/results/", "a file name"),
        ("metadata2show", "ra", "a list of different names"),
        ("metadata2show", ["ra", "ra"], "a list of different names"),
        ("normalize", "yes", "true or false"),
        ("remove_duplicates", "yes", "true or false"),
        ("raw_spectra_source", [], "1 or 0"),
        ("seed", -1, "0 or more"),
        ("seed", 1.5, "0 or more"),
        ("balance", "adasyn", '"smote", "class_weights" or "none"'),
        ("scaling", "log", '"zscore", "minmax" or "none"'),
        ("stopping", "accuracy", '"loss" or "validation"'),
        ("validation_fraction", 0, "above 0, at most 0.5"),
        ("validation_fraction", 0.6, "above 0, at most 0.5"),
        ("smote_neighbors", 0, "1 or more"),
        ("max_epochs", 0, "1 or more"),
        ("patience", 0, "1 or more"),
        ("min_delta", -0.1, "0 or more"),
        ("minibatch_size", 0, "1 or more"),
    ],
)
def test_wrong_types_and_impossible_values_are_named(key: str, value: Any, allowed: str, load: Load) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(**{key: value})
    message = str(caught.value)
    assert f'key "{key}": found {json.dumps(value)}' in message
    assert allowed in message
    assert ", line " in message


def test_a_wrong_value_is_named_by_the_key_as_it_was_written(load: Load) -> None:
    with pytest.raises(ConfigurationError, match='line 2, key "categories"'):
        load('{"pool_csv": "pool.csv",\n"categories": 3}')


@pytest.mark.parametrize(
    "key", ["pool_csv", "poolnames_csv", "training_set_csv", "labels2add_csv", "csv_metadata_file", "previous_output"]
)
def test_a_missing_file_is_named_with_where_it_was_looked_for(key: str, load: Load, data: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(**{key: f"{SERVER}/missing.csv"})
    message = str(caught.value)
    assert f'key "{key}": found no file' in message
    assert f"{SERVER}/missing.csv" in message
    assert str(data) in message
    assert "SPECTROLABE_DATA_ROOT" in message


def test_a_missing_configuration_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"missing\.json: expected a configuration file"):
        load_configuration(tmp_path / "missing.json")


def test_a_configuration_that_is_no_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_bytes(b"\x89HDF\xff\xfe")
    with pytest.raises(ConfigurationError, match=r"config\.json: expected a configuration file"):
        load_configuration(path)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text('{"folder": "nothing-here"}')
    with pytest.raises(ConfigurationError, match='key "folder": found no folder'):
        load_configuration(path)


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


def test_candidate_classes_must_be_classes(load: Load) -> None:
    with pytest.raises(ConfigurationError, match="found 'triple peak'; allowed: 'other', 'single peak'"):
        load(candidate_classes="triple peak")


def test_a_candidate_class_may_stand_alone(load: Load) -> None:
    assert load(candidate_classes="single peak").candidate_classes == ("single peak",)


def test_an_unknown_strategy_is_named_with_those_there_are(load: Load) -> None:
    with pytest.raises(ConfigurationError, match="key \"strategy\": found 'luck'; allowed: entropy, margin"):
        load(strategy="luck")


def test_an_unknown_recipe_is_named(load: Load) -> None:
    with pytest.raises(ConfigurationError, match=r'key "recipe": .*nosuch'):
        load(recipe="nosuch")


def test_two_results_cannot_have_one_name(load: Load) -> None:
    with pytest.raises(ConfigurationError, match=r"writes 'same.csv', as oracle_csv does"):
        load(oracle_csv="same.csv", performance_estimation_csv="same.csv")


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


def test_a_folder_where_a_file_is_meant_is_named(data: Path) -> None:
    path = data / "config.json"
    path.write_text('{"pool_csv": "active-learning",\n"training_set_csv": "active-learning"}')
    with pytest.raises(ConfigurationError, match=r'line 2, key "training_set_csv": found the folder'):
        load_configuration(path)


@pytest.mark.parametrize("text", ['{"seed": ' + "9" * 5000 + "}", "[" * 100_000])
def test_json_that_no_parser_takes_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "config.json"
    path.write_text(text)
    with pytest.raises(ConfigurationError, match="expected JSON"):
        load_configuration(path)


def test_a_name_too_long_for_a_file_is_not_found(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text('{"pool_csv": "' + "x" * 5000 + '"}')
    with pytest.raises(ConfigurationError, match='key "pool_csv": found no file'):
        load_configuration(path)


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

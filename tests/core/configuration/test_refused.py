"""How everything that is wrong in a configuration file is named."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from al_core.errors import ConfigurationError
from al_core.runs.configuration import Configuration, load_configuration

SERVER = "/data/vocloud/filesystem/DATA/active-learning"
Load = Callable[..., Configuration]


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


def test_candidate_classes_must_be_classes(load: Load) -> None:
    with pytest.raises(ConfigurationError, match="found 'triple peak'; allowed: 'other', 'single peak'"):
        load(candidate_classes="triple peak")


def test_an_unknown_strategy_is_named_with_those_there_are(load: Load) -> None:
    with pytest.raises(ConfigurationError, match="key \"strategy\": found 'luck'; allowed: entropy, margin"):
        load(strategy="luck")


def test_an_unknown_recipe_is_named(load: Load) -> None:
    with pytest.raises(ConfigurationError, match=r'key "recipe": .*nosuch'):
        load(recipe="nosuch")


def test_two_results_cannot_have_one_name(load: Load) -> None:
    with pytest.raises(ConfigurationError, match=r"writes 'same.csv', as oracle_csv does"):
        load(oracle_csv="same.csv", performance_estimation_csv="same.csv")


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

"""Checking a configuration without a file: everything that is wrong at once, located."""

import json
from pathlib import Path
from typing import Any

import pytest

from al_core.errors import ConfigurationError
from al_core.runs.configuration import Checked, check_configuration, require_valid
from al_core.runs.problems import configuration_text
from al_core.settings import Settings


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("pool.csv", "training-set.csv"):
        (tmp_path / name).touch()
    return tmp_path


def check(content: Any, folder: Path) -> Checked:
    return check_configuration(content, Settings(workspace=folder), folder)


def test_a_mapping_is_checked_as_a_file_is(folder: Path) -> None:
    checked = check({"pool_csv": "pool.csv", "batch_size": 20, "candidate_classes": "other"}, folder)
    assert checked.is_valid
    assert checked.problems == ()
    configuration = require_valid(checked)
    assert configuration.paths == {"pool_csv": folder / "pool.csv"}
    assert configuration.candidate_classes == ("other",)


def test_nothing_is_written_by_a_check(folder: Path) -> None:
    before = sorted(folder.iterdir())
    check({"pool_csv": "pool.csv"}, folder)
    assert sorted(folder.iterdir()) == before


def test_every_problem_is_named_with_its_key_and_line(folder: Path) -> None:
    text = """{
  "pool_csv": "nowhere.csv",
  "batch_sizes": 20,
  "categories": 3,
  "patience": 0,
  "strategy": "luck",
  "recipe": "none-such"
}"""
    found = {(p.key, p.name): p for p in check(text, folder).problems}
    lines = {name: problem.line for (_, name), problem in found.items()}
    assert lines == {"pool_csv": 2, "batch_sizes": 3, "categories": 4, "patience": 5, "strategy": 6, "recipe": 7}
    assert ("classes", "categories") in found
    assert "Did you mean 'batch_size'?" in found["batch_sizes", "batch_sizes"].message
    assert found["patience", "patience"].message == "found 0; allowed: a whole number, 1 or more."


def test_a_key_with_a_wrong_value_is_named_once(folder: Path) -> None:
    problems = check({"pool_csv": 3, "classes": "x", "candidate_classes": ["y"], "strategy": 4}, folder).problems
    assert sorted(str(p.key) for p in problems) == ["classes", "pool_csv", "strategy"]


def test_broken_json_is_one_problem_with_its_place(folder: Path) -> None:
    checked = check('{\n"batch_size": 20,\n"seed" 1}', folder)
    (problem,) = checked.problems
    assert (problem.key, problem.line, problem.column) == (None, 3, 8)
    assert problem.message.startswith("expected JSON, found")
    assert not checked.is_valid
    assert checked.written == {}


def test_a_key_that_stands_twice_is_shown_at_its_second_line(folder: Path) -> None:
    (problem,) = check('{\n"pool_csv": "pool.csv",\n"seed": 1,\n"seed": 2}', folder).problems
    assert (problem.key, problem.line, problem.message) == ("seed", 4, "it stands twice. Keep one.")


def test_the_first_problem_is_the_error_of_a_run(folder: Path) -> None:
    with pytest.raises(ConfigurationError, match='config, line 3, key "patience": found 0'):
        require_valid(check({"pool_csv": "pool.csv", "patience": 0}, folder), "config")


def test_keys_keep_their_order_and_notices_are_told(folder: Path) -> None:
    content = {"pool_csv": "pool.csv", "training_set_csv": "training-set.csv", "run_active_learning": "yes"}
    checked = check(content | {"iteration_num": 1, "batch_size": 2}, folder)
    assert list(checked.written)[:2] == ["pool_csv", "training_set_csv"]
    assert [notice.split(",")[0] for notice in checked.notices] == [
        "batch_size raised from 2 to 10",
    ]


def test_the_text_has_one_key_a_line_and_keeps_letters(folder: Path) -> None:
    text = configuration_text({"learning_session_name": "Hα", "seed": 1})
    assert text == '{\n  "learning_session_name": "Hα",\n  "seed": 1\n}'
    assert json.loads(text)["seed"] == 1

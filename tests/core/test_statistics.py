"""The statistics of earlier iterations, when the classes have changed since."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from al_core.errors import ConfigurationError
from al_core.runs.statistics import agreement, previous_rows


def configuration(folder: Path, *classes: str) -> Any:
    keys = SimpleNamespace(classes=classes, iteration_num=2, performance_estimation_csv="perf-est.csv")
    return SimpleNamespace(keys=keys, paths={"previous_output": folder})


@pytest.fixture
def before(tmp_path: Path) -> Path:
    (tmp_path / "statistics.csv").write_text("iteration,other,single,performance\n0,7,3,0.5\n1,8,2,\n2,1,1,\n")
    (tmp_path / "perf-est.csv").write_text("a,0,0.1\nb,1,0.2\nc,1,0.3\n")
    return tmp_path


def test_classes_in_another_order_keep_their_columns(before: Path) -> None:
    assert previous_rows(configuration(before, "single", "other")) == [["0", "3", "7", "0.5"], ["1", "2", "8", ""]]


def test_a_renamed_class_begins_anew(before: Path) -> None:
    rows = previous_rows(configuration(before, "other", "narrow", "double"))
    assert rows == [["0", "7", "", "", "0.5"], ["1", "8", "", "", ""]]


def test_agreement_is_of_classes_not_of_positions(before: Path) -> None:
    labels = {"a": 1, "b": 0, "c": 1}  # other, single, other
    assert agreement(configuration(before, "single", "other"), labels) == str(2 / 3)
    assert agreement(configuration(before, "narrow", "other"), labels) == "", "what was called single is gone"
    assert agreement(configuration(before, "other", "single"), {}) == ""


@pytest.mark.parametrize(
    "content", ["", "a,b\n1,2\n", "iteration,x,performance\n1,2,\n", "iteration,x,y,performance\n1\n"]
)
def test_another_table_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "statistics.csv").write_text(content)
    with pytest.raises(ConfigurationError, match="expected"):
        previous_rows(configuration(tmp_path, "x", "y"))

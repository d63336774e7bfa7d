"""Runs that cannot be done: what is said, and that nothing is lost or half-written."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from al_core.cli import main


def names_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


TRAIN: dict[str, Any] = {
    "run_active_learning": "yes",
    "iteration_num": 1,
    "training_set_csv": "training-set.csv",
    "pool_csv": "pool.csv",
}


def few(survey: Path) -> dict[str, Any]:
    frame = pl.read_csv(survey / "training-set.csv")
    frame.filter((pl.col("label") < 2) | (pl.col("id") < "known-25")).write_csv(survey / "few.csv")
    return {"training_set_csv": "few.csv"}


def absent(survey: Path) -> dict[str, Any]:
    pl.read_csv(survey / "training-set.csv").filter(pl.col("label") < 2).write_csv(survey / "absent.csv")
    return {"training_set_csv": "absent.csv"}


def other_grid(survey: Path) -> dict[str, Any]:
    frame = pl.read_csv(survey / "training-set.csv")
    frame.drop(frame.columns[-5:]).write_csv(survey / "short.csv")
    return {"training_set_csv": "short.csv"}


def wrong_label(survey: Path) -> dict[str, Any]:
    frame = pl.read_csv(survey / "training-set.csv")
    frame.with_columns(pl.lit("quasar").alias("label")).write_csv(survey / "quasars.csv")
    return {"training_set_csv": "quasars.csv"}


def unfilled(survey: Path) -> dict[str, Any]:
    frame = pl.read_csv(survey / "training-set.csv")
    frame.with_columns(pl.lit(None).alias("label")).write_csv(survey / "unfilled.csv")
    return {"training_set_csv": "unfilled.csv"}


def no_metadata_id(survey: Path) -> dict[str, Any]:
    (survey / "metadata.csv").write_text("star,ra\na,1\n")
    return {"csv_metadata_file": "metadata.csv"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"batch_size": 118}, "Requested 121 spectra (batch_size and random_sample_size), the pool has 120"),
        ({"random_sample_size": 111}, "the pool has 120"),
        (few, "at least 6"),
        (absent, "no spectrum of class 'double peak'"),
        (other_grid, "The training set has 135 points"),
        (wrong_label, "found label 'quasar'; allowed: 0 'other'"),
        (unfilled, "Fill in the column 'label'"),
        (no_metadata_id, "expected a column id"),
        ({"training_set_csv": "poolnames.csv"}, "poolnames.csv"),
        ({"training_set_csv": "pool.csv"}, "found 120 without a label"),
        ({"pool_csv": "poolnames.csv"}, "poolnames.csv"),
        ({"poolnames_csv": "training-set.csv", "labels2add_csv": "pool.csv"}, "pool.csv"),
        ({"classes": ["a", "b"]}, "found label '2'; allowed: 0 'a', 1 'b'"),
        ({"batchsize": 20}, "Did you mean 'batch_size'?"),
        ({"previous_output": "."}, "expected the results of an iteration"),
        ({"training_set_csv": "."}, "found the folder"),
    ],
)
def test_nothing_is_written_where_the_input_cannot_be_used(
    change: dict[str, Any] | Callable[[Path], dict[str, Any]],
    message: str,
    survey: Path,
    write_config: Callable[..., Path],
    capsys: pytest.CaptureFixture[str],
) -> None:
    keys = TRAIN | (change(survey) if callable(change) else change)
    config = write_config(**keys)
    before = names_in(survey)
    assert main(["run", str(config), "--output", str(survey / "deep" / "out")]) == 2
    error = capsys.readouterr().err.splitlines()[-1]
    assert error.startswith("error: ")
    assert message in error
    assert names_in(survey) == before


def test_a_failed_run_leaves_earlier_results_alone(
    survey: Path, write_config: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    output = survey / "out"
    output.mkdir()
    (output / "oracle.csv").write_text("mine")
    assert main(["run", str(write_config(**TRAIN | few(survey))), "--output", str(output)]) == 2
    assert names_in(output) == {"oracle.csv"}
    assert (output / "oracle.csv").read_text() == "mine"
    assert not list(survey.glob(".*"))


@pytest.mark.parametrize("place", ["file", "file/below"])
def test_an_output_that_cannot_be_written_is_named(
    place: str, survey: Path, write_config: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    (survey / "file").write_text("mine")
    assert main(["run", str(write_config(pool_csv="pool.csv", batch_size=5)), "--output", str(survey / place)]) == 2
    error = capsys.readouterr().err.splitlines()[-1]
    assert error.startswith("error: ")
    assert str(survey / place) in error
    assert (survey / "file").read_text() == "mine"


def test_an_interruption_leaves_nothing_half_written(
    survey: Path, write_config: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("al_core.runs.outputs._write_archive", interrupted)
    config = write_config(pool_csv="pool.csv", batch_size=5)
    before = names_in(survey)
    assert main(["run", str(config), "--output", str(survey / "out")]) == 130
    assert names_in(survey) == before
    assert "Interrupted" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["fly"], ["run"], ["run", "a.json", "--colour"]])
def test_wrong_arguments_are_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: python -m al_core" in capsys.readouterr().err

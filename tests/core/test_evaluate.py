"""Comparisons against known labels: the loop with a simulated oracle, and cross-validation."""

import csv
import math
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from al_core.cli import main
from al_core.errors import PoolExhaustedError
from al_core.evaluation.crossvalidation import cross_validate
from al_core.evaluation.loop import Plan, Problem, evaluate
from al_core.evaluation.scores import score
from al_core.models import TrainingHistory, TrainingOptions, TrainingSet
from al_core.models.factory import model_factory
from tests.conftest import made_training_set

SCORES = ["accuracy", "macro_f1", "f1_other", "f1_single peak", "f1_double peak"]
QUICK = ["--model", "logistic", "--classes", "other,single peak,double peak"]


def made_problem() -> Problem:
    pool = made_training_set((80, 25, 15), seed=3)
    order = np.random.default_rng(1).permutation(120)
    return Problem(made_training_set((6, 6, 6)), pool.spectrum_ids[order], pool.flux[order], pool.labels[order])


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def loop(survey: Path, *more: str) -> int:
    files = [f"--{name}={survey / file}.csv" for name, file in (("training", "training-set"), ("pool", "pool"))]
    return main(["evaluate", *files, f"--truth={survey / 'truth.csv'}", f"--output={survey / 'curve.csv'}", *more])


def test_scores_by_hand() -> None:
    found = score(np.array([0, 0, 0, 1]), np.array([0, 0, 1, 1]), ("a", "b", "c"))
    assert found["accuracy"] == 0.75
    # a: precision 1, recall 2/3; b: precision 1/2, recall 1; c occurs nowhere
    assert found["f1_a"] == pytest.approx(0.8)
    assert found["f1_b"] == pytest.approx(2 / 3)
    assert math.isnan(found["f1_c"])
    assert found["macro_f1"] == pytest.approx((0.8 + 2 / 3) / 2)


def test_the_loop_writes_a_table_and_a_plot(survey: Path, capsys: pytest.CaptureFixture[str]) -> None:
    strategies = ("--strategy", "entropy", "--strategy", "random")
    assert loop(survey, *QUICK, *strategies, "--iterations", "2", "--batch-size", "10", "--seeds", "2") == 0
    table = read(survey / "curve.csv")
    queried = ["queried_other", "queried_single peak", "queried_double peak"]
    assert list(table[0]) == ["strategy", "seed", "iteration", "n_labels", *SCORES, *queried]
    assert {(row["strategy"], row["seed"], row["iteration"]) for row in table} == {
        (name, str(seed), str(k)) for name in ("entropy", "random") for seed in range(2) for k in range(3)
    }
    assert len(table) == 12
    for row in table:
        assert int(row["n_labels"]) == 30 + 10 * int(row["iteration"])
        assert sum(int(row[name]) for name in queried) == 10 * int(row["iteration"])
        assert 0 <= float(row["accuracy"]) <= 1
    first = {(row["seed"], row["accuracy"]) for row in table if row["iteration"] == "0"}
    assert len(first) == 2  # the first training set and the test spectra are the same for both strategies
    picture = (survey / "curve.png").read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert len(picture) > 10_000
    shown = capsys.readouterr().out
    assert "entropy" in shown
    assert f"Plot: {survey / 'curve.png'}" in shown
    assert not list(survey.glob("*.part"))


def test_the_loop_never_queries_what_it_is_scored_on() -> None:
    problem = made_problem()
    seen: list[TrainingSet] = []

    class Watching:
        name = "watching"

        def __init__(self) -> None:
            self._model = model_factory("logistic")()

        def fit(self, training: TrainingSet, *arguments: Any) -> TrainingHistory:
            seen.append(training)
            return self._model.fit(training, *arguments)

        def predict_proba(self, *arguments: Any) -> np.ndarray:
            return self._model.predict_proba(*arguments)

        def save(self, folder: Path) -> list[Path]:
            return self._model.save(folder)

    plan = Plan(["entropy"], n_iterations=6, batch_size=12, n_seeds=1, test_fraction=0.4)
    rows = list(evaluate(problem, plan, Watching))
    assert [row["n_labels"] for row in rows] == [18 + 12 * k for k in range(7)]
    final = [str(name) for name in seen[-1].spectrum_ids]
    assert len(final) == len(set(final)) == 18 + 72  # everything but the 48 that are set apart
    truth = dict(zip(map(str, problem.pool_ids), problem.truth, strict=True))
    assert all(truth[name] == label for name, label in zip(final[18:], seen[-1].labels[18:], strict=True))


def test_the_same_seed_gives_the_same_rows() -> None:
    plan = Plan(["margin", "random"], n_iterations=1, batch_size=10, n_seeds=2)
    first, again = (list(evaluate(made_problem(), plan, model_factory("logistic"))) for _ in range(2))
    assert first == again
    assert first[0] != first[4]


def test_a_pool_too_small_for_the_queries_is_named() -> None:
    plan = Plan(["random"], n_iterations=8, batch_size=10)
    with pytest.raises(PoolExhaustedError, match="8 queries of 10 need 80 spectra; of the pool's 120, 48 are set"):
        list(evaluate(made_problem(), plan, model_factory("logistic")))


def test_cross_validation_never_divides_a_group() -> None:
    training = made_training_set((40, 20, 20))
    groups = [f"star {k // 4}" for k in range(80)]
    star = dict(zip(training.spectrum_ids, groups, strict=True))
    fitted: list[set[str]] = []

    class Remembering:
        name = "remembering"

        def fit(self, part: TrainingSet, *_: Any, groups: list[str]) -> TrainingHistory:
            assert groups == [star[name] for name in part.spectrum_ids]
            fitted.append(set(groups))
            self._stars = set(groups)
            return TrainingHistory([], 1, len(part.labels))

        def predict_proba(self, flux: np.ndarray, *_: Any) -> np.ndarray:
            rows = [int(np.flatnonzero((training.flux == spectrum).all(axis=1))[0]) for spectrum in flux]
            assert not {groups[row] for row in rows} & self._stars
            return np.eye(3, dtype=np.float32)[training.labels[rows]]

    models: dict[str, Any] = {"first": Remembering, "second": Remembering}
    results = list(cross_validate(training, groups, models, n_folds=5, n_seeds=2, options=TrainingOptions()))
    assert [(row["model"], row["seed"]) for row, _ in results] == [
        ("first", 0),
        ("second", 0),
        ("first", 1),
        ("second", 1),
    ]
    assert fitted[:5] == fitted[5:10] != fitted[10:15]
    for row, predictions in results:
        np.testing.assert_array_equal(predictions, training.labels)
        assert (row["accuracy"], row["macro_f1"], row["n_spectra"]) == (1.0, 1.0, 80)


def test_cross_validation_writes_a_table(survey: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = survey / "cross.csv"
    training = survey / "training-set.csv"
    arguments = [f"--cross-validate={training}", "--model=logistic", "--seeds=2", "--folds=3", f"--output={output}"]
    assert main(["evaluate", *arguments]) == 0
    table = read(output)
    assert list(table[0]) == ["model", "seed", "n_spectra", "accuracy", "macro_f1", "f1_0", "f1_1", "f1_2"]
    assert [(row["model"], row["seed"], row["n_spectra"]) for row in table] == [
        ("logistic", "0", "30"),
        ("logistic", "1", "30"),
    ]
    assert all(float(row["accuracy"]) > 0.5 for row in table)
    assert "30 spectra of 30 groups: 10 0, 10 1, 10 2" in capsys.readouterr().out


def test_rare_classes_are_left_out_and_said(survey: Path, capsys: pytest.CaptureFixture[str]) -> None:
    frame = pl.read_csv(survey / "training-set.csv").head(24)
    frame.write_csv(survey / "rare.csv")
    arguments = [f"--cross-validate={survey / 'rare.csv'}", "--model=logistic", "--seeds=1", "--folds=2"]
    assert main(["evaluate", *arguments, f"--output={survey / 'cross.csv'}"]) == 0
    shown = capsys.readouterr().out
    assert "Left out: classes with fewer than 10 spectra or not asked for (4 2)" in shown
    assert "20 spectra of 20 groups" in shown


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "missing: --training"),
        (["--training=a.csv", "--pool=b.csv"], "missing: --truth"),
        (["--seeds=0"], "--seeds: expected 1 or more, found 0"),
        (["--batch-size=-1"], "--batch-size: expected 1 or more, found -1"),
        (["--folds=0"], "--folds: expected 1 or more"),
        (["--cross-validate={survey}/missing.csv"], "missing.csv"),
        (["--cross-validate={survey}/training-set.csv", "--label=type"], "expected a column 'type'"),
        (["--cross-validate={survey}/training-set.csv", "--group=star"], "expected a column 'star'"),
        (["--cross-validate={survey}/training-set.csv", "--min-class=11"], "two classes or more with 11 spectra"),
        (["--cross-validate={survey}/training-set.csv", "--folds=31", "--model=logistic"], "at least 31 groups"),
        (["--cross-validate={survey}/training-set.csv", "--classes=a"], "two or more different names"),
        (["--cross-validate={survey}/training-set.csv", "--output={survey}/x.txt"], "ends in .csv"),
        (["--cross-validate={survey}/training-set.csv", "--output={survey}/no/x.csv"], "there is no folder"),
    ],
)
def test_wrong_arguments_are_named(
    arguments: list[str],
    message: str,
    survey: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(survey)
    before = set(survey.iterdir())
    assert main(["evaluate", *(text.format(survey=survey) for text in arguments)]) == 2
    error = capsys.readouterr().err.splitlines()[-1]
    assert error.startswith("error: ")
    assert message in error
    assert set(survey.iterdir()) == before


def test_a_truth_that_does_not_fit_is_named(survey: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (survey / "truth.csv").write_text("id,label\nnobody,1\n")
    assert loop(survey, *QUICK) == 2
    assert "expected labels of the spectra of" in capsys.readouterr().err


def test_a_loop_that_asks_too_much_is_named(survey: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert loop(survey, *QUICK, "--iterations", "10") == 2
    assert "Lower --iterations or --batch-size." in capsys.readouterr().err
    assert not (survey / "curve.csv").exists()


def test_an_unknown_strategy_or_classifier_is_refused(survey: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for wrong in (("--strategy", "luck"), ("--model", "forest")):
        with pytest.raises(SystemExit):
            loop(survey, *wrong)
        assert f"invalid choice: '{wrong[1]}'" in capsys.readouterr().err

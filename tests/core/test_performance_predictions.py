"""Predictions of whole pools, counted from their files."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import cohen_kappa_score

from al_core.errors import SessionError
from al_core.performance import predictions
from al_core.performance.predictions import COUNTS_FILE, kappa, pool_predictions


def write(folder: Path, classes: list[int], ids: list[str] | None = None, training: tuple[int, ...] = ()) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    names = ids or [f"s{k}" for k in range(len(classes))]
    sets = ["training" if k in training else "pool" for k in range(len(classes))]
    kind = pl.Enum(["pool", "training", "oracle", "perf-est"])
    frame = pl.DataFrame({"spectrum_id": names, "prediction": pl.Series(classes, dtype=pl.Int16)})
    frame.with_columns(pl.Series("set", sets, dtype=kind)).write_parquet(folder / "predictions.parquet")
    return folder


def test_spectra_of_the_training_set_are_counted_apart(tmp_path: Path) -> None:
    found = pool_predictions(write(tmp_path, [0, 1, 1, 2, 0], training=(1, 4)), 3)
    assert (found.n_spectra, found.pool.tolist(), found.training.tolist()) == (5, [1, 1, 1], [1, 1, 0])
    assert found.changes is None


@pytest.mark.parametrize("rows", [2, 3, 100])
def test_changes_are_crossed_in_slices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    monkeypatch.setattr(predictions, "SLICE_ROWS", rows)
    before, now = write(tmp_path / "1", [0, 0, 1, 1, 0]), write(tmp_path / "2", [0, 1, 1, 2, 0])
    found = pool_predictions(now, 3, before, 2)
    assert found.changes is not None
    assert found.changes.tolist() == [[2, 1, 0], [0, 1, 1]]


@pytest.mark.parametrize("ids", [["c", "a", "b"], ["b", "x", "a"], ["a", "b", "c", "d"]])
def test_another_pool_is_joined_by_id(tmp_path: Path, ids: list[str]) -> None:
    before = write(tmp_path / "1", [0, 1, 0], ["a", "b", "c"])
    now = write(tmp_path / "2", [1] * len(ids), ids)
    found = pool_predictions(now, 2, before, 2)
    both = [name for name in ids if name in "abc"]
    assert found.changes is not None
    assert found.changes.tolist() == [[0, len(both) - both.count("b")], [0, both.count("b")]]


# Expected: STATISTICS 12, V6, and scikit-learn.
def test_kappa_is_that_of_cohen() -> None:
    assert kappa(np.array([[9700, 40], [60, 200]])) == pytest.approx(0.794880, abs=1e-6)
    rng = np.random.default_rng(0)
    one, two = rng.integers(0, 3, 500), rng.integers(0, 3, 500)
    counts = np.bincount(one * 3 + two, minlength=9).reshape(3, 3)
    assert kappa(counts) == pytest.approx(cohen_kappa_score(one, two))
    assert kappa(np.array([[50, 0], [0, 0]])) is None
    assert kappa(np.zeros((2, 2), int)) is None


def test_what_was_counted_is_kept_until_the_predictions_are_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, now = write(tmp_path / "1", [0, 0, 1]), write(tmp_path / "2", [0, 1, 1])
    first = pool_predictions(now, 2, before, 2)
    assert json.loads((now / COUNTS_FILE).read_text())["pool"] == [1, 2]
    with monkeypatch.context() as patched:
        patched.setattr(predictions, "_counted", None)
        again = pool_predictions(now, 2, before, 2)
        assert (again.pool.tolist(), again.n_spectra) == (first.pool.tolist(), 3)
    write(tmp_path / "1", [1, 1, 1, 1])
    changed = pool_predictions(now, 2, before, 2)
    assert changed.changes is not None
    assert changed.changes.tolist() == [[0, 0], [1, 2]]
    (now / COUNTS_FILE).write_text("{broken")
    assert pool_predictions(now, 2).pool.tolist() == [1, 2]


def test_a_file_that_is_no_table_is_named(tmp_path: Path) -> None:
    (tmp_path / "predictions.parquet").write_text("nothing")
    with pytest.raises(SessionError, match="expected the predictions of an iteration"):
        pool_predictions(tmp_path, 2)
    with pytest.raises(SessionError, match="beyond the 2"):
        pool_predictions(write(tmp_path / "more", [0, 1, 7]), 2)


@pytest.mark.slow
def test_four_million_rows_are_counted_in_flat_memory(tmp_path: Path) -> None:
    n, rng = 4_000_000, np.random.default_rng(3)
    kind = pl.Enum(["pool", "training", "oracle", "perf-est"])
    for name in ("1", "2"):
        (tmp_path / name).mkdir()
        column = pl.Series("prediction", rng.integers(0, 3, n).astype(np.int16))
        ids = pl.int_range(n, eager=True).cast(pl.String).str.zfill(9)
        frame = pl.DataFrame({"spectrum_id": "spec-55859-F5902_sp01-" + ids, "prediction": column})
        frame = frame.with_columns(pl.lit("pool", dtype=kind).alias("set"))
        frame.write_parquet(tmp_path / name / "predictions.parquet")
    code = (
        "import resource, sys; from pathlib import Path; from al_core.performance.predictions import pool_predictions\n"
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "start = peak(); found = pool_predictions(Path(sys.argv[1]), 3, Path(sys.argv[2]), 3)\n"
        "print(found.changes.sum(), (peak() - start) // 1024)"
    )
    places = [str(tmp_path / "2"), str(tmp_path / "1")]
    command = [sys.executable, "-c", code, *places]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    counted, megabytes = map(int, done.stdout.split())
    assert counted == n
    assert megabytes < 400, "two slices of ids and what reads them; the ids of both files alone are 240 MB"

"""The history of runs and their comparison."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from al_core.errors import SessionError
from al_core.services import Services
from al_core.sessions import LabelEvent
from callbacks.train import history, running
from tests.callbacks.train.reading import CLASSES, SESSION, draft, text_of


def write_iteration(services: Services, name: str, predictions: list[int], **options: Any) -> Path:
    folder = services.sessions.folder(SESSION) / "iterations" / name
    folder.mkdir(parents=True)
    ids = [f"spec-{k:02d}" for k in range(40)]
    sample = ids[:12]
    manifest = {
        "created_utc": f"2026-11-2{len(name)}T20:00:00+00:00",
        "seconds": 61.0,
        "strategy": "margin",
        "classes": list(CLASSES),
        "candidate_classes": list(CLASSES[1:]),
        "queue": {"oracle": ids[20:30], "perf-est": sample},
        "estimated_so_far": sample,
        "pool": {"n_spectra": 40},
        "simulated": False,
        "configuration": {"balance": options.get("balance", "smote"), "iteration_num": 1},
        "training_set": {"counts": {"other": 10, "single peak": 8, "double peak": 6}},
        "training": {
            "options": {"balance": options.get("balance", "smote")},
            "epochs": [{"loss": 0.5, "accuracy": 0.8}, {"loss": 0.2, "accuracy": 0.9}],
            "best_epoch": 2,
        },
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    rows = "".join(f"{spectrum},{predictions[k]},0.1\n" for k, spectrum in enumerate(sample))
    (folder / "perf-est.csv").write_text(rows)
    frame = pl.DataFrame({"spectrum_id": ids, "prediction": pl.Series(predictions, dtype=pl.Int16)})
    frame.write_parquet(folder / "predictions.parquet")
    return folder


def test_the_history_shows_results_and_what_ended_early(services: Services) -> None:
    write_iteration(services, "001.1", [0] * 40)
    write_iteration(services, "001", [1] * 40, balance="class_weights")
    job = running.submit_run(services, SESSION, draft(services), "jana")
    services.jobs.cancel(job.job_id)
    rows = {row.title: row for row in history.history_rows(services, SESSION) if row.folder}
    assert set(rows) == {"Iteration 1", "Iteration 1, version 1"}
    assert (rows["Iteration 1"].balance, rows["Iteration 1"].n_labels) == ("class weights", 24)
    assert rows["Iteration 1"].precision is None
    states = [row.state for row in history.history_rows(services, SESSION)]
    assert sorted(states) == ["canceled", "done", "done"]


def test_precision_comes_from_the_labels_of_the_sample(services: Services) -> None:
    write_iteration(services, "001", [1] * 12 + [0] * 28)
    known = {one.name: one.class_id for one in services.sessions.get(SESSION).classes}
    events = [
        LabelEvent(f"e{k}", "label", f"spec-{k:02d}", "jana", class_id=known["single peak" if k < 9 else "other"])
        for k in range(12)
    ]
    services.sessions.journal(SESSION).append(events)
    (row,) = history.history_rows(services, SESSION)
    assert row.precision is not None
    assert (row.precision.n_right, row.precision.n) == (9, 12)


def test_two_runs_are_compared(services: Services) -> None:
    write_iteration(services, "001.1", [0] * 30 + [1] * 10)
    write_iteration(services, "001", [0] * 28 + [2] * 2 + [1] * 10, balance="none")
    said = " ".join(text_of(history.comparison_of(services, SESSION, "001.1", "001")).split())
    assert 'balance "smote" "none"' in said
    assert "2 of 40 spectra changed class (5.0 %)" in said
    assert "22 spectra of 22 and 22 to label are in both queues" in said
    with pytest.raises(SessionError, match="no iteration 4"):
        history.comparison_of(services, SESSION, "001", "004")


def test_two_must_be_checked_to_compare() -> None:
    assert [history.compare_state(n) for n in (0, 2, 3)] == [
        (True, "Check 2 to compare"),
        (False, "Compare 2"),
        (True, "Check 2 to compare"),
    ]

"""The page Train without a browser: form, check, presets, import, run, cancel, following, history, downloads."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from dash.development.base_component import Component

from al_core.errors import ActiveRunError, ConfigurationError, SessionError
from al_core.jobs import JobRegistry, Phase
from al_core.jobs.job import HISTORY_FILE, LOG_FILE
from al_core.library import Library
from al_core.pools import import_pool
from al_core.preprocessing import RECIPES
from al_core.runs.form import FIELDS
from al_core.services import Services
from al_core.sessions import LabelEvent, Sessions
from al_core.sessions.presets import Presets
from al_core.settings import Settings
from callbacks.train import editing, following, history, presets, run_views, running
from callbacks.train.snapshots import Live, expected_stop, snapshot_of
from pages._components.train_validity import validity_view
from tests.conftest import made_flux, write_spectra

CLASSES = ("other", "single peak", "double peak")
SESSION = "be-stars"


@pytest.fixture
def services(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    settings = Settings(workspace=workspace)
    jobs = JobRegistry(workspace, settings)
    monkeypatch.setattr(jobs, "dispatch", lambda: None)
    rng = np.random.default_rng(5)
    labels = rng.permutation(np.repeat([0, 1, 2], (30, 6, 4)))
    pool = write_spectra(workspace / "pool.csv", [f"spec-{k:02d}" for k in range(40)], made_flux(labels, rng))
    import_pool([pool], workspace / "pools" / "lamost", recipe=RECIPES["halpha"], name="lamost", workers=1)
    known = np.repeat([0, 1, 2], (10, 8, 6))
    base = write_spectra(workspace / "base.csv", [f"known-{k}" for k in range(24)], made_flux(known, rng), known)
    made = Services(settings, jobs, Sessions(workspace, jobs), Library(workspace, settings))
    given: dict[str, Any] = {"candidate_classes": CLASSES[1:], "pool": "lamost", "training_set": base, "seed": 7}
    made.sessions.create("Be stars", classes=CLASSES, **given)
    return made


def text_of(component: Any) -> str:
    if isinstance(component, str | int):
        return str(component)
    if isinstance(component, list | tuple):
        return " ".join(filter(None, map(text_of, component)))
    return text_of(getattr(component, "children", None)) if isinstance(component, Component) else ""


def parts(component: Any) -> Iterator[Component]:
    if isinstance(component, list | tuple):
        for one in component:
            yield from parts(one)
    elif isinstance(component, Component):
        yield component
        yield from parts(getattr(component, "children", None))


def ids_in(component: Any) -> list[Any]:
    return [part.id for part in parts(component) if hasattr(part, "id")]


def draft(services: Services, **keys: Any) -> str:
    _, _, loaded = editing.load_form(services, SESSION)
    return json.dumps(json.loads(loaded["text"]) | keys, indent=2)


# ---------------------------------------------------------------- editing


def test_the_form_has_a_control_and_a_place_for_its_error_for_every_field(services: Services) -> None:
    form, schema, _ = editing.load_form(services, SESSION)
    found = ids_in(form)
    for field in FIELDS:
        assert {"type": "train-field", "key": field.key} in found
        assert {"type": "train-field-error", "key": field.key} in found
    assert sorted(schema) == sorted(field.key for field in FIELDS)


def test_the_draft_starts_as_what_the_session_says(services: Services) -> None:
    _, schema, loaded = editing.load_form(services, SESSION)
    keys = json.loads(loaded["text"])
    assert (keys["learning_session_name"], keys["iteration_num"], keys["pool_csv"]) == (SESSION, 1, "lamost")
    assert keys["candidate_classes"] == ["single peak", "double peak"]
    assert schema["seed"]["default"] == 7
    assert schema["pool_csv"]["names"] == ["pool_csv", "csv_spectra_file"]


def test_a_reload_shows_the_text_as_it_was_typed(services: Services) -> None:
    odd = draft(services).replace('"patience": 10', '"patience":    10')
    editing.check_text(services, SESSION, odd)
    assert editing.load_form(services, SESSION)[2]["text"] == odd
    broken = odd + ","
    seen = editing.check_text(services, SESSION, broken)
    assert not seen.data["valid"]
    assert editing.load_form(services, SESSION)[2]["text"] == broken


def test_a_valid_draft_becomes_the_sessions_and_survives_a_change_of_classes(services: Services) -> None:
    editing.check_text(services, SESSION, draft(services, batch_size=42))
    session = services.sessions.get(SESSION)
    assert session.configuration["batch_size"] == 42
    assert not {"classes", "learning_session_name", "iteration_num", "pool_csv"} & set(session.configuration)
    services.sessions.update(SESSION, classes=(*session.classes[:2], "shell"))
    keys = json.loads(editing.load_form(services, SESSION)[2]["text"])
    assert keys["batch_size"] == 42
    assert keys["classes"] == ["other", "single peak", "shell"]


def test_an_error_stands_at_its_line_and_beside_its_field(services: Services) -> None:
    text = draft(services, patience=0)
    seen = editing.check_text(services, SESSION, text)
    line = next(k for k, row in enumerate(text.splitlines(), 1) if "patience" in row)
    message = "Found 0; allowed: a whole number, 1 or more."
    assert seen.data["problems"] == [{"key": "patience", "line": line, "message": message}]
    assert text_of(seen.error_of("patience")) == message
    assert seen.error_of("seed") is None
    assert f"Line {line}" in text_of(validity_view(seen.checked))


def test_an_unknown_key_is_named_without_the_list_of_all(services: Services) -> None:
    seen = editing.check_text(services, SESSION, draft(services, batch_sizes=3))
    assert [problem["message"] for problem in seen.data["problems"]] == ["Unknown key. Did you mean 'batch_size'?"]


def test_a_valid_draft_says_what_it_would_do(services: Services) -> None:
    seen = editing.check_text(services, SESSION, draft(services))
    assert (seen.data["valid"], seen.data["iteration"], seen.data["trains"]) == (True, 1, True)
    assert "Form and JSON are the same object" in text_of(validity_view(seen.checked))
    assert not editing.check_text(services, SESSION, draft(services, iteration_num=0)).data["trains"]


# ---------------------------------------------------------------- presets and files


def test_a_preset_makes_a_valid_draft_of_this_session(services: Services) -> None:
    for preset in Presets(services.settings.workspace).all():
        made = presets.preset_source(services, SESSION, preset.name)
        keys = json.loads(made["text"])
        assert keys["pool_csv"] == "lamost"
        assert keys["learning_session_name"] == SESSION
        if "folder" not in keys:
            seen = editing.check_text(services, SESSION, made["text"])
            assert seen.data["valid"], (preset.name, seen.data["problems"])


def test_a_configuration_is_saved_without_what_is_the_sessions_and_comes_back(services: Services) -> None:
    store = Presets(services.settings.workspace)
    presets.save_preset(store, "night", draft(services, batch_size=33), replace=False)
    saved = next(preset for preset in store.all() if preset.is_saved)
    assert not {"classes", "pool_csv", "iteration_num"} & set(saved.keys())
    assert json.loads(presets.preset_source(services, SESSION, saved.name)["text"])["batch_size"] == 33
    with pytest.raises(ConfigurationError, match="already"):
        presets.save_preset(store, "night", draft(services), replace=False)
    presets.save_preset(store, "night", draft(services), replace=True)
    with pytest.raises(ConfigurationError, match="without slashes"):
        presets.save_preset(store, "../up", draft(services), replace=False)
    store.delete(saved.name)
    assert not [preset for preset in store.all() if preset.is_saved]


def test_a_file_of_the_old_server_becomes_a_draft_and_says_what_changed(services: Services) -> None:
    old = {
        "run_active_learning": "yes",
        "learning_session_name": "x",
        "csv_spectra_file": "/data/vocloud/pool.csv",
        "labels2database_csv": "labels.csv",
        "iteration_num": 7,
        "batch_size": 20,
    }
    made, notices = presets.imported(services, SESSION, "old.json", json.dumps(old))
    keys = json.loads(made["text"])
    assert (keys["learning_session_name"], keys["iteration_num"], keys["batch_size"]) == (SESSION, 1, 20)
    assert keys["pool_csv"] == "lamost"
    assert len(notices) == 4
    assert editing.check_text(services, SESSION, made["text"]).data["valid"]


def test_a_file_that_is_no_configuration_stays_to_be_mended(services: Services) -> None:
    made, notices = presets.imported(services, SESSION, "a.json", '{"seed": 1,,}')
    assert (made["text"], notices) == ('{"seed": 1,,}', [])
    with pytest.raises(ConfigurationError, match="no text"):
        presets.uploaded_text("data:application/json;base64,/////w==")
    with pytest.raises(ConfigurationError, match="larger than 1 MB"):
        presets.dropped_text({"name": "big.json", "size": 2_000_000, "text": ""})


def test_an_export_is_what_the_run_gets(services: Services) -> None:
    keys = json.loads(presets.exported(services, SESSION, draft(services)))
    assert Path(keys["pool_csv"]).is_dir()
    assert Path(keys["training_set_csv"]).is_file()
    assert presets.exported(services, SESSION, "{") == "{"


# ---------------------------------------------------------------- running and following


def test_a_run_is_submitted_with_its_labels_and_only_once(services: Services) -> None:
    job = running.submit_run(services, SESSION, draft(services), "jana")
    assert (job.kind, job.session_id, job.owner, job.phase) == ("run", SESSION, "jana", Phase.QUEUED)
    assert job.title == "Be stars, iteration 1"
    assert job.parameters["output"].endswith("sessions/be-stars/iterations/001")
    with pytest.raises(ActiveRunError):
        running.submit_run(services, SESSION, draft(services), "jana")


def test_nothing_is_submitted_while_anything_is_wrong(services: Services) -> None:
    for text in ("{", draft(services, patience=0), draft(services, classes=["a", "b"])):
        with pytest.raises(ConfigurationError):
            running.submit_run(services, SESSION, text, "jana")
    assert services.jobs.list() == []


def test_the_pool_that_is_run_on_becomes_the_sessions(services: Services) -> None:
    (services.settings.workspace / "pools" / "lamost").rename(services.settings.workspace / "pools" / "other")
    running.submit_run(services, SESSION, draft(services, pool_csv="other"), "jana")
    assert services.sessions.get(SESSION).pool == "other"


def test_a_queued_run_that_is_canceled_is_shown_as_that_at_once(services: Services) -> None:
    job = running.submit_run(services, SESSION, draft(services), "jana")
    live = running.cancel_run(services, job.job_id)
    assert live["phase"] == "ABORTED"
    view = run_views.run_view(live, services)
    assert "The run was canceled." in text_of(view.state)
    assert {"type": "train-action", "action": "resume", "target": job.job_id} in ids_in(view.state)
    assert not view.can_cancel


def executing(services: Services, epochs: int = 0) -> dict[str, Any]:
    """Return a snapshot as a run in its training gives it; no worker is needed for that."""
    job = running.submit_run(services, SESSION, draft(services), "jana")
    log = "20:48:02  Load  begins\n20:48:09  Train  begins\n"
    job.folder.mkdir(parents=True, exist_ok=True)
    (job.folder / LOG_FILE).write_text(log)
    lines = [
        {"epoch": k, "loss": 0.6 * 0.9**k, "accuracy": 1 - 0.3 * 0.9**k, "seconds": 8.4, "utc": ""}
        for k in range(1, epochs + 1)
    ]
    (job.folder / HISTORY_FILE).write_text("".join(json.dumps(line) + "\n" for line in lines))
    known = snapshot_of(services.jobs, services.jobs.peek(job.job_id))
    return known | {
        "phase": "EXECUTING",
        "stage": "Train",
        "started_utc": "2026-11-20T20:48:02.000+00:00",
        "attempt": 1,
    }


def test_a_run_in_training_shows_stage_figures_curves_and_log(services: Services) -> None:
    live = executing(services, epochs=20)
    view = run_views.run_view(live, services)
    assert "Train, epoch 21" in text_of(view.state)
    words = text_of(view.figures)
    assert "8.4 s" in words
    assert "not the pool’s" in words
    assert "best 0.0729, epoch 20" in words  # 0.6 * 0.9**20 = 0.07295, by hand
    assert "safe to close this page" in text_of(view.head)
    assert (view.can_cancel, view.is_canceling) == (True, False)
    assert len(view.figure.data[0].x) == 20
    assert view.sentence.startswith("Loss falls from 0.5400 to 0.0729 in 20 epochs")
    assert text_of(view.log[1]) == "20:48:09   Train   begins"
    assert json.dumps(live)


def test_a_run_that_shall_stop_says_so(services: Services) -> None:
    view = run_views.run_view(executing(services) | {"cancel_requested": True}, services)
    assert view.is_canceling


def test_a_failed_and_a_lost_run_say_where_and_what_to_do(services: Services) -> None:
    live = executing(services) | {"phase": "ERROR", "error": "Label 2 more.", "is_resumable": True, "stage": "Balance"}
    said = text_of(run_views.run_view(live, services).state)
    assert "The run stopped in “Balance”. Label 2 more." in " ".join(said.split())
    lost = text_of(run_views.run_view(live | {"is_lost": True}, services).state)
    assert "The run lost its process." in lost
    assert "Resume from the start" in lost


def test_a_queued_run_says_what_it_waits_for(services: Services) -> None:
    live = executing(services) | {"phase": "QUEUED", "waits_for": "Giants, iteration 2"}
    assert "“Giants, iteration 2” runs now" in text_of(run_views.run_view(live, services).state)


def test_a_session_without_a_run_has_an_empty_card(services: Services) -> None:
    follow, live = following.attach(services.jobs, SESSION)
    assert "No run yet" in text_of(run_views.run_view(live, services).state)
    assert follow is not None


def test_the_page_attaches_to_the_attempt_that_goes_on_and_not_twice(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dash import no_update

    job = running.submit_run(services, SESSION, draft(services), "jana")
    follow, live = following.attach(services.jobs, SESSION)
    assert (follow, live["phase"]) == (no_update, "QUEUED")
    started = _with(job, phase=Phase.EXECUTING, attempt=1)
    monkeypatch.setattr(services.jobs, "list", lambda **_: [started])
    first, live = following.attach(services.jobs, SESSION)
    assert (first["job_id"], first["attempt"], live["phase"]) == (job.job_id, 1, "EXECUTING")
    assert following.attach(services.jobs, SESSION, first)[0] is no_update
    again, _ = following.attach(services.jobs, SESSION)
    assert again["generation"] != first["generation"]
    monkeypatch.setattr(services.jobs, "list", lambda **_: [_with(started, attempt=2)])
    assert following.attach(services.jobs, SESSION, first)[0]["attempt"] == 2


def _with(job: Any, **changes: Any) -> Any:
    from dataclasses import replace

    return replace(job, **changes)


def test_a_watcher_tells_changes_and_ends_with_its_run(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    job = running.submit_run(services, SESSION, draft(services), "jana")
    steps = iter([(0, Phase.EXECUTING), (0, Phase.EXECUTING), (5, Phase.EXECUTING), (5, Phase.COMPLETED)])

    def peek(_job_id: str) -> Any:
        done, phase = next(steps)
        return _with(job, phase=phase, attempt=1, done=done, stage="Train")

    monkeypatch.setattr(services.jobs, "peek", peek)
    told: list[Any] = []
    following.follow(services.jobs, {"job_id": job.job_id, "attempt": 1, "generation": "a"}, told.append)
    assert [live["done"] for live in told] == [0, 5]


def test_a_watcher_does_not_outlive_its_server(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    job = running.submit_run(services, SESSION, draft(services), "jana")
    monkeypatch.setattr(services.jobs, "peek", lambda _: _with(job, phase=Phase.EXECUTING, attempt=1))
    parents = iter([4, 4, 1])
    monkeypatch.setattr(os, "getppid", lambda: next(parents))
    told: list[Any] = []
    following.follow(services.jobs, {"job_id": job.job_id, "attempt": 1, "generation": "a"}, told.append)
    assert len(told) == 1


def test_the_stop_is_expected_where_the_fall_becomes_too_small() -> None:
    # Loss 0.9**k: over ten epochs it falls by 0.9**k * (1 - 0.9**10), less than 0.001 from k = 62 on; ten more: 72.
    losses = [0.9**k for k in range(1, 31)]
    found = expected_stop(losses, 10, 0.001, 1000)
    assert found is not None
    assert abs(found - 72) <= 1
    assert expected_stop(losses, 10, 0.001, 50) == 50
    assert expected_stop([0.5] * 12, 10, 0.001, 1000) == 11
    assert expected_stop(losses[:7], 10, 0.001, 1000) is None


def test_time_left_follows_from_the_speed(services: Services) -> None:
    live = Live(executing(services, epochs=20))
    assert live.seconds_per_epoch == 8.4
    assert live.expected_stop is not None
    assert live.seconds_left == pytest.approx((live.expected_stop - 20) * 8.4)


# ---------------------------------------------------------------- history


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

"""Running and following on the page Train."""

import json
import os
from typing import Any

import pytest

from al_core.errors import ActiveRunError, ConfigurationError
from al_core.jobs import Phase
from al_core.jobs.job import HISTORY_FILE, LOG_FILE
from al_core.services import Services
from callbacks.train import following, run_views, running
from callbacks.train.snapshots import Live, expected_stop, snapshot_of
from tests.callbacks.train.reading import SESSION, draft, ids_in, text_of


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

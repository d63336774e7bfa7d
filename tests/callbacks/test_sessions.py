"""The page Sessions without a browser: what it shows, and what its dialogs do."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dash
import numpy as np
import pytest
from dash.development.base_component import Component

from al_core.demo import ensure_demo
from al_core.errors import SessionError
from al_core.jobs import Job, JobRegistry, Phase
from al_core.library import Library
from al_core.library.training_sets import Rows
from al_core.services import Services
from al_core.sessions import LabelEvent, SessionClass, Sessions
from al_core.settings import Settings
from callbacks import ids
from callbacks.sessions import actions, demo, form, listing
from pages._components.sessions_form import class_rows
from pages._components.sessions_table import about, precision, sessions_table
from pages._components.sessions_waiting import active_run, open_href, waiting_cards, waiting_chip, waiting_of
from tests.core.sessions_made import CLASSES, write_iteration


@pytest.fixture(autouse=True)
def pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Know the pages of the dashboard as an application would."""
    registry = {name: {"path": path} for name, path in (("a", "/"), ("b", "/train"), ("c", "/data"))}
    monkeypatch.setattr(dash, "page_registry", registry)


@pytest.fixture
def services(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    settings = Settings(workspace=workspace)
    jobs = JobRegistry(workspace, settings)
    monkeypatch.setattr(jobs, "dispatch", lambda: None)
    return Services(settings, jobs, Sessions(workspace, jobs), Library(workspace, settings))


def make(services: Services, name: str = "Be stars", **more: Any) -> str:
    given = {"classes": CLASSES, "candidate_classes": CLASSES[1:]} | more
    return services.sessions.create(name, **given).session_id


def say(services: Services, session_id: str, labels: dict[str, str], **more: Any) -> None:
    known = {one.name: one.class_id for one in services.sessions.get(session_id).classes}
    events = [
        LabelEvent(f"{name}-{label}", "label", name, "jana", class_id=known[label], iteration=1, **more)
        for name, label in labels.items()
    ]
    services.sessions.journal(session_id).append(events)


def parts(component: Any) -> Iterator[Component]:
    """Yield a component and everything in it."""
    if isinstance(component, list | tuple):
        for one in component:
            yield from parts(one)
    elif isinstance(component, Component):
        yield component
        yield from parts(getattr(component, "children", None))


def text_of(component: Any) -> str:
    if isinstance(component, str | int):
        return str(component)
    if isinstance(component, list | tuple):
        return " ".join(filter(None, map(text_of, component)))
    return text_of(getattr(component, "children", None)) if isinstance(component, Component) else ""


def links_of(component: Any) -> list[str]:
    return [part.href for part in parts(component) if getattr(part, "href", None)]


def shown(services: Services, text: str = "", *, is_archived: bool = False) -> list[Component]:
    view = listing.list_view(services, text, is_archived=is_archived)
    return listing.list_children(view, services.library, text, is_archived, None)


def a_job(services: Services, session_id: str, phase: Phase, **columns: Any) -> Job:
    job = services.jobs.submit("run", "Be stars, iteration 2", {}, owner="jana", session_id=session_id)
    changes = {"phase": phase, **columns}
    with services.jobs._changing() as connection:
        for name, value in changes.items():
            connection.execute(f"UPDATE jobs SET {name} = ? WHERE job_id = ?", (value, job.job_id))
    return services.jobs.get(job.job_id)


# --- the list ----------------------------------------------------------------------------------------------------


def test_an_empty_workspace_offers_the_demo(services: Services) -> None:
    view = listing.list_view(services, "", is_archived=False)
    assert view.is_empty
    words = text_of(shown(services))
    assert "Start with a pool of spectra" in words
    assert "Open the demo survey" in words
    assert "10,000 simulated spectra" in words


def test_a_row_says_what_there_is(services: Services) -> None:
    session_id = make(services)
    write_iteration(services.sessions.folder(session_id), 1, oracle=["o1", "o2"], sample={"p1": 1, "p2": 0})
    say(services, session_id, {"o1": "single peak"}, duration_ms=2400)
    words = text_of(sessions_table(services.sessions.summaries(), {}, None))
    for expected in ("Be stars", "Label 3 spectra", "Iteration 1", "1 label", "needs 2 random labels", "1 found"):
        assert expected in words


def test_the_row_of_the_session_in_the_address_is_marked(services: Services) -> None:
    make(services)
    table = sessions_table(services.sessions.summaries(), {}, "be-stars")
    assert [getattr(part, "aria-current") for part in parts(table) if hasattr(part, "aria-current")] == ["true"]


@pytest.mark.parametrize(
    ("text", "found"), [("be", ["be-stars"]), ("CARBON star", ["carbon-stars"]), ("peak", ["be-stars"]), ("zzz", [])]
)
def test_the_search_looks_at_name_pool_and_classes(services: Services, text: str, found: list[str]) -> None:
    make(services)
    make(services, "Carbon stars", classes=["other", "carbon"], candidate_classes=["carbon"])
    view = listing.list_view(services, text, is_archived=False)
    assert [entry.session.session_id for entry in view.entries] == found  # type: ignore[union-attr]
    if not found:
        assert "No session has “zzz”" in text_of(shown(services, text))


def test_archived_sessions_have_a_list_of_their_own(services: Services) -> None:
    make(services)
    make(services, "Old")
    said = actions.shelve(services.sessions, "old", True)
    assert (said["text"], said["action"]) == ("“Old” is archived", "Undo")
    assert said["data"]["session"] == "old"
    assert said["data"]["archived"] is False
    view = listing.list_view(services, "", is_archived=False)
    assert (len(view.entries), view.n_shelf) == (1, 1)
    link = listing.shelf_link(view, is_archived=False)
    assert (text_of(link), links_of(link)) == ("Archived 1", ["/?archived=1"])
    assert "Restore" in text_of(shown(services, is_archived=True))


def test_a_damaged_session_is_in_the_list_with_its_reason(services: Services) -> None:
    make(services)
    make(services, "Broken")
    (services.sessions.folder("broken") / "session.db").write_bytes(b"rubbish" * 500)
    words = text_of(shown(services))
    assert "Be stars" in words
    assert "Damaged" in words
    assert "not a database" in words
    title, text = actions.what_is_lost(services.sessions, "broken")
    assert title == "Delete “broken”?"
    assert "cannot be read" in text_of(text)


def test_the_list_is_drawn_again_only_when_something_changed(services: Services) -> None:
    session_id = make(services)
    write_iteration(services.sessions.folder(session_id), 1, oracle=["o1"])

    def state() -> str:
        return listing.state_of(listing.list_view(services, "", is_archived=False), "")

    first = state()
    assert state() == first
    job = a_job(services, session_id, Phase.QUEUED)
    running = state()
    assert running != first
    with services.jobs._changing() as connection:
        connection.execute("UPDATE jobs SET done = 5, message = 'epoch 5' WHERE job_id = ?", (job.job_id,))
    assert state() == running, "progress is drawn by itself, so no open menu closes"
    say(services, session_id, {"o1": "other"})
    assert state() != running


# --- what waits --------------------------------------------------------------------------------------------------


def test_cards_come_by_urgency_and_are_three_at_most(services: Services) -> None:
    for name in ("One", "Two", "Three", "Four"):
        session_id = make(services, name)
        write_iteration(services.sessions.folder(session_id), 1, oracle=["o1", "o2"], sample={"p1": 0})
    a_job(
        services,
        "two",
        Phase.ERROR,
        error='/w/jobs/x/config.json, line 3, key "pool_csv": found no file.',
        stage="Load",
    )
    say(services, "three", {"o1": "other", "o2": "other", "p1": "other"})
    cards = waiting_cards(services.sessions.summaries())
    assert cards is not None
    heads = [text_of(part) for part in parts(cards) if getattr(part, "className", "") == "card-title"]
    assert heads == ["3 spectra wait for your labels", "The run stopped in “Load”", "Iteration 2 can be trained"]
    assert "config.json" not in text_of(cards)
    assert 'key "pool_csv": found no file.' in text_of(cards)


def test_a_session_alone_fills_the_cards_with_what_can_wait(services: Services) -> None:
    session_id = make(services)
    write_iteration(services.sessions.folder(session_id), 1, oracle=["o1"], sample={"p1": 0, "p2": 0})
    [summary] = services.sessions.summaries()
    kinds = [item.kind for item in waiting_of(summary)]  # type: ignore[arg-type]
    assert kinds == ["label", "interval", "candidates"]
    say(services, session_id, {f"x{k}": "other" for k in range(5)}, duration_ms=2400)
    first = next(waiting_of(services.sessions.summary(session_id)))
    assert first.text == "About 7.2 s at your 2.4 s each."


def test_nothing_is_urgent_while_a_run_goes_on(services: Services) -> None:
    session_id = make(services)
    write_iteration(services.sessions.folder(session_id), 1, oracle=["o1"])
    a_job(services, session_id, Phase.QUEUED)
    summary = services.sessions.summary(session_id)
    assert list(waiting_of(summary)) == []
    assert "Waits its turn" in text_of(waiting_chip(summary))


def test_a_run_shows_step_and_time(services: Services) -> None:
    job = a_job(
        services,
        make(services),
        Phase.QUEUED,
        stage="Train",
        message="Training, epoch 37: minibatch 3 of 15",
        done=36,
        total=1000,
    )
    begun = replace(job, phase=Phase.EXECUTING, started_utc="2026-01-01T12:00:00+00:00")
    shown = active_run(begun, datetime(2026, 1, 1, 12, 6, tzinfo=UTC))
    assert text_of(shown) == "Training, epoch 37 6 min"


def test_a_session_without_a_pool_says_so(services: Services) -> None:
    make(services)
    summary = services.sessions.summary("be-stars")
    assert text_of(waiting_chip(summary)) == "Needs a pool"
    assert about(summary, None) == "no pool yet"
    assert next(waiting_of(summary)).href == "/data"


def test_links_name_the_session_and_a_page_that_is_there() -> None:
    assert open_href("be stars") == "/train?session=be%20stars"
    assert open_href("x", "/label") == "/train?session=x"
    dash.page_registry["d"] = {"path": "/label"}
    assert open_href("x", "/label") == "/label?session=x"


def test_precision_never_stands_without_interval_and_labels(services: Services) -> None:
    session_id = make(services)
    write_iteration(services.sessions.folder(session_id), 1, sample={f"p{k}": 1 for k in range(40)})
    say(services, session_id, {f"p{k}": "single peak" for k in range(5)})
    assert text_of(precision(services.sessions.summary(session_id))) == "needs 35 random labels"
    say(services, session_id, {f"p{k}": "single peak" for k in range(5, 38)} | {"p38": "other", "p39": "other"})
    # 38 of 40: Clopper and Pearson give 0.831 to 0.994 (binomial tails).
    assert text_of(precision(services.sessions.summary(session_id))) == "0.95   0.83 to 0.99 from 40 random labels"


def test_too_few_labels_give_no_point_value(services: Services) -> None:
    session_id = make(services)
    write_iteration(services.sessions.folder(session_id), 1, sample={"p1": 1, "p2": 0})
    say(services, session_id, {"p1": "single peak", "p2": "other"})
    assert text_of(precision(services.sessions.summary(session_id))) == "0.03 to 1.00 too few to say more: 1 label"


# --- dialogs -----------------------------------------------------------------------------------------------------


def test_the_question_before_deleting_counts_what_is_lost(services: Services) -> None:
    session_id = make(services)
    title, text = actions.what_is_lost(services.sessions, session_id)
    assert title == "Delete “Be stars”?"
    assert "It is empty so far." in text_of(text)
    write_iteration(services.sessions.folder(session_id), 1, oracle=["o1", "o2"])
    say(services, session_id, {"o1": "other", "o2": "other"})
    _, text = actions.what_is_lost(services.sessions, session_id)
    assert "2 labels and 1 iteration are lost for good." in text_of(text)


def test_a_clone_may_end_at_an_iteration(services: Services) -> None:
    session_id = make(services)
    for number in (1, 2):
        write_iteration(services.sessions.folder(session_id), number)
    write_iteration(services.sessions.folder(session_id), 1, name="001.1")
    name, options = actions.clone_choices(services.sessions, session_id)
    assert name == "Be stars, copy"
    assert [option["value"] for option in options] == ["all", "2", "1"]


def states_of(rows: list[Component]) -> list[list[dict[str, Any]]]:
    """Return what Dash would hand over: for each part, the controls of all rows, here in any order."""
    controls = [part for part in parts(rows) if isinstance(getattr(part, "id", None), dict)]
    return [
        [
            {"id": control.id, "value": control.value}
            for control in reversed(controls)
            if control.id["type"] == f"sessions-class-{part}"
        ]
        for part in form.PARTS
    ]


def test_the_editor_gives_back_the_classes_that_it_shows(services: Services) -> None:
    make(services)
    classes = list(services.sessions.get("be-stars").classes)
    order = [one.class_id for one in classes]
    assert form.classes_in(states_of(class_rows(classes)), order) == classes
    assert form.classes_in(states_of(class_rows(classes)), order[::-1]) == classes[::-1]


def test_rows_move_and_go(services: Services) -> None:
    a, b, c = (SessionClass(name, name, 1, "ring", "1", False) for name in "abc")
    assert form.moved([a, b, c], "b", "up") == [b, a, c]
    assert form.moved([a, b, c], "b", "down") == [a, c, b]
    assert form.moved([a, b, c], "a", "up") == [a, b, c]
    assert form.moved([a, b, c], "c", "down") == [a, b, c]
    assert form.moved([a, b, c], "b", "remove") == [a, c]


def test_a_class_that_stands_alone_cannot_be_removed() -> None:
    rows = class_rows([SessionClass(name, name, 1, "ring", "1", False) for name in "ab"])
    removing = [part for part in parts(rows) if getattr(part, "id", None) and part.id.get("step") == "remove"]
    assert [part.disabled for part in removing] == [True, True]


@pytest.mark.parametrize("value", [None, 1.5])
def test_a_seed_is_a_whole_number(value: float | None) -> None:
    with pytest.raises(SessionError, match="whole number"):
        form.seed_of(value)


def test_the_form_of_a_new_session_offers_what_there_is(services: Services) -> None:
    services.library.training.create(
        "known", [Rows(["a", "b"], np.zeros((2, 3)), ["other", None], np.array([1.0, 2, 3]))], ["other"], origin="test"
    )
    values = form.form_values(services, None)
    title, button, name, pools, pool, trainings, training, strategies, strategy, seed = values[:10]
    assert (title, button, name, pool, seed) == ("New session", "Make the session", "", form.NOTHING, 0)
    assert [option["label"] for option in pools] == ["none yet"]
    assert [option["label"] for option in trainings] == ["none: label from scratch", "known, 1 labeled"]
    assert training.endswith("training-set.csv"), "the only one is chosen"
    assert strategy in {option["value"] for option in strategies}
    assert "few_labels" in json.dumps(values[10])


def test_the_form_of_a_session_keeps_a_pool_that_is_gone(services: Services, workspace: Path) -> None:
    (workspace / "pools" / "lost").mkdir(parents=True)
    (workspace / "pools" / "lost" / "manifest.json").write_text('{"schema": 1}')
    make(services, pool="lost")
    (workspace / "pools" / "lost" / "manifest.json").unlink()
    values = form.form_values(services, services.sessions.get("be-stars"))
    assert values[0] == "Edit “Be stars”"
    assert {"label": "lost (gone)", "value": "lost"} in values[3]
    assert values[12] is True, "a predefined configuration is for new sessions"


def test_a_predefined_configuration_gives_what_a_session_has_not_itself(services: Services) -> None:
    keys = form.preset_keys(services, "own/few_labels")
    assert keys == {"random_sample_size": 30, "batch_size": 30, "balance": "class_weights"}
    assert form.preset_keys(services, form.NOTHING) == {}


# --- the demo ----------------------------------------------------------------------------------------------------


def test_the_demo_is_ordered_once(services: Services) -> None:
    first, second = demo.open_demo(services), demo.open_demo(services)
    assert isinstance(first, Job)
    assert isinstance(second, Job)
    assert first.job_id == second.job_id
    view = listing.list_view(services, "", is_archived=False)
    assert view.is_busy
    assert "Building the demo survey" in text_of(shown(services))


def test_a_demo_that_is_there_is_opened_at_once(services: Services) -> None:
    make(services, "Demo survey", session_id="demo")
    write_iteration(services.sessions.folder("demo"), 1)
    services.sessions.archive("demo")
    assert demo.open_demo(services) == "/train?session=demo"
    assert services.sessions.get("demo").is_archived is False
    assert ensure_demo(services.settings).session_id == "demo"


def test_a_demo_that_failed_says_why_and_offers_another_try(services: Services) -> None:
    job = demo.open_demo(services)
    assert isinstance(job, Job)
    with services.jobs._changing() as connection:
        connection.execute("UPDATE jobs SET phase = 'ERROR', error = 'No space.' WHERE job_id = ?", (job.job_id,))
    address, notice = demo.end_of_demo(services, services.jobs.get(job.job_id))
    assert address is dash.no_update
    assert "No space." in text_of(notice)
    assert any(getattr(part, "id", None) == ids.sessions_action("demo", "again") for part in parts(notice))

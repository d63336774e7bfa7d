"""What the list of sessions says of each."""

import time
from pathlib import Path
from typing import Any

import pytest
from scipy.stats import beta

from al_core.sessions import LabelEvent, Sessions, SessionSummary, exact_share
from tests.core.sessions_made import CLASSES, write_iteration


@pytest.fixture
def sessions(tmp_path: Path) -> Sessions:
    return Sessions(tmp_path)


def say(sessions: Sessions, session_id: str, iteration: int, labels: dict[str, str], **more: Any) -> None:
    ids = {one.name: one.class_id for one in sessions.get(session_id).classes}
    events = [
        LabelEvent(f"{iteration}-{name}", "label", name, "jana", class_id=ids[label], iteration=iteration, **more)
        if label in ids
        else LabelEvent(f"{iteration}-{name}", label, name, "jana", iteration=iteration)
        for name, label in labels.items()
    ]
    sessions.journal(session_id).append(events)


# Expected: STATISTICS 12, V5 (19 of 20; computed there from binomial tails), and the beta quantiles of scipy.
def test_intervals_are_those_of_clopper_and_pearson() -> None:
    share = exact_share(19, 20)
    assert (round(share.low, 6), round(share.high, 6)) == (0.751267, 0.998735)
    for n_right, n in ((0, 40), (3, 7), (25, 25), (500, 1000)):
        share = exact_share(n_right, n)
        assert share.low == pytest.approx(beta.ppf(0.025, n_right, n - n_right + 1) if n_right else 0, abs=1e-9)
        assert share.high == pytest.approx(beta.ppf(0.975, n_right + 1, n - n_right) if n_right < n else 1, abs=1e-9)
    assert (exact_share(0, 0).value, exact_share(0, 0).low, exact_share(0, 0).high) == (None, 0, 1)


def test_a_new_session_has_nothing(sessions: Sessions) -> None:
    sessions.create("New", classes=CLASSES)
    summary = sessions.summary("new")
    assert (summary.iteration, summary.n_labels, summary.n_waiting, summary.precision) == (None, 0, 0, None)
    assert not summary.is_ready_to_train


def test_what_waits_is_what_nobody_answered(sessions: Sessions) -> None:
    sessions.create("Be", classes=CLASSES)
    write_iteration(sessions.folder("be"), 1, oracle=["o1", "o2", "o3", "o4"], sample={"p1": 0, "p2": 1})
    say(sessions, "be", 1, {"o1": "single peak", "o2": "unsure", "o3": "skip", "p1": "bad"})
    summary = sessions.summary("be")
    assert summary.waiting == {"oracle": 2, "perf-est": 1}
    assert (summary.n_waiting, summary.n_answered, summary.n_labels) == (3, 3, 1)
    assert not summary.is_ready_to_train
    say(sessions, "be", 1, {"o4": "other"})
    sessions.journal("be").append([LabelEvent("again", "bad", "o3", "jana"), LabelEvent("p", "bad", "p2", "jana")])
    assert sessions.summary("be").is_ready_to_train


def test_precision_is_of_the_sample_that_the_network_calls_interesting(sessions: Sessions) -> None:
    sessions.create("Be", classes=CLASSES, candidate_classes=CLASSES[1:])
    sample = {f"p{k}": 1 + k % 2 for k in range(20)} | {f"q{k}": 0 for k in range(30)}
    write_iteration(sessions.folder("be"), 1, sample=sample, oracle=["o"])
    labels = {f"p{k}": "single peak" for k in range(19)} | {"p19": "other", "q0": "double peak", "o": "single peak"}
    say(sessions, "be", 1, labels)
    precision = sessions.summary("be").precision
    assert precision is not None
    assert (precision.n_right, precision.n) == (19, 20)
    assert precision.low == pytest.approx(0.751267, abs=1e-6)
    assert precision.is_enough


def test_bad_data_is_wrong_and_unsure_is_no_answer(sessions: Sessions) -> None:
    sessions.create("Be", classes=CLASSES, candidate_classes=CLASSES[1:])
    write_iteration(sessions.folder("be"), 1, sample={"a": 1, "b": 1, "c": 1, "d": 1})
    say(sessions, "be", 1, {"a": "double peak", "b": "bad", "c": "unsure"})
    precision = sessions.summary("be").precision
    assert precision is not None
    assert (precision.n_right, precision.n) == (1, 2)
    assert not precision.is_enough


def test_what_was_found_adds_up_over_the_iterations(sessions: Sessions) -> None:
    sessions.create("Be", classes=CLASSES, candidate_classes=CLASSES[1:])
    for number in (1, 2, 3):
        write_iteration(sessions.folder("be"), number, oracle=[f"o{number}-{k}" for k in range(4)])
    say(sessions, "be", 1, {"o1-0": "single peak", "o1-1": "other"})
    say(sessions, "be", 2, {"o2-0": "single peak", "o2-1": "double peak"})
    found = sessions.summary("be").found
    assert [(one.iteration, one.n_found, one.n_labels) for one in found] == [(1, 1, 2), (2, 3, 4), (3, 3, 4)]


def test_the_speed_is_the_median_of_timed_labels(sessions: Sessions) -> None:
    sessions.create("Be", classes=CLASSES)
    say(sessions, "be", 1, {f"s{k}": "other" for k in range(4)}, duration_ms=1000)
    assert sessions.summary("be").seconds_per_label is None, "four labels say too little"
    say(sessions, "be", 2, {f"t{k}": "other" for k in range(5)}, duration_ms=2400)
    assert sessions.summary("be").seconds_per_label == 2.4


def test_an_iteration_says_what_it_was(sessions: Sessions) -> None:
    sessions.create("Be", classes=CLASSES)
    folder = sessions.folder("be")
    write_iteration(folder, 0, oracle=["a"], trained=False)
    write_iteration(folder, 1, name="001.1")
    write_iteration(folder, 1, oracle=["b"], sample={"c": 2})
    (write_iteration(folder, 2) / "manifest.json").write_text("{broken")
    (folder / "iterations" / ".003.unfinished").mkdir()
    zero, old, one = sessions.iterations("be")
    assert (zero.number, zero.n_epochs, zero.n_candidates, zero.training_counts) == (0, 0, None, {})
    assert (old.is_current, one.is_current) == (False, True)
    assert (one.n_epochs, one.n_candidates, one.queue_ids) == (3, 500, frozenset({"b", "c"}))
    assert one.estimation_predictions() == {"c": 2}
    assert sessions.summary("be").last == one


def test_fifty_sessions_are_listed_at_once(sessions: Sessions) -> None:
    sessions.create("Be", classes=CLASSES)
    ids = [f"spec-{k:05d}" for k in range(200)]
    for number in range(1, 6):
        write_iteration(sessions.folder("be"), number, oracle=ids[:100], sample=dict.fromkeys(ids[100:], 1))
        say(sessions, "be", number, {f"{number}-{name}": "other" for name in ids})
    for number in range(49):
        sessions.clone("be", f"Copy {number}")
    sessions.summaries()
    started = time.process_time()
    found = sessions.summaries()
    assert time.process_time() - started < 0.5, "about 0.1 s on an idle core"
    assert len(found) == 50
    assert all(isinstance(one, SessionSummary) and one.n_labels == 1000 for one in found)

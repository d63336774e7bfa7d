"""From sessions, their iterations and journals to performance, and on to files of numbers."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from al_core.errors import SessionNotFoundError
from al_core.performance.export import COLUMNS, document, table
from al_core.performance.gathering import session_performance
from al_core.sessions import LabelEvent, Sessions
from tests.core.sessions_made import CLASSES, write_iteration

SETS = pl.Enum(["pool", "training", "oracle", "perf-est"])


@pytest.fixture
def sessions(tmp_path: Path) -> Sessions:
    made = Sessions(tmp_path)
    made.create("Be", classes=CLASSES, candidate_classes=CLASSES[1:])
    return made


def say(sessions: Sessions, answers: dict[str, str], **more: Any) -> None:
    ids = {one.name: one.class_id for one in sessions.get("be").classes}
    events = [
        LabelEvent(f"e-{name}", "label", name, "jana", class_id=ids[said], **more)
        if said in ids
        else LabelEvent(f"e-{name}", said, name, "jana", **more)
        for name, said in answers.items()
    ]
    sessions.journal("be").append(events)


def predict(folder: Path, classes: list[int], sets: list[str] | None = None) -> None:
    names = [f"s{k}" for k in range(len(classes))]
    columns = {
        "spectrum_id": names,
        "prediction": pl.Series(classes, dtype=pl.Int16),
        "set": pl.Series(sets or ["pool"] * len(classes), dtype=SETS),
    }
    pl.DataFrame(columns).write_parquet(folder / "predictions.parquet")


def test_each_iteration_is_judged_by_its_own_sample(sessions: Sessions) -> None:
    folder = sessions.folder("be")
    write_iteration(folder, 1, sample={"a": 0, "b": 1, "c": 2, "d": 1}, oracle=["o"])
    write_iteration(folder, 2, sample={"e": 0, "f": 0})
    say(sessions, {"a": "other", "b": "double peak", "c": "double peak", "d": "bad"}, queue="perf-est", iteration=1)
    say(sessions, {"o": "single peak", "e": "unsure"}, queue="oracle", iteration=1)
    one, two = session_performance(sessions, "be").iterations
    assert one.counts is not None
    assert (one.counts.n_right, one.counts.n_answered, one.counts.n_waiting) == (2, 4, 0)
    figure = one.agreement(sessions.get("be"))
    assert figure is not None
    assert (figure.n_right, figure.n) == (2, 3), "b is of interest, though of another class than predicted"
    assert two.counts is not None
    assert (two.counts.n_answered, two.counts.n_unsure, two.counts.n_waiting) == (0, 1, 1)
    assert (two.has_labels, two.accuracy(), two.agreement(sessions.get("be"))) == (False, None, None)


def test_the_last_iteration_with_labels_is_shown_unless_another_is_asked_for(sessions: Sessions) -> None:
    folder = sessions.folder("be")
    write_iteration(folder, 0, trained=False, oracle=["x"])
    for number in (1, 2, 3):
        write_iteration(folder, number, sample={f"p{number}": 0})
    assert session_performance(sessions, "be").chosen(None).number == 3  # type: ignore[union-attr]
    say(sessions, {"p2": "other"})
    found = session_performance(sessions, "be")
    assert [found.chosen(number).number for number in (None, 1, 77, 0)] == [2, 1, 2, 2]  # type: ignore[union-attr]
    assert [one.number for one in found.predicted] == [1, 2, 3]


def test_a_renamed_class_keeps_its_labels_and_a_retrained_iteration_counts_once(sessions: Sessions) -> None:
    folder, session = sessions.folder("be"), sessions.get("be")
    write_iteration(folder, 1, name="001.1", sample={"z": 0})
    write_iteration(folder, 1, sample={"a": 1})
    say(sessions, {"a": "single peak"})
    renamed = [session.classes[0], type(session.classes[1])(**(vars(session.classes[1]) | {"name": "emission"}))]
    sessions.update("be", classes=(*renamed, session.classes[2]))
    (one,) = session_performance(sessions, "be").iterations
    assert one.counts is not None
    assert (one.counts.n_right, one.counts.n_answered) == (1, 1)


def test_changes_between_iterations_are_shares_of_the_whole_pool(sessions: Sessions) -> None:
    folder = sessions.folder("be")
    predict(write_iteration(folder, 1), [0, 0, 1, 1, 0, 0, 0, 0])
    predict(write_iteration(folder, 2), [0, 1, 1, 1, 0, 0, 0, 2], ["training", *["pool"] * 7])
    one, two = session_performance(sessions, "be").iterations
    ids = [c.class_id for c in sessions.get("be").classes]
    assert (one.changed, one.kappa) == (None, None)
    assert two.predicted == dict(zip(ids, [3, 3, 1], strict=True))
    assert two.changed == 0.25
    # By hand: agreement 6/8; by chance 6/8 * 4/8 + 2/8 * 3/8 + 0 = 30/64.
    assert two.kappa == pytest.approx((6 / 8 - 30 / 64) / (1 - 30 / 64))


def test_predictions_that_cannot_be_read_are_said_and_the_rest_is_shown(sessions: Sessions) -> None:
    target = write_iteration(sessions.folder("be"), 1, sample={"a": 0})
    (target / "predictions.parquet").write_text("no table")
    say(sessions, {"a": "other"})
    (one,) = session_performance(sessions, "be").iterations
    assert one.problem is not None
    assert "Train it again" in one.problem
    assert (one.predicted, one.has_labels) == (None, True)


def test_labels_are_counted_by_set_and_class(sessions: Sessions) -> None:
    say(sessions, {"a": "other", "b": "other", "c": "bad"}, queue="perf-est")
    say(sessions, {"d": "single peak", "e": "unsure"}, queue="oracle")
    say(sessions, {"f": "double peak"})
    say(sessions, {"g": "double peak"}, queue="of another program")
    found = session_performance(sessions, "be").labels
    assert [(one.set_name, one.n_labels, one.n_bad, one.n_unsure) for one in found] == [
        ("oracle", 1, 0, 1),
        ("perf-est", 2, 1, 0),
        (None, 2, 0, 0),
    ]


def test_all_numbers_come_as_one_object_and_as_one_table(sessions: Sessions) -> None:
    folder = sessions.folder("be")
    write_iteration(folder, 0, trained=False, oracle=["x"])
    predict(write_iteration(folder, 1, sample={"a": 0, "b": 1}, oracle=["o"]), [0, 1, 2])
    say(sessions, {"a": "other", "b": "double peak"}, queue="perf-est")
    found = session_performance(sessions, "be")
    content = json.loads(json.dumps(document(found)))
    zero, one = content["iterations"]
    assert (zero["figures"], zero["predicted"], zero["confusion"]) == ([], None, None)
    assert one["predicted"] == dict.fromkeys(CLASSES, 1)
    accuracy = one["figures"][0]
    assert (accuracy["name"], accuracy["value"], accuracy["n"], accuracy["state"]) == ("accuracy", 0.5, 2, "too few")
    assert accuracy["method"] == "Clopper-Pearson"
    assert one["confusion"]["counts"] == [[1, 0, 0], [0, 0, 0], [0, 1, 0]]
    rows = list(table(found))
    assert rows[0] == COLUMNS
    assert {len(row) for row in rows} == {len(COLUMNS)}
    assert (1, "predicted spectra", "single peak", 1) in [row[:4] for row in rows]
    assert ("", "labels", "other", 1) in [row[:4] for row in rows]


def test_a_session_that_is_not_there_is_named(sessions: Sessions) -> None:
    with pytest.raises(SessionNotFoundError):
        session_performance(sessions, "nobody")

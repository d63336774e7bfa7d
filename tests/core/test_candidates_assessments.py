from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from numpy.testing import assert_allclose
from polars.testing import assert_frame_equal

from al_core.candidates import SessionAssessments
from al_core.metadata.assessments import ASSESSMENTS, SessionSource
from al_core.sessions import LabelEvent, Session, Sessions
from tests.core.candidates_made import write_predictions
from tests.core.sessions_made import CLASSES

IDS = ["a", "b", "c", "d"]
PROBA = [(0.5, 0.25, 0.25), (1, 0, 0), (0.1, 0.2, 0.7), (0.2, 0.8, 0)]
MOMENT = "2026-03-01T12:00:00+00:00"


class Made:
    """A session whose journal is filled by tests."""

    def __init__(self, workspace: Path) -> None:
        self.sessions = Sessions(workspace)
        self.session: Session = self.sessions.create("Be stars", classes=CLASSES, candidate_classes=CLASSES[1:])
        self.name = self.session.session_id
        self.source: SessionSource = SessionAssessments(self.sessions)

    @property
    def folder(self) -> Path:
        return self.sessions.folder(self.name)

    def class_id(self, position: int) -> str:
        return self.session.classes[position].class_id

    def say(self, spectrum_id: str, kind: str = "label", position: int | None = None, **more: object) -> None:
        class_id = None if position is None else self.class_id(position)
        event = LabelEvent(f"{spectrum_id}-{kind}-{position}-{more}", kind, spectrum_id, "eva", class_id, **more)  # type: ignore[arg-type]
        self.sessions.journal(self.name).append([event])

    def rows(self) -> dict[str, dict[str, object]]:
        return {str(row["id"]): row for row in self.source.frame(self.name).to_dicts()}


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return Made(tmp_path)


def test_a_session_without_anything_says_nothing(made: Made) -> None:
    assert made.source.sessions() == [made.name]
    frame = made.source.frame(made.name)
    assert (frame.height, frame.columns) == (0, ["id"])
    assert made.source.indices_of(made.name) == ()


def test_the_index_is_the_one_of_the_configuration(made: Made) -> None:
    made.sessions.update(made.name, configuration={"database_index": "lamost-dr2"})
    assert made.source.indices_of(made.name) == ("lamost-dr2",)


def test_predictions_come_with_their_uncertainty(made: Made) -> None:
    write_predictions(made.folder, 0, IDS, PROBA, sets=["pool", "training", "oracle", "perf-est"])
    frame = made.source.frame(made.name)
    assert frame["id"].to_list() == IDS
    # By hand: 1.5 bit for (1/2, 1/4, 1/4), none for certainty, 0.7219 bit for (0.2, 0.8).
    assert_allclose(frame["entropy"].to_numpy()[[0, 1, 3]], [1.5, 0, 0.721928], atol=1e-6)
    assert_allclose(frame["margin"], [0.25, 1, 0.5, 0.6], atol=1e-6)
    assert_allclose(frame["p_candidate"], [0.5, 0, 0.9, 0.8], atol=1e-6)
    assert_allclose(frame["probability"], [0.5, 1, 0.7, 0.8], atol=1e-6)
    assert_allclose(frame["p2"], [0.25, 0, 0.7, 0], atol=1e-6)
    assert frame["predicted"].to_list() == [made.class_id(k) for k in (0, 0, 2, 1)]
    assert frame["set"].to_list() == ["pool", "training", "oracle", "perf-est"]
    assert frame["iteration"].to_list() == [0] * 4


def test_the_last_iteration_that_predicted_counts(made: Made) -> None:
    write_predictions(made.folder, 0, IDS, PROBA)
    write_predictions(made.folder, 1, ["a"], [(0, 0, 1)])
    third = write_predictions(made.folder, 2, IDS, PROBA)
    (third / "predictions.parquet").unlink()
    assert made.rows()["a"]["iteration"] == 1


def test_probabilities_follow_the_classes_that_the_session_has_today(made: Made) -> None:
    write_predictions(made.folder, 0, IDS, PROBA)
    other, single, double = made.session.classes
    made.sessions.update(made.name, classes=[double, other, single])
    assert_allclose(made.source.frame(made.name)["p0"], [0.25, 0, 0.7, 0], atol=1e-6)


def test_every_kind_of_answer_is_told(made: Made) -> None:
    write_predictions(made.folder, 0, IDS, PROBA)
    made.say("a", position=2, confidence=3, queue="oracle", created_utc=MOMENT)
    made.say("b", "unsure")
    made.say("c", "skip")
    made.say("d", "comment", comment="companion?")
    made.say("elsewhere", "bad")
    rows = made.rows()
    assert rows["a"]["label"] == made.class_id(2)
    assert (rows["a"]["answer"], rows["a"]["confidence"], rows["a"]["annotator"]) == ("label", 3, "eva")
    assert (rows["a"]["queue"], rows["a"]["labeled"]) == ("oracle", datetime(2026, 3, 1, 12, tzinfo=UTC))
    assert [rows[name]["answer"] for name in ("b", "c", "d", "elsewhere")] == ["unsure", "skip", None, "bad"]
    assert rows["d"]["comment"] == "companion?"
    assert rows["elsewhere"]["predicted"] is None
    assert len(rows) == 5


def test_columns_are_those_of_a_session_in_their_order_and_type(made: Made) -> None:
    write_predictions(made.folder, 0, IDS, PROBA)
    made.say("a", position=2, confidence=3, comment="!", queue="oracle")
    frame = made.source.frame(made.name)
    assert frame.columns == ["id", *(name for name in ASSESSMENTS if name in frame.columns)]
    frame.cast({name: ASSESSMENTS[name] for name in frame.columns if name != "id"})


def test_only_what_changed_is_told_and_it_is_what_a_whole_frame_says(made: Made) -> None:
    write_predictions(made.folder, 0, IDS, PROBA)
    made.say("a", position=2, confidence=3, queue="oracle", created_utc=MOMENT)
    stamp = made.source.stamp(made.name)
    made.say("b", position=1, comment="weak", queue="picked")
    made.say("c", "skip")
    made.sessions.journal(made.name).undo("eva")
    made.say("elsewhere", "bad")
    assert made.source.stamp(made.name) != stamp
    changed = made.source.changed_since(made.name, stamp)
    assert changed is not None
    assert set(changed["id"]) == {"b", "c", "elsewhere"}
    whole = made.source.frame(made.name)
    expected = whole.filter(pl.col("id").is_in(["b", "c", "elsewhere"])).sort("id")
    assert_frame_equal(changed.select(whole.columns).sort("id"), expected)
    assert made.source.changed_since(made.name, made.source.stamp(made.name)).is_empty()  # type: ignore[union-attr]


def test_a_label_that_is_taken_back_comes_as_nothing_said(made: Made) -> None:
    made.say("a", position=2)
    stamp = made.source.stamp(made.name)
    made.sessions.journal(made.name).undo("eva")
    changed = made.source.changed_since(made.name, stamp)
    assert changed is not None
    assert changed.select("id", "label", "answer").rows() == [("a", None, None)]
    assert made.source.frame(made.name).is_empty()


def test_a_new_iteration_or_another_class_of_interest_changes_all(made: Made) -> None:
    write_predictions(made.folder, 0, IDS, PROBA)
    stamp = made.source.stamp(made.name)
    write_predictions(made.folder, 1, IDS, PROBA)
    assert made.source.changed_since(made.name, stamp) is None
    stamp = made.source.stamp(made.name)
    other, single, double = made.session.classes
    made.sessions.update(made.name, classes=[other, single, replace(double, is_candidate=False)])
    assert made.source.changed_since(made.name, stamp) is None
    assert_allclose(made.source.frame(made.name)["p_candidate"], [0.25, 0, 0.2, 0.8], atol=1e-6)


def test_more_changes_than_a_few_are_asked_for_as_a_whole(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    stamp = made.source.stamp(made.name)
    monkeypatch.setattr("al_core.candidates.assessments.MOST_CHANGES", 1)
    made.say("a", position=1)
    assert made.source.changed_since(made.name, stamp) is not None
    made.say("b", position=1)
    assert made.source.changed_since(made.name, stamp) is None

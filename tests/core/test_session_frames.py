import polars as pl
import pytest

from al_core.errors import SessionNotFoundError
from al_core.metadata.assessments import ASSESSMENTS, NoSessions, SessionSource
from al_core.metadata.fields import SESSION_FIELDS
from tests.support.session_frames import FixedSessions


@pytest.fixture
def source() -> FixedSessions:
    frame = pl.DataFrame({"id": ["a", "b"], "predicted": ["c1", "c2"], "label": [None, "c1"]})
    return FixedSessions({"one": frame}, {"one": ("survey",)})


def test_the_columns_are_the_fields_of_a_session_without_their_mark() -> None:
    assert ["@" + name for name in ASSESSMENTS] == [field.name for field in SESSION_FIELDS]


def test_what_changed_comes_with_everything_that_counts(source: FixedSessions) -> None:
    before = source.stamp("one")
    source.change("one", pl.DataFrame({"id": ["a", "c"], "label": ["c2", "c1"]}))
    assert source.stamp("one") != before
    assert sorted(source.frame("one").rows()) == [("a", "c1", "c2"), ("b", "c2", "c1"), ("c", None, "c1")]
    changed = source.changed_since("one", before)
    assert changed is not None
    assert changed.rows() == [("a", "c1", "c2"), ("c", None, "c1")]


def test_what_is_taken_back_is_missing(source: FixedSessions) -> None:
    before = source.stamp("one")
    source.change("one", pl.DataFrame({"id": ["b"], "label": [None], "comment": ["?"]}, schema_overrides=ASSESSMENTS))
    changed = source.changed_since("one", before)
    assert changed is not None
    assert changed.to_dicts() == [{"id": "b", "predicted": "c2", "label": None, "comment": "?"}]


def test_after_an_iteration_all_is_asked_for(source: FixedSessions) -> None:
    before = source.stamp("one")
    source.replace("one", pl.DataFrame({"id": ["a"], "entropy": [0.5]}))
    assert source.changed_since("one", before) is None
    assert source.changed_since("one", source.stamp("one")) is not None


def test_a_session_that_is_not_there_is_named(source: FixedSessions) -> None:
    with pytest.raises(SessionNotFoundError, match="'two'"):
        source.frame("two")


def test_no_sessions_say_nothing() -> None:
    nobody: SessionSource = NoSessions()
    assert nobody.sessions() == []
    assert nobody.frame("any").is_empty()

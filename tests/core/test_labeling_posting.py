"""Events that are sent: stored once, in order, rejected one by one; what counts is what the journal's views say."""

import random
import threading
from typing import Any
from uuid import uuid4

import pytest

from al_core.errors import JournalError
from al_core.labeling.posting import MOST_EVENTS, Posted, event_of
from al_core.labeling.state import read_state, states_of
from al_core.sessions.database import session_database
from tests.core.labeling_made import IDS, SESSION, Place


def event(name: str, kind: str = "label", **more: Any) -> dict[str, Any]:
    return {"event_id": uuid4().hex, "kind": kind, "spectrum_id": name, **more}


def post(place: Place, *events: dict[str, Any], who: str = "eva", **options: Any) -> Posted:
    return place.labeling.post(SESSION, events, who, **options)


def test_events_are_stored_in_order_and_a_repeated_one_once(place: Place) -> None:
    sent = [event(name, class_id=place.class_id(1), queue="oracle", duration_ms=900) for name in IDS[:5]]
    first, again = post(place, *sent), post(place, *sent, sent[0])
    assert [one.sequence for one in first.stored] == [1, 2, 3, 4, 5]
    assert not any(one.is_repeated for one in first.stored)
    assert [one.sequence for one in again.stored] == [1, 2, 3, 4, 5, 1]
    assert all(one.is_repeated for one in again.stored)
    assert place.sessions.journal(SESSION).events()["spectrum_id"].to_list() == IDS[:5]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"class_id": "gone"}, "the session has no class 'gone'"),
        ({"class_id": None}, "a label needs a class"),
        ({"spectrum_id": "nowhere"}, "The pool has no spectrum 'nowhere'"),
        ({"spectrum_id": ""}, "expected the id of a spectrum"),
        ({"kind": "guess"}, "Expected one of label, skip"),
        ({"confidence": 7}, "confidence of 0 to 4, found 7"),
        ({"confidence": True}, "whole number for confidence"),
        ({"duration_ms": -1}, "0 ms or more"),
        ({"duration_ms": 1.5}, "whole number for duration_ms"),
        ({"duration_ms": "12"}, "whole number for duration_ms"),
        ({"queue": "mine"}, "one of the queues"),
        ({"comment": 5}, "a text for comment"),
        ({"comment": "x" * 2001}, "longer than 2000"),
        ({"comment": "a\0b"}, "a text for comment"),
        ({"event_id": "x" * 101}, "1 to 100 characters"),
        ({"event_id": None}, "1 to 100 characters"),
        ({"created_utc": "yesterday"}, "found 'yesterday'"),
        ({"created_utc": "2026-01-01T00:00:00"}, "with its zone"),
        ({"shown": [1]}, "an object"),
        ({"shown": {"x": "y" * 5000}}, "at most 4000 characters"),
        ({"color": "red"}, "no field 'color'"),
        ({"iteration": float("inf")}, "whole number for iteration"),
    ],
)
def test_one_bad_event_is_rejected_alone(place: Place, change: dict[str, Any], reason: str) -> None:
    good = event(IDS[0], class_id=place.class_id(0))
    bad = event(IDS[1], class_id=place.class_id(0)) | change
    posted = post(place, good, bad, event(IDS[2], "skip"))
    assert [one.spectrum_id for one in posted.stored] == [IDS[0], IDS[2]]
    [(event_id, text)] = posted.rejected
    assert reason in text
    assert event_id == str(bad["event_id"] or "")[:200] or bad["event_id"] is None
    assert len(place.sessions.journal(SESSION).events()) == 2


def test_an_id_that_is_used_for_something_else_is_rejected_and_changes_nothing(place: Place) -> None:
    one = event(IDS[0], class_id=place.class_id(0))
    post(place, one)
    posted = post(place, one | {"class_id": place.class_id(1)})
    assert "stored with another class_id" in posted.rejected[0][1]
    assert place.sessions.journal(SESSION).current()["class_id"].to_list() == [place.class_id(0)]


def test_who_sends_an_event_again_under_another_name_has_not_said_it_anew(place: Place) -> None:
    one = event(IDS[0], class_id=place.class_id(0))
    post(place, one)
    assert post(place, one, who="adam").stored[0].is_repeated
    assert place.sessions.journal(SESSION).events()["annotator"].to_list() == ["eva"]


def test_undo_by_name_and_what_counts_afterwards_are_told(place: Place) -> None:
    first = event(IDS[0], class_id=place.class_id(0), comment="broad")
    second = event(IDS[0], class_id=place.class_id(1))
    post(place, first, second)
    undo = {"event_id": uuid4().hex, "kind": "undo", "undoes": second["event_id"]}
    posted = post(place, undo)
    assert posted.states[IDS[0]].label.class_id == place.class_id(0)  # type: ignore[union-attr]
    assert posted.states[IDS[0]].comment == "broad"
    twice = post(place, {"event_id": uuid4().hex, "kind": "undo", "undoes": second["event_id"]})
    assert "taken back already" in twice.rejected[0][1]
    assert post(place, undo).stored[0].is_repeated
    nothing = post(place, {"event_id": uuid4().hex, "kind": "undo"}, who="adam")
    assert nothing.rejected[0][1] == "There is nothing to undo."


def test_an_undo_without_a_name_takes_the_whole_act_back_once(place: Place) -> None:
    alone = event(IDS[0], class_id=place.class_id(0))
    act = [event(name, class_id=place.class_id(1), shown={"bulk": "act"}) for name in IDS[:4]]
    post(place, alone, *act)
    post(place, event(IDS[0], "bad", shown={"bulk": "act"}), who="adam")
    post(place, {"event_id": uuid4().hex, "kind": "undo", "undoes": act[1]["event_id"]})
    undo = {"event_id": uuid4().hex, "kind": "undo"}
    posted = post(place, undo)
    assert [one.undoes for one in posted.stored] == [act[k]["event_id"] for k in (3, 2, 0)]
    assert posted.stored[0].event_id == undo["event_id"]
    assert {name: state.label and state.label.kind for name, state in posted.states.items()} == {
        IDS[0]: "bad", IDS[2]: None, IDS[3]: None,
    }  # fmt: skip
    again = post(place, undo)
    assert [one.event_id for one in again.stored] == [one.event_id for one in posted.stored]
    assert all(one.is_repeated for one in again.stored)
    assert [one.undoes for one in post(place, {"event_id": uuid4().hex, "kind": "undo"}).stored] == [alone["event_id"]]


def test_others_events_are_told_and_ones_own_are_not(place: Place) -> None:
    mine = post(place, event(IDS[0], "bad"), after=0)
    assert (mine.others, mine.sequence) == ([], 1)
    post(place, event(IDS[1], "skip"), event(IDS[2], "unsure"), who="adam")
    posted = post(place, event(IDS[3], "bad"), after=mine.sequence)
    assert [(one["spectrum_id"], one["annotator"]) for one in posted.others] == [(IDS[1], "adam"), (IDS[2], "adam")]
    assert posted.sequence == 4
    assert set(posted.states) == set(IDS[1:4])
    followed = place.labeling.follow(SESSION, 2)
    assert [one["sequence"] for one in followed.others] == [3, 4]
    assert place.labeling.follow(SESSION, 4).others == []
    assert place.labeling.follow(SESSION, 99).sequence == 4


def test_what_is_too_much_for_one_answer_comes_in_parts(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("al_core.labeling.posting.MOST_OTHERS", 3)
    post(place, *[event(name, "skip") for name in IDS[:5]])
    first = place.labeling.follow(SESSION, 0)
    assert ([one["sequence"] for one in first.others], first.is_more, first.sequence) == ([1, 2, 3], True, 3)
    second = place.labeling.follow(SESSION, first.sequence)
    assert ([one["sequence"] for one in second.others], second.is_more, second.sequence) == ([4, 5], False, 5)


def test_more_events_than_a_post_takes_are_refused_whole(place: Place) -> None:
    with pytest.raises(JournalError, match="at most 1000 events at a time, found 1001"):
        post(place, *[event(IDS[0], "skip")] * (MOST_EVENTS + 1))


def test_labels_are_kept_when_the_pool_is_gone(place: Place) -> None:
    (place.folder / "pools" / "survey").rename(place.folder / "pools" / "elsewhere")
    assert len(post(place, event("any", class_id=place.class_id(0))).stored) == 1


def test_a_whole_number_may_come_as_a_decimal() -> None:
    assert event_of({"event_id": "e", "kind": "bad", "spectrum_id": "s", "duration_ms": 12.0}, "eva").duration_ms == 12


@pytest.mark.parametrize("seed", range(6))
def test_what_counts_for_a_few_spectra_is_what_the_views_say_of_all(place: Place, seed: int) -> None:
    """Random journals with undos of undos: the replay agrees with the SQL, which test_journal.py proves by itself."""
    rng = random.Random(seed)
    done: list[str] = []
    for _ in range(250):
        one: dict[str, Any] = event(
            rng.choice(IDS[:6]), rng.choice(["label", "label", "unsure", "bad", "skip", "comment"])
        )
        if one["kind"] == "label":
            one |= {"class_id": place.class_id(rng.randrange(3)), "queue": rng.choice(["oracle", "repeat", None])}
        if one["kind"] == "comment" or rng.random() < 0.2:
            one["comment"] = rng.choice(["", "a", "b"])
        if done and rng.random() < 0.45:
            one = {"event_id": one["event_id"], "kind": "undo", "undoes": rng.choice(done)}
        done += [stored.event_id for stored in post(place, one).stored]
    whole = read_state(place.session_folder)
    with session_database(place.session_folder) as connection:
        few = states_of(connection, IDS[:6])
    assert {name: one.label for name, one in few.items() if one.label} == whole.answers
    assert {name: one.repeat for name, one in few.items() if one.repeat} == whole.repeats
    assert {name: one.comment for name, one in few.items() if one.comment} == whole.comments
    assert {name for name, one in few.items() if one.is_skipped} == set(place.sessions.journal(SESSION).skipped())
    assert whole.sequence == len(done)


def test_two_who_send_at_once_lose_nothing(place: Place) -> None:
    def label(who: str, events: list[dict[str, Any]]) -> None:
        for start in range(0, len(events), 5):
            post(place, *events[start : start + 5], who=who)

    sent = {who: [event(IDS[k % 60], class_id=place.class_id(0)) for k in range(60)] for who in ("eva", "adam", "lin")}
    threads = [threading.Thread(target=label, args=item) for item in sent.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stored = place.sessions.journal(SESSION).events()
    assert stored["sequence"].to_list() == list(range(1, 181))
    for who, events in sent.items():
        own = stored.filter(stored["annotator"] == who)["event_id"].to_list()
        assert own == [one["event_id"] for one in events]

from pathlib import Path

import pytest

from al_core.candidates import labels
from al_core.candidates.labels import label_results, undo_act
from al_core.errors import JournalError, SessionError
from al_core.metadata.query import Range, Scope
from tests.core.candidates_place import Searched
from tests.core.labeling_made import IDS, POOL, SESSION, made_workspace

FIRST_TEN = Range("snrg", None, 9.0)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_workspace(tmp_path_factory.mktemp("template"))


@pytest.fixture
def place(template: Path, tmp_path: Path) -> Searched:
    return Searched(template, tmp_path)


def labeled(place: Searched) -> dict[str, str]:
    current = place.sessions.journal(SESSION).current()
    return dict(current.filter(current["kind"] == "label").select("spectrum_id", "class_id").iter_rows())


def test_all_results_are_labeled_at_once_and_taken_back_at_once(place: Searched) -> None:
    place.say(IDS[3], position=1)
    place.predict(0, sample={IDS[7]: 0})
    done = label_results(
        place.labeling,
        place.store,
        place.scope,
        FIRST_TEN,
        place.class_id(2),
        annotator="eva",
        expected=10,
        comment="!",
    )
    assert (done.n, done.n_sample, done.n_missing) == (9, 1, 0)
    found = labeled(place)
    assert set(found) == set(IDS[:10]) - {IDS[7]}
    assert set(found.values()) == {place.class_id(2)}
    assert place.store.count(place.scope, FIRST_TEN) == 10
    assert undo_act(place.labeling, SESSION, done.bulk, "jan") == 0
    assert undo_act(place.labeling, SESSION, done.bulk, "eva") == 9
    assert labeled(place) == {IDS[3]: place.class_id(1)}
    assert undo_act(place.labeling, SESSION, done.bulk, "eva") == 0


def test_what_was_labeled_anew_since_stays(place: Searched) -> None:
    done = label_results(
        place.labeling, place.store, place.scope, FIRST_TEN, place.class_id(2), annotator="eva", expected=10
    )
    place.say(IDS[0], position=1)
    undo_act(place.labeling, SESSION, done.bulk, "eva")
    assert labeled(place) == {IDS[0]: place.class_id(1)}


def test_nothing_is_labeled_that_was_not_meant(place: Searched, monkeypatch: pytest.MonkeyPatch) -> None:
    def label(class_id: str, expected: int, scope: Scope = place.scope) -> None:
        label_results(place.labeling, place.store, scope, FIRST_TEN, class_id, annotator="eva", expected=expected)

    with pytest.raises(SessionError, match="finds 10 spectra now, not 9"):
        label(place.class_id(2), 9)
    with pytest.raises(JournalError, match="has no class 'c9'"):
        label("c9", 10)
    with pytest.raises(SessionError, match="belong to a session"):
        label(place.class_id(2), 10, Scope((POOL,)))
    monkeypatch.setattr(labels, "MOST_LABELS", 5)
    with pytest.raises(SessionError, match="At most 5"):
        label(place.class_id(2), 10)
    assert labeled(place) == {}

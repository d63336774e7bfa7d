"""Making, finding, changing, copying and deleting sessions."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from al_core.errors import ActiveRunError, SessionDamagedError, SessionError, SessionNotFoundError
from al_core.sessions import DamagedSession, LabelEvent, Session, Sessions
from al_core.sessions import database as session_files
from al_core.sessions.classes import classes_of, new_class
from al_core.sessions.naming import slug_of
from al_core.sessions.palette import KEYS, PALETTE
from tests.core.sessions_made import CLASSES, write_iteration


@pytest.fixture
def sessions(tmp_path: Path) -> Sessions:
    return Sessions(tmp_path)


def made(sessions: Sessions, name: str = "Be stars", **more: Any) -> Session:
    return sessions.create(name, **{"classes": CLASSES, "candidate_classes": CLASSES[1:]} | more)


def write_pool(workspace: Path, name: str, *, simulated: bool = False) -> Path:
    folder = workspace / "pools" / name
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps({"schema": 1, "name": name, "simulated": simulated}))
    return folder


class Registry:
    """Stands for the registry of jobs: says which session has a run."""

    def __init__(self, *active: str) -> None:
        self.active = set(active)

    def active_run(self, session_id: str) -> Any:
        title = f"{session_id}, iteration 2"
        return type("Job", (), {"title": title, "job_id": "job-1"}) if session_id in self.active else None

    def list(self, **_kwargs: Any) -> list[Any]:
        return []


# --- making ------------------------------------------------------------------------------------------------------


def test_a_session_comes_back_as_it_was_made(sessions: Sessions, tmp_path: Path) -> None:
    write_pool(tmp_path, "lamost", simulated=True)
    training = tmp_path / "training.csv"
    training.touch()
    given: dict[str, Any] = {"pool": "lamost", "training_set": training, "strategy": "margin", "seed": 7}
    session = made(sessions, configuration={"batch_size": 30}, **given)
    assert sessions.get("be-stars") == session
    assert (session.pool, session.training_set, session.strategy, session.seed) == ("lamost", training, "margin", 7)
    assert session.simulated
    assert session.configuration == {"batch_size": 30}
    assert session.candidate_names == ("single peak", "double peak")


def test_classes_get_the_palette_row_by_row(sessions: Sessions) -> None:
    session = made(sessions, classes=[f"class {k}" for k in range(12)], candidate_classes=["class 3"])
    assert [one.color_row for one in session.classes] == list(range(1, 13))
    assert [(one.shape, one.key) for one in session.classes] == [(row.shape, row.key) for row in PALETTE]
    assert len({one.class_id for one in session.classes}) == 12


def test_a_thirteenth_class_still_has_a_key_of_its_own() -> None:
    classes = classes_of([f"class {k}" for k in range(len(KEYS))])
    assert len({one.key for one in classes}) == len(KEYS)
    assert new_class("more", classes).key == ""
    marks = {(one.color_row, one.shape) for one in classes}
    assert len(marks) == len(KEYS), "color and shape together tell all classes apart"


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Be stars", "be-stars"),
        ("  Škoda / 2020: Hα?  ", "skoda-2020-h"),
        ("../../etc", "etc"),
        ("β Ori", "ori"),
        ("星", "session"),
        ("x" * 80, "x" * 60),
    ],
)
def test_the_id_is_a_name_that_can_be_a_folder(sessions: Sessions, name: str, slug: str) -> None:
    assert slug_of(name) == slug
    assert made(sessions, name).session_id == slug
    assert (sessions.folder(slug) / "session.db").is_file()


def test_two_sessions_of_one_name_have_two_ids(sessions: Sessions) -> None:
    assert [made(sessions).session_id for _ in range(3)] == ["be-stars", "be-stars-2", "be-stars-3"]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"name": "  "}, "needs a name"),
        ({"name": "a\nb"}, "line break"),
        ({"name": "x" * 81}, "81 characters"),
        ({"classes": ["other"]}, "two or more classes, found 1"),
        ({"classes": ["other", ""]}, "needs a name"),
        ({"classes": ["other", "Other "]}, "stands for two classes"),
        ({"classes": ["a", "x" * 41]}, "too long"),
        ({"candidate_classes": ["triple"]}, "“triple” is no class"),
        ({"candidate_classes": []}, "at least one class as a class of interest"),
        ({"candidate_classes": CLASSES}, "at least one class unmarked"),
        ({"pool": "nowhere"}, "no pool 'nowhere'"),
        ({"pool": "../x"}, "name of a pool"),
        ({"training_set": Path("/nowhere.csv")}, "file of labeled spectra"),
        ({"strategy": "luck"}, "entropy, margin"),
        ({"seed": -1}, "0 or more; found -1"),
        ({"seed": True}, "whole number"),
        ({"configuration": {"x": {1}}}, "JSON"),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(
    sessions: Sessions, tmp_path: Path, given: dict[str, Any], reason: str
) -> None:
    with pytest.raises(SessionError, match=reason):
        made(sessions, given.pop("name", "Be stars"), **given)
    assert sessions.entries() == []
    assert not (tmp_path / "sessions" / "be-stars").exists()


def test_keys_and_marks_are_different(sessions: Sessions) -> None:
    first, second, third = classes_of(CLASSES)
    with pytest.raises(SessionError, match="Key 1 labels two classes"):
        classes_of([first, replace(second, key="1")])
    with pytest.raises(SessionError, match="look the same"):
        classes_of([first, replace(second, color_row=1, shape="ring")])
    for wrong, reason in (({"key": "Z"}, "keys 1 2 3"), ({"shape": "blob"}, "shapes"), ({"color_row": 13}, "1 to 12")):
        with pytest.raises(SessionError, match=reason):
            classes_of([first, second, replace(third, **wrong)])


@pytest.mark.parametrize("session_id", ["", ".", "..", "../other", ".trash", "a/b", "nowhere", "\0"])
def test_an_id_never_leads_out_of_the_folder(sessions: Sessions, tmp_path: Path, session_id: str) -> None:
    (tmp_path / "other").mkdir()
    made(sessions)
    with pytest.raises(SessionNotFoundError, match="none"):
        sessions.get(session_id)


# --- changing ----------------------------------------------------------------------------------------------------


def test_a_new_name_leaves_id_and_folder(sessions: Sessions) -> None:
    before = made(sessions)
    after = sessions.rename("be-stars", "Be and B[e] stars")
    assert (after.session_id, after.name) == ("be-stars", "Be and B[e] stars")
    assert after.changed_utc > before.changed_utc
    assert after.created_utc == before.created_utc


def test_renaming_and_reordering_classes_touches_no_label(sessions: Sessions) -> None:
    session = made(sessions)
    journal = sessions.journal("be-stars")
    for number, one in enumerate(session.classes):
        journal.append([LabelEvent(str(number), "label", f"s{number}", "jana", class_id=one.class_id)])
    before = journal.events()
    other, single, double = session.classes
    sessions.update("be-stars", classes=[replace(double, name="two peaks"), other, replace(single, name="double peak")])
    assert journal.events().equals(before)
    names = dict(journal.current().select("spectrum_id", "class_name").iter_rows())
    assert names == {"s0": "other", "s1": "double peak", "s2": "two peaks"}


def test_a_class_with_labels_stays(sessions: Sessions) -> None:
    session = made(sessions)
    other, single, double = session.classes
    journal = sessions.journal("be-stars")
    journal.append([LabelEvent("1", "label", "a", "jana", class_id=double.class_id)])
    with pytest.raises(SessionError, match="“double peak” has 1 labels"):
        sessions.update("be-stars", classes=[other, single])
    journal.undo("jana")
    assert sessions.update("be-stars", classes=[other, single]).class_names == ("other", "single peak")
    added = sessions.update("be-stars", classes=[other, single, new_class("double peak", [other, single])])
    assert added.classes[2].class_id not in {one.class_id for one in session.classes}, "an id never comes again"


def test_an_iteration_knows_its_classes_by_the_names_of_its_time(sessions: Sessions) -> None:
    session = made(sessions)
    write_iteration(sessions.folder("be-stars"), 1, created_utc="2099-01-01T00:00:00+00:00")
    other, single, double = session.classes
    sessions.update("be-stars", classes=[other, replace(single, name="narrow"), double])
    [info] = sessions.iterations("be-stars")
    assert sessions.class_ids("be-stars", info) == [one.class_id for one in session.classes]


def test_only_what_may_change_changes(sessions: Sessions) -> None:
    made(sessions)
    with pytest.raises(SessionError, match="'session_id' of a session cannot be changed"):
        sessions.update("be-stars", session_id="x")
    with pytest.raises(SessionError, match="0 or more"):
        sessions.update("be-stars", seed=-3)
    assert sessions.get("be-stars").seed == 0


def test_the_archive_hides_and_gives_back(sessions: Sessions) -> None:
    made(sessions)
    sessions.archive("be-stars")
    assert sessions.list() == []
    assert [one.is_archived for one in sessions.list(include_archived=True)] == [True]
    sessions.archive("be-stars", False)
    assert len(sessions.list()) == 1


# --- copying and deleting ----------------------------------------------------------------------------------------


def labeled(sessions: Sessions) -> Session:
    """Make a session of two iterations, each with a label of its queue, and one label of none."""
    session = made(sessions)
    folder = sessions.folder("be-stars")
    for number in (1, 2):
        write_iteration(folder, number, oracle=[f"o{number}"], sample={f"p{number}": 0})
    write_iteration(folder, 1, name="001.1")
    event = {"annotator": "jana", "class_id": session.classes[1].class_id}
    sessions.journal("be-stars").append(
        [
            LabelEvent("free", "label", "x", **event),
            LabelEvent("one", "label", "o1", iteration=1, **event),
            LabelEvent("wrong", "label", "p1", iteration=1, **event),
            LabelEvent("two", "label", "o2", iteration=2, **event),
            LabelEvent("late", "label", "y", **event),
            LabelEvent("undo", "undo", "", "jana", undoes="wrong"),
        ]
    )
    return session


def test_a_clone_has_everything_and_is_its_own(sessions: Sessions) -> None:
    labeled(sessions)
    copy = sessions.clone("be-stars", "Another try")
    assert (copy.session_id, copy.origin) == ("another-try", "clone of Be stars")
    original, clone = sessions.journal("be-stars"), sessions.journal("another-try")
    assert clone.events().equals(original.events())
    assert [info.folder.name for info in sessions.iterations("another-try")] == ["001.1", "001", "002"]
    clone.append([LabelEvent("new", "bad", "z", "jana")])
    assert len(original.events()) == 6
    template = sessions.folder("another-try") / "iterations" / "001" / "new_config.json"
    template.write_text("{}")
    assert (sessions.folder("be-stars") / "iterations" / "001" / "new_config.json").read_text() != "{}"


def test_a_clone_at_an_iteration_knows_nothing_later(sessions: Sessions) -> None:
    labeled(sessions)
    copy = sessions.clone("be-stars", "From one", iteration=1)
    assert copy.origin == "clone of Be stars at iteration 1"
    assert {info.number for info in sessions.iterations(copy.session_id)} == {1}
    journal = sessions.journal(copy.session_id)
    assert journal.events()["event_id"].to_list() == ["free", "one", "wrong", "undo"]
    assert set(journal.current()["spectrum_id"]) == {"x", "o1"}, "what was taken back stays so"
    with pytest.raises(SessionError, match="iterations \\(1, 2\\), found 7"):
        sessions.clone("be-stars", "No", iteration=7)
    with pytest.raises(SessionError, match="needs a name"):
        sessions.clone("be-stars", " ")


def test_a_deleted_session_is_gone_at_once_and_whole(sessions: Sessions, tmp_path: Path) -> None:
    labeled(sessions)
    sessions.delete("be-stars")
    assert sessions.entries(include_archived=True) == []
    assert [path.name for path in (tmp_path / "sessions").iterdir() if path.name != ".unfinished"] == []
    assert made(sessions).session_id == "be-stars", "the name is free again"


def test_a_session_with_an_active_run_is_not_deleted(tmp_path: Path) -> None:
    sessions = Sessions(tmp_path, Registry("be-stars"))  # type: ignore[arg-type]
    made(sessions)
    for act in (sessions.delete, sessions.archive):
        with pytest.raises(ActiveRunError, match="be-stars, iteration 2"):
            act("be-stars")
    assert sessions.get("be-stars").is_archived is False


# --- what stands on the disk -------------------------------------------------------------------------------------


def test_a_folder_of_the_command_line_becomes_a_session(sessions: Sessions, tmp_path: Path) -> None:
    pool = write_pool(tmp_path, "lamost")
    folder = tmp_path / "sessions" / "single_double_peak"
    write_iteration(folder, 1, oracle=["o1", "o2"], sample={"p1": 0}, pool=pool)
    given = {"o1": 1, "p1": 0}
    second = write_iteration(folder, 2, oracle=["o3"], pool=pool, labels=given, comments={"o1": "broad"})
    (second / "labels2add_2.csv").write_text("id,label,comment\no3,double peak,\no9,,\n")
    [session] = sessions.list()
    assert (session.session_id, session.name) == ("single_double_peak", "Single double peak")
    assert (session.pool, session.seed, session.class_names) == ("lamost", 5, CLASSES)
    assert session.training_set == Path("/data/training-set.csv")
    assert session.configuration == {"batch_size": 50}
    journal = sessions.journal("single_double_peak")
    rows = {row["spectrum_id"]: row for row in journal.current().iter_rows(named=True)}
    names = {name: row["class_name"] for name, row in rows.items()}
    assert names == {"o1": "single peak", "p1": "other", "o3": "double peak"}
    assert (rows["o1"]["queue"], rows["p1"]["queue"], rows["o3"]["iteration"]) == ("oracle", "perf-est", 2)
    assert rows["o1"]["comment"] == "broad"
    assert len(sessions.list()) == 1, "adopted once"
    assert len(journal.events()) == 4


def test_a_folder_without_a_manifest_is_no_session(sessions: Sessions, tmp_path: Path) -> None:
    (tmp_path / "sessions" / "begun" / "iterations" / ".001.unfinished").mkdir(parents=True)
    assert sessions.entries() == []


def test_a_damaged_database_does_not_break_the_list(sessions: Sessions) -> None:
    for name in ("Good", "Rubbish", "Empty", "Hollow"):
        made(sessions, name)
    (sessions.folder("rubbish") / "session.db").write_bytes(b"rubbish" * 1000)
    (sessions.folder("empty") / "session.db").write_bytes(b"")
    with closing(sqlite3.connect(sessions.folder("hollow") / "session.db")) as connection, connection:
        connection.execute("DELETE FROM session")
    entries = sessions.entries()
    assert [one.session_id for one in entries] == ["good", "empty", "hollow", "rubbish"]
    reasons = {one.session_id: one.reason for one in entries if isinstance(one, DamagedSession)}
    assert "not a database" in reasons["rubbish"]
    assert "empty file" in reasons["empty"]
    assert "Restore a backup" in reasons["hollow"]
    assert [type(one).__name__ for one in sessions.summaries()] == ["SessionSummary", *["DamagedSession"] * 3]
    with pytest.raises(SessionDamagedError, match="not a database"):
        sessions.get("rubbish")
    sessions.delete("rubbish")
    assert len(sessions.entries()) == 3


def test_a_database_of_a_newer_program_says_so(sessions: Sessions) -> None:
    made(sessions)
    with closing(sqlite3.connect(sessions.folder("be-stars") / "session.db")) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(SessionDamagedError, match=r"version 99.*newer Spectrolabe"):
        sessions.get("be-stars")


def test_an_older_database_is_copied_before_it_changes(sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    session = made(sessions)
    folder = sessions.folder("be-stars")
    before = len(session_files.MIGRATIONS)
    added = (*session_files.MIGRATIONS, "ALTER TABLE session ADD COLUMN later TEXT;")
    monkeypatch.setattr(session_files, "MIGRATIONS", added)
    assert sessions.get("be-stars") == session
    with closing(sqlite3.connect(folder / "session.db")) as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] == before + 1
    with closing(sqlite3.connect(folder / f"session.db.version-{before}.backup")) as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] == before
        assert connection.execute("SELECT name FROM session").fetchone()[0] == "Be stars"

"""The journal of labels: nothing is lost, nothing is changed, and what counts is what a replay says."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from al_core.errors import JournalError
from al_core.sessions import LabelEvent, LabelJournal, Session, Sessions
from al_core.sessions.database import DATABASE, session_database

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def sessions(tmp_path: Path) -> Sessions:
    return Sessions(tmp_path)


@pytest.fixture
def session(sessions: Sessions) -> Session:
    return sessions.create("Be stars", classes=["other", "single", "double"])


@pytest.fixture
def journal(sessions: Sessions, session: Session) -> LabelJournal:
    return sessions.journal(session.session_id)


def label(event_id: str, spectrum_id: str, one: Any, **more: Any) -> LabelEvent:
    return LabelEvent(event_id, "label", spectrum_id, more.pop("annotator", "jana"), class_id=one.class_id, **more)


def counting(journal: LabelJournal) -> dict[str, tuple[str, str | None]]:
    return {row["spectrum_id"]: (row["kind"], row["class_name"]) for row in journal.current().iter_rows(named=True)}


def test_the_last_label_counts_and_all_are_kept(journal: LabelJournal, session: Session) -> None:
    other, single, _ = session.classes
    journal.append([label("1", "a", other, queue="oracle", iteration=1, shown={"p": 0.5}, duration_ms=900)])
    journal.append([label("2", "a", single), LabelEvent("3", "bad", "b", "jana"), LabelEvent("4", "skip", "c", "jana")])
    assert counting(journal) == {"a": ("label", "single"), "b": ("bad", None)}
    assert journal.skipped() == ["c"]
    assert journal.events()["event_id"].to_list() == ["1", "2", "3", "4"]
    assert journal.events(after=2)["sequence"].to_list() == [3, 4]
    assert journal.events()["shown"][0] == '{"p": 0.5}'


def test_a_skip_takes_no_label_away(journal: LabelJournal, session: Session) -> None:
    journal.append([label("1", "a", session.classes[0]), LabelEvent("2", "skip", "a", "jana")])
    assert counting(journal) == {"a": ("label", "other")}
    assert journal.skipped() == []


def test_the_same_event_sent_twice_is_stored_once(journal: LabelJournal, session: Session) -> None:
    event = label("1", "a", session.classes[0], shown={"b": 1, "a": 2})
    [first], [second] = journal.append([event]), journal.append([event])
    assert (first.sequence, first.created_utc) == (second.sequence, second.created_utc)
    assert (first.is_repeated, second.is_repeated) == (False, True)
    assert len(journal.events()) == 1


def test_an_id_that_comes_with_another_content_is_refused(journal: LabelJournal, session: Session) -> None:
    journal.append([label("1", "a", session.classes[0])])
    with pytest.raises(JournalError, match="another class_id"):
        journal.append([label("2", "b", session.classes[0]), label("1", "a", session.classes[1])])
    assert len(journal.events()) == 1, "all or none"


def test_undo_goes_back_to_the_first_event_and_redo_forward_again(journal: LabelJournal, session: Session) -> None:
    for number, one in enumerate(session.classes):
        journal.append([label(str(number), "a", one)])
    names = []
    for _ in range(3):
        journal.undo("jana")
        names.append(counting(journal).get("a", ("", None))[1])
    assert names == ["single", "other", None]
    with pytest.raises(JournalError, match="nothing to undo"):
        journal.undo("jana")
    for expected in ("other", "single", "double"):
        journal.redo("jana")
        assert counting(journal)["a"] == ("label", expected)
    with pytest.raises(JournalError, match="nothing to redo"):
        journal.redo("jana")


def test_undo_is_of_the_one_who_asks(journal: LabelJournal, session: Session) -> None:
    journal.append([label("1", "a", session.classes[0], annotator="jana")])
    journal.append([label("2", "b", session.classes[0], annotator="petr")])
    stored = journal.undo("jana", event_id="u")
    assert (stored.undoes, stored.spectrum_id) == ("1", "a")
    assert journal.undo("jana", event_id="u").is_repeated, "sent again, it takes back nothing more"
    assert set(counting(journal)) == {"b"}


def test_what_was_taken_back_cannot_be_taken_back_again(journal: LabelJournal, session: Session) -> None:
    journal.append([label("1", "a", session.classes[0])])
    journal.undo("jana", undoes="1")
    with pytest.raises(JournalError, match="taken back already"):
        journal.undo("petr", undoes="1")
    with pytest.raises(JournalError, match="not in the journal"):
        journal.undo("jana", undoes="never")


def test_undos_of_undos_may_be_as_deep_as_one_likes(journal: LabelJournal, session: Session) -> None:
    journal.append([label("0", "a", session.classes[0])])
    journal.append([LabelEvent(str(k), "undo", "", "jana", undoes=str(k - 1)) for k in range(1, 1501)])
    assert set(counting(journal)) == {"a"}
    journal.undo("jana", undoes="1500")
    assert counting(journal) == {}


def test_a_comment_stays_until_it_is_emptied(journal: LabelJournal, session: Session) -> None:
    journal.append([label("1", "a", session.classes[0], comment="broad")])
    journal.append([LabelEvent("2", "comment", "b", "jana", comment="ghost?")])
    assert journal.comments() == {"a": "broad", "b": "ghost?"}
    assert journal.current()["comment"].to_list() == ["broad"]
    journal.append([LabelEvent("3", "comment", "a", "jana", comment="")])
    assert journal.comments() == {"b": "ghost?"}
    journal.undo("jana")
    assert journal.comments() == {"a": "broad", "b": "ghost?"}


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (LabelEvent("", "skip", "a", "jana"), "event id"),
        (LabelEvent("1", "love", "a", "jana"), "label, skip, unsure, bad, comment, undo"),
        (LabelEvent("1", "skip", "", "jana"), "id of a spectrum"),
        (LabelEvent("1", "skip", "a", ""), "who did it"),
        (LabelEvent("1", "label", "a", "jana"), "needs a class"),
        (LabelEvent("1", "label", "a", "jana", class_id="no such"), "no class 'no such'"),
        (LabelEvent("1", "skip", "a", "jana", class_id="x"), "takes no class_id"),
        (LabelEvent("1", "comment", "a", "jana"), "needs a text"),
        (LabelEvent("1", "bad", "a", "jana", confidence=5), "0 to 4"),
        (LabelEvent("1", "bad", "a", "jana", duration_ms=-1), "0 ms or more"),
        (LabelEvent("1", "bad", "a", "jana", comment="x" * 2001), "longer than 2000"),
    ],
)
def test_an_incomplete_event_is_refused(journal: LabelJournal, event: LabelEvent, reason: str) -> None:
    with pytest.raises(JournalError, match=reason):
        journal.append([event])
    assert journal.events().is_empty()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE events SET annotator = 'x'",
        "DELETE FROM events",
        "INSERT OR REPLACE INTO events SELECT * FROM events",
        "REPLACE INTO events (event_id, kind, spectrum_id, annotator, created_utc) VALUES ('1', 'skip', 'a', 'x', '')",
    ],
)
def test_the_database_refuses_to_change_the_journal(
    sessions: Sessions, session: Session, journal: LabelJournal, sql: str
) -> None:
    journal.append([label("1", "a", session.classes[0])])
    before = journal.events()
    with closing(sqlite3.connect(sessions.folder(session.session_id) / DATABASE)) as connection:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(sql)
        connection.rollback()
    assert journal.events().equals(before)


def test_commits_wait_for_the_disk(sessions: Sessions, session: Session) -> None:
    from al_core.sessions.database import session_database

    with session_database(sessions.folder(session.session_id)) as connection:
        assert connection.execute("PRAGMA synchronous").fetchone()[0] == 2, "FULL"
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"


# --- compared with a replay that knows nothing of SQL -------------------------------------------------------------

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["label", "skip", "unsure", "bad", "comment", "undo", "undo", "undo-any"]),
        st.integers(0, 3),
        st.integers(0, 2),
        st.sampled_from(["jana", "petr"]),
        st.integers(0, 40),
    ),
    max_size=25,
)


class Replay:
    """Events in a list; an event counts unless an event that counts takes it back."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def counts(self, event: dict[str, Any]) -> bool:
        return not any(other["undoes"] == event["id"] and self.counts(other) for other in self.events)

    def last_of(self, annotator: str) -> dict[str, Any] | None:
        mine = [e for e in self.events if e["annotator"] == annotator and e["kind"] != "undo" and self.counts(e)]
        return mine[-1] if mine else None

    def labels(self) -> dict[str, tuple[str, str | None]]:
        found = {}
        for event in self.events:
            if event["kind"] in ("label", "unsure", "bad") and self.counts(event):
                found[event["spectrum"]] = (event["kind"], event["class"])
        return found

    def comments(self) -> dict[str, str]:
        texts = {e["spectrum"]: e["comment"] for e in self.events if e["comment"] is not None and self.counts(e)}
        return {name: text for name, text in texts.items() if text}

    def skipped(self) -> list[str]:
        names = {e["spectrum"] for e in self.events if e["kind"] == "skip" and self.counts(e)}
        return sorted(names - set(self.labels()))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_what_counts_is_what_a_replay_says(tmp_path_factory: pytest.TempPathFactory, steps: list[Any]) -> None:
    sessions = Sessions(tmp_path_factory.mktemp("journal"))
    session = sessions.create("Replay", classes=["other", "single", "double"])
    journal, replay = sessions.journal(session.session_id), Replay()
    for number, (kind, spectrum, chosen, annotator, place) in enumerate(steps):
        event_id, name, one = f"e{number}", f"s{spectrum}", session.classes[chosen]
        known: dict[str, Any] = {"id": event_id, "annotator": annotator, "undoes": None, "comment": None, "class": None}
        if kind.startswith("undo"):
            target = replay.last_of(annotator)
            if kind == "undo-any" and replay.events:
                target = replay.events[place % len(replay.events)]
            if target is None or not replay.counts(target):
                with pytest.raises(JournalError):
                    journal.undo(annotator, undoes=None if target is None else target["id"])
                continue
            journal.undo(annotator, event_id=event_id, undoes=target["id"] if kind == "undo-any" else None)
            replay.events.append(known | {"kind": "undo", "spectrum": target["spectrum"], "undoes": target["id"]})
            continue
        class_id = one.class_id if kind == "label" else None
        comment = ("" if chosen == 0 else f"text {number}") if kind == "comment" else None
        journal.append([LabelEvent(event_id, kind, name, annotator, class_id=class_id, comment=comment)])
        shown = {"kind": kind, "spectrum": name, "comment": comment, "class": one.name if kind == "label" else None}
        replay.events.append(known | shown)
    assert counting(journal) == replay.labels()
    assert journal.comments() == replay.comments()
    assert journal.skipped() == replay.skipped()
    assert journal.events()["event_id"].to_list() == [event["id"] for event in replay.events]


# --- a process that is killed ------------------------------------------------------------------------------------

WRITER = """
import sys
from pathlib import Path
from al_core.sessions import LabelEvent, Sessions
sessions = Sessions(Path(sys.argv[1]))
journal = sessions.journal("be-stars")
class_id = sessions.get("be-stars").classes[0].class_id
for number in range(100_000):
    journal.append([LabelEvent(f"{sys.argv[2]}-{number}", "label", f"s{number}", "jana", class_id=class_id)])
    print(f"{sys.argv[2]}-{number}", flush=True)  # what the page calls "saved"
"""


def test_a_killed_process_loses_no_label_that_was_called_saved(
    tmp_path: Path, session: Session, journal: LabelJournal
) -> None:
    saved: list[str] = []
    for attempt in range(3):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path), str(attempt)], stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        assert writer.stdout is not None
        saved += [writer.stdout.readline().strip() for _ in range(5)]
        time.sleep(0.02 * attempt)
        os.kill(writer.pid, signal.SIGKILL)
        saved += writer.stdout.read().split()
        writer.stdout.close()
        writer.wait(timeout=30)
    stored = journal.events()["event_id"].to_list()
    assert len(saved) >= 15
    assert set(saved) <= set(stored)
    assert len(stored) <= len(saved) + 3, "at most one a kill was stored and not yet called saved"
    with closing(sqlite3.connect(tmp_path / "sessions" / "be-stars" / DATABASE)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_two_writers_lose_nothing_of_each_other(tmp_path: Path, session: Session, journal: LabelJournal) -> None:
    code = WRITER.replace("100_000", "60")
    writers = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path), name], stdout=subprocess.DEVNULL, cwd=ROOT)
        for name in ("left", "right")
    ]
    assert [writer.wait(timeout=120) for writer in writers] == [0, 0]
    assert len(journal.events()) == 120
    assert journal.events()["sequence"].to_list() == list(range(1, 121))


LOCKED = """
import fcntl, sys
with open(sys.argv[1], "r+b") as file:
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 510, 0x40000002)
    except OSError:
        print("locked")
"""


def test_looking_at_a_journal_drops_no_lock_of_another_thread(sessions: Sessions) -> None:
    """Bytes 0x40000002 on are those of SQLite's SHARED lock (https://www.sqlite.org/fileformat2.html, 1.3.4).

    A process that holds it not while it has the database open lets another one remove the WAL that it writes into.
    """
    session = sessions.create("Be stars", classes=["a", "b"])
    path = sessions.folder(session.session_id) / "session.db"

    def says() -> str:
        done = subprocess.run([sys.executable, "-c", LOCKED, str(path)], capture_output=True, text=True, check=True)
        return done.stdout.strip()

    with session_database(path.parent) as connection:
        connection.execute("SELECT count(*) FROM events").fetchone()
        assert says() == "locked"
        sessions.journal(session.session_id).current()
        sessions.summary(session.session_id)
        assert says() == "locked"
    assert says() == ""

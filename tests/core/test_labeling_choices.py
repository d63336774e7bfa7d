"""What is chosen for labeling stays with the session, also in its clone."""

from pathlib import Path
from typing import Any

import pytest

from al_core.errors import SessionDamagedError, SessionError
from al_core.labeling.choices import LabelChoices, read_choices, store_choices
from al_core.sessions import Sessions
from al_core.sessions.database import session_database


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    sessions = Sessions(tmp_path)
    return sessions.folder(sessions.create("Be stars", classes=["other", "emission"]).session_id)


def test_nothing_is_chosen_at_first(folder: Path) -> None:
    assert read_choices(folder) == LabelChoices(0.0, None)


def test_a_choice_changes_no_other(folder: Path) -> None:
    store_choices(folder, {"repeats": 0.02})
    assert store_choices(folder, {"columns": ["snr", "ra", "snr"]}) == LabelChoices(0.02, ("snr", "ra"))
    assert store_choices(folder, {"columns": None}) == read_choices(folder) == LabelChoices(0.02, None)


def test_a_clone_goes_on_with_them(folder: Path) -> None:
    store_choices(folder, {"repeats": 0.05, "columns": ["snr"]})
    sessions = Sessions(folder.parent.parent)
    copy = sessions.clone(folder.name, "Copy")
    assert read_choices(sessions.folder(copy.session_id)) == LabelChoices(0.05, ("snr",))


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"repeats": 0.06}, "from 0 to 0.05, found 0.06"),
        ({"repeats": True}, "found True"),
        ({"repeats": "many"}, "found 'many'"),
        ({"columns": "snr"}, "names of columns, found 'snr'"),
        ({"columns": [1]}, "names of columns"),
        ({"columns": ["x"] * 501}, "at most 500"),
        ({"colour": "red"}, "one of the choices repeats, columns, found 'colour'"),
    ],
)
def test_an_impossible_choice_is_refused_and_changes_nothing(folder: Path, given: dict[str, Any], reason: str) -> None:
    with pytest.raises(SessionError, match=reason):
        store_choices(folder, {"repeats": 0.02} | given)
    assert read_choices(folder) == LabelChoices()


def test_what_no_program_wrote_is_named(folder: Path) -> None:
    with session_database(folder, write=True) as connection:
        connection.execute("INSERT INTO label_choices VALUES ('repeats', 'often')")
    with pytest.raises(SessionDamagedError, match="choices cannot be read"):
        read_choices(folder)

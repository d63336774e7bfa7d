"""The table of the page Label: its layout, what the server says of blind rows, many labels as one act."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dash import no_update
from dash.development.base_component import Component

from al_core.labeling import QueueOptions
from callbacks import ids
from callbacks.label_grid import grid_of
from pages._components.label_grid import table, table_view
from tests.core.labeling_made import IDS, SESSION, Place, made_workspace

ORACLE, SAMPLE = IDS[:4], IDS[4:6]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_workspace(tmp_path_factory.mktemp("label-grid") / "workspace")


@pytest.fixture
def place(template: Path, tmp_path: Path) -> Place:
    made = Place(template, tmp_path / "workspace")
    made.iteration(1, ORACLE, SAMPLE)
    return made


def parts(component: Any) -> Iterator[Component]:
    if isinstance(component, list | tuple):
        for child in component:
            yield from parts(child)
    elif isinstance(component, Component):
        yield component
        yield from parts(getattr(component, "children", None))


def label_of(place: Place, name: str, bulk: str | None = None, **more: Any) -> dict[str, Any]:
    event = {"event_id": f"{bulk}-{name}", "kind": "label", "spectrum_id": name, "class_id": place.class_id(1)}
    return event | {"queue": "oracle", "iteration": 1, "shown": {"view": "table", "bulk": bulk}} | more


def undo_of(event: dict[str, Any]) -> dict[str, Any]:
    return {
        "event_id": f"undo-{event['event_id']}",
        "kind": "undo",
        "spectrum_id": event["spectrum_id"],
        "undoes": event["event_id"],
    }


def test_the_grid_is_loaded_when_it_is_asked_for() -> None:
    assert grid_of(None) is no_update
    assert grid_of(True).id == ids.LABEL_GRID_TABLE


def test_the_browser_gives_columns_and_rows() -> None:
    # A value from here would be written over what the browser has set whenever the component is drawn again.
    made = table().to_plotly_json()["props"]
    assert "columnDefs" not in made
    assert "rowData" not in made
    assert made["getRowId"] == "params.data.key"


def test_cells_take_no_html_and_no_code() -> None:
    made = table().to_plotly_json()["props"]
    assert not made.get("dangerously_allow_code")
    assert not made.get("enableEnterpriseModules")


@pytest.mark.parametrize("is_open", [False, True])
def test_the_address_says_whether_the_table_is_open(is_open: bool) -> None:
    assert table_view(is_open=is_open).hidden is not is_open


def test_every_button_names_a_command() -> None:
    buttons = [part for part in parts(table_view()) if type(part).__name__ == "Button"]
    commands = {part.to_plotly_json()["props"]["data-command"] for part in buttons}
    assert commands == {"grid-clear", "grid-columns", "grid-bad", "grid-comment", "grid-none", "undo"}


def test_many_labels_are_one_act_for_whoever_reads_them_later(place: Place) -> None:
    events = [label_of(place, name, "one-act") for name in ORACLE]
    place.labeling.post(SESSION, [*events, label_of(place, IDS[10], None, event_id="alone")], "eva")
    read = place.labeling.follow(SESSION, 0).others
    assert [one["bulk"] for one in read] == ["one-act"] * 4 + [None]


def test_one_undo_takes_many_labels_back_once(place: Place) -> None:
    before = label_of(place, ORACLE[0], None, event_id="before", class_id=place.class_id(2))
    events = [label_of(place, name, "one-act") for name in ORACLE]
    place.labeling.post(SESSION, [before, *events], "eva")
    undos = [undo_of(event) for event in events]
    for _ in range(2):  # sent again after a lost answer
        posted = place.labeling.post(SESSION, undos, "eva")
        assert posted.rejected == []
    journal = place.sessions.journal(SESSION)
    assert dict(journal.current().select("spectrum_id", "class_id").rows()) == {ORACLE[0]: place.class_id(2)}
    assert journal.events().height == 1 + 2 * len(events)


def test_a_broken_note_of_what_was_shown_breaks_no_reader(place: Place) -> None:
    place.say(ORACLE[0], shown={"value": float("nan")})
    assert [one["bulk"] for one in place.labeling.follow(SESSION, 0).others] == [None]


def test_rows_of_the_sample_tell_nothing_until_they_are_labeled(place: Place) -> None:
    place.say(SAMPLE[0])
    rows = {row["id"]: row for row in place.labeling.grid(SESSION, QueueOptions())}
    labeled, blind = rows[SAMPLE[0]], rows[SAMPLE[1]]
    assert blind["is_blind"]
    assert [blind[name] for name in ("prediction", "probability", "entropy", "utility", "rank")] == [None] * 5
    assert not {"ra", "dec", "designation", "subclass"} & set(blind["metadata"])
    assert not labeled["is_blind"]
    assert labeled["probability"] == pytest.approx(0.9, abs=1e-3)
    assert "ra" in labeled["metadata"]

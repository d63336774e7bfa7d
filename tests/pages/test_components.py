"""The kit that pages are composed with."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from dash.development.base_component import Component
from plotly.utils import PlotlyJSONEncoder

from pages import _components as kit
from pages._components import text
from tests.pages.gallery import gallery


def json_of(component: Component) -> str:
    return json.dumps(component, cls=PlotlyJSONEncoder)


def test_every_component_of_the_kit_stands_in_the_gallery_and_renders() -> None:
    source = json_of(gallery())
    assert len(source) > 10_000
    used = (kit.banner, kit.card, kit.chip, kit.dialog, kit.field, kit.plot, kit.stages, kit.toast)
    assert all(callable(function) for function in used)
    assert sorted(set(kit.__all__)) == sorted(kit.__all__)


def test_an_unknown_icon_is_an_error_when_the_page_is_built() -> None:
    with pytest.raises(FileNotFoundError):
        kit.icon("there-is-no-such-icon")


def test_an_icon_button_says_its_name() -> None:
    made = kit.icon_button("download", "Download the log")
    assert made.title == "Download the log"
    assert "Download the log" in json_of(made)


def test_a_disabled_button_says_why_beside_it() -> None:
    assert "One run per session." in json_of(kit.button("Run", disabled=True, why="One run per session."))


def test_a_label_belongs_to_its_control_also_with_a_pattern_id() -> None:
    made = kit.field("Step", kit.number_input({"type": "step", "index": 2}, 1))
    assert made.children[0].htmlFor == '{"index":2,"type":"step"}'


def test_a_link_into_the_application_does_not_reload_it() -> None:
    assert kit.button("Train", href="/train?session=a").refresh is False
    assert kit.button("Save", href="/api/results/1").refresh is True


def test_the_plate_is_a_png_with_a_column_for_each_value() -> None:
    style = kit.plate([0, 255] * 50, name="Plate").style["--plate"]
    data = base64.b64decode(style.removeprefix("url(data:image/png;base64,").removesuffix(")"))
    assert data.startswith(b"\x89PNG")
    assert int.from_bytes(data[16:20], "big") == 100


def test_the_interval_stands_on_its_axis() -> None:
    line = kit.interval(0.75, 0.5, 1.0, axis=(0.5, 1.0)).children[1]
    assert line.children[0].style == {"left": "0.00%", "width": "100.00%"}
    assert line.children[-1].style == {"left": "50.00%"}


def test_a_sparkline_breaks_where_values_are_missing_and_needs_two() -> None:
    assert kit.sparkline([1, 2, None, 3, 4], name="F1").style["--icon"].count("M") == 2
    assert kit.sparkline([1.0], name="F1").children == "—"


def test_stages_before_the_current_one_are_done() -> None:
    line = kit.stages(["Load", "Train", "Publish"], "Train", detail="epoch 3", done=0.5)
    assert [item.className for item in line.children] == ["stage stage-done", "stage stage-now", "stage stage-next"]
    assert kit.stages(["Load"], None).children[0].className == "stage stage-done"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(2.44, "2.4 s"), (48, "48 s"), (355, "6 min"), (12_000, "3 h 20 min"), (90_000, "25 h"), (None, "—")],
)
def test_durations_read_as_people_say_them(seconds: float | None, words: str) -> None:
    assert text.duration(seconds) == words


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=4), "4 min ago"),
        (timedelta(hours=5), "5 h ago"),
        (timedelta(days=1), "yesterday"),
        (timedelta(days=20), "3 Nov"),
        (timedelta(days=4000), "2015-12-11"),
    ],
)
def test_moments_are_coarser_the_longer_they_are_past(before: timedelta, words: str) -> None:
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert text.ago(now - before, now) == words
    assert text.ago((now - before).isoformat(), now) == words


def test_numbers_are_written_as_the_language_says() -> None:
    assert text.count(4_136_482) == "4,136,482"
    assert text.counted(1, "spectrum", "spectra") == "1 spectrum"
    assert text.decimal(-0.5) == "−0.50"
    assert text.interval_text(0.81, 0.92) == "0.81 to 0.92"
    assert text.file_size(2_300_000_000) == "2.3 GB"

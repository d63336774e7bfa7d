"""The page Label: queue, plots, side, dock, end of the list."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from al_core.sessions import Session
from tests.browser.accessibility import THEMES, WIDER, findings, set_theme
from tests.browser.conftest import Browse
from tests.browser.labeling import (
    TWELVE,
    add_labeling,
    expect_saved,
    expect_shown,
    open_label,
    press,
    queue_of,
    said,
    shown,
)
from tests.browser.server import Server
from tests.browser.steps import watcher_of

#: The line of the spectrum in the window.
TRACE = "#label-window-chart .line-trace"


@pytest.fixture
def session(server: Server) -> Session:
    return add_labeling(server)


@pytest.fixture
def label(browse: Browse, server: Server, session: Session) -> Page:
    page = open_label(browse, server, session)
    expect(page.locator(TRACE)).to_have_attribute("d", re.compile("^M"))
    return page


def view_of(page: Page, chart: str = "window") -> Any:
    return page.evaluate(f"spectrolabe.label.charts.{chart}.view")


def drag(page: Page, start: tuple[float, float], stop: tuple[float, float], *, modifier: str | None = None) -> None:
    """Drag in the window, from and to a share of its inner width and height."""
    box = page.evaluate(
        "(() => { const c = spectrolabe.label.charts.window, b = c.host.getBoundingClientRect();"
        " return [b.left + c.margins.left, b.top + c.margins.top, c.size.width, c.size.height]; })()"
    )
    place = [(box[0] + x * box[2], box[1] + y * box[3]) for x, y in (start, stop)]
    if modifier:
        page.keyboard.down(modifier)
    page.mouse.move(*place[0])
    page.mouse.down()
    page.mouse.move(*place[1], steps=4)
    page.mouse.up()
    if modifier:
        page.keyboard.up(modifier)


def test_the_next_spectrum_is_drawn_in_the_task_of_the_key(label: Page) -> None:
    label.wait_for_function("() => spectrolabe.label.spectra.peek(spectrolabe.label.state.items[3].id)")
    changed = label.evaluate(
        "() => { const path = () => document.querySelector('#label-window-chart .line-trace').getAttribute('d');"
        " const before = path(); spectrolabe.label.next(); return path() !== before; }"
    )
    assert changed


def test_nothing_of_a_spectrum_leaks_into_the_next(label: Page) -> None:
    drag(label, (0.3, 0.5), (0.6, 0.5))
    label.locator("#label-shift").fill("120")
    label.locator("#label-shift").press("Enter")
    label.get_by_role("button", name="Gauss").click()
    assert view_of(label) is not None
    press(label, "1")
    state = label.evaluate("[spectrolabe.label.view.shift, spectrolabe.label.view.smooth]")
    assert (view_of(label), state) == (None, [0, "none"])
    expect(label.locator("#label-shift")).to_have_value("0")


def test_what_is_pinned_stays(label: Page) -> None:
    label.locator("#label-shift").fill("-50")
    label.locator("#label-shift").press("Enter")
    label.get_by_role("button", name="Keep shift, smoothing and zoom").click()
    press(label, "1")
    expect(label.locator("#label-shift")).to_have_value("−50")


def test_a_drag_zooms_a_double_click_resets_and_shift_moves(label: Page) -> None:
    drag(label, (0.4, 0.5), (0.7, 0.5))
    zoomed = view_of(label)
    assert zoomed["x1"] - zoomed["x0"] == pytest.approx(0.3 * 213, rel=0.03)
    drag(label, (0.5, 0.5), (0.6, 0.5), modifier="Shift")
    assert view_of(label)["x0"] == pytest.approx(zoomed["x0"] - 0.1 * 0.3 * 213, rel=0.001)
    label.locator("#label-window-chart").dblclick(position={"x": 400, "y": 100})
    assert view_of(label) is None


def test_a_line_is_dragged_to_a_velocity(label: Page) -> None:
    label.wait_for_function("() => spectrolabe.label.charts.window.placed?.some((mark) => mark.isFocus)")
    at, width = label.evaluate(
        "(() => { const c = spectrolabe.label.charts.window;"
        " return [c.placed.find((m) => m.isFocus).at / c.size.width, c.size.width]; })()"
    )
    drag(label, (at, 0.6), (at + 20 / width, 0.6))
    angstrom = 20 / width * 213
    shift = label.evaluate("spectrolabe.label.view.shift")
    # v / c = wavelength / rest - 1, to first order; 299792.458 km/s.
    assert shift == pytest.approx(299792.458 * angstrom / 6564.61, rel=0.02)


def test_hover_reads_wavelength_and_flux(label: Page) -> None:
    label.locator("#label-window-chart").hover(position={"x": 300, "y": 100})
    tip = label.locator("#label-window-chart .spectrum-tip")
    expect(tip).to_be_visible()
    assert "Å" in tip.inner_text()


def test_the_axis_counts_in_velocity_around_the_line(label: Page) -> None:
    label.get_by_role("button", name="km/s", exact=True).last.click()
    expect(label.locator("#label-window-chart .axis-title").first).to_have_text("Velocity from Hα (km/s, vacuum)")


def test_a_row_of_the_queue_is_a_way_to_its_spectrum(label: Page) -> None:
    wanted = queue_of(label)[3]
    label.locator("#label-rows .label-row").nth(3).click()
    expect_shown(label, wanted)


def test_the_bar_counts_what_was_done(label: Page) -> None:
    n_spectra = len(queue_of(label))
    press(label, "1", "2", "s")
    expect(label.locator("#label-done")).to_have_text(f"2 of {n_spectra}")
    expect(label.locator("#label-left")).to_contain_text(f"1 skipped · {n_spectra - 2} left")


def test_only_rows_in_view_are_in_the_document(label: Page) -> None:
    assert label.locator("#label-rows .label-row").count() < 40


def test_a_comment_labels_nothing(label: Page, server: Server, session: Session) -> None:
    first = shown(label)
    press(label, "c")
    label.keyboard.type("1 u b looks like a shell star")
    press(label, "Enter")
    expect(label.locator("#label-comment")).to_be_hidden()
    expect_saved(label)
    assert (said(server, session), shown(label)) == ({}, first)


def test_the_mouse_does_what_the_keys_do(label: Page, server: Server, session: Session) -> None:
    first, second = queue_of(label)[:2]
    label.get_by_role("button", name="single peak, key 2").click()
    label.get_by_role("button", name="Bad data").click()
    expect_saved(label)
    assert said(server, session) == {first: "single peak", second: "bad"}


def test_the_plot_has_a_text_twin(label: Page) -> None:
    sentence = label.locator("#label-window-chart svg").first.get_attribute("aria-label") or ""
    assert sentence.startswith("Hα window, ")
    label.get_by_title("Save the plot").first.click()
    label.get_by_role("button", name="Data as a table").first.click()
    expect(label.get_by_role("dialog").locator("tbody tr")).to_have_count(140)
    press(label, "1")  # a dialog is open: no label
    press(label, "Escape")
    assert label.evaluate("spectrolabe.label.state.answered.length") == 0


def test_a_plot_is_saved_as_svg_and_png(label: Page) -> None:
    for kind, start in (("SVG", b"<svg"), ("PNG", b"\x89PNG")):
        label.get_by_title("Save the plot").first.click()
        with label.expect_download() as download:
            label.get_by_role("button", name=f"Save as {kind}").first.click()
        assert download.value.path().read_bytes().startswith(start)


def test_several_spectra_stand_side_by_side(label: Page) -> None:
    label.get_by_role("button", name="Several").click()
    expect(label.locator(".label-cell:visible")).to_have_count(6)
    wanted = queue_of(label)[2]
    label.locator(".label-cell").nth(2).click()
    expect_shown(label, wanted)


def test_the_columns_are_chosen_by_the_user(label: Page) -> None:
    label.get_by_role("button", name="Columns").click()
    box = label.get_by_role("dialog").get_by_label("designation")
    box.set_checked(not box.is_checked())
    press(label, "Escape")
    before = label.locator("#label-metadata dt").all_inner_texts()
    label.reload()
    expect(label.locator("#label-metadata dt").first).to_be_visible()
    assert label.locator("#label-metadata dt").all_inner_texts() == before


def test_the_end_of_the_list_sums_up(label: Page) -> None:
    label.evaluate(
        "async () => { const l = spectrolabe.label; while (!l.state.isEnded) {"
        " l.answer('label', {class_id: l.state.classes[0].class_id}); await new Promise((go) => setTimeout(go, 5)); } }"
    )
    expect(label.get_by_role("heading", name="The queue is empty")).to_be_visible()
    expect(label.get_by_role("link", name="Train iteration 1")).to_be_visible()
    expect(label.locator(".label-end tbody tr").first).to_contain_text(str(len(queue_of(label))))
    press(label, "ArrowLeft")
    expect(label.locator(TRACE)).to_be_visible()


def test_twelve_classes_stand_in_two_rows(browse: Browse, server: Server) -> None:
    page = open_label(browse, server, add_labeling(server, "Twelve", TWELVE))
    tops = page.evaluate("[...document.querySelectorAll('.label-class')].map((e) => e.getBoundingClientRect().top)")
    assert (len(tops), len(set(tops))) == (12, 2)


def test_the_page_does_not_scroll_at_1440(label: Page) -> None:
    assert label.evaluate("document.documentElement.scrollHeight <= window.innerHeight")
    assert label.evaluate(WIDER) == []


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_grave(label: Page, theme: str) -> None:
    set_theme(label, theme)
    press(label, "1", "u", "n", "p")
    label.get_by_role("button", name="Columns").click()
    assert findings(label) == []


def test_arrows_go_through_the_rows_of_the_queue(label: Page) -> None:
    wanted = queue_of(label)[30]
    label.locator("#label-rows [aria-current]").focus()
    for _ in range(30):
        press(label, "ArrowDown")
    press(label, "Enter")
    expect_shown(label, wanted)


def test_a_phone_labels_with_a_finger(browse: Browse, server: Server, session: Session) -> None:
    page = open_label(browse, server, session, width=390, height=844, has_touch=True)
    first = shown(page)
    assert page.evaluate(WIDER) == []
    heights = page.evaluate("[...document.querySelectorAll('.label-class')].map((e) => e.offsetHeight)")
    assert min(heights) >= 76
    page.get_by_role("button", name="double peak, key 3").tap()
    expect_saved(page)
    assert said(server, session) == {first: "double peak"}
    page.get_by_role("button", name="Queue").tap()
    page.locator("#label-rows .label-row").first.tap()
    expect_shown(page, first)


def test_a_session_that_is_not_there_is_said(browse: Browse, server: Server) -> None:
    page = browse(server, "/")
    watcher_of(page).expect_http(404, "session=nowhere")
    page.goto("/label?session=nowhere")
    expect(page.get_by_role("alert").filter(has_text="The queue cannot be shown")).to_be_visible()


def test_without_a_session_one_is_chosen(browse: Browse, server: Server) -> None:
    page = browse(server, "/label")
    expect(page.get_by_role("heading", name="No session is open")).to_be_visible()

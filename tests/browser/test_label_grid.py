"""The table of the page Label: many rows at once, one undo, edits in place, files of what is shown."""

import csv
import io

import pytest
from playwright.sync_api import Locator, Page, expect

from al_core.sessions import LabelEvent, Session
from tests.browser.accessibility import THEMES, findings, set_theme, too_wide
from tests.browser.conftest import Browse
from tests.browser.labeling import (
    add_labeling,
    events_of,
    expect_saved,
    journal_of,
    queue_of,
    said,
    shown,
    wait_for_spectrum,
)
from tests.browser.server import Server
from tests.browser.steps import LONG_MS, until, watcher_of
from tests.browser.trained import N_ORACLE, N_SAMPLE, add_trained

CSV = "spectrolabe.label.gridExport.csv(spectrolabe.label.grid.api())"


@pytest.fixture
def session(server: Server) -> Session:
    return add_labeling(server)


@pytest.fixture
def table(server: Server, session: Session, browse: Browse) -> Page:  # pages close before their server does
    return open_table(browse, server, session)


def open_table(browse: Browse, server: Server, session: Session, **options: int) -> Page:
    page = browse(server, f"/label?session={session.session_id}&view=table", **options)
    wait_for_rows(page)
    return page


def wait_for_rows(page: Page) -> None:
    wait_for_spectrum(page)
    expect(page.locator(".ag-row").first).to_be_visible(timeout=LONG_MS)
    expect(page.locator("#label-grid-count")).to_contain_text("spectra", timeout=LONG_MS)


def cell(page: Page, row: int, column: str) -> Locator:
    return page.locator(f'.label-grid .ag-row[row-index="{row}"] [col-id="{column}"]')


def choose(page: Page, *rows: int) -> None:
    for row in rows:
        cell(page, row, "ag-Grid-SelectionColumn").locator("input").click()


def bar(page: Page) -> Locator:
    return page.locator("#label-grid-act")


def label_as(page: Page, name: str) -> None:
    bar(page).get_by_text("Label as").click()
    bar(page).get_by_role("button", name=name, exact=True).click()


def rows_of(page: Page) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(page.evaluate(CSV))))


def search(page: Page, text: str) -> None:
    page.get_by_label("Search the table").fill(text)


def test_rows_are_labeled_at_once_and_taken_back_by_one_undo(table: Page, server: Server, session: Session) -> None:
    ids = queue_of(table)
    choose(table, 0, 2, 3)
    expect(bar(table)).to_contain_text("3 selected")
    label_as(table, "single peak")
    expect_saved(table)
    assert said(server, session) == dict.fromkeys([ids[0], ids[2], ids[3]], "single peak")
    expect(cell(table, 2, "label")).to_have_text("single peak")
    table.reload()
    wait_for_rows(table)
    bar(table).get_by_role("button", name="Undo").click()
    expect(cell(table, 2, "label")).to_have_text("—")
    expect_saved(table)
    assert said(server, session) == {}
    assert events_of(server, session)["kind"].to_list() == ["label"] * 3 + ["undo"] * 3


def test_the_toast_takes_back_its_own_act_alone(table: Page, server: Server, session: Session) -> None:
    first, second, third = queue_of(table)[:3]
    choose(table, 0, 1)
    bar(table).get_by_role("button", name="Bad data").click()
    cell(table, 2, "label").dblclick()
    table.locator(".label-grid-picker").get_by_role("button", name="double peak").click()
    expect(cell(table, 2, "label")).to_have_text("double peak")
    table.locator("#shell-toasts").get_by_role("button", name="Undo").click()
    expect(cell(table, 0, "label")).to_have_text("—")
    expect_saved(table)
    assert said(server, session) == {third: "double peak"}
    assert {first, second}.isdisjoint(said(server, session))


def test_answers_and_comments_are_edited_in_place(table: Page, server: Server, session: Session) -> None:
    second = queue_of(table)[1]
    cell(table, 1, "label").click()
    table.keyboard.press("Enter")
    table.keyboard.press("ArrowDown")
    table.keyboard.press("Enter")
    expect(cell(table, 1, "label")).to_have_text("single peak")
    cell(table, 1, "comment").dblclick()
    table.keyboard.type("P Cygni? <b>1 2 u</b>")
    table.keyboard.press("Enter")
    expect(cell(table, 1, "comment")).to_have_text("P Cygni? <b>1 2 u</b>")
    expect_saved(table)
    assert said(server, session) == {second: "single peak"}
    assert journal_of(server, session).comments() == {second: "P Cygni? <b>1 2 u</b>"}
    cell(table, 1, "label").dblclick()
    table.get_by_role("button", name="No label").click()
    expect(cell(table, 1, "label")).to_have_text("—")
    expect_saved(table)
    assert said(server, session) == {}


def test_typing_in_the_table_labels_nothing(table: Page, server: Server, session: Session) -> None:
    table.get_by_label("Search the table").press_sequentially("12ubsz")
    expect(table.locator("#label-grid-count")).to_have_text("0 of 199 spectra")
    expect(table.get_by_text("No spectrum matches")).to_be_visible()
    table.get_by_role("button", name="Clear filters").click()
    cell(table, 1, "label").click()
    table.keyboard.type("12ubs")
    cell(table, 1, "label").dblclick()
    table.keyboard.type("12ubs")
    table.get_by_label("Search the table").click()  # an editor that is left says nothing
    table.locator("#label-grid-count").click()
    table.keyboard.type("12ubs")  # nor do the keys while the table is in front
    expect(table.locator(".label-grid-picker")).to_have_count(0)
    table.wait_for_timeout(300)
    assert events_of(server, session).is_empty()


def test_what_is_shown_is_exported_without_formulas(table: Page, server: Server, session: Session) -> None:
    first, second = queue_of(table)[:2]
    comments = {first: '=HYPERLINK("http://x","y")', second: "+1 from me, “really”"}
    for number, (name, text) in enumerate(comments.items()):
        event = LabelEvent(f"comment-{number}", "comment", name, "eva", comment=text)
        journal_of(server, session).append([event])
    expect(cell(table, 0, "comment")).to_have_text(comments[first])  # what others say appears
    expect(cell(table, 1, "comment")).to_have_text(comments[second])
    assert len(rows_of(table)) == 199
    search(table, first)
    expect(table.locator("#label-grid-count")).to_have_text("1 of 199 spectra")
    [row] = rows_of(table)
    assert (row["id"], row["comment"]) == (first, f"'{comments[first]}")
    table.locator(".label-grid-export summary").click()
    with table.expect_download() as given:
        table.get_by_role("button", name="What is shown").click()
    assert given.value.suggested_filename == f"{session.session_id}-table.csv"
    assert given.value.path().read_bytes().decode() == table.evaluate(CSV)
    for name in ("Labels (CSV)", "Journal (Parquet)", "Journal (VOTable)"):
        table.locator(".label-grid-export summary").click()
        with table.expect_download() as given:
            table.get_by_role("link", name=name).click()
        assert given.value.path().stat().st_size > 0


def test_columns_are_sorted_filtered_and_kept(table: Page, server: Server) -> None:
    search(table, "")
    table.get_by_role("button", name="Columns", exact=True).click()
    panel = table.get_by_role("dialog", name="Columns of the table")
    panel.get_by_role("checkbox", name="Place in queue").check()
    panel.get_by_role("button", name="Pin Comment").click()
    expect(panel.get_by_role("button", name="Unpin Comment")).to_be_focused()
    table.keyboard.press("Escape")
    table.locator('.ag-header-cell[col-id="id"] .ag-header-cell-label').click()
    ids = [row["id"] for row in rows_of(table)]
    assert ids == sorted(ids)
    table.reload()
    wait_for_rows(table)
    expect(table.locator('.ag-pinned-left-header .ag-header-cell[col-id="comment"]')).to_be_visible()
    assert [row["id"] for row in rows_of(table)] == ids
    assert rows_of(table)[0]["place"]


def test_classes_are_chosen_in_a_filter(table: Page) -> None:
    choose(table, 0, 1)
    label_as(table, "double peak")
    table.locator('.ag-header-cell[col-id="label"] .ag-header-cell-filter-button').click()
    table.locator(".label-grid-choice").get_by_role("checkbox", name="none").uncheck()
    expect(table.locator("#label-grid-count")).to_have_text("2 of 199 spectra")
    table.keyboard.press("Escape")
    expect(bar(table)).to_contain_text("2 selected")
    assert {row["label"] for row in rows_of(table)} == {"double peak"}


def test_filters_are_kept_over_a_reload(table: Page) -> None:
    choose(table, 0, 1)
    label_as(table, "double peak")
    table.locator('.ag-header-cell[col-id="label"] .ag-header-cell-filter-button').click()
    table.locator(".label-grid-choice").get_by_role("checkbox", name="none").uncheck()
    table.keyboard.press("Escape")
    expect_saved(table)
    table.reload()
    wait_for_rows(table)
    expect(table.locator("#label-grid-count")).to_have_text("2 of 199 spectra")
    table.get_by_role("button", name="Clear filters").click()
    expect(table.locator("#label-grid-count")).to_have_text("199 spectra")


def test_the_confidence_of_a_label_is_edited_in_place(table: Page, server: Server, session: Session) -> None:
    choose(table, 0)
    label_as(table, "single peak")
    table.evaluate("spectrolabe.label.grid.api().ensureColumnVisible('confidence')")
    cell(table, 1, "confidence").dblclick()  # without a label there is nothing to be sure of
    expect(table.locator("#label-grid")).to_be_hidden()
    table.get_by_role("button", name="Table", exact=True).click()
    table.evaluate("spectrolabe.label.grid.api().ensureColumnVisible('confidence')")
    cell(table, 0, "confidence").click()
    table.keyboard.press("Enter")
    table.get_by_role("button", name="3: clear, minor noise").click()
    expect(cell(table, 0, "confidence")).to_have_text("3")
    expect_saved(table)
    events = events_of(server, session)
    assert events["confidence"].to_list() == [None, 3]
    assert set(said(server, session).values()) == {"single peak"}
    table.keyboard.press("Control+z")
    expect(cell(table, 0, "confidence")).to_have_text("—")


def test_on_a_phone_a_row_has_two_lines_and_its_label_in_view(server: Server, browse: Browse) -> None:
    session = add_trained(server.workspace)
    table = open_table(browse, server, session, width=390, height=844, has_touch=True, is_mobile=True)
    row = table.evaluate("spectrolabe.label.state.items.findIndex((item) => item.kind === 'uncertain')")
    card = cell(table, row, "id")
    expect(card).to_contain_text(queue_of(table)[row][-6:])
    expect(card).to_contain_text("Uncertain · ")
    assert card.evaluate("(one) => one.offsetHeight") >= 60
    assert table.locator(".ag-header-cell-text:visible").all_inner_texts() == ["Spectrum", "Label"]
    cell(table, row, "label").tap()
    table.locator(".label-grid-picker").get_by_role("button", name="double peak").tap()
    expect(cell(table, row, "label")).to_have_text("double peak")
    assert too_wide(table) == []


def test_comments_for_many_rows(table: Page, server: Server, session: Session) -> None:
    ids = queue_of(table)
    choose(table, 0, 4)
    bar(table).get_by_role("button", name="Comment…").click()
    table.get_by_role("dialog").get_by_role("textbox").fill("follow up 12u")
    table.get_by_role("button", name="Save the comment").click()
    expect_saved(table)
    assert journal_of(server, session).comments() == dict.fromkeys([ids[0], ids[4]], "follow up 12u")
    table.locator("#label-grid-count").click()
    table.keyboard.press("z")
    expect(cell(table, 4, "comment")).to_have_text("—")
    expect_saved(table)
    assert journal_of(server, session).comments() == {}


def test_rows_of_the_sample_are_blind_until_they_are_labeled(server: Server, browse: Browse) -> None:
    session = add_trained(server.workspace)
    table = open_table(browse, server, session)
    at = table.evaluate("spectrolabe.label.state.items.findIndex((item) => item.kind === 'random')")
    name = queue_of(table)[at]
    expect(cell(table, at, "id")).to_have_text("Name hidden")
    expect(cell(table, at, "prediction")).to_have_text("hidden")
    assert "random sample" in str(cell(table, at, "id").locator("[title]").get_attribute("title"))
    hidden = [row for row in rows_of(table) if not row["id"]]
    assert len(hidden) == N_SAMPLE
    assert {row[key] for row in hidden for key in ("prediction", "probability", "entropy", "ra", "subclass")} == {""}
    search(table, name)
    expect(table.locator("#label-grid-count")).to_contain_text("0 of 12")
    table.get_by_role("button", name="Clear filters").click()
    choose(table, at)
    expect(bar(table)).to_contain_text("1 of the random sample")
    label_as(table, "other")
    expect(cell(table, at, "id")).to_have_text(name)
    expect(cell(table, at, "prediction")).not_to_have_text("hidden")
    bar(table).get_by_role("button", name="Undo").click()
    expect(cell(table, at, "id")).to_have_text("Name hidden")
    assert len(rows_of(table)) == N_ORACLE + N_SAMPLE


def test_a_row_shows_its_spectrum_and_a_double_click_opens_it(table: Page, server: Server, session: Session) -> None:
    ids = queue_of(table)
    cell(table, 3, "id").click()
    table.wait_for_function("(id) => spectrolabe.label.state.current?.id === id", arg=ids[3])
    table.keyboard.press("ArrowDown")
    table.wait_for_function("(id) => spectrolabe.label.state.current?.id === id", arg=ids[4])
    table.keyboard.press("Enter")
    expect(table.locator("#label-grid")).to_be_hidden()
    assert "view=table" not in table.url
    assert shown(table) == ids[4]
    table.keyboard.press("2")
    expect_saved(table)
    table.get_by_role("button", name="Table", exact=True).click()
    expect(cell(table, 4, "label")).to_have_text("single peak")
    assert said(server, session) == {ids[4]: "single peak"}


def test_labels_of_the_table_wait_while_the_server_is_away(table: Page, server: Server, session: Session) -> None:
    ids = queue_of(table)
    choose(table, 0, 1)
    with watcher_of(table).server_away():
        server.kill9()
        label_as(table, "other")
        expect(cell(table, 1, "label")).to_have_text("other")
        expect(table.locator("#label-saved")).to_have_attribute("data-waiting", "2")
        server.start()
        expect_saved(table)
    until(lambda: said(server, session) == {ids[0]: "other", ids[1]: "other"}, 30)


def test_a_table_that_cannot_be_read_says_so(server: Server, session: Session, browse: Browse) -> None:
    table = browse(server, f"/label?session={session.session_id}")
    wait_for_spectrum(table)
    table.route("**/api/labels/table?*", lambda route: route.fulfill(status=503, json={"error": "The disk is full."}))
    watcher_of(table).expect_http(503, "/api/labels/table")
    table.get_by_role("button", name="Table", exact=True).click()
    expect(table.locator("#label-grid").get_by_role("alert")).to_contain_text("The disk is full.")
    table.unroute("**/api/labels/table?*")
    table.get_by_role("button", name="Try again").click()
    expect(table.locator("#label-grid").get_by_role("alert")).to_have_count(0)


@pytest.mark.parametrize("width", [1440, 390])
def test_the_table_is_accessible(server: Server, session: Session, browse: Browse, width: int) -> None:
    table = open_table(browse, server, session, width=width)
    choose(table, 0)
    for theme in THEMES:
        set_theme(table, theme)
        assert findings(table) == []
    assert too_wide(table) == []
    cell(table, 0, "ag-Grid-SelectionColumn").click()
    for _ in range(8):  # the tab key leaves the table behind the first cell, so the bar is near
        table.keyboard.press("Tab")
        if table.evaluate("document.activeElement.closest('#label-grid-act') !== null"):
            return
    pytest.fail("The tab key does not reach the bar below the table.")


def test_a_thousand_rows_are_drawn_few_at_a_time(table: Page) -> None:
    assert len(queue_of(table)) == 199
    assert table.locator(".ag-center-cols-container .ag-row").count() < 60

"""The page Candidates: found, looked at, acted upon; saved, shared; hostile text; no backend; the last of many rows."""

import json
import re
from urllib.parse import parse_qs, urlsplit

import polars as pl
from playwright.sync_api import expect

from al_core.simulation.catalog import index_rows, simulate_catalog
from tests.browser.candidates import (
    HOSTILE,
    act,
    add_predicted,
    dialog,
    expect_count,
    facet,
    ids_shown,
    open_candidates,
    row,
    search,
    write_index,
)
from tests.browser.conftest import Browse
from tests.browser.labeling import said
from tests.browser.server import Server
from tests.browser.steps import LONG_MS, watcher_of
from tests.browser.workspaces import services_of

#: Rows of the large index: what a table shows of a million it shows of four.
MANY = 300_000
#: A search of ten megabytes.
HUGE = """async () => {
  const body = JSON.stringify({index: ["odd"], q: "x".repeat(1e7)});
  const headers = {"Content-Type": "application/json"};
  return (await fetch("/api/candidates/query", {method: "POST", headers, body})).status;
}"""


def test_a_search_a_facet_and_a_row_lead_to_a_spectrum_that_a_key_labels(server: Server, browse: Browse) -> None:
    session = add_predicted(server.workspace)
    page = open_candidates(browse, server, f"session={session.session_id}")
    expect_count(page, "199 of 199 spectra")
    facet(page, "@predicted").get_by_text("single peak").click()
    expect_count(page, "^20 of 199")
    facet(page, "@predicted").get_by_text("double peak").click()  # one or the other
    expect_count(page, "^40 of 199")
    expect(facet(page, "@predicted")).to_contain_text("other159")  # counted without its own condition
    expect(page.locator("#candidates-expected")).to_contain_text(re.compile(r"expect 3\d true"))
    handle = page.get_by_role("slider", name="p(candidate), at least")
    handle.focus()
    handle.press("PageUp")
    handle.press("PageUp")
    expect(page.locator("#candidates-chips")).to_contain_text("p(candidate) ≥ 0.2")
    search(page, "snrg>=1")
    expect(page.locator("#candidates-chips")).to_contain_text("snrg")
    expect_count(page, "of 199")
    row(page, 0).locator('[col-id="@predicted"]').click()
    expect(page.locator("#candidates-window-chart svg")).to_have_attribute("aria-label", re.compile("deviation"))
    name = ids_shown(page)[0]
    page.keyboard.press("3")
    said_now = page.locator("#candidates-spectrum-labels").get_by_role("button", name="double peak")
    expect(said_now).to_have_attribute("aria-pressed", "true")
    expect(facet(page, "@label")).to_contain_text("double peak1")
    assert said(server, session) == {name: "double peak"}
    page.keyboard.press("Escape")
    expect(page.locator("#candidates-spectrum")).to_be_hidden()


def test_all_results_are_labeled_taken_back_queued_and_exported(server: Server, browse: Browse) -> None:
    session = add_predicted(server.workspace)
    page = open_candidates(browse, server, f"session={session.session_id}&q=predicted:other")
    expect_count(page, "^159 of 199")
    act(page, "Label…")
    dialog(page).get_by_text("single peak").click()
    go = dialog(page).get_by_role("button", name="Label 159 spectra")
    go.click()
    expect(dialog(page)).to_contain_text("Enter 159 to confirm")
    dialog(page).get_by_label("To confirm").fill("159")
    go.click()
    toasts = page.locator("#shell-toasts")
    expect(toasts).to_contain_text("155 spectra labeled single peak, 4 members of the sample left out", timeout=LONG_MS)
    assert len(said(server, session)) == 155
    toasts.get_by_role("button", name="Undo").click()
    expect(toasts).to_contain_text("155 labels taken back", timeout=LONG_MS)
    assert not said(server, session)
    page.locator('.ag-row[row-index="1"] [col-id="choice"] input').click()
    page.locator('.ag-row[row-index="3"] [col-id="choice"] input').click(modifiers=["Shift"])
    expect(page.locator("#candidates-meant")).to_contain_text("3 chosen of 159")
    act(page, "Queue for labeling")
    dialog(page).get_by_label("Name of the list").fill("three")
    dialog(page).get_by_role("button", name="Make the queue").click()
    expect(toasts).to_contain_text("“three” has 3 spectra")
    [stored] = services_of(server.workspace).labeling.lists(session.session_id)
    assert stored.n_spectra == 3
    act(page, "Export…")
    dialog(page).get_by_role("radio", name="Parquet").check()
    dialog(page).get_by_role("button", name="Make the file").click()
    with page.expect_download(timeout=LONG_MS) as download:
        page.get_by_role("link", name="Download candidates.parquet").click(timeout=LONG_MS)
    frame = pl.read_parquet(download.value.path())
    assert frame["id"].to_list() == ids_shown(page)[1:4]
    assert frame["predicted"].unique().to_list() == ["other"]


def test_a_saved_search_survives_a_reload_and_the_history_goes_back(server: Server, browse: Browse) -> None:
    session = add_predicted(server.workspace)
    page = open_candidates(browse, server, f"session={session.session_id}")
    search(page, "predicted:other")
    expect_count(page, "^159")
    search(page, "p(candidate)>0.05")
    expect(page.locator("#candidates-chips li")).to_have_count(2)
    expect_count(page, r"^\d\d of 199")
    count = page.locator("#candidates-count strong").inner_text()
    page.locator(".candidates-saved summary").click()
    page.get_by_role("button", name="Save this search…").click()
    dialog(page).get_by_label("Name").fill(f"doubtful {HOSTILE[:40]}")
    page.keyboard.press("Enter")
    expect(page.locator("#candidates-n-saved")).to_have_text("1")
    page.go_back()
    expect_count(page, "^159")
    expect(page.locator("#candidates-chips li")).to_have_count(1)
    page.go_back()
    expect_count(page, "^199")
    page.reload()
    expect_count(page, "^199 of 199")
    page.locator(".candidates-saved summary").click()
    page.get_by_role("button", name="doubtful").first.click()
    expect_count(page, f"^{count} of 199")
    asked = parse_qs(urlsplit(page.url).query)["q"][0]
    assert asked == "predicted:other p(candidate)>0.05"
    other = open_candidates(browse, server, urlsplit(page.url).query)  # whom the address was sent to
    expect_count(other, f"^{count} of 199")
    other.get_by_role("button", name="Statistics").click()
    expect(other.get_by_role("main")).to_contain_text("are of another class in iteration 2", timeout=LONG_MS)
    expect(other.locator("#candidates-act")).to_be_hidden()


def test_hostile_text_is_text_and_a_wrong_search_says_where(server: Server, browse: Browse) -> None:
    session = add_predicted(server.workspace)
    rows = {"id": ["a", "b"], "remark": [HOSTILE, '=cmd|" /C calc"!A0'], "ra": [10.0, 20.0], "dec": [1.0, -1.0]}
    write_index(server.workspace, "odd", [pl.DataFrame(rows)])
    page = open_candidates(browse, server, f"session={session.session_id}&index=odd&columns=id,remark")
    expect(row(page, 0)).to_contain_text("<img src=x")
    row(page, 0).locator('[col-id="remark"]').click()
    expect(page.locator("#candidates-spectrum")).to_contain_text("<script>")
    page.keyboard.press("Escape")
    watcher_of(page).expect_http(400, "/api/candidates/query")
    search(page, "remark:img AND (dec>0")
    expect(page.locator("#candidates-error")).to_contain_text("the bracket that begins here is not closed")
    expect(page.locator("#candidates-error mark")).to_have_text("(")
    search(page, HOSTILE)
    expect(page.locator("#candidates-error")).to_be_visible()
    search(page, "x" * 60_000)
    expect(page.locator("#candidates-error")).to_contain_text("60,000 characters")
    watcher_of(page).expect_http(413)
    assert page.evaluate(HUGE) == 413
    assert page.evaluate("window.hurt") is None


def test_the_page_says_that_its_backend_is_away_and_goes_on_when_it_is_back(server: Server, browse: Browse) -> None:
    session = add_predicted(server.workspace)
    page = open_candidates(browse, server, f"session={session.session_id}")
    watcher = watcher_of(page)
    watcher.expect_http(503)
    away = json.dumps({"error": "No answer from http://127.0.0.1:9200 within 2 s."})
    paths = re.compile(r"/api/candidates/(rows|facets|histogram|sky|query)$")
    page.route(paths, lambda route: route.fulfill(status=503, content_type="application/json", body=away))
    facet(page, "@predicted").get_by_text("other").click()
    expect(page.locator("#candidates-error")).to_contain_text("No answer from")
    page.unroute(paths)
    rows_only = re.compile(r"/api/candidates/(rows|facets|histogram|sky)$")
    page.route(rows_only, lambda route: route.fulfill(status=503, content_type="application/json", body=away))
    search(page, "predicted:other")
    banner = page.locator("#candidates-banner")
    expect(banner).to_contain_text("does not answer", timeout=LONG_MS)
    expect(page.locator("#candidates-backend")).to_contain_text("does not answer")
    expect(row(page, 0)).to_be_visible()
    page.unroute(rows_only)
    banner.get_by_role("button", name="Try again").click()
    expect(banner).to_be_empty()
    expect_count(page, "^159 of 199")


def test_the_last_row_of_a_large_index_is_there_at_once(server: Server, browse: Browse) -> None:
    wanted = ["id", "designation", "ra", "dec", "snrr", "class", "subclass", "mag1"]
    frames = (index_rows(frame).select(wanted) for frame in simulate_catalog(MANY, 4))
    write_index(server.workspace, "lamost", (frame.cast({"snrr": pl.Float64, "mag1": pl.Float64}) for frame in frames))
    page = open_candidates(browse, server, "index=lamost")
    expect_count(page, "300,000 of 300,000")
    row(page, 0).locator('[col-id="subclass"]').click()
    page.keyboard.press("Escape")
    row(page, 0).locator('[col-id="subclass"]').focus()
    page.keyboard.press("Control+End")
    expect(row(page, MANY - 1)).to_be_visible(timeout=LONG_MS)
    expect(row(page, MANY - 1).locator('[col-id="subclass"] .candidates-cell')).not_to_be_empty(timeout=LONG_MS)
    page.locator(".ag-header-cell").filter(has_text="S/N r").click()
    expect(row(page, 0).locator('[col-id="snrr"]')).to_contain_text(re.compile(r"\d"), timeout=LONG_MS)
    area = page.locator("#candidates-sky").bounding_box()
    assert area is not None
    page.get_by_role("button", name="Area").click()
    dialog(page).get_by_role("button", name="Draw on the map").click()
    page.mouse.move(area["x"] + area["width"] / 2, area["y"] + area["height"] * 0.35)
    page.mouse.down()
    page.mouse.move(area["x"] + area["width"] / 2 + 30, area["y"] + area["height"] * 0.35, steps=4)
    page.mouse.up()
    expect(page.locator("#candidates-chips")).to_contain_text("cone")
    expect_count(page, r"^[1-9][\d,]* of 300,000")

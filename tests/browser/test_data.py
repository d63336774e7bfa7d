"""Spectra come in through the browser, also in two halves with a reload in between."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import Browse
from tests.browser.server import Server
from tests.browser.steps import LONG_MS, go_to, wait_for_end
from tests.browser.steps import job_of as newest_job
from tests.browser.workspaces import CLASSES, KNOWN, POOL, services_of

MEGABYTE = 1_000_000


def choose(page: Page, button: str | re.Pattern[str], path: Path) -> None:
    """Choose a file as the person does who presses the button."""
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name=button).click()
    chooser.value.set_files(path)


def import_file(page: Page, path: Path, pool: str) -> None:
    """Upload a file and import it as a pool."""
    page.get_by_role("button", name="Add data").first.click()
    choose(page, "Choose files", path)
    page.get_by_label("Name of the pool").fill(pool)
    page.get_by_role("button", name="Import", exact=True).click()
    row = page.get_by_role("list", name="Pools").get_by_role("listitem").filter(has_text=pool)
    expect(row).to_contain_text("spectra", timeout=LONG_MS)


def test_from_an_empty_workspace_to_a_finished_iteration(empty_server: Server, browse: Browse, survey: Path) -> None:
    page = browse(empty_server)
    expect(page.get_by_role("heading", level=1)).to_have_text("Start with a pool of spectra")
    go_to(page, "Data")
    import_file(page, survey / "pool.csv", "my spectra")
    go_to(page, "Sessions")
    page.get_by_role("button", name="New session").click()
    dialog = page.get_by_role("dialog", name="New session")
    dialog.get_by_label("Name", exact=True).first.fill("First look")
    expect(dialog.get_by_label("Pool")).to_have_value("my spectra")
    dialog.get_by_role("button", name="Make the session").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Train")
    page.locator("summary", has_text="Predefined").click()
    page.get_by_role("button", name="Initial labeling").click()
    page.get_by_role("button", name=re.compile("^(Choose|Draw|Train|Run)")).and_(page.locator(":enabled")).last.click()
    expect(page.get_by_role("main")).to_contain_text("to_label.csv", timeout=LONG_MS)
    assert wait_for_end(empty_server, newest_job(empty_server)).error is None
    (iteration,) = services_of(empty_server.workspace).sessions.iterations("first-look")
    assert iteration.number == 0
    go_to(page, "Jobs")
    expect(page.get_by_role("list", name="Jobs").get_by_role("listitem")).to_have_count(2)


def test_an_upload_goes_on_after_a_reload(empty_server: Server, browse: Browse, tmp_path: Path) -> None:
    big = tmp_path / "big.csv"
    big.write_bytes(b"id,6519.0,6520.5\n" + b"star,1.0,2.0\n" * 3_000_000)  # 39 MB: five pieces
    page = browse(empty_server, "/data")
    sent: list[int] = []
    page.on("requestfinished", lambda r: r.method == "PUT" and sent.append(len(r.post_data_buffer or b"")))
    line = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 8 * MEGABYTE}
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", slow)
    page.get_by_role("button", name="Add data").first.click()
    choose(page, "Choose files", big)
    page.wait_for_event("requestfinished", lambda r: r.method == "PUT")
    page.reload()
    expect(page.get_by_text("Choose the same file again to go on")).to_be_visible()
    line.send("Network.emulateNetworkConditions", {**slow, "uploadThroughput": -1})
    choose(page, re.compile("Choose the"), big)
    expect(page.get_by_role("list", name="Uploaded files")).to_contain_text("big.csv", timeout=LONG_MS)
    (upload,) = [path for path in (empty_server.workspace / "uploads").rglob("big.csv") if path.is_file()]
    assert upload.read_bytes() == big.read_bytes()
    assert sum(sent) < 2 * big.stat().st_size


def test_a_file_that_is_none_says_why(empty_server: Server, browse: Browse, tmp_path: Path) -> None:
    nonsense = tmp_path / "notes.docx"
    nonsense.write_bytes(b"PK\x03\x04 nothing of use")
    page = browse(empty_server, "/data")
    page.get_by_role("button", name="Add data").first.click()
    choose(page, "Choose files", nonsense)
    expect(page.get_by_role("region", name="Details")).to_contain_text(re.compile("not recognized", re.IGNORECASE))


def test_a_pool_and_a_training_set_are_given_to_the_session(server: Server, browse: Browse) -> None:
    sessions = services_of(server.workspace).sessions
    sessions.create("Be stars", classes=CLASSES)
    page = browse(server, "/data?session=be-stars")
    details = page.get_by_role("region", name="Details")
    for listed, name in (("Pools", POOL), ("Training sets", KNOWN)):
        page.get_by_role("list", name=listed).get_by_role("button", name=name).click()
        expect(details).to_contain_text("no session")
        details.get_by_role("button", name="Use in this session").click()
        expect(page.get_by_text(f"Be stars uses {name} now")).to_be_visible()
        expect(details).not_to_contain_text("no session")
        expect(details.get_by_role("button", name="Use in this session")).to_have_count(0)
    session = sessions.get("be-stars")
    assert session.pool == POOL
    assert session.training_set == services_of(server.workspace).library.training.get(KNOWN).path
    go_to(page, "Train")
    expect(page.get_by_text("Valid. Form and JSON are the same object.")).to_be_visible()


def test_a_catalogue_becomes_an_index_once_its_columns_are_confirmed(
    empty_server: Server, browse: Browse, tmp_path: Path
) -> None:
    table = tmp_path / "stars.csv"
    table.write_text("name;RAJ2000;DEJ2000;Bmag;note\nx;10:00:00;+20:00:00;12.5;good\ny;abc;1;13;\n", encoding="utf-8")
    page = browse(empty_server, "/data")
    page.get_by_role("button", name="Add data").first.click()
    choose(page, "Choose files", table)
    page.get_by_role("button", name="Index its metadata").click()
    expect(page.get_by_text("No column names the rows. Choose one.")).to_be_visible()
    page.get_by_label("Rows are named by").select_option("name")
    page.get_by_label("Field of Bmag").fill("mag_b")
    page.get_by_label("Type of note").select_option("leave out")
    page.get_by_role("button", name="Import metadata").click()
    expect(page.get_by_role("list", name="Indices")).to_contain_text("stars", timeout=LONG_MS)
    detail = page.get_by_role("region", name="Details")
    expect(detail).to_contain_text("mag_b", timeout=LONG_MS)
    expect(detail).to_contain_text("ra: expected 0 to 360 degrees or hh:mm:ss, found 'abc'")
    index = services_of(empty_server.workspace).catalogs.open("stars")
    assert index.scan(["ra", "mag_b"]).collect().select("id", "ra", "mag_b").rows() == [("x", 150.0, 12.5)]
    detail.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("list", name="Indices")).to_have_count(0)

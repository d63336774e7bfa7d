"""The page Performance: from a sample without labels to figures, through iterations, views and downloads."""

import json
import re

import polars as pl
import pytest
from playwright.sync_api import expect

from al_core.sessions import LabelEvent
from tests.browser.accessibility import THEMES, findings, set_theme, too_wide
from tests.browser.conftest import Browse
from tests.browser.server import Server
from tests.browser.workspaces import services_of
from tests.core.sessions_made import CLASSES, write_iteration

ADDRESS = "/performance?session=be"


@pytest.fixture
def judged(empty_server: Server) -> Server:
    """Server with a session of two iterations; the sample of the first is labeled, 86 of 100 as predicted."""
    services = services_of(empty_server.workspace)
    session = services.sessions.create("Be", classes=CLASSES, candidate_classes=CLASSES[1:])
    for number in (1, 2):
        sample = {f"p{number}-{k}": 1 for k in range(100)}
        path = write_iteration(services.sessions.folder("be"), number, sample=sample, oracle=[f"o{number}"])
        columns = {"spectrum_id": [f"s{k}" for k in range(9)], "prediction": [0, 1, 2] * 3, "set": ["pool"] * 9}
        pl.DataFrame(columns).write_parquet(path / "predictions.parquet")
    say(empty_server, 1, 86, 14)
    assert session.session_id == "be"
    return empty_server


def say(server: Server, iteration: int, right: int, wrong: int) -> None:
    sessions = services_of(server.workspace).sessions
    ids = [one.class_id for one in sessions.get("be").classes]
    names = [f"p{iteration}-{k}" for k in range(right + wrong)]
    sessions.journal("be").append(
        [
            LabelEvent(name, "label", name, "jana", class_id=ids[1 if k < right else 0], queue="perf-est")
            for k, name in enumerate(names)
        ]
    )


def test_from_a_sample_without_labels_to_figures(judged: Server, browse: Browse) -> None:
    page = browse(judged, ADDRESS)
    main = page.get_by_role("main")
    expect(main).to_contain_text("Of 100 spectra called single peak, 78 to 92 are.")
    expect(main).to_contain_text("from 100 random spectra")

    page.get_by_role("radio", name="2").check(force=True)
    expect(main).to_contain_text("No interval yet")
    expect(page).to_have_url(re.compile("iteration=2"))
    assert page.get_by_role("link", name="Label the sample").get_attribute("href") == "/label?session=be"

    say(judged, 2, 95, 5)
    page.reload()
    expect(main).to_contain_text("Of 100 spectra called single peak, 89 to 98 are.")
    expect(page).to_have_url(re.compile("iteration=2"))

    matrix = page.get_by_role("region", name="Labels against predictions")
    expect(matrix.get_by_text("100 %").first).to_be_visible()
    page.get_by_role("radio", name="Counts").check(force=True)
    expect(matrix.get_by_text("100 %").first).to_be_hidden()
    expect(matrix.get_by_text("95", exact=True).first).to_be_visible()

    page.get_by_role("radio", name="Precision").check(force=True)
    expect(page.get_by_role("img", name=re.compile("Precision of single peak by labels"))).to_be_visible()
    page.get_by_text("Data as a table").last.click()
    expect(page.get_by_role("region", name="Learning curve, precision")).to_contain_text("0.860")


def test_numbers_are_downloaded(judged: Server, browse: Browse) -> None:
    page = browse(judged, ADDRESS)
    expect(page.get_by_role("main")).to_contain_text("Over the whole pool")
    page.get_by_text("Figures and data").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="All numbers, JSON").click()
    content = json.loads(download.value.path().read_text())
    assert content["iterations"][0]["figures"][0]["n_right"] == 86
    assert download.value.suggested_filename == "be-performance.json"


def test_nothing_grave_in_both_themes_and_at_every_width(judged: Server, browse: Browse) -> None:
    page = browse(judged, ADDRESS)
    expect(page.get_by_role("main")).to_contain_text("Over the whole pool")
    found: list[str] = []
    for theme in THEMES:
        set_theme(page, theme)
        for width in (1440, 390, 320):
            page.set_viewport_size({"width": width, "height": 900})
            page.wait_for_timeout(300)
            found += [f"{theme}, {width} px: {one}" for one in [*findings(page), *too_wide(page)]]
    assert not found, "\n".join(found)


def test_labels_that_come_are_told_and_counted_on_demand(judged: Server, browse: Browse) -> None:
    page = browse(judged, f"{ADDRESS}&iteration=1", height=500)
    main, news = page.get_by_role("main"), page.locator("#performance-news")
    expect(main).to_contain_text("Of 100 spectra called single peak, 78 to 92 are.")
    expect(news).to_be_hidden()
    page.get_by_text("Recall", exact=True).last.click()
    page.get_by_text("Counts", exact=True).click()
    sessions = services_of(judged.workspace).sessions
    other = sessions.get("be").classes[0].class_id
    sessions.journal("be").append([LabelEvent("again", "label", "p1-0", "eva", class_id=other, queue="perf-est")])
    expect(news).to_contain_text("Labels have come since.")
    page.mouse.wheel(0, 300)
    page.wait_for_function("() => window.scrollY > 200")
    at = page.evaluate("window.scrollY")
    page.evaluate("document.getElementById('performance-refresh-button').click()")  # wherever one has scrolled to
    expect(main).to_contain_text("Of 100 spectra called single peak, 76 to 91 are.")
    expect(news).to_be_hidden()
    assert page.evaluate("window.scrollY") == at
    expect(page.locator("#performance-curve-view input:checked")).to_have_value("recall")
    expect(page.locator("#performance-matrix")).to_have_class(re.compile("view-counts"))
    write_iteration(sessions.folder("be"), 3, sample={"p3-0": 1}, oracle=["o3"])
    expect(news).to_contain_text("An iteration has been trained since.")
    page.get_by_role("button", name="Refresh").click()
    expect(page.get_by_role("radio", name="3")).to_have_count(1)
    expect(page.get_by_role("radio", name="1")).to_be_checked()

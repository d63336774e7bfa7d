"""Every page in both themes, wide and narrow: no grave finding of axe, no sideways scrolling, all by keyboard."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.accessibility import THEMES, findings, set_theme, tab_stops, too_wide
from tests.browser.server import Server
from tests.browser.steps import LONG_MS, act_on, wait_for_end, wait_for_epochs
from tests.browser.watching import Watcher
from tests.browser.workspaces import ENDLESS, add_session, submit_run

#: Page, and what stands in its main part once its data have come.
PAGES = {
    "sessions": ("/?session=be-stars", "Be stars"),
    "data": ("/data?session=be-stars", "Training sets"),
    "train": ("/train?session=be-stars", "Configuration"),
    "performance": ("/performance?session=be-stars", "No interval yet"),
    "label": ("/label?session=be-stars", ""),
    "candidates": ("/candidates?session=be-stars", "p(candidate)"),
    "jobs": ("/jobs?session=be-stars", "Be stars"),
    "missing": ("/nothing-here", ""),
}
EMPTY = {
    "sessions": "/",
    "data": "/data",
    "train": "/train",
    "performance": "/performance",
    "candidates": "/candidates",
    "jobs": "/jobs",
}


@pytest.fixture(scope="module")
def full(pool_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Server of a workspace with a finished run and one that goes on."""
    workspace = tmp_path_factory.mktemp("full") / "workspace"
    shutil.copytree(pool_workspace, workspace)
    server = Server(workspace)
    wait_for_end(server, submit_run(workspace, add_session(workspace, "Be stars")))
    add_session(workspace, "Carbon stars")
    server.start()
    yield server
    server.close()


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("empty") / "workspace")
    server.start()
    yield server
    server.close()


def opened(browser: Browser, server: Server, path: str, width: int, theme: str) -> Page:
    """Open a page, wait until it is still, and show the theme as somebody would who had chosen it before."""
    context = browser.new_context(
        base_url=server.url,
        viewport={"width": width, "height": 900},
        reduced_motion="reduce",
        color_scheme=theme,  # type: ignore[arg-type]
    )
    page = context.new_page()
    page.watcher = Watcher(context)  # type: ignore[attr-defined]
    if path == "/nothing-here":
        page.watcher.expect_http(404)  # type: ignore[attr-defined]
    page.goto(path)
    expect(page.locator("html")).to_have_attribute("data-bs-theme", theme)
    page.get_by_role("heading", level=1).wait_for(timeout=LONG_MS)
    page.wait_for_timeout(700)
    return page


def all_findings(page: Page, widths: tuple[int, ...] = (1440, 390)) -> list[str]:
    """Collect findings in both themes at every width; the page stays, as when somebody turns a tablet."""
    found: list[str] = []
    for theme in THEMES:
        set_theme(page, theme)
        for width in widths:
            page.set_viewport_size({"width": width, "height": 900})
            page.wait_for_timeout(200)
            found += [f"{theme}, {width} px: {finding}" for finding in findings(page)]
    return found


def test_axe_sees_what_is_wrong(browser: Browser, empty: Server) -> None:
    page = opened(browser, empty, "/", 1440, "light")
    page.evaluate("() => document.querySelector('#main').append(document.createElement('button'))")
    found = findings(page)
    page.context.close()
    assert len(found) == 1
    assert "button-name" in found[0]


def test_every_page_of_the_navigation_is_looked_at(browser: Browser, empty: Server) -> None:
    page = opened(browser, empty, "/", 1440, "light")
    links = page.get_by_role("navigation").get_by_role("link").evaluate_all("links => links.map(a => a.pathname)")
    page.context.close()
    assert len(links) > 3
    assert set(links) <= {path.partition("?")[0] for path, _ in PAGES.values()}


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_grave(browser: Browser, full: Server, name: str) -> None:
    path, words = PAGES[name]
    page = opened(browser, full, path, 1440, "light")
    expect(page.get_by_role("main")).to_contain_text(words)
    found = all_findings(page)
    page.context.close()
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", EMPTY)
def test_axe_finds_nothing_grave_on_empty_pages(browser: Browser, empty: Server, name: str) -> None:
    page = opened(browser, empty, EMPTY[name], 1440, "light")
    found = all_findings(page)
    page.context.close()
    assert not found, "\n".join(found)


def open_dialog(page: Page, name: str) -> None:
    """Open a dialog in the way a person does."""
    match name:
        case "New session":
            page.get_by_role("button", name="New session").first.click()
        case "Keys":
            page.get_by_role("banner").get_by_role("button", name="Keys").click()
        case "Session menu":
            page.locator("main summary").first.click()
            return
        case _:
            act_on(page, "Be stars", f"{name}…")
    expect(page.get_by_role("dialog")).to_be_visible()


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_grave_in_dialogs(browser: Browser, full: Server, theme: str) -> None:
    page = opened(browser, full, "/", 1440, theme)
    found: list[str] = []
    for name in ("New session", "Keys", "Rename", "Clone", "Delete", "Edit", "Session menu"):
        open_dialog(page, name)
        page.wait_for_timeout(200)
        found += [f"{name}: {finding}" for finding in findings(page)]
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
    page.context.close()
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", PAGES)
def test_nothing_scrolls_sideways_at_320_px(browser: Browser, full: Server, name: str) -> None:
    page = opened(browser, full, PAGES[name][0], 320, "light")
    found = too_wide(page)
    page.context.close()
    assert not found, "\n".join(found)


MAIN_CONTROLS = {
    "sessions": ("Skip to the page", "Sessions", "Find a session", "New session", "Be stars"),
    "data": ("Data", "Add data", "New training set"),
    "train": ("Train", "Pool", "Seed", "Train iteration 2"),
    "performance": ("Performance", "Figures and data", "Label the sample"),
    "candidates": ("Candidates", "Search", "Builder", "Statistics", "Area", "Export"),
    "jobs": ("Jobs", "Kind", "Mine"),
}


@pytest.mark.parametrize("name", MAIN_CONTROLS)
def test_the_tab_key_reaches_the_controls_and_one_sees_where_it_is(browser: Browser, full: Server, name: str) -> None:
    page = opened(browser, full, PAGES[name][0], 1440, "light")
    stops = tab_stops(page)
    page.context.close()
    names = [stop["name"] for stop in stops]
    for control in MAIN_CONTROLS[name]:
        assert any(re.search(rf"\b{control}\b", reached) for reached in names), f"{control!r} is not among {names}"
    unseen = [f"{stop['tag']} {stop['name']!r}" for stop in stops if not stop["visible"]]
    assert not unseen, f"No focus ring: {unseen}"


def test_the_skip_link_leads_past_the_navigation(browser: Browser, full: Server) -> None:
    page = opened(browser, full, "/data", 1440, "light")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.context.close()


def test_the_pages_of_a_run_have_no_grave_finding(browser: Browser, full: Server) -> None:
    session = add_session(full.workspace, "Endless", **ENDLESS)
    job = submit_run(full.workspace, session)
    wait_for_epochs(full, job)
    page = opened(browser, full, f"/train?session={session.session_id}", 1440, "light")
    expect(page.get_by_role("main")).to_contain_text("Loss", timeout=LONG_MS)
    on_train = all_findings(page)
    page.goto(f"/jobs?job={job.job_id}")
    expect(page.get_by_role("log")).to_contain_text("epoch")
    on_jobs = all_findings(page)
    page.context.close()
    assert not on_train + on_jobs, "\n".join(on_train + on_jobs)

"""The watcher sees what must not happen; otherwise every story would pass on a broken page."""

from playwright.sync_api import Page

from tests.browser.conftest import Browse
from tests.browser.server import Server
from tests.browser.watching import Watcher


def watched(browse: Browse, server: Server) -> tuple[Page, Watcher]:
    page = browse(server)
    page.wait_for_load_state("networkidle")
    watcher: Watcher = page.watcher  # type: ignore[attr-defined]
    watcher.check()
    return page, watcher


def seen(page: Page, watcher: Watcher, script: str) -> str:
    """Run a script that must leave one problem, and take that problem away."""
    page.evaluate(script)
    page.wait_for_timeout(300)
    assert len(watcher.problems) == 1, watcher.problems
    return watcher.problems.pop()


def test_the_watcher_sees_what_goes_wrong(browse: Browse, empty_server: Server) -> None:
    page, watcher = watched(browse, empty_server)
    assert "boom" in seen(page, watcher, "console.error('boom')")
    assert "bang" in seen(page, watcher, "void setTimeout(() => { throw new Error('bang'); })")
    assert "HTTP 404" in seen(page, watcher, "fetch('/assets/nothing.css').then(() => 0)")
    watcher.expect_http(404, "/assets/nothing.css")
    page.evaluate("fetch('/assets/nothing.css').then(() => 0)")
    watcher.check()


def test_the_policy_stops_requests_to_other_machines(browse: Browse, empty_server: Server) -> None:
    page, watcher = watched(browse, empty_server)
    page.evaluate("fetch('http://192.0.2.1/').catch(() => 0)")
    page.wait_for_timeout(300)
    assert any("Content Security Policy" in problem for problem in watcher.problems)
    watcher.problems.clear()


def test_a_failed_request_and_an_absent_server_are_told_apart(browse: Browse, empty_server: Server) -> None:
    page, watcher = watched(browse, empty_server)
    empty_server.kill9()
    assert "failed" in seen(page, watcher, "fetch('/data').catch(() => 0)")
    with watcher.server_away():
        page.evaluate("fetch('/data').catch(() => 0)")
    watcher.check()

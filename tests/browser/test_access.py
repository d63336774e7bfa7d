"""Passwords and other web sites, as a real browser sees them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Browse
from tests.browser.server import Server

PASSWORD = "a long enough password"


def test_with_a_password_every_page_works(serve: Callable[..., Server], browse: Browse, pool_workspace: Path) -> None:
    server = serve(pool_workspace, access_password=PASSWORD)
    page = browse(server, http_credentials={"username": "Zoë", "password": PASSWORD})
    for name in ("Sessions", "Data", "Train", "Jobs"):
        page.get_by_role("navigation").get_by_role("link", name=name, exact=True).click()
        expect(page).to_have_title(f"{name} · Spectrolabe")


@pytest.mark.parametrize("path", ["/", "/data", "/_dash-layout", "/assets/theme.js", "/uws", "/api/status"])
def test_without_the_password_nothing_is_shown(browser: Browser, password_server: Server, path: str) -> None:
    with browser.new_context() as context:
        answer = context.request.get(password_server.url + path)
        assert answer.status == 401
        assert "Spectrolabe" in answer.headers["www-authenticate"]


@pytest.fixture(scope="module")
def password_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("password") / "workspace", access_password=PASSWORD)
    server.start()
    yield server
    server.close()


def test_a_page_of_another_site_changes_nothing(browser: Browser, empty_server: Server) -> None:
    """To a browser, localhost and 127.0.0.1 are two sites; the policy of the page in between is put aside."""
    form = """url => { const form = Object.assign(document.createElement('form'), {method: 'POST', action: url});
                       document.body.append(form); form.submit(); }"""
    with browser.new_context(bypass_csp=True) as context:
        page = context.new_page()
        page.goto(empty_server.url.replace("127.0.0.1", "localhost"))
        page.evaluate(form, empty_server.url + "/_dash-update-component")
        expect(page.get_by_text("Another web site asked for this change")).to_be_visible()

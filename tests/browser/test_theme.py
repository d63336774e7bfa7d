"""Light and dark: the first visit follows the system, then the person's choice, figures too."""

from playwright.sync_api import Page, expect

from tests.browser.accessibility import set_theme
from tests.browser.conftest import Browse
from tests.browser.server import Server
from tests.browser.steps import wait_for_end
from tests.browser.workspaces import add_session, submit_run

AXIS = "() => getComputedStyle(document.querySelector('.js-plotly-plot .xtick text')).fill"


def theme_of(page: Page) -> str | None:
    return page.locator("html").get_attribute("data-bs-theme")


def test_the_first_visit_follows_the_system(server: Server, browse: Browse) -> None:
    assert theme_of(browse(server, color_scheme="dark")) == "dark"
    assert theme_of(browse(server, color_scheme="light")) == "light"


def test_the_choice_survives_a_reload_and_holds_on_every_page(server: Server, browse: Browse) -> None:
    page = browse(server, color_scheme="light")
    set_theme(page, "dark")
    for path in ("/", "/data", "/train", "/jobs"):
        page.goto(path)
        expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_figures_follow_the_theme(server: Server, browse: Browse) -> None:
    wait_for_end(server, submit_run(server.workspace, add_session(server.workspace, "Quick")))
    page = browse(server, "/train?session=quick", color_scheme="light")
    page.locator(".js-plotly-plot .xtick text").first.wait_for()
    light = page.evaluate(AXIS)
    set_theme(page, "dark")
    page.wait_for_function(f"light => ({AXIS})() !== light", arg=light)
    dark = page.evaluate(AXIS)
    page.reload()
    page.wait_for_function(
        f"dark => document.querySelector('.js-plotly-plot .xtick text') && ({AXIS})() === dark", arg=dark
    )

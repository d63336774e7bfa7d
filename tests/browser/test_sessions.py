"""The list of sessions: make, rename, clone, archive, delete; with the mouse and without."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Browse
from tests.browser.server import Server
from tests.browser.steps import act_on, expect_title, go_to, row_of
from tests.browser.workspaces import add_session, services_of


@pytest.fixture
def two(server: Server) -> Server:
    add_session(server.workspace, "Be stars")
    add_session(server.workspace, "Carbon stars")
    return server


def make_session(page: Page, name: str) -> None:
    page.get_by_role("button", name="New session").first.click()
    dialog = page.get_by_role("dialog", name="New session")
    dialog.get_by_label("Name", exact=True).first.fill(name)
    dialog.get_by_role("button", name="Make the session").click()
    expect(dialog).to_be_hidden()


def test_a_session_is_made_with_pool_and_training_set(server: Server, page: Page) -> None:
    page.goto("/")
    make_session(page, "Be stars")
    expect(page.get_by_role("banner")).to_contain_text("Be stars")
    (session,) = services_of(server.workspace).sessions.list()
    assert (session.name, session.pool) == ("Be stars", "survey")
    assert [one.name for one in session.classes] == ["other", "single peak", "double peak"]
    go_to(page, "Sessions")
    expect(row_of(page, "Be stars")).to_contain_text("199 spectra")


def test_a_session_is_made_with_the_keyboard_alone(server: Server, page: Page) -> None:
    def tab_to(name: str) -> None:
        for _ in range(80):
            page.keyboard.press("Tab")
            if name in page.evaluate("() => document.activeElement.textContent + document.activeElement.ariaLabel"):
                return
        raise AssertionError(f"The tab key does not reach {name!r}.")

    page.get_by_role("button", name="New session").first.wait_for()
    tab_to("New session")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="New session")
    expect(dialog.get_by_label("Name", exact=True).first).to_be_focused()
    page.keyboard.type("Typed")
    tab_to("Make the session")
    page.keyboard.press("Enter")
    expect(page.get_by_role("banner")).to_contain_text("Typed")
    assert [one.name for one in services_of(server.workspace).sessions.list()] == ["Typed"]


def test_escape_closes_the_dialog_and_the_focus_returns(page: Page) -> None:
    button = page.get_by_role("button", name="New session").first
    button.click()
    dialog = page.get_by_role("dialog", name="New session")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()


def test_a_session_without_a_name_says_so_beside_the_field(server: Server, page: Page) -> None:
    page.get_by_role("button", name="New session").first.click()
    dialog = page.get_by_role("dialog", name="New session")
    dialog.get_by_role("button", name="Make the session").click()
    expect(dialog.get_by_role("alert").first).to_contain_text("name")
    assert services_of(server.workspace).sessions.list() == []


def test_a_session_is_renamed(two: Server, browse: Browse) -> None:
    page = browse(two)
    act_on(page, "Be stars", "Rename…")
    dialog = page.get_by_role("dialog", name="Rename")
    expect(dialog.get_by_role("textbox")).to_be_focused()
    dialog.get_by_role("textbox").fill("Emission stars")
    dialog.get_by_role("button", name="Rename").click()
    expect(row_of(page, "Emission stars")).to_be_visible()
    assert services_of(two.workspace).sessions.get("be-stars").name == "Emission stars"


def test_a_session_is_cloned(two: Server, browse: Browse) -> None:
    page = browse(two)
    act_on(page, "Be stars", "Clone…")
    dialog = page.get_by_role("dialog", name="Clone")
    expect(dialog.get_by_label("Name")).to_be_focused()
    dialog.get_by_label("Name").fill("Be stars again")
    dialog.get_by_role("button", name="Clone").click()
    expect(row_of(page, "Be stars again")).to_contain_text("clone of Be stars")
    assert len(services_of(two.workspace).sessions.list()) == 3


def test_archiving_can_be_undone(two: Server, browse: Browse) -> None:
    page = browse(two)
    act_on(page, "Be stars", "Archive")
    expect(row_of(page, "Be stars")).to_have_count(0)
    assert services_of(two.workspace).sessions.get("be-stars").is_archived
    page.get_by_role("button", name="Undo").click()
    expect(row_of(page, "Be stars")).to_be_visible()


def test_an_archived_session_is_found_and_restored(two: Server, browse: Browse) -> None:
    services_of(two.workspace).sessions.archive("be-stars")
    page = browse(two)
    page.get_by_role("link", name="Archived").click()
    expect_title(page, "Archived sessions")
    act_on(page, "Be stars", "Restore")
    page.goto("/")
    expect(row_of(page, "Be stars")).to_be_visible()


def test_deleting_asks_and_names_the_session(two: Server, browse: Browse) -> None:
    page = browse(two)
    act_on(page, "Be stars", "Delete…")
    dialog = page.get_by_role("dialog", name="Be stars")
    dialog.get_by_role("button", name="Keep").or_(dialog.get_by_role("button", name="Cancel")).click()
    expect(dialog).to_be_hidden()
    expect(row_of(page, "Be stars")).to_be_visible()
    act_on(page, "Be stars", "Delete…")
    dialog.get_by_role("button", name="Delete").click()
    expect(row_of(page, "Be stars")).to_have_count(0)
    assert [one.name for one in services_of(two.workspace).sessions.list()] == ["Carbon stars"]


def test_two_people_do_not_see_each_others_choice(two: Server, browse: Browse) -> None:
    one, other = browse(two), browse(two)
    row_of(one, "Be stars").get_by_role("link", name="Be stars").click()
    row_of(other, "Carbon stars").get_by_role("link", name="Carbon stars").click()
    for page, own, foreign in ((one, "Be stars", "Carbon stars"), (other, "Carbon stars", "Be stars")):
        for name in ("Data", "Jobs", "Train"):
            go_to(page, name)
            expect_title(page, name)
            expect(page.locator("header summary")).to_contain_text(own)
        page.reload()
        expect(page.locator("header summary")).to_contain_text(own)
        expect(page.locator("header summary")).not_to_contain_text(foreign)


def test_the_address_of_a_session_that_is_gone_says_so(two: Server, browse: Browse) -> None:
    page = browse(two, "/train?session=gone")
    expect(page.get_by_role("main")).to_contain_text("gone")

"""One key is label, save and next."""

import pytest
from playwright.sync_api import Page, expect

from al_core.sessions import Session
from tests.browser.conftest import Browse
from tests.browser.labeling import (
    TWELVE,
    TWELVE_KEYS,
    add_labeling,
    events_of,
    expect_saved,
    expect_shown,
    open_label,
    press,
    queue_of,
    said,
    shown,
)
from tests.browser.server import Server
from tests.browser.workspaces import CLASSES


@pytest.fixture
def session(server: Server) -> Session:
    return add_labeling(server)


@pytest.fixture
def label(browse: Browse, server: Server, session: Session) -> Page:
    return open_label(browse, server, session)


def test_one_key_labels_saves_and_shows_the_next(label: Page, server: Server, session: Session) -> None:
    first, second, third, fourth = queue_of(label)[:4]
    press(label, "1", "2", "u", "b")
    expect_saved(label)
    assert said(server, session) == {first: "other", second: "single peak", third: "unsure", fourth: "bad"}
    expect_shown(label, queue_of(label)[4])


def test_the_keys_of_the_predecessor_work(label: Page, server: Server, session: Session) -> None:
    first = shown(label)
    press(label, "Alt+2", "Alt+p")
    expect_shown(label, first)
    expect_saved(label)
    assert said(server, session) == {first: "single peak"}


def test_an_answer_is_stored_with_confidence_time_and_what_was_shown(
    label: Page, server: Server, session: Session
) -> None:
    label.keyboard.press("Shift+Digit3")
    press(label, "1", "1")
    expect_saved(label)
    sure, open_ = events_of(server, session).iter_rows(named=True)
    assert (sure["confidence"], open_["confidence"]) == (3, None)
    assert 0 < open_["duration_ms"] < 60_000
    assert '"blind": ' in sure["shown"]


def test_a_confidence_is_kept_on_demand(label: Page, server: Server, session: Session) -> None:
    label.keyboard.press("Shift+Digit4")
    label.get_by_role("button", name="Keep", exact=True).click()
    press(label, "1", "2")
    label.get_by_role("button", name="Keep", exact=True).click()
    press(label, "ArrowRight", "3")
    expect_saved(label)
    assert events_of(server, session)["confidence"].to_list() == [4, 4, None]


def test_a_held_key_labels_once(label: Page, server: Server, session: Session) -> None:
    first = shown(label)
    for _ in range(5):  # without letting go, a browser sends it again and again
        label.keyboard.down("1")
    label.keyboard.up("1")
    expect_saved(label)
    assert list(said(server, session)) == [first]


def test_typing_a_comment_labels_nothing(label: Page, server: Server, session: Session) -> None:
    first = shown(label)
    press(label, "c")
    field = label.locator("#label-comment").get_by_role("textbox")
    expect(field).to_be_focused()
    field.press_sequentially("1 2 u b s z ?")
    field.press("Enter")
    expect_saved(label)
    [event] = events_of(server, session).iter_rows(named=True)
    assert (event["kind"], event["spectrum_id"], event["comment"]) == ("comment", first, "1 2 u b s z ?")
    expect_shown(label, first)


def test_twelve_classes_have_twelve_keys(browse: Browse, server: Server) -> None:
    session = add_labeling(server, "Many kinds", TWELVE)
    label = open_label(browse, server, session)
    ids = queue_of(label)[:12]
    press(label, *TWELVE_KEYS)
    expect_saved(label)
    assert said(server, session) == dict(zip(ids, TWELVE, strict=True))


def test_modifiers_that_no_command_has_label_nothing(label: Page, server: Server, session: Session) -> None:
    first = shown(label)
    press(label, "Control+1", "Shift+u", "Control+b", "Meta+s")
    label.evaluate(
        "document.dispatchEvent(new KeyboardEvent('keydown', {key: '1', code: 'Digit1', isComposing: true}))"
    )
    expect_shown(label, first)
    assert events_of(server, session).is_empty()


def test_a_burst_of_forty_keys_loses_none(label: Page, server: Server, session: Session) -> None:
    ids = queue_of(label)[:41]
    keys = [str(1 + number % 3) for number in range(40)]
    for key in keys:
        label.keyboard.press(key)
        label.wait_for_timeout(30)
    expect_saved(label)
    expected = [CLASSES[int(key) - 1] for key in keys]
    assert list(said(server, session).items()) == list(zip(ids[:40], expected, strict=True))
    expect_shown(label, ids[40])
    drawn = label.evaluate("spectrolabe.label.spectra.peek(spectrolabe.label.state.current.id) !== null")
    assert drawn


def test_the_dock_does_the_same_by_touch(browse: Browse, server: Server, session: Session) -> None:
    label = open_label(browse, server, session, has_touch=True, is_mobile=True, width=390, height=844)
    first, second = queue_of(label)[:2]
    label.get_by_role("button", name="double peak").tap()
    label.get_by_role("button", name="Unsure").tap()
    expect_saved(label)
    assert said(server, session) == {first: "double peak", second: "unsure"}
    label.get_by_role("button", name="Undo").first.tap()
    expect_shown(label, second)


def test_keys_are_given_away_in_the_sheet(label: Page, server: Server, session: Session) -> None:
    first, second = queue_of(label)[:2]
    press(label, "?")
    sheet = label.get_by_role("dialog", name="Keys")
    sheet.get_by_role("button", name="Change the key of Unsure").click()
    label.keyboard.press("b")
    expect(sheet.get_by_role("alert")).to_contain_text("B is the key of “Bad data”")
    label.keyboard.press("x")
    expect(sheet.get_by_role("button", name="Change the key of Unsure")).to_be_focused()
    label.keyboard.press("Escape")
    expect(sheet).not_to_be_visible()
    expect(label.locator("#label-dock [data-command='unsure'] .key-cap")).to_have_text("X")
    press(label, "u", "x")
    label.reload()
    expect(label.locator("#label-dock [data-command='unsure'] .key-cap")).to_have_text("X")
    expect_shown(label, second)
    assert said(server, session) == {first: "unsure"}

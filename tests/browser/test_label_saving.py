"""No label is lost: undo, tabs, people, outages."""

from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from al_core.sessions import Session
from tests.browser.conftest import Browse
from tests.browser.labeling import (
    add_labeling,
    events_of,
    expect_saved,
    expect_shown,
    journal_of,
    open_label,
    press,
    queue_of,
    said,
    shown,
    wait_for_spectrum,
)
from tests.browser.server import Server
from tests.browser.steps import until, watcher_of
from tests.browser.workspaces import CLASSES

PASSWORD = "a long enough password"
N_TYPED = 1000
#: A person who types four a second needs as long; the test types faster.
PAUSE_MS = 40


@pytest.fixture
def session(server: Server) -> Session:
    return add_labeling(server)


@pytest.fixture
def label(browse: Browse, server: Server, session: Session) -> Page:
    return open_label(browse, server, session)


def test_undo_goes_back_to_the_first_also_after_a_reload(label: Page, server: Server, session: Session) -> None:
    ids = queue_of(label)
    press(label, "1", "2", "3")
    expect_saved(label)
    label.reload()
    wait_for_spectrum(label)
    expect_shown(label, ids[3])
    for spectrum_id in reversed(ids[:3]):
        press(label, "z")
        expect_shown(label, spectrum_id)
    expect_saved(label)
    assert said(server, session) == {}
    press(label, "Shift+Z", "Shift+Z")
    expect_saved(label)
    assert said(server, session) == {ids[0]: "other", ids[1]: "single peak"}


def test_an_undo_shows_the_answer_before(label: Page, server: Server, session: Session) -> None:
    first = shown(label)
    press(label, "1", "ArrowLeft", "3")
    expect_saved(label)
    assert said(server, session) == {first: "double peak"}
    press(label, "z")
    expect_shown(label, first)
    expect_saved(label)
    assert said(server, session) == {first: "other"}


def test_a_second_tab_sees_a_label_at_once(label: Page, session: Session) -> None:
    first = shown(label)
    tab = label.context.new_page()
    tab.goto(label.url)
    wait_for_spectrum(tab)
    press(label, "2")
    tab.wait_for_function(f"spectrolabe.label.find({first!r}).label?.kind === 'label'")
    expect(tab.get_by_text("labeled this one single peak in another tab just now")).to_be_visible()
    press(tab, "z")
    label.wait_for_function(f"spectrolabe.label.find({first!r}).label === null")
    expect_saved(label)


def test_two_people_are_told_of_each_other(serve: Callable[..., Server], pool_workspace: Path, browse: Browse) -> None:
    server = serve(pool_workspace, access_password=PASSWORD)
    session = add_labeling(server)
    jana = open_label(browse, server, session, http_credentials={"username": "Jana", "password": PASSWORD})
    petr = open_label(browse, server, session, http_credentials={"username": "Petr", "password": PASSWORD})
    first = shown(jana)
    press(petr, "1")
    expect(jana.get_by_text("Petr labeled this one other just now")).to_be_visible()
    press(jana, "3")
    expect(petr.get_by_text("Jana labeled")).to_be_visible()
    petr.get_by_role("button", name="Compare").last.click()
    answers = petr.get_by_role("dialog", name=f"Answers to {first}")
    expect(answers.get_by_role("row").filter(has_text="Jana")).to_contain_text("counts")
    expect(answers.get_by_role("row").filter(has_text="You")).to_contain_text("replaced")
    expect_saved(jana)
    assert said(server, session) == {first: "double peak"}


def test_labels_wait_while_the_server_is_away(label: Page, server: Server, session: Session) -> None:
    ids = queue_of(label)[:4]
    with watcher_of(label).server_away():
        server.kill9()
        press(label, "1", "2", "3")
        banner = label.locator("#label-banner")
        expect(banner).to_contain_text("The server is away. 3 labels wait in this browser")
        expect(label.locator("#label-saved")).to_have_text("3 labels waiting")
        server.restart()
        banner.get_by_role("button", name="Try now").click()
        expect_saved(label)
    expect(banner).to_be_empty()
    press(label, "1")
    expect_saved(label)
    assert list(said(server, session).items()) == list(zip(ids, [*CLASSES, "other"], strict=True))


def test_waiting_labels_outlive_the_page_and_are_sent_from_another(
    label: Page, server: Server, session: Session
) -> None:
    first, second = queue_of(label)[:2]
    label.route("**/api/labels", lambda route: route.abort())
    with watcher_of(label).server_away():
        press(label, "1", "u")
        expect(label.locator("#label-saved")).to_have_text("2 labels waiting")
        label.goto("about:blank")
    label.unroute("**/api/labels")
    label.goto(f"{server.url}/")
    until(lambda: len(said(server, session)) == 2, 20)
    assert said(server, session) == {first: "other", second: "unsure"}


def test_what_is_not_accepted_is_said_and_kept(label: Page, server: Server, session: Session) -> None:
    press(label, "1")
    expect_saved(label)
    forged = "{event_id: 'forged', kind: 'label', spectrum_id: spectrolabe.label.state.current.id, class_id: 'gone'}"
    label.evaluate(f"spectrolabe.label.journal.say([{forged}])")
    expect(label.locator("#label-banner")).to_contain_text("1 answer was not accepted")
    with label.expect_download() as download:
        label.get_by_role("button", name="Download them").click()
    assert '"forged"' in download.value.path().read_text()
    assert len(events_of(server, session)) == 1


def test_a_full_browser_is_said_and_loses_nothing(label: Page, server: Server, session: Session) -> None:
    full = "() => { throw new DOMException('full', 'QuotaExceededError'); }"
    label.evaluate(f"() => {{ Storage.prototype.setItem = {full}; }}")
    first = shown(label)
    label.route("**/api/labels", lambda route: route.abort())
    with watcher_of(label).server_away():
        press(label, "2")
        expect(label.locator("#label-banner")).to_contain_text("This browser has no room left.")
        label.unroute("**/api/labels")
        label.get_by_role("button", name="Try now").click()
        expect_saved(label)
    assert said(server, session) == {first: "single peak"}


@pytest.mark.slow
def test_a_thousand_labels_arrive_once_and_in_order_while_the_server_is_killed(
    label: Page, server: Server, session: Session
) -> None:
    ids = queue_of(label)
    keys = list(islice(cycle("123ub"), N_TYPED))
    expected: list[tuple[str, str]] = []
    with watcher_of(label).server_away():
        for number, key in enumerate(keys):
            if number % 150 == 75:
                server.kill9()
            if number % 150 == 120:
                server.start()
            if number >= len(ids):  # all have a label by now: the next round says something else
                label.evaluate(f"spectrolabe.label.go({number % len(ids)})")
            expected.append((shown(label), key))
            label.keyboard.press(key)
            label.wait_for_timeout(PAUSE_MS)
        if not server.is_running():
            server.start()
        expect_saved(label)
    names = {"u": "unsure", "b": "bad"} | {str(k + 1): name for k, name in enumerate(CLASSES)}
    classes = {one.class_id: one.name for one in session.classes}
    rows = journal_of(server, session).events().iter_rows(named=True)
    stored = [(row["spectrum_id"], classes.get(row["class_id"], row["kind"])) for row in rows]
    assert stored == [(spectrum_id, names[key]) for spectrum_id, key in expected]

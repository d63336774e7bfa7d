"""No label is lost: undo, tabs, people, outages."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from pathlib import Path
from threading import Event

import pytest
from playwright.sync_api import Page, expect

from al_core.sessions import Session
from tests.browser.conftest import Browse
from tests.browser.labeling import (
    add_labeling,
    events_of,
    expect_saved,
    expect_shown,
    open_label,
    press,
    queue_of,
    said,
    shown,
    wait_for_spectrum,
)
from tests.browser.server import Server
from tests.browser.steps import until, watcher_of
from tests.browser.workspaces import CLASSES, made_survey, with_pool

PASSWORD = "a long enough password"
N_TYPED = 1000
#: Faster than anybody types, slow enough for several crashes.
PAUSE_MS = 60


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
    tab.wait_for_function(f"() => spectrolabe.label.find({first!r}).label?.kind === 'label'")
    expect(tab.get_by_text("labeled this one single peak in another tab just now")).to_be_visible()
    press(tab, "z")
    label.wait_for_function(f"() => spectrolabe.label.find({first!r}).label === null")
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
        expect_saved(label)
    expect(banner).to_be_empty()
    press(label, "1")
    expect_saved(label)
    assert list(said(server, session).items()) == list(zip(ids, [*CLASSES, "other"], strict=True))


def test_a_person_need_not_wait_for_the_next_attempt(label: Page) -> None:
    label.route("**/api/labels", lambda route: route.abort())
    with watcher_of(label).server_away():
        press(label, "1")
        try_now = label.locator("#label-banner").get_by_role("button", name="Try now")
        for _ in range(5):  # every attempt that fails makes the pause longer: 1, 2, 4, 8, 15 s
            with label.expect_event("requestfailed"):
                try_now.click()
        label.unroute("**/api/labels")
        try_now.click()
        expect(label.locator("#label-banner")).to_be_empty(timeout=5000)
    expect_saved(label)


def test_two_tabs_share_what_waits_and_send_it_once(label: Page, server: Server, session: Session) -> None:
    ids = queue_of(label)
    tab = label.context.new_page()
    tab.goto(label.url)
    wait_for_spectrum(tab)
    tab.evaluate("spectrolabe.label.go(10)")
    with watcher_of(label).server_away():
        server.kill9()
        press(label, "1", "2")
        press(tab, "3", "u")
        press(label, "b")
        expect(label.locator("#label-saved")).to_have_text("5 labels waiting")
        server.restart()
        expect_saved(label)
        expect(tab.locator("#label-saved")).to_have_attribute("data-waiting", "0")
    order = [ids[0], ids[1], ids[10], ids[11], ids[2]]
    assert events_of(server, session)["spectrum_id"].to_list() == order


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
    for answer, n_banners in (("Keep it", 1), ("Let 1 answer go", 0)):
        label.get_by_role("button", name="Let it go…").click()
        label.get_by_role("dialog", name="Let go of 1 answer").get_by_role("button", name=answer).click()
        expect(label.locator("#label-banner .banner")).to_have_count(n_banners)


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


@pytest.fixture
def large_server(serve: Callable[..., Server], tmp_path: Path) -> Server:
    """Server with a pool of so many spectra that each of them is labeled once."""
    return serve(with_pool(tmp_path / "large", made_survey(tmp_path / "survey", N_TYPED + 10)))


def kill_again_and_again(server: Server, is_typed: Event) -> int:
    """Kill the server while somebody types, and start it again, until all is typed; return how often."""
    n_kills = 0
    while not is_typed.wait(3):
        server.kill9()
        n_kills += 1
        is_typed.wait(2)
        server.start()
    return n_kills


@pytest.mark.slow
def test_a_thousand_labels_arrive_once_and_in_order_while_the_server_is_killed(
    browse: Browse, large_server: Server
) -> None:
    session = add_labeling(large_server)
    label = open_label(browse, large_server, session)
    ids = queue_of(label)[:N_TYPED]
    keys = list(islice(cycle("123ub"), N_TYPED))
    is_typed = Event()
    with watcher_of(label).server_away(), ThreadPoolExecutor(1) as beside:
        killing = beside.submit(kill_again_and_again, large_server, is_typed)
        try:
            label.keyboard.type("".join(keys), delay=PAUSE_MS)
        finally:
            is_typed.set()
        assert killing.result() >= 3
        expect_saved(label)
    classes = {one.class_id: one.name for one in session.classes}
    rows = events_of(large_server, session).iter_rows(named=True)
    stored = [(row["spectrum_id"], classes.get(row["class_id"], row["kind"])) for row in rows]
    names = dict(zip("123ub", [*CLASSES, "unsure", "bad"], strict=True))
    assert stored == [(spectrum_id, names[key]) for spectrum_id, key in zip(ids, keys, strict=True)]

"""What there is to label is chosen on the page; what is blind or asked again stays hidden until it is answered."""

import re

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
    wait_for_spectrum,
)
from tests.browser.server import Server
from tests.browser.steps import LONG_MS, watcher_of
from tests.browser.trained import N_ORACLE, N_SAMPLE, add_trained
from tests.browser.workspaces import POOL, services_of


@pytest.fixture
def session(server: Server) -> Session:
    return add_labeling(server)


@pytest.fixture
def trained(server: Server) -> Session:
    return add_trained(server.workspace)


def choose_source(page: Page, name: str) -> None:
    """Open the chooser by keyboard and press Enter on a source."""
    page.locator("#label-queue .label-source").focus()
    page.keyboard.press("Enter")
    row = page.get_by_role("dialog").get_by_role("button", name=re.compile(f"^{name}"))
    row.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    wait_for_spectrum(page)


def test_what_to_label_is_chosen_by_keyboard_and_stays_in_the_address(
    browse: Browse, server: Server, trained: Session
) -> None:
    pool = queue_of_pool(server)
    services_of(server.workspace).labeling.store_list(trained.session_id, "Bright ones", pool[:4], owner="eva")
    page = open_label(browse, server, trained)
    name = page.locator("#label-source-name")
    expect(name).to_have_text("Iteration 1")
    expect(page.locator("#label-source-count")).to_have_text(str(N_ORACLE + N_SAMPLE))
    choose_source(page, "Bright ones")
    expect(name).to_have_text("Bright ones")
    expect(page).to_have_url(re.compile("source=list%3A"))
    assert sorted(queue_of(page)) == sorted(pool[:4])
    page.reload()
    wait_for_spectrum(page)
    expect(name).to_have_text("Bright ones")
    choose_source(page, "Iteration 1")
    expect(page).to_have_url(re.compile("source=iteration&iteration=1"))


def queue_of_pool(server: Server) -> list[str]:
    pool = services_of(server.workspace).library.pool(POOL)
    return pool.spectrum_ids[:10].to_list()


def test_a_source_that_is_gone_leaves_a_choice(browse: Browse, server: Server, session: Session) -> None:
    page = browse(server, "/")
    watcher_of(page).expect_http(400, "source=list")
    page.goto(f"/label?session={session.session_id}&source=list:gone")
    page.get_by_role("button", name="Choose what to label").click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("^The whole pool")).click()
    wait_for_spectrum(page)
    expect(page.locator("#label-source-count")).to_have_text(str(len(queue_of(page))))


def test_spectra_are_asked_again_blind_and_told_when_they_are_answered(
    browse: Browse, server: Server, session: Session
) -> None:
    page = open_label(browse, server, session)
    page.locator("#label-queue .label-source").click()
    page.get_by_label("Ask again, blind").select_option("0.02")
    expect(page.locator("#label-repeats-note")).to_contain_text("4 of them are in this queue")
    press(page, "Escape")
    n_served = len(queue_of(page))
    again = "spectrolabe.label.state.items.filter(spectrolabe.label.isRepeat)[0]"
    spectrum, place = page.evaluate(f"[{again}.id, {again}.at]")
    page.evaluate(f"spectrolabe.label.go(spectrolabe.label.state.items.findIndex((one) => one.id === '{spectrum}'))")
    press(page, "1")
    page.evaluate(f"spectrolabe.label.go({place})")
    chips, title = page.locator("#label-chips"), page.locator("#label-title")
    expect(title).to_have_text(f"Spectrum {place + 1} of {n_served}")
    expect(chips).to_contain_text("Picked")
    expect(page.locator("#label-main")).not_to_contain_text(spectrum)
    expect(page.locator("#label-links")).to_contain_text("once your label is saved")
    press(page, "2")
    expect_saved(page)
    page.evaluate(f"spectrolabe.label.go({place})")
    expect(chips).to_contain_text("Asked again")
    assert events_of(server, session)["queue"].to_list() == ["picked", "repeat"]
    assert said(server, session) == {spectrum: "other"}
    press(page, "z")
    expect(title).to_have_text(f"Spectrum {place + 1} of {n_served}")
    expect(chips).to_contain_text("Picked")


def test_a_blind_label_that_is_taken_back_is_blind_again_at_once(
    browse: Browse, server: Server, trained: Session
) -> None:
    page = open_label(browse, server, trained)
    place, name = page.evaluate(
        "(() => { const one = spectrolabe.label.state.items.find((item) => item.is_blind);"
        " spectrolabe.label.go(one.at); return [one.at, one.id]; })()"
    )
    press(page, "1")
    expect_saved(page)
    page.evaluate(f"spectrolabe.label.go({place})")
    guess, metadata = page.locator("#label-guess-part"), page.locator("#label-metadata")
    expect(guess.locator(".label-guess-row").first).to_be_visible()
    expect(page.locator("#label-subtitle")).to_contain_text(name)
    page.route("**/api/labels", lambda route: route.abort())  # the server has not heard of the undo yet
    with watcher_of(page).server_away():
        press(page, "z")
        expect(guess).to_contain_text("Guess hidden")
        expect(page.locator("#label-subtitle")).not_to_contain_text(name)
        expect(metadata).to_contain_text("hidden")
        expect(page.locator("#label-rows [aria-current]")).not_to_contain_text(name[-6:])
        page.unroute("**/api/labels")
        page.evaluate("spectrolabe.label.outbox.sendNow()")
        expect_saved(page)
    expect_shown(page, name)
    expect(guess).to_contain_text("Guess hidden")


def test_columns_follow_the_session_into_another_browser(browse: Browse, server: Server, session: Session) -> None:
    page = open_label(browse, server, session)
    before = page.locator("#label-metadata dt").all_inner_texts()
    page.get_by_role("button", name="Columns").click()
    with page.expect_response("**/api/labels/choices"):
        page.get_by_role("dialog").get_by_label("designation").check()
    other = open_label(browse, server, session)
    names = other.locator("#label-metadata dt")
    expect(names).to_have_text([*before, "Designation"], timeout=LONG_MS)
    other.get_by_role("button", name="Columns").click()
    other.get_by_role("button", name="As the configuration says").click()
    expect(names).to_have_text(before)


def test_the_end_of_the_list_has_the_exact_interval(browse: Browse, server: Server, trained: Session) -> None:
    page = open_label(browse, server, trained)
    page.evaluate(
        "async () => { const l = spectrolabe.label; while (!l.state.isEnded) {"
        " l.answer('label', {class_id: l.state.classes[0].class_id}); await new Promise((go) => setTimeout(go, 5)); } }"
    )
    expect_saved(page)
    share = services_of(server.workspace).labeling.progress(trained.session_id).agreement
    assert share is not None
    figure = page.locator("#label-agreement")
    expect(figure).to_contain_text(f"{share.n_right} of {N_SAMPLE}")
    expect(figure).to_contain_text(f"95 % interval {share.low:.2f} to {share.high:.2f}")

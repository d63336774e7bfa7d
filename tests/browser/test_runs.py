"""A run outlives the page, the server and its own process; every page says truthfully what became of it."""

import re
import time

import pytest
from playwright.sync_api import Locator, Page, expect

from al_core.jobs import Job, Phase
from tests.browser.conftest import Browse
from tests.browser.server import Server
from tests.browser.steps import LONG_MS, job_of, until, wait_for_end, wait_for_epochs, watcher_of
from tests.browser.workspaces import ENDLESS, add_session, services_of, submit_run

CANCEL_S = 2.0
TRAIN = "/train?session=endless"


@pytest.fixture
def running(server: Server) -> Job:
    """Give a run that goes on until somebody stops it, a few epochs old."""
    job = submit_run(server.workspace, add_session(server.workspace, "Endless", **ENDLESS))
    wait_for_epochs(server, job)
    return job


def stages(page: Page) -> Locator:
    return page.get_by_role("listitem").filter(has_text=re.compile("^Train"))


def epoch_shown(page: Page) -> int:
    found = re.search(r"[Ee]poch\s+([\d,]+)", page.get_by_role("main").inner_text())
    return int(found[1].replace(",", "")) if found else 0


def expect_progress(page: Page) -> None:
    """Expect that the page counts on."""
    until(lambda: bool(page.wait_for_timeout(100)) or epoch_shown(page) > 0)
    before = epoch_shown(page)
    until(lambda: bool(page.wait_for_timeout(100)) or epoch_shown(page) > before)


def test_a_run_is_started_watched_and_finished(server: Server, browse: Browse) -> None:
    add_session(server.workspace, "Quick")
    page = browse(server, "/train?session=quick")
    page.get_by_role("button", name="Train iteration 1").click()
    main = page.get_by_role("main")
    expect(page.get_by_role("button", name="Cancel run")).to_be_visible()
    expect(page.get_by_role("button", name="Train iteration 2")).to_be_visible(timeout=LONG_MS)
    expect(main).to_contain_text("Trained on 60 labeled spectra")
    assert wait_for_end(server, job_of(server)).phase is Phase.COMPLETED
    page.goto("/")
    expect(page.get_by_role("main")).to_contain_text("Iteration 1")


def test_a_reload_in_the_middle_finds_the_run_again(server: Server, running: Job, browse: Browse) -> None:
    page = browse(server, TRAIN)
    expect_progress(page)
    page.reload()
    expect_progress(page)
    expect(page.get_by_role("button", name="Cancel run")).to_be_visible()
    assert services_of(server.workspace).jobs.get(running.job_id).attempt == 1


def test_a_second_tab_shows_the_same_run_and_cannot_start_another(server: Server, running: Job, browse: Browse) -> None:
    page = browse(server, TRAIN)
    expect_progress(page)
    tab = page.context.new_page()
    tab.goto(TRAIN)
    expect_progress(tab)
    expect(tab.get_by_role("button", name="Train iteration 1")).to_be_disabled()
    expect(tab.get_by_role("main")).to_contain_text("One run per session")
    assert len(services_of(server.workspace).jobs.list()) == 1


def test_a_run_survives_the_death_of_the_server(server: Server, running: Job, browse: Browse) -> None:
    page = browse(server, TRAIN)
    expect_progress(page)
    jobs = services_of(server.workspace).jobs
    with watcher_of(page).server_away():
        server.kill9()
        expect(page.get_by_text("The server is away.")).to_be_visible(timeout=LONG_MS)
        before = len(jobs.history(running.job_id))
        until(lambda: len(jobs.history(running.job_id)) > before + 2)
        server.start()
        expect(page.get_by_text("The server is away.")).to_be_hidden(timeout=LONG_MS)
        expect_progress(page)
    assert jobs.get(running.job_id).attempt == 1
    assert len(server.job_processes()) == 1


def test_a_run_whose_process_was_killed_says_so_and_goes_on_where_it_was(
    server: Server, running: Job, browse: Browse
) -> None:
    page = browse(server, TRAIN)
    expect_progress(page)
    (process,) = server.job_processes()
    process.kill()
    resume = page.get_by_role("button", name="Resume")
    expect(resume).to_be_visible(timeout=LONG_MS)
    jobs = services_of(server.workspace).jobs
    lost = jobs.get(running.job_id)
    assert (lost.phase, lost.is_lost) == (Phase.ERROR, True)
    reached = len(jobs.history(running.job_id))
    resume.first.click()
    until(lambda: len(jobs.history(running.job_id)) > reached + 2)
    epochs = [int(one["epoch"]) for one in jobs.history(running.job_id)]
    assert epochs == sorted(set(epochs)), "an epoch was trained twice or lost"
    assert jobs.get(running.job_id).attempt == 2
    expect_progress(page)


def test_cancel_takes_less_than_two_seconds(server: Server, running: Job, browse: Browse) -> None:
    page = browse(server, TRAIN)
    expect_progress(page)
    jobs = services_of(server.workspace).jobs
    begin = time.monotonic()
    page.get_by_role("button", name="Cancel run").click()
    until(lambda: jobs.get(running.job_id).phase is Phase.ABORTED)
    seconds = time.monotonic() - begin
    print(f"canceled {seconds:.2f} s after the click")  # noqa: T201
    assert seconds < CANCEL_S
    expect(page.get_by_role("button", name="Resume")).to_be_visible()
    until(lambda: not server.job_processes(), CANCEL_S)


def test_the_pill_of_the_top_bar_leads_to_the_run(server: Server, running: Job, browse: Browse) -> None:
    page = browse(server, "/data")
    page.get_by_role("banner").locator("a[href*='/train?session=endless']").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Train")
    expect_progress(page)

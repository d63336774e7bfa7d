"""What stories do again and again, in the words of the pages."""

import time
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from al_core.jobs import Job, Phase
from tests.browser.server import Server
from tests.browser.watching import Watcher
from tests.browser.workspaces import services_of

#: A run starts TensorFlow in a process of its own; on a busy machine that takes its time.
LONG_MS = 120_000
ENDED = (Phase.COMPLETED, Phase.ERROR, Phase.ABORTED)


def watcher_of(page: Page) -> Watcher:
    """Return what watches the page, to announce something to it."""
    return page.watcher  # type: ignore[attr-defined, no-any-return]


def go_to(page: Page, name: str) -> None:
    """Follow the navigation to a page."""
    page.get_by_role("navigation").get_by_role("link", name=name, exact=True).click()


def row_of(page: Page, session: str) -> Locator:
    """Return the row of a session in the list."""
    return page.get_by_role("row").filter(has=page.get_by_role("link", name=session, exact=True))


def act_on(page: Page, session: str, action: str) -> None:
    """Open the menu of a session and choose an action."""
    row = row_of(page, session)
    row.locator("summary").click()
    row.get_by_role("button", name=action).click()


def until(found: Callable[[], object], seconds: float = LONG_MS / 1000) -> None:
    """Ask until there is something."""
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end, f"Nothing after {seconds:g} s."
        time.sleep(0.05)


def job_of(server: Server) -> Job:
    """Return the newest job of the workspace."""
    return services_of(server.workspace).jobs.list(last=1)[0]


def wait_for_epochs(server: Server, job: Job, n: int = 3) -> None:
    """Wait until a run has trained so many epochs."""
    jobs = services_of(server.workspace).jobs
    until(lambda: len(jobs.history(job.job_id)) >= n or jobs.get(job.job_id).phase in ENDED)
    assert len(jobs.history(job.job_id)) >= n, jobs.log(job.job_id)[0]


def wait_for_end(server: Server, job: Job) -> Job:
    """Wait until a job has ended, and return it as it is then."""
    jobs = services_of(server.workspace).jobs
    until(lambda: jobs.get(job.job_id).phase in ENDED)
    return jobs.get(job.job_id)


def expect_title(page: Page, title: str) -> None:
    """Expect a page's title."""
    expect(page.get_by_role("heading", level=1)).to_have_text(title)

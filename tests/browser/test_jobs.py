"""The page Jobs: what is running, what was, and what can be done with it."""

import json
import re

from playwright.sync_api import expect

from al_core.jobs import Phase
from tests.browser.conftest import Browse
from tests.browser.server import Server
from tests.browser.steps import LONG_MS, job_of, until, wait_for_end, wait_for_epochs
from tests.browser.workspaces import ENDLESS, add_session, services_of, submit_run


def test_jobs_of_all_states_are_listed_and_filtered(server: Server, browse: Browse) -> None:
    done = wait_for_end(server, submit_run(server.workspace, add_session(server.workspace, "Quick")))
    assert done.phase is Phase.COMPLETED
    running = submit_run(server.workspace, add_session(server.workspace, "Endless", **ENDLESS))
    submit_run(server.workspace, add_session(server.workspace, "Waiting", **ENDLESS))
    wait_for_epochs(server, running, 1)
    page = browse(server, "/jobs")
    rows = page.get_by_role("list", name="Jobs").get_by_role("listitem")
    expect(rows).to_have_count(3)
    expect(rows.filter(has_text="Endless")).to_contain_text("Running")
    expect(rows.filter(has_text="Waiting")).to_contain_text(re.compile("Queued|Waiting"))
    expect(rows.filter(has_text="Quick")).to_contain_text(re.compile("done", re.IGNORECASE))
    page.get_by_text("Active", exact=True).click()
    expect(rows).to_have_count(2)
    page.get_by_text("Done", exact=True).click()
    expect(rows).to_have_count(1)


def test_a_finished_run_shows_log_files_and_configuration(server: Server, browse: Browse) -> None:
    job = wait_for_end(server, submit_run(server.workspace, add_session(server.workspace, "Quick")))
    page = browse(server, f"/jobs?job={job.job_id}")
    expect(page.get_by_role("log")).to_contain_text("Trained on 60 labeled spectra")
    expect(page.get_by_role("region", name="The job")).to_contain_text("Quick")
    main = page.get_by_role("main")
    expect(main).to_contain_text("labels2add_1.csv")
    expect(main).to_contain_text('"learning_session_name": "quick"')
    with page.expect_download() as download:
        page.get_by_role("link", name="manifest.json").click()
    assert json.loads(download.value.path().read_text())["iteration"] == 1


def test_a_job_is_canceled_after_a_question(server: Server, browse: Browse) -> None:
    job = submit_run(server.workspace, add_session(server.workspace, "Endless", **ENDLESS))
    wait_for_epochs(server, job)
    page = browse(server, f"/jobs?job={job.job_id}")
    page.get_by_role("button", name="Cancel run").click()
    dialog = page.get_by_role("dialog", name="Cancel “Endless”")
    dialog.get_by_role("button", name="Cancel the job").click()
    expect(page.get_by_role("region", name="The job")).to_contain_text(re.compile("canceled|stopped", re.IGNORECASE))
    assert job_of(server).phase is Phase.ABORTED


def test_run_again_opens_the_same_configuration(server: Server, browse: Browse) -> None:
    session = add_session(server.workspace, "Quick", seed=4711)
    job = wait_for_end(server, submit_run(server.workspace, session))
    services_of(server.workspace).sessions.update("quick", configuration={})
    page = browse(server, f"/jobs?job={job.job_id}")
    page.get_by_role("link", name="Run again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Train")
    expect(page.get_by_label("Seed")).to_have_value("4711")
    page.get_by_role("button", name=re.compile("^(Run|Train)")).first.click()
    until(lambda: job_of(server).job_id != job.job_id)
    expect(page.get_by_role("main")).to_contain_text(re.compile("Load|Starting|Balance"), timeout=LONG_MS)

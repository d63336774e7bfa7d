"""The page Jobs: what the list and the detail say, what is sent again, and what the buttons do."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from dash import no_update
from dash.development.base_component import Component

from al_core.errors import ActiveRunError, ConfigurationError, JobNotFoundError, SessionNotFoundError, StorageError
from al_core.jobs import Job, JobRegistry, Phase
from al_core.jobs.claims import Claim
from al_core.services import Services, build_services
from al_core.settings import Settings
from callbacks import ids
from callbacks.access import system_user
from callbacks.jobs import actions, detail, listing
from callbacks.jobs.listing import BUSY_MS, IDLE_MS, MOST_SHOWN, Filters
from callbacks.train.again import configuration_of_job
from pages._components.jobs_detail import job_head, job_live, moment, result_href, run_again_link
from pages._components.jobs_list import progress_words, seconds_taken, share_of, step_words

Make = Callable[..., Job]


@pytest.fixture
def jobs(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> JobRegistry:
    """Give a registry that starts no worker: the tests play their part."""
    registry = JobRegistry(workspace, Settings(workspace=workspace))
    monkeypatch.setattr(registry, "dispatch", lambda: None)
    return registry


class KnownSessions:
    """Stands for the sessions: one of them is there."""

    def get(self, session_id: str) -> SimpleNamespace:
        if session_id != "be-stars":
            raise SessionNotFoundError(f"There is no session {session_id!r}.")
        return SimpleNamespace(name="Be stars, no SMOTE")


@pytest.fixture
def services(jobs: JobRegistry) -> Any:
    return SimpleNamespace(jobs=jobs, sessions=KnownSessions(), settings=jobs.settings)


@pytest.fixture
def make(jobs: JobRegistry) -> Make:
    """Return a maker of jobs in any phase."""

    def make(phase: Phase = Phase.PENDING, owner: str = "jana", session: str | None = None, **columns: Any) -> Job:
        parameters = {"configuration": {"pool_csv": "/data/pool.csv", "batch_size": 30}, "output": None}
        start = phase is not Phase.PENDING
        job = jobs.submit("run", "Iteration 1", parameters, owner=owner, session_id=session, start=start)
        if phase in (Phase.PENDING, Phase.QUEUED):
            return job
        claim = Claim.take(jobs.database, job.job_id)
        if phase is not Phase.EXECUTING:
            claim.finish(phase, **columns)
        return jobs.get(job.job_id)

    return make


def at(jobs: JobRegistry, job: Job, **columns: Any) -> Job:
    """Write progress into a job's row."""
    with jobs._changing() as connection:
        for name, value in columns.items():
            connection.execute(f"UPDATE jobs SET {name} = ? WHERE job_id = ?", (value, job.job_id))
    return jobs.get(job.job_id)


def texts(part: Any) -> list[str]:
    """Return every text in a component, in reading order."""
    if isinstance(part, Component):
        return texts(getattr(part, "children", None))
    if isinstance(part, list | tuple):
        return [text for child in part for text in texts(child)]
    return [part] if isinstance(part, str) else []


def links(part: Any) -> list[str]:
    """Return the targets of all links in a component."""
    if isinstance(part, list | tuple):
        return [link for child in part for link in links(child)]
    if not isinstance(part, Component):
        return []
    own = [part.href] if getattr(part, "href", None) else []
    return own + links(getattr(part, "children", None))


def buttons(part: Any) -> list[str]:
    """Return the actions that a component offers."""
    if isinstance(part, list | tuple):
        return [action for child in part for action in buttons(child)]
    if not isinstance(part, Component):
        return []
    found = getattr(part, "id", None)
    own = [found["action"]] if isinstance(found, dict) and found["type"] == "jobs-action" else []
    return own + buttons(getattr(part, "children", None))


def shown_ids(services: Any, filters: Filters) -> list[str]:
    found = listing.listing(services, filters, None).rows
    return [item.children.id["job"] for item in found.children] if found.className == "jobs-rows" else []


# --- the list -------------------------------------------------------------------------------------------------------


def test_a_row_says_state_kind_session_and_owner(services: Any, make: Make) -> None:
    make(Phase.COMPLETED, session="be-stars")
    found = listing.listing(services, Filters(), None)
    said = texts(found.rows)
    assert said[:3] == ["Done", "Iteration 1", "Run · Be stars, no SMOTE · jana"]
    assert "just now" in said


def test_a_session_that_is_gone_keeps_its_id(services: Any, make: Make) -> None:
    make(session="deleted-one")
    assert "Run · deleted-one · jana" in texts(listing.listing(services, Filters(), None).rows)


def test_the_summary_counts_what_goes_on(services: Any, make: Make) -> None:
    for phase in (Phase.COMPLETED, Phase.EXECUTING, Phase.QUEUED, Phase.QUEUED):
        make(phase)
    assert listing.listing(services, Filters(), None).summary == "4 jobs, 1 running, 2 waiting"


def test_the_list_is_looked_at_often_only_while_something_goes_on(services: Any, make: Make, jobs: JobRegistry) -> None:
    make(Phase.COMPLETED)
    assert listing.listing(services, Filters(), None).interval == IDLE_MS
    make(Phase.EXECUTING)
    assert listing.listing(services, Filters(), None).interval == BUSY_MS


def test_each_filter_leaves_its_jobs(services: Any, make: Make) -> None:
    mine = make(Phase.COMPLETED, owner=system_user()).job_id
    lost = make(Phase.ERROR, session="be-stars").job_id
    canceled = make(Phase.ABORTED).job_id
    waiting = make(Phase.PENDING).job_id
    assert shown_ids(services, Filters()) == [waiting, canceled, lost, mine]
    assert shown_ids(services, Filters(phase="active")) == [waiting]
    assert shown_ids(services, Filters(phase="done")) == [mine]
    assert shown_ids(services, Filters(phase="failed")) == [canceled, lost]
    assert shown_ids(services, Filters(mine=True)) == [mine]
    assert shown_ids(services, Filters(session_id="be-stars")) == [lost]
    assert shown_ids(services, Filters(kind="run", phase="failed", session_id="be-stars")) == [lost]
    assert shown_ids(services, Filters(kind="import")) == []


def test_an_empty_list_says_what_will_be_there(services: Any) -> None:
    assert texts(listing.listing(services, Filters(), None).rows)[0] == "No job yet"


def test_a_list_without_a_match_offers_all_jobs(services: Any, make: Make) -> None:
    make()
    assert texts(listing.listing(services, Filters(phase="done"), None).rows)[0] == "No job matches"


def test_a_registry_that_cannot_be_read_says_so(services: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: Any) -> None:
        raise StorageError("registry.db: expected a database, found 12 bytes.")

    monkeypatch.setattr(services.jobs, "list", fail)
    said = texts(listing.listing(services, Filters(), None).rows)
    assert said == ["The list of jobs cannot be read", "registry.db: expected a database, found 12 bytes."]


def test_a_long_list_says_that_it_is_cut(services: Any, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    job = make()
    monkeypatch.setattr(services.jobs, "list", lambda **_: [job] * MOST_SHOWN)
    assert listing.listing(services, Filters(), None).summary == "the newest 200"


def test_the_list_is_the_same_until_something_changes(services: Any, make: Make, jobs: JobRegistry) -> None:
    job = make()
    before = listing.listing(services, Filters(), None).fingerprint
    assert listing.listing(services, Filters(), None).fingerprint == before
    jobs.cancel(job.job_id)
    assert listing.listing(services, Filters(), None).fingerprint != before


# --- words ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stage", "message", "words", "step"),
    [
        ("Train", "Training, epoch 37: loss 0.0841", "Train: epoch 37: loss 0.0841", "epoch 37: loss 0.0841"),
        ("Load", "Opening the pool", "Load: Opening the pool", "Opening the pool"),
        ("Score pool", "Score pool", "Score pool", ""),
        ("", "", "Starts", ""),
    ],
)
def test_progress_is_said_once(jobs: JobRegistry, make: Make, stage: str, message: str, words: str, step: str) -> None:
    job = at(jobs, make(Phase.EXECUTING), stage=stage, message=message)
    assert (progress_words(job), step_words(job)) == (words, step)


def test_a_share_needs_a_total(jobs: JobRegistry, make: Make) -> None:
    job = make(Phase.EXECUTING)
    assert share_of(at(jobs, job, done=5)) is None
    assert share_of(at(jobs, job, done=5, total=20)) == 0.25


def test_the_time_taken_counts_to_the_end_or_to_now(jobs: JobRegistry, make: Make) -> None:
    job = at(jobs, make(Phase.EXECUTING), started_utc="2026-11-23T12:00:00.000+00:00")
    assert seconds_taken(job, datetime(2026, 11, 23, 12, 1, 30, tzinfo=UTC)) == 90
    ended = at(jobs, job, ended_utc="2026-11-23T12:00:10.000+00:00")
    assert seconds_taken(ended, datetime.now(UTC) + timedelta(days=1)) == 10
    assert seconds_taken(make()) is None


def test_moments_name_their_zone() -> None:
    assert moment("2026-11-23T13:00:05.123+01:00") == "2026-11-23 12:00:05 UTC"
    assert moment(None) == "—"


def test_a_result_is_fetched_from_where_programs_fetch_it() -> None:
    assert (
        result_href("20261123T1-a", "parts/žluť & co.txt")
        == "/uws/20261123T1-a/results/parts/%C5%BElu%C5%A5%20%26%20co.txt"
    )


# --- the detail -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phase", "expected"),
    [
        (Phase.PENDING, ["start", "cancel"]),
        (Phase.QUEUED, ["cancel"]),
        (Phase.EXECUTING, ["cancel"]),
        (Phase.COMPLETED, ["delete"]),
        (Phase.ERROR, ["resume", "delete"]),
        (Phase.ABORTED, ["resume", "delete"]),
    ],
)
def test_each_phase_has_its_actions(make: Make, phase: Phase, expected: list[str]) -> None:
    head = job_head(make(phase, session="be-stars"), "Run")
    assert buttons(head) == expected
    assert "Run again" in texts(head)


def test_run_again_opens_its_configuration_in_its_session(make: Make) -> None:
    job = make(Phase.COMPLETED, session="be-stars")
    assert run_again_link(job, "be-stars") == f"/train?session=be-stars&job={job.job_id}"
    assert links(job_head(job, "Run")) == [f"/train?session=be-stars&job={job.job_id}"]


def test_a_run_of_no_session_opens_in_the_one_at_hand_or_is_queued_anew(
    services: Any, make: Make, jobs: JobRegistry
) -> None:
    job = make(Phase.COMPLETED)
    assert links(job_head(job, "Run", "be-stars")) == [f"/train?session=be-stars&job={job.job_id}"]
    assert buttons(job_head(job, "Run")) == ["again", "delete"]
    _, _, shown = actions.act(services, "again", job.job_id)
    again = jobs.get(shown)
    assert (again.phase, again.parameters, again.owner) == (Phase.QUEUED, job.parameters, system_user())


def test_a_run_shows_its_stages(jobs: JobRegistry, make: Make) -> None:
    job = at(jobs, make(Phase.EXECUTING), stage="Train", message="Training, epoch 37: loss 0.1", done=37, total=1000)
    assert "Train, epoch 37" in texts(job_live(job))


def test_a_failed_job_says_why(make: Make) -> None:
    assert texts(job_live(make(Phase.ERROR, error="“carbon” has 4 spectra; SMOTE needs 6.")))[1].startswith("“carbon”")


def test_a_finished_job_says_what_it_found(make: Make) -> None:
    result = {"folder": "/nowhere", "files": [], "lines": ["Candidates: 98."], "notices": ["batch_size raised"]}
    assert texts(job_live(make(Phase.COMPLETED, result=result))) == ["Candidates: 98.", "batch_size raised"]


def test_the_detail_holds_files_facts_and_configuration(services: Any, make: Make, tmp_path: Path) -> None:
    (tmp_path / "oracle.csv").write_text("a,0,0.5\n")
    job = make(Phase.COMPLETED, session="be-stars", result={"folder": str(tmp_path), "files": ["oracle.csv"]})
    parts = detail.parts_of(services, job)
    assert links(parts["results"]) == [f"/uws/{job.job_id}/results/oracle.csv"]
    assert texts(parts["results"])[-2:] == ["oracle.csv", "8 B"]
    assert "Be stars, no SMOTE" in texts(parts["facts"])
    assert json.loads(texts(parts["parameters"])[-1]) == {"pool_csv": "/data/pool.csv", "batch_size": 30}


def test_only_what_changed_is_sent_again(services: Any, make: Make, jobs: JobRegistry) -> None:
    job = at(jobs, make(Phase.COMPLETED), ended_utc="2026-11-23T12:00:10.000+00:00")
    *parts, memory, is_log_hidden = detail.changed_parts(services, job.job_id, {}, is_listed=True)
    assert no_update not in parts
    assert not is_log_hidden
    *parts, again, _ = detail.changed_parts(services, job.job_id, memory, is_listed=True)
    assert (set(parts), again) == ({no_update}, no_update)
    jobs.update(job.job_id, execution_duration_s=60)
    *parts, _, _ = detail.changed_parts(services, job.job_id, memory, is_listed=True)
    assert [part is no_update for part in parts] == [True, True, False, True, True]


def test_a_job_that_is_gone_is_said_in_its_place(services: Any) -> None:
    *parts, memory, is_log_hidden = detail.changed_parts(services, "nothing", {}, is_listed=True)
    assert texts(parts[0])[0] == "This job cannot be shown"
    assert parts[1:] == [None] * 4
    assert (memory["job"], is_log_hidden) == (None, True)


def test_the_log_is_sent_piece_by_piece(jobs: JobRegistry, make: Make) -> None:
    job = make(Phase.EXECUTING)
    job.folder.mkdir(parents=True, exist_ok=True)
    log = job.folder / "log.txt"
    log.write_text("12:00:00  Load  begins\n")
    first = detail.next_piece(jobs, job.job_id, None)
    assert first == {"job": job.job_id, "text": "12:00:00  Load  begins\n", "next": 23, "restart": True}
    assert detail.next_piece(jobs, job.job_id, first) is None
    with log.open("a") as file:
        file.write("12:00:01  Train  begins\n12:00:02  Tr")
    second = detail.next_piece(jobs, job.job_id, first)
    assert second is not None
    assert (second["text"], second["restart"]) == ("12:00:01  Train  begins\n", False)
    other = detail.next_piece(jobs, make().job_id, second)
    assert other is not None
    assert (other["text"], other["restart"]) == ("", True)


# --- actions --------------------------------------------------------------------------------------------------------


def test_start_and_resume_are_done_at_once(services: Any, make: Make, jobs: JobRegistry) -> None:
    for job, action in ((make(), "start"), (make(Phase.ABORTED), "resume")):
        asked, changed, _ = actions.act(services, action, job.job_id)
        assert (asked, changed is no_update) == (no_update, False)
        assert jobs.get(job.job_id).phase is Phase.QUEUED


@pytest.mark.parametrize("action", ["cancel", "delete"])
def test_what_cannot_be_taken_back_is_asked_first(services: Any, make: Make, jobs: JobRegistry, action: str) -> None:
    job = make(Phase.QUEUED)
    asked, changed, _ = actions.act(services, action, job.job_id)
    assert (asked["action"], asked["job"], changed) == (action, job.job_id, no_update)
    assert jobs.get(job.job_id).phase is Phase.QUEUED
    assert "“Iteration 1”" in actions.question(job, action)[0]


def test_a_second_run_of_a_session_is_refused_by_name(services: Any, make: Make) -> None:
    make(Phase.QUEUED, session="be-stars")
    second = make(session="be-stars")
    with pytest.raises(ActiveRunError, match="Wait until it is finished, or cancel it"):
        actions.act(services, "start", second.job_id)


def test_a_job_deleted_elsewhere_cannot_be_resumed(services: Any) -> None:
    with pytest.raises(JobNotFoundError, match="There is no job 'nothing'"):
        actions.act(services, "resume", "nothing")


# --- run again, on the page Train -----------------------------------------------------------------------------------


@pytest.fixture
def whole(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    """Give the services with real sessions, and no workers."""
    services = build_services(Settings(workspace=workspace))
    monkeypatch.setattr(services.jobs, "dispatch", lambda: None)
    services.sessions.create("Be stars", classes=["other", "single peak"], session_id="be-stars")
    return services


def test_the_configuration_of_a_run_becomes_the_draft_of_its_session(whole: Services) -> None:
    keys = {"learning_session_name": "be-stars", "classes": ["other", "single peak"], "batch_size": 37, "seed": 5}
    job = whole.jobs.submit("run", "Iteration 0", {"configuration": keys}, owner="jana", start=False)
    made, _ = configuration_of_job(whole, "be-stars", job.job_id)
    draft = json.loads(made["text"])
    assert (draft["batch_size"], draft["seed"], made["name"]) == (37, 5, "Iteration 0")


def test_what_belongs_to_another_session_is_named(whole: Services) -> None:
    keys = {"learning_session_name": "elsewhere", "pool_csv": "/gone/pool.csv", "iteration_num": 7}
    job = whole.jobs.submit("run", "Iteration 7", {"configuration": keys}, owner="jana", start=False)
    _, notices = configuration_of_job(whole, "be-stars", job.job_id)
    assert [notice.partition(":")[0] for notice in notices] == ["learning_session_name", "pool_csv", "iteration_num"]


def test_a_job_without_a_configuration_says_so(whole: Services) -> None:
    job = whole.jobs.submit("run", "Odd", {}, owner="jana", start=False)
    with pytest.raises(ConfigurationError, match="only runs have a configuration"):
        configuration_of_job(whole, "be-stars", job.job_id)


def test_the_ids_of_the_page_are_its_own() -> None:
    names = [value for name, value in vars(ids).items() if name.startswith("JOBS_")]
    assert all(name.startswith("jobs-") for name in names)
    assert len(set(names)) == len(names)

"""The registry: phases, what is refused, races between processes."""

import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from al_core.errors import ActiveRunError, ConfigurationError, JobNotFoundError, JobStateError, StorageError
from al_core.jobs import Job, JobRegistry, Phase
from al_core.jobs.job import FOLLOWERS
from al_core.jobs.schema import MIGRATIONS
from al_core.jobs.transitions import move
from al_core.storage.database import connected, open_database, transaction
from tests.core.jobs import all_ended, ended, making_registry

Registry = Callable[..., JobRegistry]
registry_of = pytest.fixture(making_registry)


@pytest.fixture
def idle(registry_of: Registry) -> JobRegistry:
    """Give a registry that starts no workers, so that jobs stay where they are put."""
    registry = registry_of(parallel_jobs=1)
    registry.dispatch = lambda: None  # type: ignore[method-assign]
    return registry


def submit(registry: JobRegistry, kind: str = "heavy", **given: Any) -> Job:
    return registry.submit(kind, "A title", {}, **{"owner": "ada", **given})


def test_a_job_is_what_was_submitted(idle: JobRegistry) -> None:
    job = idle.submit(
        "run",
        "Iteration 1",
        {"output": "/x"},
        owner="ada",
        session_id="be-stars",
        run_id="mine",
        execution_duration_s=60,
    )
    assert (job.kind, job.title, job.owner, job.session_id) == ("run", "Iteration 1", "ada", "be-stars")
    assert (job.phase, job.attempt, job.parameters) == (Phase.QUEUED, 0, {"output": "/x"})
    assert (job.run_id, job.execution_duration_s, job.destruction_utc) == ("mine", 60, None)
    assert job.folder == idle.workspace / "jobs" / job.job_id
    assert datetime.fromisoformat(job.created_utc).utcoffset() == timedelta(0)
    assert idle.get(job.job_id) == job
    assert idle.active_run("be-stars") == job
    assert idle.active_run("another") is None


def test_a_pending_job_waits_to_be_started_and_may_be_changed_until_then(idle: JobRegistry) -> None:
    job = submit(idle, start=False)
    assert job.phase == Phase.PENDING
    moment = "2031-05-06T07:08:09+02:00"
    changed = idle.update(job.job_id, parameters={"a": 1}, run_id="r", execution_duration_s=5, destruction_utc=moment)
    assert (changed.parameters, changed.run_id, changed.execution_duration_s) == ({"a": 1}, "r", 5)
    assert changed.destruction_utc == "2031-05-06T05:08:09.000+00:00"
    assert idle.start(job.job_id).phase == Phase.QUEUED
    assert idle.start(job.job_id).phase == Phase.QUEUED
    assert idle.update(job.job_id, destruction_utc=None).destruction_utc is None
    with pytest.raises(JobStateError, match="is QUEUED: its parameters are fixed"):
        idle.update(job.job_id, parameters={})


def test_a_second_active_run_of_a_session_is_refused_with_the_first_ones_name(idle: JobRegistry) -> None:
    first = submit(idle, "run", session_id="a")
    with pytest.raises(
        ActiveRunError, match=f"Session 'a' has an active run: 'A title' .{first.job_id}, QUEUED"
    ) as caught:
        submit(idle, "run", session_id="a")
    assert caught.value.job_id == first.job_id
    assert len(idle.list()) == 1
    submit(idle, "run", session_id="b")
    submit(idle, "light", session_id="a")
    draft = submit(idle, "run", session_id="a", start=False)
    with pytest.raises(ActiveRunError):
        idle.start(draft.job_id)
    idle.cancel(first.job_id)
    assert idle.start(draft.job_id).phase == Phase.QUEUED
    with pytest.raises(ActiveRunError, match=draft.job_id):
        idle.resume(first.job_id)


def test_jobs_are_listed_newest_first_and_filtered(idle: JobRegistry) -> None:
    a = submit(idle, "run", session_id="s")
    b = submit(idle, "light", owner="bob")
    c = submit(idle, "heavy", start=False)
    names = [job.job_id for job in idle.list()]
    assert names == [c.job_id, b.job_id, a.job_id]
    assert [j.job_id for j in idle.list(last=2)] == names[:2]
    assert [j.job_id for j in idle.list(phases=[Phase.PENDING])] == [c.job_id]
    assert idle.list(phases=[]) == []
    assert [j.job_id for j in idle.list(owner="bob")] == [b.job_id]
    assert [j.job_id for j in idle.list(session_id="s", kind="run")] == [a.job_id]
    assert [j.job_id for j in idle.list(after_utc=b.created_utc)] == [c.job_id]
    assert idle.list(after_utc=c.created_utc) == []


def test_waiting_jobs_are_aborted_at_once(idle: JobRegistry) -> None:
    for job in (submit(idle), submit(idle, start=False)):
        done = idle.cancel(job.job_id)
        assert (done.phase, done.error, done.is_resumable) == (Phase.ABORTED, "Cancelled.", True)
        assert idle.cancel(job.job_id) == done
        again = idle.resume(job.job_id)
        assert (again.phase, again.error, again.ended_utc) == (Phase.QUEUED, None, None)
    with pytest.raises(JobStateError, match="only one that is ERROR or ABORTED can be resumed"):
        idle.resume(again.job_id)


def test_what_is_not_there_or_not_possible_is_named(idle: JobRegistry) -> None:
    for ask in (idle.get, idle.start, idle.cancel, idle.resume, idle.delete, idle.log, idle.history, idle.transitions):
        with pytest.raises(JobNotFoundError, match="no job 'x'"):
            ask("x")
    with pytest.raises(ConfigurationError, match=r"Unknown kind of job 'dance'; allowed: .*run"):
        submit(idle, "dance")
    with pytest.raises(ConfigurationError, match="must be JSON"):
        idle.submit("run", "t", {"path": Path("/x")}, owner="ada")
    with pytest.raises(ConfigurationError, match="ISO 8601, found 'soon'"):
        submit(idle, destruction_utc="soon")
    assert idle.list() == []


@pytest.mark.parametrize("before", Phase)
@pytest.mark.parametrize("after", Phase)
def test_a_phase_is_followed_by_those_of_the_standard_only(before: Phase, after: Phase, idle: JobRegistry) -> None:
    job = submit(idle, start=False)
    with connected(idle.database, MIGRATIONS) as connection:
        connection.execute("UPDATE jobs SET phase = ?", (before,))
        if after in FOLLOWERS[before]:
            with transaction(connection):
                move(connection, job.job_id, after, "because", error="e")
            assert idle.transitions(job.job_id)[-1]["reason"] == "because"
        else:
            with pytest.raises(JobStateError, match=f"is {before}; it cannot become {after}"), transaction(connection):
                move(connection, job.job_id, after)
            assert idle.transitions(job.job_id) == []


def test_jobs_past_their_time_are_deleted_with_their_folder(idle: JobRegistry) -> None:
    soon = (datetime.now(UTC) + timedelta(seconds=0.3)).isoformat()
    job, kept = submit(idle, destruction_utc=soon), submit(idle, destruction_utc="2100-01-01")
    job.folder.mkdir(parents=True)
    (job.folder / "log.txt").write_text("x\n")
    assert len(idle.list()) == 2
    time.sleep(0.35)
    assert [found.job_id for found in idle.list()] == [kept.job_id]
    assert list((idle.workspace / "jobs").iterdir()) == []


SUBMIT = """
import sys
from pathlib import Path
from al_core.errors import ActiveRunError
from al_core.jobs import JobRegistry
from al_core.settings import load_settings
registry = JobRegistry(Path(sys.argv[1]), load_settings(), ("true",))
registry.dispatch = lambda: None
print("ready", flush=True)
sys.stdin.readline()
try:
    print(registry.submit("run", "t", {}, owner="o", session_id="s").job_id)
except ActiveRunError as error:
    print("refused", error.job_id)
"""


def test_of_several_processes_that_submit_a_run_of_one_session_one_wins(idle: JobRegistry) -> None:
    command = [sys.executable, "-c", SUBMIT, str(idle.workspace)]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    processes = [subprocess.Popen(command, **pipes) for _ in range(3)]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    said = sorted(process.communicate(timeout=60)[0].strip() for process in processes)
    (job,) = idle.list()
    assert said == sorted([job.job_id] + [f"refused {job.job_id}"] * 2)


def test_dispatchers_at_the_same_time_start_a_job_once(registry_of: Registry, tmp_path: Path) -> None:
    registry, note = registry_of(parallel_jobs=8), tmp_path / "note"
    others = [registry_of(parallel_jobs=8) for _ in range(4)]
    dispatch, registry.dispatch = registry.dispatch, lambda: None  # type: ignore[method-assign]
    jobs = [registry.submit("light", "t", {"note": str(note)}, owner="o").job_id for _ in range(3)]
    registry.dispatch = dispatch  # type: ignore[method-assign]
    barrier = threading.Barrier(4)

    def start(other: JobRegistry) -> None:
        barrier.wait()
        other.dispatch()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(start, others))
    all_ended(registry, jobs)
    assert sorted(note.read_text().split()) == sorted(jobs)
    assert {registry.get(job).attempt for job in jobs} == {1}


def test_heavy_jobs_wait_for_each_other_and_light_ones_for_nobody(registry_of: Registry) -> None:
    registry = registry_of(parallel_jobs=1)
    first, second = (registry.submit("heavy", "t", {"do": "work", "seconds": 1.5}, owner="o") for _ in range(2))
    light = ended(registry, registry.submit("light", "t", {}, owner="o").job_id)
    assert light.phase == Phase.COMPLETED
    assert registry.get(first.job_id).phase in (Phase.QUEUED, Phase.EXECUTING)
    one, two = ended(registry, first.job_id), ended(registry, second.job_id)
    assert (one.phase, two.phase) == (Phase.COMPLETED, Phase.COMPLETED)
    assert one.ended_utc is not None
    assert two.started_utc is not None
    assert one.ended_utc <= two.started_utc


def test_a_database_of_a_newer_version_or_of_something_else_is_named(tmp_path: Path) -> None:
    path = tmp_path / "some.db"
    with connected(path, ("CREATE TABLE a (x); CREATE TABLE b (x);", "CREATE TABLE c (x);")) as connection:
        tables = {row["name"] for row in connection.execute("SELECT name FROM sqlite_master")}
        assert tables == {"a", "b", "c"}
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert connection.execute("PRAGMA synchronous").fetchone()[0] == 2
    with pytest.raises(StorageError, match="version 1 or older, found version 2"):
        open_database(path, ("CREATE TABLE a (x);",))
    path.write_bytes(b"no database at all, but longer than a header" * 30)
    with pytest.raises(StorageError, match="cannot be used: file is not a database"):
        open_database(path, ("CREATE TABLE a (x);",))


def test_a_migration_that_fails_leaves_the_database_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "some.db"
    with pytest.raises(StorageError):
        open_database(path, ("CREATE TABLE a (x); CREATE TABLE a (x);",))
    schema = ("CREATE TABLE a (x UNIQUE);",)
    with connected(path, schema) as connection, pytest.raises(sqlite3.IntegrityError), transaction(connection):
        connection.executemany("INSERT INTO a VALUES (?)", [(1,), (1,)])
    with connected(path, schema) as connection:
        assert connection.execute("SELECT COUNT(*) FROM a").fetchone()[0] == 0

"""Workers: how jobs end, are cancelled, get lost and are resumed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest

from al_core.errors import JobNotFoundError, StorageError
from al_core.jobs import Job, JobRegistry, Phase
from al_core.jobs.claims import Claim, ClaimLostError
from al_core.jobs.schema import MIGRATIONS
from al_core.storage.database import connected
from tests.core.jobs import ended, making_registry, until, workers_of

Registry = Callable[..., JobRegistry]
registry_of = pytest.fixture(making_registry)


@pytest.fixture
def registry(registry_of: Registry) -> JobRegistry:
    return registry_of(parallel_jobs=1)


def submit(registry: JobRegistry, do: str, seconds: float = 0.0, **given: Any) -> Job:
    parameters = {"do": do, "seconds": seconds} | given.pop("parameters", {})
    return registry.submit(given.pop("kind", "light"), "A title", parameters, owner="ada", **given)


def working(registry: JobRegistry, job: Job) -> Job:
    return until(registry, job.job_id, lambda job: job.stage == "Train")


def pid_of(registry: JobRegistry, job: Job) -> int:
    with connected(registry.database, MIGRATIONS) as connection:
        return int(connection.execute("SELECT pid FROM jobs WHERE job_id = ?", (job.job_id,)).fetchone()[0])


def seconds_until_ended(registry: JobRegistry, job: Job) -> tuple[float, Job]:
    begun = time.monotonic()
    registry.cancel(job.job_id)
    done = ended(registry, job.job_id)
    return time.monotonic() - begun, done


def test_a_job_is_executed_and_its_life_is_recorded(registry: JobRegistry) -> None:
    job = submit(registry, "nothing")
    assert registry.wait(job.job_id, 30, Phase.QUEUED).phase in (Phase.EXECUTING, Phase.COMPLETED)
    done = ended(registry, job.job_id)
    assert (done.phase, done.result, done.attempt, done.error) == (Phase.COMPLETED, {"value": 1}, 1, None)
    assert [t["phase"] for t in registry.transitions(job.job_id)] == ["QUEUED", "EXECUTING", "COMPLETED"]
    times = [done.created_utc, done.queued_utc, done.started_utc, done.ended_utc]
    assert times == sorted(times, key=str)
    log, end = registry.log(job.job_id)
    first, *_, last = log.splitlines()
    assert first.split("  ")[1] == "Start"
    assert last.split("  ")[1:] == ["End", "completed"]
    assert all(len(line.split("  ")[0]) == len("HH:MM:SS") for line in log.splitlines())
    assert registry.log(job.job_id, end) == ("", end)
    assert registry.log(job.job_id, len(first) + 1)[0] == log[len(first) + 1 :]


def test_a_worker_yields_to_the_server_and_has_the_settings_of_the_registry(registry_of: Registry) -> None:
    registry = registry_of(parallel_jobs=2, seed=77, access_password="a-secret-of-ours")
    jobs = submit(registry, "niceness"), submit(registry, "environment")
    niceness, environment = (ended(registry, job.job_id).result["value"] for job in jobs)
    assert niceness == os.nice(0) + 5
    assert environment["SPECTROLABE_SEED"] == "77"
    assert environment["SPECTROLABE_WORKSPACE"] == str(registry.workspace)
    assert "secret" not in str(environment)


@pytest.mark.parametrize(
    ("do", "error"),
    [
        ("fail_known", "The training set has no spectrum of class 'Be'. Label some."),
        ("fail_memory", "Memory ran out. Close other programs or use a smaller pool, then resume."),
        ("fail_disk", "/data/iterations/001: cannot be written: No space left on device. Free space, then resume."),
    ],
)
def test_what_the_user_can_mend_is_said(do: str, error: str, registry: JobRegistry) -> None:
    done = ended(registry, submit(registry, do).job_id)
    assert (done.phase, done.error, done.is_lost, done.is_resumable) == (Phase.ERROR, error, False, True)


def test_what_nobody_foresaw_has_a_number_and_its_traceback_in_the_log(registry: JobRegistry) -> None:
    done = ended(registry, submit(registry, "fail_unknown").job_id)
    assert done.error is not None
    assert "secret" not in done.error
    report = done.error.partition("(report ")[2].partition(")")[0]
    assert len(report) == 8
    log = registry.log(done.job_id)[0]
    assert f"Error  report {report}" in log
    assert "ZeroDivisionError: a secret of the program" in log


@pytest.mark.parametrize("do", ["work", "sleep_deaf", "hold_interpreter"])
def test_a_job_is_cancelled_within_about_a_second_whatever_it_does(do: str, registry: JobRegistry) -> None:
    job = working(registry, submit(registry, do, 20.0))
    pid = pid_of(registry, job)
    until(registry, job.job_id, lambda job: do != "hold_interpreter" or (job.folder / "holding").exists())
    seconds, done = seconds_until_ended(registry, job)
    assert (done.phase, done.error, done.is_resumable) == (Phase.ABORTED, "Cancelled.", True)
    assert seconds < (1.0 if os.getloadavg()[0] < 2 else 4.0)
    psutil.wait_procs([psutil.Process(pid)] if psutil.pid_exists(pid) else [], timeout=10)
    assert not workers_of(registry.workspace)


def test_the_worker_stops_itself_where_nobody_else_can_make_it(
    registry: JobRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("al_core.jobs.dispatching.enforce_cancel", lambda *_: None)
    waiting = submit(registry, "nothing", kind="heavy", start=False)
    job = working(registry, submit(registry, "sleep_deaf", 20.0, kind="heavy"))
    registry.start(waiting.job_id)
    registry.cancel(job.job_id)
    done = ended(registry, job.job_id)
    assert done.phase == Phase.ABORTED
    assert ended(registry, waiting.job_id).phase == Phase.COMPLETED


def test_results_that_take_their_place_are_not_cancelled(registry: JobRegistry) -> None:
    job = submit(registry, "publish", 1.5)
    until(registry, job.job_id, lambda _: "is_publishing" in publishing(registry, job))
    done = seconds_until_ended(registry, job)[1]
    assert (done.phase, done.result) == (Phase.COMPLETED, {"value": "published"})


def publishing(registry: JobRegistry, job: Job) -> str:
    with connected(registry.database, MIGRATIONS) as connection:
        row = connection.execute("SELECT is_publishing FROM jobs WHERE job_id = ?", (job.job_id,)).fetchone()
    return "is_publishing" if row[0] else ""


def test_a_job_that_runs_too_long_is_aborted(registry: JobRegistry) -> None:
    done = ended(registry, submit(registry, "work", 20.0, execution_duration_s=1).job_id)
    assert (done.phase, done.error) == (Phase.ABORTED, "It ran longer than its execution duration allows.")


def test_a_killed_worker_is_noticed_at_once_and_its_job_goes_on_where_it_was(registry: JobRegistry) -> None:
    job = submit(registry, "remember", 0.2)
    until(registry, job.job_id, lambda job: len(registry.history(job.job_id)) >= 3)
    begun = time.monotonic()
    os.kill(pid_of(registry, job), signal.SIGKILL)
    done = ended(registry, job.job_id)
    assert time.monotonic() - begun < 3.0
    assert (done.phase, done.is_lost, done.is_resumable) == (Phase.ERROR, True, True)
    assert done.error is not None
    assert done.error.startswith("The worker is gone: it was killed")
    n_done = int(done.error.rpartition("; resume goes on from epoch ")[2].rstrip("."))
    assert n_done >= 3
    registry.resume(job.job_id)
    again = ended(registry, job.job_id)
    assert (again.phase, again.attempt, again.error, again.is_lost) == (Phase.COMPLETED, 2, None, False)
    assert again.result["value"] == "1" * n_done + "2" * (10 - n_done)
    assert [epoch["epoch"] for epoch in registry.history(job.job_id)] == list(range(1, 11))
    assert not (again.folder / "checkpoint").exists()
    phases = ["QUEUED", "EXECUTING", "ERROR", "QUEUED", "EXECUTING", "COMPLETED"]
    assert [t["phase"] for t in registry.transitions(job.job_id)] == phases


def test_a_crash_and_a_worker_told_to_end_are_said(registry: JobRegistry) -> None:
    crashed = ended(registry, submit(registry, "crash").job_id)
    assert (crashed.phase, crashed.is_lost) == (Phase.ERROR, True)
    job = working(registry, submit(registry, "work", 20.0))
    os.kill(pid_of(registry, job), signal.SIGTERM)
    done = ended(registry, job.job_id)
    assert (done.phase, done.is_lost) == (Phase.ERROR, True)
    assert done.error == "The worker is gone: it was told to end (SIGTERM); resume starts it again."


SERVER = """
import sys, time
from pathlib import Path
from al_core.jobs import JobRegistry
from al_core.jobs.kinds import KINDS
from al_core.settings import load_settings
from tests.support.worker import COMMAND, TEST_KINDS
KINDS.update(TEST_KINDS)
registry = JobRegistry(Path(sys.argv[1]), load_settings(), COMMAND)
print(registry.submit("light", "t", {"do": "work", "seconds": 1.0}, owner="o").job_id, flush=True)
time.sleep(60)
"""


def test_the_death_of_the_server_changes_nothing(registry: JobRegistry) -> None:
    command = [sys.executable, "-c", SERVER, str(registry.workspace)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as server:
        assert server.stdout is not None
        job_id = server.stdout.readline().strip()
        working(registry, registry.get(job_id))
        os.killpg(server.pid, signal.SIGKILL)
    done = ended(registry, job_id)
    assert (done.phase, done.attempt, done.result) == (Phase.COMPLETED, 1, {"value": "worked"})


def test_a_worker_that_lost_its_claim_writes_nothing_more(registry: JobRegistry) -> None:
    registry.dispatch = lambda: None  # type: ignore[method-assign]
    job = submit(registry, "nothing")
    claim = Claim.take(registry.database, job.job_id)
    with connected(registry.database, MIGRATIONS) as connection:
        connection.execute("UPDATE jobs SET attempt = 2, host = 'elsewhere'")
        with pytest.raises(ClaimLostError):
            claim.is_cancelled(connection)
        with pytest.raises(ClaimLostError):
            claim.report(connection, ("Train", 1, None, "x"))  # type: ignore[arg-type]
    with pytest.raises(ClaimLostError):
        claim.begin_publishing("Publish")
    with pytest.raises(ClaimLostError):
        claim.finish(Phase.COMPLETED, result={})
    assert registry.get(job.job_id).phase == Phase.EXECUTING


def test_a_worker_stops_when_its_job_is_taken_away(registry: JobRegistry) -> None:
    job = working(registry, submit(registry, "work", 20.0))
    process = psutil.Process(pid_of(registry, job))
    with connected(registry.database, MIGRATIONS) as connection:
        connection.execute("UPDATE jobs SET attempt = 7, host = 'elsewhere'")
    psutil.wait_procs([process], timeout=10)
    assert not workers_of(registry.workspace)
    assert registry.get(job.job_id).phase == Phase.EXECUTING


def test_a_worker_elsewhere_is_believed_until_its_heart_stops(registry: JobRegistry) -> None:
    registry.dispatch = lambda: None  # type: ignore[method-assign]
    job = submit(registry, "nothing")
    Claim.take(registry.database, job.job_id)
    for seconds, phase in ((20, Phase.EXECUTING), (40, Phase.ERROR)):
        beat = (datetime.now(UTC) - timedelta(seconds=seconds)).isoformat(timespec="milliseconds")
        with connected(registry.database, MIGRATIONS) as connection:
            connection.execute("UPDATE jobs SET host = 'elsewhere', heartbeat_utc = ?", (beat,))
        assert registry.get(job.job_id).phase == phase


def test_a_process_of_the_same_number_is_not_taken_for_the_worker(registry: JobRegistry) -> None:
    registry.dispatch = lambda: None  # type: ignore[method-assign]
    job = submit(registry, "nothing")
    Claim.take(registry.database, job.job_id)
    with connected(registry.database, MIGRATIONS) as connection:
        connection.execute("UPDATE jobs SET process_started = 1.0, heartbeat_utc = '2026-01-01T00:00:00+00:00'")
    assert registry.get(job.job_id).is_lost  # and this test, whose number it is, was not killed


def test_a_worker_that_cannot_start_is_not_started_for_ever(registry_of: Registry) -> None:
    registry = registry_of()
    registry.worker_command = (sys.executable, "-c", "import sys; sys.exit('no such module')")
    done = ended(registry, submit(registry, "nothing").job_id)
    assert (done.phase, done.error) == (Phase.ERROR, "The worker could not be started; the log says why.")
    assert registry.log(done.job_id)[0].count("no such module") == 2
    registry.worker_command = ("/no/such/program",)
    done = ended(registry, submit(registry, "nothing").job_id)
    assert done.phase == Phase.ERROR
    assert "could not be started" in str(done.error)


def test_deleting_a_job_ends_its_worker_and_removes_its_folder(registry: JobRegistry) -> None:
    job = working(registry, submit(registry, "sleep_deaf", 20.0))
    registry.delete(job.job_id)
    with pytest.raises(JobNotFoundError):
        registry.get(job.job_id)
    assert not job.folder.exists()
    psutil.wait_procs(workers_of(registry.workspace), timeout=10)
    assert not workers_of(registry.workspace)


def test_an_executing_job_past_its_time_is_stopped_and_deleted(registry: JobRegistry) -> None:
    job = working(registry, submit(registry, "work", 20.0))
    registry.update(job.job_id, destruction_utc="2020-01-01")
    deadline = time.monotonic() + 10
    while registry.list() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert registry.list() == []
    assert not job.folder.exists()


def test_a_workspace_that_cannot_be_written_is_named(tmp_path: Path, registry_of: Registry) -> None:
    (tmp_path / "file").write_text("x")
    registry = registry_of()
    registry.database = tmp_path / "file" / "registry.db"
    with pytest.raises(StorageError, match="cannot be used"):
        submit(registry, "nothing")

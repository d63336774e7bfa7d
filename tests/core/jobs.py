"""What the tests of jobs share: registries whose workers do as a test says."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from al_core.jobs import Job, JobRegistry
from al_core.jobs.kinds import KINDS
from al_core.jobs.processes import kill_group
from al_core.settings import Settings
from tests.support.worker import COMMAND, TEST_KINDS

#: Longer than anything takes on a busy machine.
PATIENCE_S = 60.0


def making_registry(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., JobRegistry]]:
    """Give a function that makes registries of one workspace (a fixture's body); leaves no process behind."""
    for name, kind in TEST_KINDS.items():
        monkeypatch.setitem(KINDS, name, kind)

    def make(**settings: Any) -> JobRegistry:
        return JobRegistry(workspace, Settings(workspace=workspace, **settings), COMMAND)

    yield make
    for process in workers_of(workspace):
        kill_group(process.pid)


def workers_of(workspace: Path) -> list[psutil.Process]:
    """Return the living workers of a workspace."""
    found = []
    for process in psutil.process_iter(["cmdline", "environ", "status"]):
        command, environ = process.info["cmdline"] or [], process.info["environ"] or {}
        if any("worker" in part for part in command) and environ.get("SPECTROLABE_WORKSPACE") == str(workspace):
            found.append(process)
    return found


def ended(registry: JobRegistry, job_id: str) -> Job:
    """Wait until a job has ended."""
    return until(registry, job_id, lambda job: job.is_ended)


def all_ended(registry: JobRegistry, job_ids: list[str]) -> list[Job]:
    return [ended(registry, job_id) for job_id in job_ids]


def until(registry: JobRegistry, job_id: str, holds: Callable[[Job], bool]) -> Job:
    """Wait until something holds of a job."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        job = registry.get(job_id)
        if holds(job):
            return job
        assert not job.is_ended, f"{job.phase} {job.error} {registry.log(job_id)[0]}"
        time.sleep(0.02)
    raise AssertionError(f"{registry.get(job_id)}")

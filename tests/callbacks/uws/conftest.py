"""A registry without workers, and the interface on it."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient

from al_core.jobs import Job, JobRegistry, Phase
from al_core.jobs.claims import Claim
from al_core.settings import Settings
from callbacks.api.uws import blueprint
from tests.callbacks.uws.documents import Make
from tests.conftest import made_flux, write_spectra


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Give the data root, with a pool; beside it a file that no configuration may name."""
    folder = tmp_path / "root"
    (folder / "active-learning").mkdir(parents=True)
    flux = made_flux(np.zeros(4, int), np.random.default_rng(0))
    write_spectra(folder / "pool.csv", ["a", "b", "c", "d"], flux)
    write_spectra(folder / "active-learning" / "other.csv", ["a", "b", "c", "d"], flux)
    write_spectra(tmp_path / "secret.csv", ["a", "b", "c", "d"], flux)
    return folder


@pytest.fixture
def settings(workspace: Path, root: Path) -> Settings:
    return Settings(workspace=workspace, data_root=root)


@pytest.fixture
def jobs(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> JobRegistry:
    """Give a registry that starts no worker: the tests play their part."""
    registry = JobRegistry(settings.workspace, settings)
    monkeypatch.setattr(registry, "dispatch", lambda: None)
    return registry


@pytest.fixture
def client(jobs: JobRegistry, settings: Settings) -> FlaskClient:
    server = Flask("test")
    server.register_blueprint(blueprint(SimpleNamespace(jobs=jobs, settings=settings)))  # type: ignore[arg-type]
    return server.test_client()


@pytest.fixture
def make(jobs: JobRegistry, root: Path) -> Make:
    """Return a maker of jobs in any phase."""

    def make(phase: Phase = Phase.PENDING, kind: str = "run", **columns: Any) -> Job:
        parameters = {"configuration": {"pool_csv": str(root / "pool.csv")}, "output": None}
        job = jobs.submit(kind, "A run", parameters, owner="jana", start=phase is not Phase.PENDING)
        if phase in (Phase.PENDING, Phase.QUEUED):
            return job
        claim = Claim.take(jobs.database, job.job_id)
        if phase is not Phase.EXECUTING:
            claim.finish(phase, **columns)
        return jobs.get(job.job_id)

    return make


@pytest.fixture
def finished(make: Make, tmp_path: Path) -> Job:
    """Give a completed job with three files."""
    folder = tmp_path / "results of jana"
    (folder / "parts").mkdir(parents=True)
    for name in ("oracle.csv", "results.zip", "parts/žluť & co.txt"):
        (folder / name).write_text(name)
    files = ["oracle.csv", "parts/žluť & co.txt", "results.zip", "../secret.csv", "gone.csv"]
    return make(Phase.COMPLETED, result={"folder": str(folder), "files": files})

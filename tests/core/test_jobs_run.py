"""Iterations as jobs, through real workers: killed, resumed, cancelled, repeated, and without room on the disk."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from al_core.jobs import Job, JobRegistry, Phase
from al_core.jobs.schema import MIGRATIONS
from al_core.progress import Stage
from al_core.runs.run import published, run_configuration
from al_core.settings import Settings
from al_core.storage.database import connected
from tests.conftest import made_flux, write_spectra
from tests.core.jobs import ended, until, workers_of

Configuration = dict[str, Any]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def configuration(place: Path) -> Configuration:
    """Give a configuration whose epochs take long enough to be interrupted."""
    rng = np.random.default_rng(2)
    labels, known = rng.permutation(np.repeat([0, 1, 2], (90, 18, 12))), np.repeat([0, 1, 2], (120, 40, 30))
    write_spectra(place / "pool.csv", [f"spec-{k}" for k in range(120)], made_flux(labels, rng, 0.5))
    write_spectra(place / "training.csv", [f"known-{k}" for k in range(190)], made_flux(known, rng, 0.5), known)
    paths = {"pool_csv": str(place / "pool.csv"), "training_set_csv": str(place / "training.csv")}
    keys = {"run_active_learning": "yes", "learning_session_name": "s", "iteration_num": 1, "seed": 1}
    return {**paths, **keys, "max_epochs": 6, "patience": 20, "batch_size": 10, "random_sample_size": 5}


@pytest.fixture
def registry(workspace: Path) -> Iterator[JobRegistry]:
    yield JobRegistry(workspace, Settings(workspace=workspace))
    for process in workers_of(workspace):
        process.kill()


def submit(registry: JobRegistry, configuration: Configuration, output: Path | None) -> Job:
    parameters = {"configuration": configuration, "output": None if output is None else str(output)}
    return registry.submit("run", "Iteration 1", parameters, owner="ada", session_id="s")


def predictions(folder: Path) -> pl.DataFrame:
    return pl.read_parquet(folder / "predictions.parquet")


def kill_worker(registry: JobRegistry, job: Job) -> None:
    with connected(registry.database, MIGRATIONS) as connection:
        row = connection.execute("SELECT pid FROM jobs WHERE job_id = ?", (job.job_id,)).fetchone()
    os.kill(row["pid"], signal.SIGKILL)


@pytest.mark.slow
def test_a_run_that_was_killed_and_resumed_gives_what_an_undisturbed_one_gives(
    registry: JobRegistry, configuration: Configuration, place: Path
) -> None:
    config, output = place / "config.json", registry.workspace / "sessions" / "s" / "iterations" / "001"
    config.write_text(json.dumps(configuration))
    undisturbed = run_configuration(config, registry.settings, place / "undisturbed").output

    job = submit(registry, configuration, output)
    until(registry, job.job_id, lambda job: len(registry.history(job.job_id)) >= 2)
    kill_worker(registry, job)
    lost = ended(registry, job.job_id)
    assert (lost.phase, lost.is_lost, lost.stage) == (Phase.ERROR, True, Stage.TRAIN)
    assert "; resume goes on from epoch " in str(lost.error)
    assert not output.exists()

    registry.resume(job.job_id)
    done = ended(registry, job.job_id)
    assert (done.phase, done.attempt) == (Phase.COMPLETED, 2)
    assert predictions(output).equals(predictions(undisturbed))
    for name in ("oracle.csv", "perf-est.csv", "statistics.csv"):
        assert (output / name).read_text() == (undisturbed / name).read_text()
    assert [path.name for path in output.parent.iterdir()] == ["001"]
    manifest = json.loads((output / "manifest.json").read_text())
    assert (manifest["job_id"], manifest["summary"]) == (job.job_id, done.result["lines"])
    assert (done.result["folder"], set(done.result["files"])) == (str(output), {p.name for p in output.iterdir()})
    history = registry.history(job.job_id)
    assert [epoch["epoch"] for epoch in history] == list(range(1, 7))
    assert [epoch["loss"] for epoch in history] == [e["loss"] for e in manifest["training"]["epochs"]]

    lines = [line.split("  ", 2) for line in registry.log(job.job_id)[0].splitlines()]
    second = [line[1] for line in lines[[line[1] for line in lines].index("Start", 1) :]]
    assert list(dict.fromkeys(second)) == ["Start", *Stage, "End"]
    assert any(line[2].startswith("Resuming, after epoch") for line in lines)
    assert {line[1] for line in lines} <= {"Start", *Stage, "End"}  # and nothing that TensorFlow has to say

    again = published(output, job.job_id)
    assert again is not None
    assert again.lines == tuple(done.result["lines"])
    assert published(output, "another") is None


def test_a_cancelled_repetition_leaves_the_iteration_and_a_complete_one_keeps_it(
    registry: JobRegistry, configuration: Configuration
) -> None:
    output = registry.workspace / "sessions" / "s" / "iterations" / "001"
    untrained = configuration | {"iteration_num": 0}
    first = ended(registry, submit(registry, untrained, output).job_id)
    assert first.phase == Phase.COMPLETED, first.error
    before = {path.name: path.read_bytes() for path in output.iterdir()}

    job = submit(registry, configuration, output)
    until(registry, job.job_id, lambda job: job.stage == Stage.TRAIN and job.done >= 1)
    begun = time.monotonic()
    registry.cancel(job.job_id)
    aborted = ended(registry, job.job_id)
    assert time.monotonic() - begun < (1.0 if os.getloadavg()[0] < 2 else 4.0)
    assert (aborted.phase, aborted.is_resumable) == (Phase.ABORTED, True)
    assert {path.name: path.read_bytes() for path in output.iterdir()} == before
    assert (aborted.folder / "checkpoint" / "training.npz").exists()

    second = ended(registry, submit(registry, untrained | {"seed": 5}, output).job_id)
    assert second.phase == Phase.COMPLETED
    assert json.loads((output / "manifest.json").read_text())["job_id"] == second.job_id
    kept = {path.name: path.read_bytes() for path in output.with_name("001.1").iterdir()}
    assert kept == before
    assert sorted(path.name for path in output.parent.iterdir()) == ["001", "001.1"]


def test_without_an_output_the_results_are_the_jobs_own(registry: JobRegistry, configuration: Configuration) -> None:
    done = ended(registry, submit(registry, configuration | {"iteration_num": 0}, None).job_id)
    assert done.result["folder"] == str(done.folder / "results")
    assert "oracle.csv" in done.result["files"]


def test_a_mistake_in_the_configuration_is_the_jobs_error(registry: JobRegistry, configuration: Configuration) -> None:
    done = ended(registry, submit(registry, configuration | {"batch_size": 100000}, None).job_id)
    assert done.phase == Phase.ERROR
    assert "Requested 100005 spectra" in str(done.error)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a file system of two megabytes at `tmp_path / "disk"`."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount a small file system")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_full_disk_is_said_and_leaves_nothing_half_written(
    registry: JobRegistry, configuration: Configuration, small_disk: Path
) -> None:
    (small_disk / "ballast").write_bytes(b"x" * 1_900_000)
    output = small_disk / "001"
    done = ended(registry, submit(registry, configuration | {"iteration_num": 0, "batch_size": 100}, output).job_id)
    assert done.phase == Phase.ERROR
    assert "the results cannot be written: [Errno 28] No space left on device" in str(done.error)
    assert [path.name for path in small_disk.iterdir()] == ["ballast"]
    (small_disk / "ballast").unlink()
    registry.resume(done.job_id)
    assert ended(registry, done.job_id).phase == Phase.COMPLETED

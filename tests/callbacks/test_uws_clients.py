"""The REST interface as independent programs use it: uws-client and pyvo against a real server with real workers."""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import requests
from lxml import etree
from pyvo.dal import AsyncTAPJob
from pyvo.io import uws as pyvo_uws

from al_core.settings import APPLICATION_DIR
from tests.callbacks.uws_client_port import ported
from tests.conftest import made_flux, write_spectra

#: Nothing is trained: spectra are drawn at random, in a second.
QUICK: dict[str, Any] = {"pool_csv": "pool.csv", "batch_size": 5, "seed": 1}
#: Trains for far longer than any test.
ENDLESS: dict[str, Any] = {
    "pool_csv": "pool.csv",
    "training_set_csv": "training-set.csv",
    "run_active_learning": "yes",
    "iteration_num": 1,
    "max_epochs": 100_000,
    "patience": 100_000,
    "seed": 1,
}
#: How long a worker may take on a busy machine.
PATIENCE_S = 90.0
Client = Callable[..., str]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("root")
    rng = np.random.default_rng(7)
    labels = rng.permutation(np.repeat([0, 1, 2], (90, 18, 12)))
    write_spectra(folder / "pool.csv", [f"spec-{k:05d}" for k in range(120)], made_flux(labels, rng))
    training = np.repeat([0, 1, 2], 10)
    write_spectra(folder / "training-set.csv", [f"known-{k}" for k in range(30)], made_flux(training, rng), training)
    return folder


@pytest.fixture(scope="module")
def address(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of the jobs of a server, as gunicorn runs it."""
    workspace = tmp_path_factory.mktemp("served")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {"SPECTROLABE_WORKSPACE": str(workspace), "SPECTROLABE_DATA_ROOT": str(root)}
    options = ["--worker-class", "gthread", "--threads", "8", "--bind", f"127.0.0.1:{port}", "--no-control-socket"]
    command = [sys.executable, "-m", "gunicorn", *options, "wsgi:server"]
    with (workspace / "server.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=APPLICATION_DIR, env=environment, stdout=log, stderr=log)
    found = f"http://127.0.0.1:{port}/uws"
    try:
        wait_for(found, server, workspace / "server.log")
        yield found
        for job in requests.get(found, timeout=30).text.split('id="')[1:]:
            requests.delete(f"{found}/{job.partition(chr(34))[0]}", timeout=30, allow_redirects=False)
    finally:
        server.terminate()
        server.wait(30)


def wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"The server does not answer:\n{log.read_text()}")


@pytest.fixture(scope="module")
def uws(address: str, tmp_path_factory: pytest.TempPathFactory) -> Client:
    """Return the command `uws` of uws-client; it works in a folder of its own, `uws.folder`."""
    library = ported(tmp_path_factory.mktemp("client"))
    folder = tmp_path_factory.mktemp("downloads")

    def uws(*arguments: str) -> str:
        code = "import sys; from uws.cli.main import main; sys.argv[0] = 'uws'; main()"
        environment = os.environ | {"PYTHONPATH": os.pathsep.join((str(library), str(library / "uws" / "cli")))}
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code, "-H", address, *arguments],
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            env=environment,
            cwd=folder,
        )
        assert done.returncode == 0, done.stderr
        assert "An error occurred" not in done.stdout, done.stdout
        return done.stdout

    uws.folder = folder  # type: ignore[attr-defined]
    return uws


def created(address: str, keys: dict[str, Any], **query: str) -> str:
    """Create a job as any program would; return its address."""
    answer = requests.post(address, json=keys, params=query, allow_redirects=False, timeout=30)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def id_in(shown: str) -> str:
    """Return the job's id in what `uws` printed."""
    return next(line.split()[-1] for line in shown.splitlines() if line.startswith("Job id"))


def waited(address: str, *phases: str) -> str:
    """Wait for a job by long polls; return its phase."""
    deadline = time.monotonic() + PATIENCE_S
    phase = ""
    while phase not in phases and time.monotonic() < deadline:
        phase = pyvo_uws.parse_job(
            BytesIO(requests.get(address, params={"WAIT": "-1"}, timeout=120).content).read
        ).phase
    return phase


# --- uws-client -----------------------------------------------------------------------------------------------------


def test_uws_client_creates_runs_waits_and_downloads(uws: Any, address: str) -> None:
    job_id = id_in(uws("job", "new", *(f"{key}={value}" for key, value in QUICK.items()), "runId=night 7"))
    assert uws("job", "phase", job_id).strip() in ("PENDING", r"b'PENDING\n'")
    assert "QUEUED" in (started := uws("job", "run", job_id)) or "EXECUTING" in started
    waited(f"{address}/{job_id}", "COMPLETED")
    shown = uws("job", "show", job_id, "--wait", "5")
    assert "COMPLETED" in shown
    assert "Parameter batch_size" in shown
    uws("job", "results", job_id, "oracle.csv", "-f", "mine")
    assert len((uws.folder / "mine.oracle.csv").read_text().splitlines()) == 5
    uws("job", "results", job_id, "results.zip")
    with zipfile.ZipFile(uws.folder / f"{job_id}.results.zip") as archive:
        assert "new_config.json" in archive.namelist()
    assert "successfully deleted" in uws("job", "delete", job_id)
    assert requests.get(f"{address}/{job_id}", timeout=30).status_code == 404


def test_uws_client_sets_parameters_and_aborts(uws: Any, address: str) -> None:
    job_id = id_in(uws("job", "new", "pool_csv=pool.csv", "executionDuration=60"))
    assert "Parameter batch_size" in uws("job", "set", job_id, "batch_size=7", "seed=2")
    shown = uws("job", "abort", job_id)
    assert "ABORTED" in shown
    assert "60" in shown


def test_uws_client_filters_the_list(uws: Any, address: str) -> None:
    before = datetime.now(UTC)
    time.sleep(0.05)
    pending = [created(address, QUICK).rsplit("/", 1)[1] for _ in range(2)]
    aborted = created(address, QUICK).rsplit("/", 1)[1]
    uws("job", "abort", aborted)
    recent = ("--after", before.replace(tzinfo=None).isoformat())
    assert all(job_id in uws("list", "-p", *recent) for job_id in pending)
    assert aborted not in uws("list", "-p", *recent)
    assert aborted in uws("list", "-p", "-a", *recent)
    assert "1 jobs listed" in uws("list", "--last", "1")
    ahead = (before + timedelta(days=1)).replace(tzinfo=None).isoformat()
    assert "0 jobs listed" in uws("list", "--after", ahead)


# --- pyvo -----------------------------------------------------------------------------------------------------------


def test_pyvo_reads_the_list_of_jobs(address: str) -> None:
    job_id = created(address, QUICK, RUNID="night-8").rsplit("/", 1)[1]
    found = pyvo_uws.parse_job_list(BytesIO(requests.get(address, timeout=30).content).read)
    job = next(job for job in found if job.jobid == job_id)
    assert (job.phase, job.runid) == ("PENDING", "night-8")
    assert abs((job.creationtime.to_datetime(UTC) - datetime.now(UTC)).total_seconds()) < 60


def test_pyvo_runs_a_job_and_reads_its_results(address: str) -> None:
    job = AsyncTAPJob(created(address, QUICK))
    assert (job.phase, job.uws_version) == ("PENDING", "1.1")
    job.execution_duration = 600
    assert job.execution_duration.value == 600
    tomorrow = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    job.destruction = tomorrow
    assert job.destruction.to_datetime(UTC) == tomorrow
    job.run().wait(timeout=PATIENCE_S)
    assert job.phase == "COMPLETED"
    found = {result.id_: result for result in job.results}
    oracle = requests.get(found["oracle.csv"].href, timeout=30)
    assert (len(oracle.content), oracle.headers["Content-Type"]) == (
        found["oracle.csv"].size,
        "text/csv; charset=utf-8",
    )
    assert job.job.jobinfo["kind"].text == "run"
    address_of_job = job.url
    job.delete()
    assert requests.get(address_of_job, timeout=30).status_code == 404


def test_pyvo_learns_why_a_job_failed(address: str, root: Path) -> None:
    keys = QUICK | {"training_set_csv": "broken.csv", "run_active_learning": "yes", "iteration_num": 1}
    (root / "broken.csv").write_text("id,label,6519.0\nknown-0,0,1.0\n")
    job = AsyncTAPJob(created(address, keys, PHASE="RUN"))
    waited(job.url, "ERROR")
    assert job.phase == "ERROR"
    assert "broken.csv" in job.job.errorsummary.message.content
    assert "broken.csv" in requests.get(f"{job.url}/error", timeout=30).text


@pytest.mark.slow
def test_a_run_that_trains_is_aborted_within_seconds(address: str) -> None:
    job = AsyncTAPJob(created(address, ENDLESS, PHASE="RUN"))
    assert waited(job.url, "EXECUTING") == "EXECUTING"
    deadline = time.monotonic() + PATIENCE_S
    while "epoch" not in str(job.job.jobinfo.get("message")).lower() and time.monotonic() < deadline:
        time.sleep(0.3)
    assert job.job.jobinfo["stage"].text == "Train"
    begun = time.monotonic()
    job.abort()
    assert waited(job.url, "ABORTED") == "ABORTED"
    assert time.monotonic() - begun < 5


def test_curl_and_a_file_are_enough(address: str, tmp_path: Path) -> None:
    config = tmp_path / "iteration0.json"
    config.write_text(json.dumps(QUICK))
    command = ["curl", "--silent", "--location", "-F", f"config=@{config}", "-F", "PHASE=RUN", address]
    shown = subprocess.run(command, capture_output=True, check=True, timeout=30).stdout
    assert pyvo_uws.parse_job(BytesIO(shown).read).phase in ("QUEUED", "EXECUTING", "COMPLETED")


# --- the documents --------------------------------------------------------------------------------------------------


def examples(page: str, language: str) -> list[str]:
    """Return the examples of a page in a language."""
    return re.findall(rf"```{language}\n(.*?)```", (APPLICATION_DIR / "docs" / page).read_text("utf-8"), re.DOTALL)


def test_the_commands_of_the_page_work(address: str, tmp_path: Path) -> None:
    (script,) = examples("uws.md", "sh")
    command = ["bash", "-euo", "pipefail", "-c", script]
    environment = os.environ | {"UWS": address}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=PATIENCE_S)
    assert done.returncode == 0, done.stderr
    assert len((tmp_path / "oracle.csv").read_text().splitlines()) == 20
    assert zipfile.is_zipfile(tmp_path / "results.zip")


def test_the_program_of_the_page_works(address: str, tmp_path: Path) -> None:
    (program,) = examples("uws.md", "python")
    environment = os.environ | {"UWS": address}
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=PATIENCE_S)
    assert done.stdout.startswith("COMPLETED ['results.zip'"), done.stderr


def test_the_worker_of_the_page_runs_as_vo_cloud_starts_it(root: Path, tmp_path: Path) -> None:
    (settings,) = examples("vo-cloud.md", "xml")
    names = {"ns": "http://vocloud.ivoa.cz/universal/schema"}
    words = [word.text or "" for word in etree.fromstring(settings.encode()).iterfind(".//ns:command", names)]
    places = {"${binaries-location}/.venv/bin/python": sys.executable, "${binaries-location}": str(APPLICATION_DIR)}
    places |= {"${config-file}": ".processData/config.json", "/data/vocloud/filesystem/DATA": str(root)}
    places |= {"/data/spectrolabe": str(tmp_path / "workspace")}
    for before, after in places.items():
        words = [word.replace(before, after) for word in words]
    (tmp_path / "job" / ".processData").mkdir(parents=True)
    config = QUICK | {"pool_csv": "/data/vocloud/filesystem/DATA/active-learning/pool.csv"}
    (tmp_path / "job" / ".processData" / "config.json").write_text(json.dumps(config))
    done = subprocess.run(words, cwd=tmp_path / "job", capture_output=True, text=True, timeout=PATIENCE_S)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "job" / "results" / "oracle.csv").exists()
    (tmp_path / "job" / ".processData" / "config.json").write_text('{"pool_csv": "pool.csv", "batch_size": "many"}')
    failed = subprocess.run(words, cwd=tmp_path / "job", capture_output=True, text=True, timeout=PATIENCE_S)
    assert failed.returncode == 2
    assert 'key "batch_size": found "many"' in failed.stderr.strip().splitlines()[-1]

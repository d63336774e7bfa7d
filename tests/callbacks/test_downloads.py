"""Result files over HTTP: what is given, as what, and that nothing else can be reached."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from al_core.jobs import JobRegistry
from al_core.library import Library
from al_core.services import Services
from al_core.sessions import Sessions
from al_core.settings import Settings
from callbacks.api import downloads
from callbacks.train.urls import files_of, iteration_file_url, job_file_url

FOLDER = "/api/sessions/be-stars/iterations/001"


class Buffered(FlaskClient):
    """Reads every answer whole, so that its file is closed."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        return super().open(*args, **(kwargs | {"buffered": True}))


@pytest.fixture
def services(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    settings = Settings(workspace=workspace)
    jobs = JobRegistry(workspace, settings)
    monkeypatch.setattr(jobs, "dispatch", lambda: None)
    made = Services(settings, jobs, Sessions(workspace, jobs), Library(workspace, settings))
    made.sessions.create("Be stars", classes=["a", "b"])
    folder = made.sessions.folder("be-stars") / "iterations" / "001"
    folder.mkdir(parents=True)
    for name in ("oracle.csv", "model.keras", "model.json", "predictions.parquet", "results.zip", ".hidden", "a b.csv"):
        (folder / name).write_bytes(b"content of " + name.encode())
    (folder / "out").symlink_to(workspace / "registry.db")
    return made


@pytest.fixture
def client(services: Services) -> FlaskClient:
    server = Flask("test")
    server.register_blueprint(downloads.blueprint(services))
    return Buffered(server, server.response_class)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("oracle.csv", "text/csv; charset=utf-8"),
        ("model.keras", "application/zip"),
        ("model.json", "application/json"),
        ("predictions.parquet", "application/vnd.apache.parquet"),
        ("results.zip", "application/zip"),
    ],
)
def test_a_file_comes_whole_with_its_type_and_a_name_that_says_whose_it_is(
    client: FlaskClient, name: str, kind: str
) -> None:
    answer = client.get(f"{FOLDER}/{name}")
    assert (answer.status_code, answer.data) == (200, b"content of " + name.encode())
    assert answer.content_type == kind
    assert answer.headers["Content-Disposition"] == f"attachment; filename=be-stars-001-{name}"


@pytest.mark.parametrize(
    "path",
    [
        f"{FOLDER}/../../session.db",
        f"{FOLDER}/..%2f..%2fsession.db",
        f"{FOLDER}/%2e%2e/%2e%2e/session.db",
        f"{FOLDER}//etc/passwd",
        f"{FOLDER}/%2fetc%2fpasswd",
        f"{FOLDER}/oracle.csv%00.txt",
        f"{FOLDER}/.hidden",
        f"{FOLDER}/out",
        f"{FOLDER}/missing.csv",
        f"{FOLDER}/",
        "/api/sessions/be-stars/iterations/..%2f/session.db",
        "/api/sessions/be-stars/iterations/inputs/session.db",
        "/api/sessions/../iterations/001/oracle.csv",
        "/api/sessions/..%2fsessions%2fbe-stars/iterations/001/oracle.csv",
        "/api/sessions/nobody/iterations/001/oracle.csv",
        "/api/jobs/nothing/files/log.txt",
    ],
)
def test_nothing_but_result_files_can_be_reached(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code in (404, 405, 308), path
    assert b"SQLite" not in answer.data


def test_a_part_of_a_large_file_may_be_asked_for(client: FlaskClient) -> None:
    answer = client.get(f"{FOLDER}/oracle.csv", headers={"Range": "bytes=0-6"})
    assert (answer.status_code, answer.data) == (206, b"content")


def test_log_and_results_of_a_job_are_given_and_its_checkpoint_is_not(services: Services, client: FlaskClient) -> None:
    job = services.jobs.submit("run", "a", {}, owner="jana")
    for name in ("log.txt", "results/to_label.csv", "checkpoint/weights.npz"):
        (job.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (job.folder / name).write_text(name)
    assert client.get(job_file_url(job, "log.txt")).content_type == "text/plain; charset=utf-8"
    assert client.get(job_file_url(job, "results/to_label.csv")).data == b"results/to_label.csv"
    assert client.get(job_file_url(job, "checkpoint/weights.npz")).status_code == 404
    assert client.get(job_file_url(job, "results/../checkpoint/weights.npz")).status_code == 404


def test_addresses_of_files_lead_to_them(services: Services, client: FlaskClient) -> None:
    folder = services.sessions.folder("be-stars") / "iterations" / "001"
    files = files_of("be-stars", folder, ["oracle.csv", "a b.csv", "results.zip", "gone.csv"])
    assert [file.name for file in files] == ["results.zip", "a b.csv", "oracle.csv"]
    assert all(client.get(file.href).status_code == 200 for file in files)
    assert iteration_file_url("be-stars", "001.1", "a b.csv").endswith("/001.1/a%20b.csv")

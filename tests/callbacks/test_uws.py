"""The REST interface for programs, without a server and without workers: addresses, XML, errors, confinement."""

import io
import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree
from werkzeug.test import TestResponse

from al_core.jobs import Job, JobRegistry, Phase
from al_core.jobs.claims import Claim
from al_core.settings import Settings
from callbacks.api.uws import blueprint
from callbacks.api.uws.control import utc_time
from callbacks.api.uws.waiting import MOST_WAITING
from tests.conftest import made_flux, write_spectra

NAMES = {"u": "http://www.ivoa.net/xml/UWS/v1.0", "x": "http://www.w3.org/1999/xlink", "s": "urn:spectrolabe:job"}
SCHEMA = etree.RelaxNG(file=str(Path(__file__).parent.parent / "data" / "uws" / "uws-1.1.rng"))
KEYS: dict[str, Any] = {"pool_csv": "pool.csv", "learning_session_name": "be stars", "batch_size": 30}
Make = Callable[..., Job]


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


def xml_of(answer: TestResponse) -> etree._Element:
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "text/xml"
    document = etree.fromstring(answer.data)
    SCHEMA.assertValid(document)
    return document


def get(document: etree._Element, path: str) -> str | None:
    """Return the text of the element at a path of UWS names."""
    found = document.find("/".join(name if ":" in name else f"u:{name}" for name in path.split("/")), NAMES)
    return None if found is None else found.text


def ids_in(answer: TestResponse) -> list[str]:
    return [reference.get("id") for reference in xml_of(answer).iterfind("u:jobref", NAMES)]


def create(client: FlaskClient, address: str = "/uws", **options: Any) -> str:
    """Create a job and return its id, from the address that the answer leads to."""
    answer = client.post(address, **(options or {"json": KEYS}))
    assert answer.status_code == 303, answer.text
    assert answer.headers["Location"].startswith("http://localhost/uws/")
    return answer.headers["Location"].rsplit("/", 1)[1]


# --- creation -------------------------------------------------------------------------------------------------------


def test_a_configuration_as_json_makes_a_pending_job(client: FlaskClient, jobs: JobRegistry, root: Path) -> None:
    job = jobs.get(create(client))
    assert (job.phase, job.kind, job.session_id) == (Phase.PENDING, "run", None)
    assert job.parameters == {"configuration": KEYS | {"pool_csv": str(root / "pool.csv")}, "output": None}
    assert job.title == "Iteration 0 of be stars"


def test_the_keys_may_come_as_parameters_of_a_form(client: FlaskClient, jobs: JobRegistry, root: Path) -> None:
    form = {"pool_csv": "pool.csv", "batch_size": "30", "classes": ["a", "b"], "candidate_classes": '["b"]'}
    form |= {
        "learning_session_name": "2020",
        "run_active_learning": "yes",
        "min_delta": "1e-4",
        "predictions_csv": "true",
    }
    found = jobs.get(create(client, data=form)).parameters["configuration"]
    expected = {"batch_size": 30, "classes": ["a", "b"], "candidate_classes": ["b"], "learning_session_name": "2020"}
    expected |= {"run_active_learning": "yes", "min_delta": 1e-4, "predictions_csv": True}
    assert found == expected | {"pool_csv": str(root / "pool.csv")}


@pytest.mark.parametrize("name", ["config", "CONFIG", "configuration"])
def test_the_configuration_may_come_as_one_parameter(client: FlaskClient, jobs: JobRegistry, name: str) -> None:
    job_id = create(client, data={name: json.dumps(KEYS), "batch_size": "7"})
    assert jobs.get(job_id).parameters["configuration"]["batch_size"] == 7


def test_the_configuration_may_come_as_a_file(client: FlaskClient, jobs: JobRegistry) -> None:
    file = (io.BytesIO(b"\xef\xbb\xbf" + json.dumps(KEYS).encode()), "iteration0.json")
    assert jobs.get(create(client, data={"config": file})).parameters["configuration"]["batch_size"] == 30


def test_a_job_may_start_at_its_creation_with_all_that_steers_it(client: FlaskClient, jobs: JobRegistry) -> None:
    job_id = create(
        client, "/uws?PHASE=RUN&runId=night-7&executionDuration=60&destruction=2126-11-23T12:00:00Z", json=KEYS
    )
    job = jobs.get(job_id)
    assert (job.phase, job.run_id, job.execution_duration_s) == (Phase.QUEUED, "night-7", 60)
    assert job.destruction_utc == "2126-11-23T12:00:00.000+00:00"


def test_steering_names_are_no_keys_of_the_configuration(client: FlaskClient, jobs: JobRegistry) -> None:
    job = jobs.get(create(client, data={"pool_csv": "pool.csv", "Phase": "RUN", "RunID": "x"}))
    assert (job.phase, set(job.parameters["configuration"])) == (Phase.QUEUED, {"pool_csv"})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"json": {}}, 'key "pool_csv": it is missing'),
        ({"json": {"pool_csv": ""}}, 'key "pool_csv": it is missing'),
        ({"json": [1]}, "expected a JSON object"),
        ({"json": {"pool_csv": 3}}, 'key "pool_csv": found 3'),
        ({"json": {"pool_csv": "pool.csv", "batch": 1}}, "unknown key. Did you mean 'batch_size'"),
        ({"json": {"pool_csv": "pool.csv", "batch_size": 0, "iteration_num": -1}}, 'key "iteration_num": found -1'),
        ({"json": {"pool_csv": "nowhere.csv"}}, "found no file 'nowhere.csv' below the data root or the workspace"),
        ({"data": "{", "content_type": "application/json"}, "expected JSON, found: Expecting property name"),
        ({"data": b'{"a": "\xff"}', "content_type": "application/json"}, "expected JSON in UTF-8"),
        ({"data": r'{"folder": ".", "out_file": "\ud800"}', "content_type": "application/json"}, "half character"),
        ({"data": '{"pool_csv": 1, "pool_csv": 2}', "content_type": "application/json"}, "it stands twice"),
        ({"data": "[" * 200_000, "content_type": "application/json"}, "expected JSON, found"),
        ({"data": {"pool_csv": "pool.csv", "PHASE": "START"}}, "PHASE: expected one of RUN, found 'START'"),
        ({"data": {"pool_csv": "pool.csv", "PHASE": "ABORT"}}, "PHASE: expected one of RUN"),
        ({"data": {"pool_csv": "pool.csv", "EXECUTIONDURATION": "-1"}}, "EXECUTIONDURATION: expected seconds from 0"),
        ({"data": {"pool_csv": "pool.csv", "EXECUTIONDURATION": "nan"}}, "EXECUTIONDURATION: expected seconds from 0"),
        ({"data": {"pool_csv": "pool.csv", "DESTRUCTION": "tomorrow"}}, "DESTRUCTION: expected a time such as"),
        ({"data": {"pool_csv": "pool.csv", "DESTRUCTION": "2001-01-01"}}, "expected a time that lies ahead"),
        ({"data": {"pool_csv": "pool.csv", "RUNID": "a\nb"}}, "RUNID: expected up to 200 printable characters"),
        ({"data": {"config": "{}", "configuration": "{}"}}, "Expected one configuration, found several"),
        ({"data": {"pool": (io.BytesIO(b"id"), "pool.csv")}}, "Expected one file named 'config', found 'pool'"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_with_its_reason(
    client: FlaskClient, jobs: JobRegistry, options: dict[str, Any], message: str
) -> None:
    answer = client.post("/uws", **options)
    assert (answer.status_code, answer.mimetype) == (400, "text/plain")
    assert message in answer.text
    assert jobs.list() == []


def test_all_that_is_wrong_is_said_at_once(client: FlaskClient) -> None:
    text = client.post("/uws", json={"pool_csv": "pool.csv", "batch_size": 0, "strategy": "guess"}).text
    assert 'key "batch_size"' in text
    assert 'key "strategy"' in text


def test_another_kind_of_body_is_refused(client: FlaskClient) -> None:
    xml = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
    answer = client.post("/uws", data=xml, content_type="application/xml")
    assert (answer.status_code, answer.text[:25]) == (415, "Expected application/json")


@pytest.mark.parametrize("content_type", ["application/json", "application/x-www-form-urlencoded"])
def test_a_body_of_more_than_ten_megabytes_is_refused(client: FlaskClient, content_type: str) -> None:
    body = b'{"pool_csv": "' + b"a" * (10 * 1024 * 1024) + b'"}'
    answer = client.post("/uws", data=body, content_type=content_type)
    assert (answer.status_code, answer.text) == (
        413,
        "Expected at most 10 MB, found more. Shorten the configuration.\n",
    )


def test_a_configuration_below_ten_megabytes_is_read(client: FlaskClient, jobs: JobRegistry) -> None:
    names = [f"column {number}" for number in range(300_000)]
    job_id = create(client, data={"config": json.dumps(KEYS | {"metadata2import": names})})
    assert len(jobs.get(job_id).parameters["configuration"]["metadata2import"]) == 300_000


# --- confinement ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "key", ["pool_csv", "training_set_csv", "labels2add_csv", "previous_output", "recipe", "folder"]
)
@pytest.mark.parametrize(
    "path", ["{outside}/secret.csv", "../secret.csv", "active-learning/../../secret.csv", "link.csv"]
)
def test_files_outside_the_data_root_cannot_be_named(client: FlaskClient, root: Path, key: str, path: str) -> None:
    (root / "link.csv").symlink_to(root.parent / "secret.csv")
    keys = {key: path.format(outside=root.parent)} | ({} if key in ("pool_csv", "folder") else {"pool_csv": "pool.csv"})
    answer = client.post("/uws", json=keys)
    assert answer.status_code == 400
    assert f'key "{key}": found no file' in answer.text


def test_a_file_that_is_elsewhere_is_refused_like_one_that_is_nowhere(client: FlaskClient, root: Path) -> None:
    there, nowhere = (client.post("/uws", json={"pool_csv": f"/{name}"}).text for name in ("etc/passwd", "etc/nothing"))
    assert there.replace("passwd", "nothing") == nowhere


@pytest.mark.parametrize("path", ["active-learning/other.csv", "/data/vocloud/DATA/active-learning/ other.csv", "{root}/active-learning/other.csv"])  # fmt: skip # noqa: E501
def test_paths_of_another_server_are_found_by_their_end(
    client: FlaskClient, jobs: JobRegistry, root: Path, path: str
) -> None:
    job_id = create(client, json={"csv_spectra_file": path.format(root=root)})
    expected = str(root / "active-learning" / "other.csv")
    assert jobs.get(job_id).parameters["configuration"]["csv_spectra_file"] == expected


def test_pools_of_the_workspace_can_be_named(client: FlaskClient, jobs: JobRegistry, workspace: Path) -> None:
    (workspace / "pools" / "lamost").mkdir(parents=True)
    job_id = create(client, json={"pool_csv": "pools/lamost"})
    assert jobs.get(job_id).parameters["configuration"]["pool_csv"] == str(workspace / "pools" / "lamost")


# --- the list -------------------------------------------------------------------------------------------------------


def test_the_list_names_all_jobs_newest_first(client: FlaskClient, make: Make) -> None:
    made = [make(phase) for phase in (Phase.PENDING, Phase.EXECUTING, Phase.COMPLETED)]
    document = xml_of(client.get("/uws"))
    references = document.findall("u:jobref", NAMES)
    assert [r.get("id") for r in references] == [job.job_id for job in reversed(made)]
    assert [get(r, "phase") for r in references] == ["COMPLETED", "EXECUTING", "PENDING"]
    assert get(references[0], "ownerId") == "jana"
    assert references[0].get(f"{{{NAMES['x']}}}href") == f"http://localhost/uws/{made[2].job_id}"


def test_the_list_is_filtered_by_any_of_several_phases(client: FlaskClient, make: Make) -> None:
    made = {phase: make(phase).job_id for phase in (Phase.PENDING, Phase.EXECUTING, Phase.COMPLETED, Phase.ERROR)}
    assert ids_in(client.get("/uws?PHASE=EXECUTING&phase=ERROR")) == [made[Phase.ERROR], made[Phase.EXECUTING]]
    assert ids_in(client.get("/uws?PHASE=HELD")) == []


def test_the_list_is_filtered_by_time_and_number(client: FlaskClient, make: Make) -> None:
    first = make()
    time.sleep(0.01)
    later = [make() for _ in range(3)]
    assert ids_in(client.get("/uws", query_string={"AFTER": first.created_utc})) == [j.job_id for j in reversed(later)]
    assert ids_in(client.get("/uws?LAST=2")) == [later[2].job_id, later[1].job_id]
    hour_ahead = (datetime.now(UTC) + timedelta(hours=1)).replace(tzinfo=None)
    assert ids_in(client.get("/uws", query_string={"AFTER": hour_ahead.isoformat()})) == []


@pytest.mark.parametrize("query", ["PHASE=DONE", "AFTER=yesterday", "LAST=0", "LAST=many", "LAST=-1"])
def test_filters_that_mean_nothing_are_refused(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/uws?{query}")
    assert answer.status_code == 400
    assert "expected" in answer.text


def test_times_are_universal_unless_they_say_otherwise() -> None:
    expected = datetime(2026, 11, 23, 12, tzinfo=UTC)
    for text in (
        "2026-11-23T12:00:00Z",
        "2026-11-23T12:00:00",
        "2026-11-23T13:00:00+01:00",
        "2026-11-23T13:00:00 01:00",
    ):
        assert utc_time("AFTER", text) == expected


def test_a_slash_at_the_end_changes_nothing(client: FlaskClient, make: Make) -> None:
    job = make()
    assert ids_in(client.get("/uws/")) == [job.job_id]
    assert client.get(f"/uws/{job.job_id}/phase/").text == "PENDING\n"


# --- a job ----------------------------------------------------------------------------------------------------------


def test_a_pending_job_says_what_is_known_and_what_is_not(client: FlaskClient, make: Make) -> None:
    job = make()
    document = xml_of(client.get(f"/uws/{job.job_id}"))
    assert get(document, "jobId") == job.job_id
    assert get(document, "phase") == "PENDING"
    assert get(document, "creationTime") == job.created_utc.replace("+00:00", "Z")
    for name in ("quote", "startTime", "endTime", "destruction"):
        assert document.find(f"u:{name}", NAMES).get("{http://www.w3.org/2001/XMLSchema-instance}nil") == "true"
    assert get(document, "jobInfo/s:kind") == "run"


def test_progress_stands_in_the_job_info(client: FlaskClient, make: Make, jobs: JobRegistry) -> None:
    job = make(Phase.EXECUTING)
    with jobs._changing() as connection:
        columns = "stage = 'Train', done = 37, total = 1000, message = 'epoch 37'"
        connection.execute(f"UPDATE jobs SET {columns} WHERE job_id = ?", (job.job_id,))
    document = xml_of(client.get(f"/uws/{job.job_id}"))
    found = [get(document, f"jobInfo/s:{name}") for name in ("stage", "done", "total", "message", "attempt")]
    assert found == ["Train", "37", "1000", "epoch 37", "1"]


def test_a_failed_job_says_why_and_shows_the_end_of_its_log(client: FlaskClient, make: Make) -> None:
    job = make(Phase.ERROR, error="“carbon” has 4 spectra; SMOTE needs 6.")
    job.folder.mkdir(parents=True, exist_ok=True)
    (job.folder / "log.txt").write_text("".join(f"12:00:00  Train  line {k}\n" for k in range(100)))
    summary = xml_of(client.get(f"/uws/{job.job_id}")).find("u:errorSummary", NAMES)
    assert (summary.get("type"), summary.get("hasDetail")) == ("fatal", "true")
    assert get(summary, "message") == job.error
    answer = client.get(f"/uws/{job.job_id}/error")
    assert answer.text.startswith(f"{job.error}\n")
    assert ("line 99" in answer.text, "line 59" in answer.text) == (True, False)


def test_a_job_without_an_error_has_none(client: FlaskClient, make: Make) -> None:
    answer = client.get(f"/uws/{make().job_id}/error")
    assert (answer.status_code, "there is no error" in answer.text) == (404, True)


def test_characters_that_xml_cannot_hold_are_replaced(client: FlaskClient, jobs: JobRegistry) -> None:
    evil = "]]></uws:job><a b='\x00\x1b\ufffe&'>"
    job = jobs.submit("run", evil, {"configuration": {"out_file": evil, evil: [evil]}}, owner=evil, start=False)
    document = xml_of(client.get(f"/uws/{job.job_id}"))
    assert get(document, "ownerId") == "]]></uws:job><a b='\ufffd\ufffd\ufffd&'>"
    xml_of(client.get("/uws"))


@pytest.mark.parametrize("name", ["", "/phase", "/quote", "/parameters", "/results", "/results/a", "/error", "/owner"])
def test_an_unknown_job_is_not_found(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/uws/nothing{name}")
    assert (answer.status_code, answer.mimetype) == (404, "text/plain")
    assert "There is no job 'nothing'" in answer.text


def test_an_unknown_part_of_a_job_is_not_found(client: FlaskClient, make: Make) -> None:
    answer = client.get(f"/uws/{make().job_id}/color")
    assert (answer.status_code, "There is nothing here" in answer.text) == (404, True)


def test_values_are_given_alone(client: FlaskClient, make: Make) -> None:
    job = make()
    names = ("phase", "executionduration", "destruction", "quote", "owner")
    assert [client.get(f"/uws/{job.job_id}/{n}").text.strip() for n in names] == ["PENDING", "0", "", "", "jana"]
    assert client.get(f"/uws/{job.job_id}/phase").mimetype == "text/plain"


def test_head_and_options_are_answered(client: FlaskClient, make: Make) -> None:
    address = f"/uws/{make().job_id}"
    assert client.head(address).status_code == 200
    assert {"GET", "HEAD", "POST", "DELETE"} <= set(client.options(address).allow)


# --- changes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["", "/phase"])
def test_a_pending_job_is_started(client: FlaskClient, make: Make, jobs: JobRegistry, part: str) -> None:
    job = make()
    answer = client.post(f"/uws/{job.job_id}{part}", data={"phase": "RUN"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"http://localhost/uws/{job.job_id}")
    assert jobs.get(job.job_id).phase is Phase.QUEUED
    assert client.post(f"/uws/{job.job_id}{part}", data={"PHASE": "RUN"}).status_code == 303


@pytest.mark.parametrize("phase", [Phase.COMPLETED, Phase.ERROR, Phase.ABORTED])
def test_an_ended_job_does_not_run_again(client: FlaskClient, make: Make, phase: Phase) -> None:
    answer = client.post(f"/uws/{make(phase).job_id}/phase", data={"PHASE": "RUN"})
    assert (answer.status_code, f"is {phase}; it does not run again" in answer.text) == (409, True)


@pytest.mark.parametrize("phase", [Phase.PENDING, Phase.QUEUED])
def test_a_job_that_has_not_begun_is_aborted_at_once(client: FlaskClient, make: Make, phase: Phase) -> None:
    job = make(phase)
    assert client.post(f"/uws/{job.job_id}/phase", data={"PHASE": "ABORT"}).status_code == 303
    assert client.get(f"/uws/{job.job_id}/phase").text == "ABORTED\n"


def test_aborting_what_has_ended_changes_nothing(client: FlaskClient, finished: Job) -> None:
    assert client.post(f"/uws/{finished.job_id}/phase", data={"PHASE": "ABORT"}).status_code == 303
    assert client.get(f"/uws/{finished.job_id}/phase").text == "COMPLETED\n"


@pytest.mark.parametrize("data", [{}, {"PHASE": "PAUSE"}, {"FASE": "RUN"}])
def test_another_phase_cannot_be_ordered(client: FlaskClient, make: Make, data: dict[str, str]) -> None:
    assert client.post(f"/uws/{make().job_id}/phase", data=data).status_code == 400


def test_duration_and_destruction_can_be_changed_at_any_time(client: FlaskClient, finished: Job) -> None:
    address = f"/uws/{finished.job_id}"
    assert client.post(f"{address}/executionduration", data={"EXECUTIONDURATION": "90.0"}).status_code == 303
    assert client.post(f"{address}/destruction", data={"destruction": "2126-01-01T00:00:00+01:00"}).status_code == 303
    document = xml_of(client.get(address))
    assert get(document, "executionDuration") == "90"
    assert get(document, "destruction") == "2125-12-31T23:00:00.000Z"


def test_what_is_not_given_cannot_be_set(client: FlaskClient, make: Make) -> None:
    answer = client.post(f"/uws/{make().job_id}/destruction", data={})
    assert (answer.status_code, answer.text) == (400, "Expected the parameter DESTRUCTION; it is missing.\n")
    assert client.post(f"/uws/{make().job_id}/quote", data={}).status_code == 405


@pytest.mark.parametrize("part", ["", "/parameters"])
def test_parameters_change_while_the_job_is_pending(client: FlaskClient, jobs: JobRegistry, part: str) -> None:
    job_id = create(client)
    assert client.post(f"/uws/{job_id}{part}", data={"batch_size": "12", "seed": "3"}).status_code == 303
    document = xml_of(client.get(f"/uws/{job_id}/parameters"))
    found = {p.get("id"): p.text for p in document}
    assert (found["batch_size"], found["seed"], found["learning_session_name"]) == ("12", "3", "be stars")


def test_wrong_parameters_change_nothing(client: FlaskClient, jobs: JobRegistry) -> None:
    job_id = create(client)
    before = jobs.get(job_id).parameters
    assert client.post(f"/uws/{job_id}/parameters", data={"batch_size": "many"}).status_code == 400
    assert client.post(f"/uws/{job_id}/parameters", data={"pool_csv": "/etc/passwd"}).status_code == 400
    assert jobs.get(job_id).parameters == before


def test_parameters_are_fixed_once_the_job_was_started(client: FlaskClient, make: Make) -> None:
    answer = client.post(f"/uws/{make(Phase.QUEUED).job_id}/parameters", data={"batch_size": "12"})
    assert (answer.status_code, "is QUEUED; parameters change while it is PENDING" in answer.text) == (409, True)


@pytest.mark.parametrize("how", ["DELETE", "POST"])
def test_a_job_is_deleted(client: FlaskClient, finished: Job, how: str) -> None:
    address = f"/uws/{finished.job_id}"
    answer = client.delete(address) if how == "DELETE" else client.post(address, data={"ACTION": "DELETE"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "http://localhost/uws")
    assert client.get(address).status_code == 404


def test_another_action_is_refused(client: FlaskClient, make: Make) -> None:
    answer = client.post(f"/uws/{make().job_id}", data={"ACTION": "DESTROY"})
    assert (answer.status_code, answer.text) == (400, "ACTION: expected one of DELETE, found 'DESTROY'.\n")


# --- results --------------------------------------------------------------------------------------------------------


def test_results_are_listed_with_size_and_type(client: FlaskClient, finished: Job) -> None:
    found = list(xml_of(client.get(f"/uws/{finished.job_id}/results")))
    assert [r.get("id") for r in found] == ["results.zip", "oracle.csv", "parts/žluť & co.txt"]
    assert [r.get("mime-type") for r in found] == ["application/zip", "text/csv", "text/plain"]
    assert found[1].get("size") == "10"


def test_every_result_can_be_fetched_where_the_list_says(client: FlaskClient, finished: Job) -> None:
    for result in xml_of(client.get(f"/uws/{finished.job_id}/results")):
        with client.get(result.get(f"{{{NAMES['x']}}}href")) as answer:
            assert (answer.status_code, answer.text) == (200, result.get("id"))
            assert answer.mimetype == result.get("mime-type")
            assert answer.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("name", ["../secret.csv", "..%2Fsecret.csv", "gone.csv", "/etc/passwd", "parts", "."])
def test_nothing_but_results_can_be_fetched(client: FlaskClient, finished: Job, name: str) -> None:
    assert client.get(f"/uws/{finished.job_id}/results/{name}").status_code in (308, 404)


def test_the_log_of_an_ended_job_is_among_its_results(client: FlaskClient, finished: Job) -> None:
    finished.folder.mkdir(parents=True, exist_ok=True)
    (finished.folder / "log.txt").write_text("12:00:00  Publish  done\n")
    with client.get(f"/uws/{finished.job_id}/results/log.txt") as answer:
        assert answer.text == "12:00:00  Publish  done\n"


def test_a_job_that_has_not_ended_has_no_results_yet(client: FlaskClient, make: Make) -> None:
    job = make(Phase.EXECUTING)
    (job.folder / "results").mkdir(parents=True)
    (job.folder / "results" / "half.csv").write_text("half")
    assert len(xml_of(client.get(f"/uws/{job.job_id}/results"))) == 0


def test_results_of_an_iteration_that_was_trained_again_are_still_found(
    client: FlaskClient, make: Make, tmp_path: Path
) -> None:
    folder = tmp_path / "iterations" / "001"
    first, second = (make(Phase.COMPLETED, result={"folder": str(folder), "files": ["oracle.csv"]}) for _ in range(2))
    for place, job in ((folder.with_name("001.1"), first), (folder, second)):
        place.mkdir(parents=True)
        (place / "manifest.json").write_text(json.dumps({"job_id": job.job_id}))
        (place / "oracle.csv").write_text(job.job_id)
    for job in (first, second):
        with client.get(f"/uws/{job.job_id}/results/oracle.csv") as answer:
            assert answer.text == job.job_id
    (folder.with_name("001.1") / "manifest.json").unlink()
    assert len(xml_of(client.get(f"/uws/{first.job_id}/results"))) == 0


# --- waiting --------------------------------------------------------------------------------------------------------


def timed(client: FlaskClient, address: str) -> tuple[float, TestResponse]:
    begun = time.monotonic()
    answer = client.get(address)
    return time.monotonic() - begun, answer


def test_a_wait_ends_when_the_phase_changes(client: FlaskClient, make: Make, jobs: JobRegistry) -> None:
    job = make()
    threading.Timer(0.4, jobs.start, (job.job_id,)).start()
    seconds, answer = timed(client, f"/uws/{job.job_id}?WAIT=20")
    assert get(xml_of(answer), "phase") == "QUEUED"
    assert 0.3 < seconds < 10


def test_a_wait_ends_when_its_time_is_up(client: FlaskClient, make: Make) -> None:
    seconds, answer = timed(client, f"/uws/{make().job_id}?WAIT=1&PHASE=PENDING")
    assert get(xml_of(answer), "phase") == "PENDING"
    assert 0.9 < seconds < 5


@pytest.mark.parametrize("query", ["WAIT=0", "WAIT=30&PHASE=EXECUTING"])
def test_nobody_waits_for_what_is_so_already(client: FlaskClient, make: Make, query: str) -> None:
    assert timed(client, f"/uws/{make().job_id}?{query}")[0] < 2


def test_an_ended_job_keeps_nobody_waiting(client: FlaskClient, finished: Job) -> None:
    assert timed(client, f"/uws/{finished.job_id}?WAIT=-1")[0] < 2


@pytest.mark.parametrize("query", ["WAIT=long", "WAIT=-2", "WAIT=1&PHASE=DONE"])
def test_a_wait_that_means_nothing_is_refused(client: FlaskClient, make: Make, query: str) -> None:
    assert client.get(f"/uws/{make().job_id}?{query}").status_code == 400


@pytest.fixture
def crowd(client: FlaskClient, make: Make, jobs: JobRegistry) -> Iterator[str]:
    """Give a job for which as many wait as may."""
    job = make()
    others = [client.application.test_client() for _ in range(MOST_WAITING)]
    threads = [threading.Thread(target=other.get, args=(f"/uws/{job.job_id}?WAIT=-1",)) for other in others]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    yield job.job_id
    jobs.cancel(job.job_id)
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()


def test_one_more_than_may_wait_is_answered_at_once(client: FlaskClient, crowd: str) -> None:
    seconds, answer = timed(client, f"/uws/{crowd}?WAIT=30")
    assert get(xml_of(answer), "phase") == "PENDING"
    assert seconds < 2

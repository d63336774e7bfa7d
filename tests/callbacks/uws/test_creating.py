"""Creating a job over REST: every form of a configuration, what is refused, files that may be named."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from al_core.jobs import JobRegistry, Phase
from tests.callbacks.uws.documents import KEYS, create


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

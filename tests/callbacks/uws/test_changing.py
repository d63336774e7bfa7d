"""Starting, aborting, steering and deleting a job over REST."""

import pytest
from flask.testing import FlaskClient

from al_core.jobs import Job, JobRegistry, Phase
from tests.callbacks.uws.documents import Make, create, get, xml_of


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

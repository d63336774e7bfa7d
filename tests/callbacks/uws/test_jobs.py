"""The list of jobs and one job: addresses, filters, XML."""

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from al_core.jobs import JobRegistry, Phase
from callbacks.api.uws.control import utc_time
from tests.callbacks.uws.documents import NAMES, Make, get, ids_in, xml_of


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


def test_the_list_is_filtered_by_time(client: FlaskClient, make: Make) -> None:
    first = make()
    while datetime.now(UTC) - datetime.fromisoformat(first.created_utc) < timedelta(milliseconds=1):
        pass  # times are stored in milliseconds
    later = [make() for _ in range(3)]
    assert ids_in(client.get("/uws", query_string={"AFTER": first.created_utc})) == [j.job_id for j in reversed(later)]
    hour_ahead = (datetime.now(UTC) + timedelta(hours=1)).replace(tzinfo=None)
    assert ids_in(client.get("/uws", query_string={"AFTER": hour_ahead.isoformat()})) == []


def test_the_last_jobs_come_in_the_order_of_their_creation(client: FlaskClient, make: Make) -> None:
    """UWS 1.1, 2.2.2.1; Daiquiri and the uws-validator of K. Riebe read it the same way."""
    made = [make(phase).job_id for phase in (Phase.COMPLETED, Phase.PENDING, Phase.COMPLETED, Phase.COMPLETED)]
    assert ids_in(client.get("/uws?LAST=3")) == made[1:]
    assert ids_in(client.get("/uws?LAST=9")) == made
    assert ids_in(client.get("/uws?PHASE=COMPLETED&last=2")) == made[2:]


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


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "PUT", "OPTIONS"])
def test_an_unknown_part_of_a_job_is_not_found(client: FlaskClient, make: Make, method: str) -> None:
    answer = client.open(f"/uws/{make().job_id}/color", method=method)
    assert (answer.status_code, "There is nothing here" in answer.text) == (404, True)


def test_values_are_given_alone(client: FlaskClient, make: Make) -> None:
    job = make()
    names = ("phase", "executionduration", "destruction", "quote", "owner")
    assert [client.get(f"/uws/{job.job_id}/{n}").text.strip() for n in names] == ["PENDING", "0", "", "", "jana"]
    assert client.get(f"/uws/{job.job_id}/phase").mimetype == "text/plain"

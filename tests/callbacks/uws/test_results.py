"""Results of a job, and waiting for them."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from al_core.jobs import Job, JobRegistry, Phase
from callbacks.api.uws.waiting import MOST_WAITING
from tests.callbacks.uws.documents import NAMES, Make, get, xml_of


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
def crowd(client: FlaskClient, make: Make, jobs: JobRegistry, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Give a job for which as many wait as may."""
    job = make()
    waits = threading.Semaphore(0)
    wait = jobs.wait

    def tell(*arguments: Any) -> Job:
        waits.release()
        return wait(*arguments)

    monkeypatch.setattr(jobs, "wait", tell)
    others = [client.application.test_client() for _ in range(MOST_WAITING)]
    threads = [threading.Thread(target=other.get, args=(f"/uws/{job.job_id}?WAIT=-1",)) for other in others]
    for thread in threads:
        thread.start()
    for _ in threads:
        assert waits.acquire(timeout=10)
    yield job.job_id
    jobs.cancel(job.job_id)
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()


def test_one_more_than_may_wait_is_answered_at_once(client: FlaskClient, crowd: str) -> None:
    seconds, answer = timed(client, f"/uws/{crowd}?WAIT=30")
    assert get(xml_of(answer), "phase") == "PENDING"
    assert seconds < 2

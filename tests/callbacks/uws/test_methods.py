"""What an address answers to methods that it takes, and to others."""

import pytest
from flask.testing import FlaskClient

from al_core.settings import Settings
from app import create_app
from tests.callbacks.uws.documents import Make

READ = {"GET", "HEAD", "OPTIONS"}
CHANGE = READ | {"POST"}
TAKEN = {
    "": CHANGE | {"DELETE"},
    "/phase": CHANGE,
    "/executionduration": CHANGE,
    "/destruction": CHANGE,
    "/quote": READ,
    "/owner": READ,
    "/parameters": CHANGE,
    "/results": READ,
    "/results/oracle.csv": READ,
    "/error": READ,
}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


@pytest.mark.parametrize("part", TAKEN)
def test_a_job_tells_the_methods_that_each_address_takes(client: FlaskClient, make: Make, part: str) -> None:
    address = f"/uws/{make().job_id}{part}"
    answer = client.options(address)
    assert (answer.status_code, set(answer.allow)) == (204, TAKEN[part])
    for method in set(METHODS) - TAKEN[part]:
        refusal = client.open(address, method=method)
        assert (refusal.status_code, refusal.mimetype, set(refusal.allow)) == (405, "text/plain", TAKEN[part])
        assert f"found {method}" in refusal.text
    assert client.head(address).status_code == client.get(address).status_code


@pytest.mark.parametrize("address", ["/uws", "/uws/"])
@pytest.mark.parametrize("method", ["DELETE", "PUT", "PATCH", "TRACE"])
def test_the_list_is_never_deleted_or_replaced(client: FlaskClient, make: Make, address: str, method: str) -> None:
    job = make()
    answer = client.open(address, method=method, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.mimetype, set(answer.allow)) == (405, "text/plain", CHANGE)
    assert client.get(f"/uws/{job.job_id}/phase").text == "PENDING\n"


@pytest.mark.parametrize(("address", "method", "status"), [("/uws//job", "GET", 404), ("/uws", "PROPFIND", 405)])
def test_what_reaches_no_route_is_refused_in_plain_text_too(
    settings: Settings, address: str, method: str, status: int
) -> None:
    client = create_app(settings).server.test_client()
    answer = client.open(address, method=method, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.mimetype) == (status, "text/plain")
    assert (status == 405) == ({"GET", "POST"} <= set(answer.allow))

"""What the answers of the interface are read with."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from lxml import etree
from werkzeug.test import TestResponse

from al_core.jobs import Job

NAMES = {"u": "http://www.ivoa.net/xml/UWS/v1.0", "x": "http://www.w3.org/1999/xlink", "s": "urn:spectrolabe:job"}
SCHEMA = etree.RelaxNG(file=str(Path(__file__).parents[2] / "data" / "uws" / "uws-1.1.rng"))
KEYS: dict[str, Any] = {"pool_csv": "pool.csv", "learning_session_name": "be stars", "batch_size": 30}
Make = Callable[..., Job]


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

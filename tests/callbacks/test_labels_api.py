"""/api/labels as pages and programs use it, also two at once, also while the server is killed."""

import io
import json
import threading
import time
import urllib.request
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from uuid import uuid4

import numpy as np
import polars as pl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from al_core.services import build_services
from al_core.settings import Settings
from callbacks.access import guard
from callbacks.api.labels import blueprint
from callbacks.plain_errors import register_plain_errors
from tests.browser.server import Server
from tests.core.labeling_made import IDS, LABELS, SESSION, Place, made_workspace

LOCAL = "http://127.0.0.1:8050"
BATCH, SAMPLE = IDS[10:20], IDS[30:36]


@pytest.fixture(scope="module")
def labeling_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_workspace(tmp_path_factory.mktemp("labels-api") / "workspace")


@pytest.fixture
def place(labeling_template: Path, tmp_path: Path) -> Place:
    return Place(labeling_template, tmp_path / "workspace")


class Client:
    """A browser on a server in this process."""

    def __init__(self, place: Place, **settings: Any) -> None:
        server = Flask(__name__)
        made = Settings(workspace=place.folder, **settings)
        guard(server, made)
        register_plain_errors(server)
        server.register_blueprint(blueprint(build_services(made)))
        self._client: FlaskClient = server.test_client()

    def ask(self, path: str, status: int = 200, method: str = "GET", **options: Any) -> Any:
        answer = self._client.open(f"/api/labels{path}", method=method, base_url=LOCAL, **options)
        assert answer.status_code == status, answer.text
        return answer.get_json() if answer.is_json else answer

    def queue(self, **options: Any) -> dict[str, Any]:
        return dict(self.ask("/queue", query_string={"session": SESSION} | options))

    def post(self, *events: dict[str, Any], status: int = 200, **more: Any) -> dict[str, Any]:
        return dict(self.ask("", status, "POST", json={"session": SESSION, "events": list(events), **more}))


@pytest.fixture
def client(place: Place) -> Client:
    return Client(place)


def event(name: str, kind: str = "label", **more: Any) -> dict[str, Any]:
    return {"event_id": uuid4().hex, "kind": kind, "spectrum_id": name, **more}


# ---------------------------------------------------------------------- looking


def test_the_queue_has_all_that_the_page_needs(client: Client, place: Place) -> None:
    place.iteration(1, BATCH, SAMPLE)
    place.say(BATCH[0], confidence=3, comment="two peaks")
    queue = client.queue()
    assert (queue["session"], queue["name"], queue["iteration"], queue["position"]) == (SESSION, "Be stars", 1, 1)
    assert queue["sequence"] == 1
    assert queue["blind_estimation"]
    assert [one["name"] for one in queue["classes"]] == ["other", "single peak", "double peak"]
    assert queue["classes"][1]["color"] == {"light": "#c8501a", "dark": "#e07a4f"}
    assert (len(queue["window"]["grid"]), queue["window"]["scaling"], queue["window"]["line"]) == (
        140, "zscore", 6564.61,
    )  # fmt: skip
    low, high = queue["window"]["y_range"]
    assert low < 0 < high
    items = {item["id"]: item for item in queue["items"]}
    first = items[BATCH[0]]
    assert (first["kind"], first["word"], first["queue"], len(first["thumb"])) == (
        "uncertain",
        "Uncertain",
        "oracle",
        24,
    )
    assert (first["label"]["class_id"], first["label"]["confidence"], first["comment"]) == (
        place.class_id(int(LABELS[10])), 3, "two peaks",
    )  # fmt: skip
    assert items[SAMPLE[0]]["is_blind"]
    assert items[SAMPLE[0]]["utility"] is None
    assert {"ra", "dec"} < set(queue["columns"]["all"])
    assert queue["columns"]["shown"] == ["class", "subclass", "mag1", "ra", "dec"]


def test_sources_are_listed(client: Client, place: Place) -> None:
    place.iteration(1, BATCH, SAMPLE)
    [first, *_, last] = client.ask(f"/sources?session={SESSION}")["sources"]
    assert first == {
        "source": "iteration", "kind": "iteration", "name": "1", "note": "", "iteration": 1, "n_spectra": 16,
        "n_left": 16,
    }  # fmt: skip
    assert (last["source"], last["name"], last["n_spectra"]) == ("pool", "survey", 60)


def test_choices_of_a_session_are_served_to_everybody(client: Client, place: Place) -> None:
    place.iteration(1, BATCH, SAMPLE)
    chosen = client.ask("/choices", 200, "POST", json={"session": SESSION, "repeats": 0.05, "columns": ["dec", "gone"]})
    assert chosen == {"repeats": 0.05, "columns": ["dec", "gone"]}
    queue = Client(place).queue()
    assert queue["columns"]["shown"] == ["dec"]
    assert queue["columns"]["usual"] == ["class", "subclass", "mag1", "ra", "dec"]
    [again] = [item for item in queue["items"] if item["queue"] == "repeat"]
    assert (queue["repeats"], again["kind"], again["word"]) == (0.05, "random", "Random sample")
    assert not [item for item in client.queue(repeats=0)["items"] if item["queue"] == "repeat"]
    refused = client.ask("/choices", 400, "POST", json={"session": SESSION, "repeats": 1})
    assert "from 0 to 0.05" in refused["error"]
    assert "session" in client.ask("/choices", 400, "POST", json={"repeats": 0})["error"]


def test_spectra_overlays_and_lines_are_answered(client: Client, place: Place) -> None:
    place.iteration(1, BATCH, SAMPLE)
    spectra = client.ask(f"/spectra?session={SESSION}&ids={','.join(BATCH)},{SAMPLE[0]}")["spectra"]
    assert list(spectra) == [*BATCH, SAMPLE[0]]
    np.testing.assert_allclose(spectra[BATCH[0]]["window"]["flux"], place.pool.rows([BATCH[0]])[0], rtol=1e-4)
    assert spectra[BATCH[0]]["guess"] is not None
    assert spectra[SAMPLE[0]]["guess"] is None
    assert client.ask(f"/spectra?session={SESSION}&ids={SAMPLE[0]}&blind=0")["spectra"][SAMPLE[0]]["guess"] is not None
    assert client.ask(f"/spectra?session={SESSION}&ids={BATCH[0]}&hide={BATCH[0]}")["spectra"][BATCH[0]]["is_blind"]
    place.say(BATCH[1])
    assert len(client.ask(f"/overlays?session={SESSION}&id={BATCH[0]}")["means"]) == 1
    families = {one["family"]: one for one in client.ask("/lines")["families"]}
    balmer = {line["name"]: line for line in families["balmer"]["lines"]}
    assert (balmer["H-alpha"]["vacuum"], balmer["H-alpha"]["short"]) == (6564.61, "Hα")
    assert balmer["H-alpha"]["weight"] > balmer["H-delta"]["weight"]
    assert families["telluric"]["is_at_rest_with_observer"]
    assert all(line["vacuum"] and line["source"] for one in families.values() for line in one["lines"])


def test_every_kind_of_line_has_a_family() -> None:
    from al_core.lines import LINE_KINDS
    from callbacks.api.labels.lines import FAMILIES

    assert set(FAMILIES) == set(LINE_KINDS)


@pytest.mark.parametrize(
    ("path", "status", "text"),
    [
        ("/queue", 400, "Expected ?session=, found none."),
        ("/queue?session=none", 404, "no session|Expected a session 'none'"),
        ("/queue?session=../etc", 404, "session"),
        (f"/queue?session={SESSION}&iteration=9", 400, "iterations"),
        (f"/queue?session={SESSION}&iteration=-1", 400, "whole number for iteration"),
        (f"/queue?session={SESSION}&order=best", 400, "mixed, uncertain, thesis"),
        (f"/queue?session={SESSION}&repeats=much", 400, "a number for repeats"),
        (f"/queue?session={SESSION}&repeats=nan", 400, "share of repeats"),
        (f"/queue?session={SESSION}&source=list:x", 400, "no list"),
        (f"/queue?session={SESSION}&source=upload:x", 400, "upload"),
        (f"/queue?session={SESSION}&source=pool:..", 400, "pool"),
        (f"/queue?session={SESSION}&limit=6000", 400, "5,000"),
        (f"/queue?session={SESSION}&blind=yes", 400, "0 or 1 for blind"),
        (f"/spectra?session={SESSION}", 400, "up to 20 ids"),
        (f"/spectra?session={SESSION}&ids=gone", 400, "gone"),
        (f"/spectra?session={SESSION}&ids={','.join(IDS[:21])}", 400, "at most 20"),
        (f"/overlays?session={SESSION}&id=gone", 400, "gone"),
        (f"/overlays?session={SESSION}", 400, "Expected ?id="),
        (f"/events?session={SESSION}&after=x", 400, "whole number for after"),
        (f"/export?session={SESSION}&what=all", 400, "labels, spectra, journal"),
        (f"/export?session={SESSION}&what=labels&format=xls", 400, "csv, parquet, votable"),
        ("/nothing", 404, ""),
    ],
)
def test_what_cannot_be_done_says_why(client: Client, path: str, status: int, text: str) -> None:
    found = client.ask(path, status)
    if text:
        assert any(part in found["error"] for part in text.split("|"))


# ---------------------------------------------------------------------- saying


def test_a_label_is_answered_when_it_is_stored(client: Client, place: Place) -> None:
    one = event(IDS[0], class_id=place.class_id(1), queue="picked", duration_ms=1500, shown={"blind": False})
    answer = client.post(one, after=0)
    assert answer["stored"] == [{"event_id": one["event_id"], "sequence": 1, "is_repeated": False}]
    assert (answer["rejected"], answer["events"], answer["sequence"]) == ([], [], 1)
    assert answer["states"][IDS[0]]["label"]["class_id"] == place.class_id(1)
    assert answer["saved_utc"].startswith("20")
    assert place.sessions.journal(SESSION).current()["spectrum_id"].to_list() == [IDS[0]]


def test_two_clients_see_each_other_at_once(place: Place) -> None:
    eva, adam = Client(place), Client(place)
    first = eva.post(event(IDS[0], class_id=place.class_id(0)), after=0)
    answer = adam.post(event(IDS[0], class_id=place.class_id(1)), after=0)
    assert [one["class_id"] for one in answer["events"]] == [place.class_id(0)]
    news = eva.ask(f"/events?session={SESSION}&after={first['sequence']}")
    assert [one["class_id"] for one in news["events"]] == [place.class_id(1)]
    assert news["states"][IDS[0]]["label"]["class_id"] == place.class_id(1)
    assert news["sequence"] == 2


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"{", "Expected JSON"),
        (b"[]", "a JSON object, found list"),
        (b"{}", "Expected a session"),
        (b'{"session": 4}', "Expected a session"),
        (b'{"session": "be-stars", "events": {}}', "list of events"),
        (b'{"session": "be-stars", "events": [1]}', "list of events"),
        (b'{"session": "be-stars", "events": [], "after": "x"}', "whole number for after"),
        (b'{"session": "be-stars", "events": [], "pool": 5}', "name of a pool"),
    ],
)
def test_a_body_that_is_none_is_refused(client: Client, body: bytes, text: str) -> None:
    assert text in client.ask("", 400, "POST", data=body)["error"]


def test_a_body_that_is_too_large_is_refused(client: Client) -> None:
    assert "at most 4 MB" in client.ask("", 413, "POST", data=b"x" * (4 * 2**20 + 1))["error"]
    assert "1000 events" in client.post(*[event(IDS[0], "skip")] * 1001, status=400)["error"]


def test_a_session_that_is_not_there_is_404_and_nothing_is_lost_in_silence(client: Client) -> None:
    assert "none" in client.ask("", 404, "POST", json={"session": "none", "events": []})["error"]


def test_a_damaged_session_says_try_again_so_that_the_page_keeps_its_labels(client: Client, place: Place) -> None:
    (place.session_folder / "session.db").write_bytes(b"rubbish" * 1000)
    for name in ("session.db-wal", "session.db-shm"):
        (place.session_folder / name).unlink(missing_ok=True)
    assert "error" in client.post(event(IDS[0], "skip"), status=503)


def test_the_annotator_is_who_is_logged_in_and_other_sites_are_refused(place: Place) -> None:
    client = Client(place, access_password="eine lange Nacht")
    auth = ("Eva Nováková", "eine lange Nacht")
    one = event(IDS[0], "bad")
    client.ask("", 401, "POST", json={"session": SESSION, "events": [one]})
    body = {"session": SESSION, "events": [one | {"annotator": "somebody"}]}
    rejected = client.ask("", 200, "POST", json=body, auth=auth)["rejected"]
    assert "no field 'annotator'" in rejected[0]["error"]
    answer = client.ask("", 200, "POST", json={"session": SESSION, "events": [one]}, auth=auth)
    assert answer["annotator"] == "Eva Nováková"
    assert place.sessions.journal(SESSION).events()["annotator"].to_list() == ["Eva Nováková"]
    other = {"Sec-Fetch-Site": "cross-site"}
    client.ask("", 403, "POST", json={"session": SESSION, "events": [one]}, auth=auth, headers=other)


# ---------------------------------------------------------------------- files, lists, figures


def test_files_go_out_and_in(client: Client, place: Place) -> None:
    client.post(event(IDS[0], class_id=place.class_id(2), comment="=1"))
    answer = client.ask(f"/export?session={SESSION}&what=labels")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="be-stars-labels.csv"'
    assert answer.is_streamed
    assert answer.text == f"id,label,comment\n{IDS[0]},2,'=1\n"
    votable = client.ask(f"/export?session={SESSION}&what=journal&format=votable")
    assert votable.mimetype == "application/x-votable+xml"
    parquet = client.ask(f"/export?session={SESSION}&what=journal&format=parquet")
    assert pl.read_parquet(parquet.data).height == 1
    assert client.ask(f"/export?session={SESSION}&what=spectra").text.count("\n") == 2
    text = f"{IDS[1]},1,\ngone,1,\n".encode()
    found = client.ask(f"/import?session={SESSION}&name=old.csv", 200, "POST", data=text)
    assert (found["n_labels"], found["n_rejected"], found["rejected"][0]["line"]) == (1, 1, 2)
    form = {"file": (io.BytesIO(text), "old.csv")}
    assert client.ask(f"/import?session={SESSION}", 200, "POST", data=form)["n_known"] == 1
    shown = place.sessions.journal(SESSION).events()["shown"][1]
    assert json.loads(shown) == {"file": "old.csv"}


def test_lists_are_stored_served_and_deleted(client: Client) -> None:
    body = {"session": SESSION, "name": "From the map", "ids": IDS[3:6], "origin": "map"}
    stored = client.ask("/lists", 201, "POST", json=body)
    assert [item["id"] for item in client.queue(source=f"list:{stored['list_id']}", order="thesis")["items"]] == IDS[
        3:6
    ]
    assert [one["name"] for one in client.ask(f"/lists?session={SESSION}")["lists"]] == ["From the map"]
    client.ask(f"/lists?session={SESSION}&list={stored['list_id']}", 200, "DELETE")
    assert client.ask(f"/lists?session={SESSION}")["lists"] == []
    assert "list of texts" in client.ask("/lists", 400, "POST", json=body | {"ids": "a"})["error"]


def test_figures_and_grid_are_answered(client: Client, place: Place) -> None:
    place.iteration(1, BATCH, SAMPLE)
    for name in SAMPLE:
        place.say(name, queue="perf-est", duration_ms=2000)
    found = client.ask(f"/progress?session={SESSION}")
    assert (found["n_answered"], found["seconds"], found["n_sample_left"]) == (6, 2.0, 0)
    agreement = found["agreement"]
    assert (agreement["n_right"], agreement["n"], agreement["value"], agreement["is_enough"]) == (6, 6, 1.0, False)
    assert agreement["low"] == pytest.approx(0.025 ** (1 / 6))  # Clopper and Pearson, all right: (α/2)^(1/n)
    table = client.ask(f"/table?session={SESSION}&columns=ra")
    assert len(table["rows"]) == 16
    assert set(table["columns"]) | {"metadata"} == set(table["rows"][0])


# ---------------------------------------------------------------------- a real server


@pytest.fixture
def server(place: Place) -> Iterator[Server]:
    made = Server(place.folder)
    made.start()
    yield made
    made.close()


def send(url: str, events: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Post events; None if no answer came, whatever the server did with them."""
    body = json.dumps({"session": SESSION, "events": events}).encode()
    request = urllib.request.Request(f"{url}/api/labels", body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return dict(json.load(answer))
    except HTTPError:
        raise
    except (OSError, HTTPException, ValueError):
        return None


@pytest.mark.slow
def test_what_is_acknowledged_survives_kill_9_and_what_is_sent_again_comes_once_and_in_order(
    server: Server, place: Place
) -> None:
    sent: dict[str, list[dict[str, Any]]] = {}
    acknowledged: dict[str, int] = {}

    def label(person: int) -> None:
        end = time.monotonic() + 240
        mine = [event(IDS[k % 60], class_id=place.class_id(k % 3), duration_ms=k, iteration=person) for k in range(240)]
        sent[str(person)] = mine
        for start in range(0, len(mine), 4):
            part = mine[start : start + 4]
            answer = send(server.url, part)
            while answer is None and time.monotonic() < end:
                time.sleep(0.05)
                answer = send(server.url, part)
            assert answer is not None
            assert answer["rejected"] == []
            acknowledged.update({one["event_id"]: one["sequence"] for one in answer["stored"]})

    threads = [threading.Thread(target=label, args=(person,), daemon=True) for person in (1, 2)]
    for thread in threads:
        thread.start()
    for n_acknowledged in (60, 200, 350):
        end = time.monotonic() + 60
        while len(acknowledged) < n_acknowledged and time.monotonic() < end:
            time.sleep(0.001)
        server.kill9()
        after = dict(acknowledged)
        stored = place.sessions.journal(SESSION).events()
        known = dict(zip(stored["event_id"], stored["sequence"], strict=True))
        assert {name: known.get(name) for name in after} == after
        server.start()
    for thread in threads:
        thread.join(120)
    stored = place.sessions.journal(SESSION).events()
    assert stored.height == 480
    for person, events in sent.items():
        own = stored.filter(pl.col("iteration") == int(person))
        assert own["event_id"].to_list() == [one["event_id"] for one in events]
        assert own["duration_ms"].to_list() == list(range(240))

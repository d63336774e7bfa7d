"""/api/candidates as the page uses it: one search that all write, what counts leave out, what is unseen."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from al_core.metadata.fields import Field, FieldType
from al_core.services import Services, build_services
from al_core.settings import Settings
from callbacks.access import guard
from callbacks.api.candidates import blueprint
from callbacks.plain_errors import register_plain_errors
from tests.core.candidates_made import write_predictions
from tests.core.labeling_made import IDS, SESSION, Place, made_workspace
from tests.support.memory_store import MemoryStore

LOCAL = "http://127.0.0.1:8050"
FIELDS = [Field("subclass", FieldType.STRING), Field("snrr", FieldType.NUMBER), Field("ra", FieldType.NUMBER)]
FIELDS += [Field("dec", FieldType.NUMBER), Field("night", FieldType.TIME)]
#: Spectra of the index without a prediction.
MORE = 40


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_workspace(tmp_path_factory.mktemp("candidates-api") / "workspace")


@pytest.fixture
def place(template: Path, tmp_path: Path) -> Place:
    made = Place(template, tmp_path / "workspace")
    folder = made.folder / "sessions" / SESSION
    proba = [[0.1, 0.8, 0.1] if k % 3 == 0 else [0.9, 0.05, 0.05] for k in range(len(IDS))]
    for number in (1, 2):
        flipped = [[p[0], p[2], p[1]] for p in proba] if number == 2 else proba
        write_predictions(folder, number, IDS, flipped, pool=made.folder / "pools" / "survey", sample={IDS[1]: 0})
    return made


def rows() -> pl.DataFrame:
    names = [*IDS, *(f"more-{k}" for k in range(MORE))]
    n = len(names)
    night = pl.Series("night", [1_300_000_000_000 + k * 86_400_000 for k in range(n)]).cast(pl.Datetime("ms", "UTC"))
    return pl.DataFrame(
        {
            "id": names,
            "subclass": ["A0" if k % 2 else "B9" for k in range(n)],
            "snrr": [float(k) for k in range(n)],
            "ra": [k * 3.0 for k in range(n)],
            "dec": [float(k % 50) for k in range(n)],
            "night": night,
        }
    )


class Client:
    def __init__(self, place: Place) -> None:
        server = Flask(__name__)
        settings = Settings(workspace=place.folder)
        guard(server, settings)
        register_plain_errors(server)
        self.services: Services = build_services(settings)
        self.store = MemoryStore({"survey": rows()}, self.services.assessments, {"survey": FIELDS})
        self.services.__dict__["metadata"] = self.store
        server.register_blueprint(blueprint(self.services))
        self._client: FlaskClient = server.test_client()

    def ask(self, path: str, status: int = 200, **body: Any) -> Any:
        content = {"session": SESSION, "index": ["survey"], "q": ""} | body
        answer = self._client.post(f"/api/candidates/{path}", json=content, base_url=LOCAL)
        assert answer.status_code == status, answer.text
        return answer.get_json()

    def get(self, path: str, status: int = 200) -> Any:
        answer = self._client.get(f"/api/candidates/{path}", base_url=LOCAL)
        assert answer.status_code == status, answer.text
        return answer.get_json() if answer.is_json else answer.data


@pytest.fixture
def client(place: Place) -> Client:
    return Client(place)


def edited(client: Client, q: str, **edit: Any) -> str:
    return str(client.ask("query", q=q, edit=edit)["q"])


def test_state_says_what_there_is_and_a_backend_that_is_away_is_no_error(client: Client) -> None:
    state = client.get(f"state?session={SESSION}&index=survey")
    assert state["chosen"] == ["survey"]
    assert state["columns"][:3] == ["id", "window", "@p_candidate"]
    assert state["sort"] == [{"field": "@p_candidate", "descending": True}]
    assert [one["name"] for one in state["downloads"]] == ["Iteration 2", "Iteration 1"]
    client.store.trouble = "No answer."
    assert client.get(f"state?session={SESSION}&index=survey")["backend"]["trouble"] == "No answer."
    assert client.ask("rows", 503)["error"] == "No answer."


def test_facets_ranges_and_areas_replace_what_they_had_said(client: Client) -> None:
    one = edited(client, "subclass:B9 snrr>=3", kind="values", field="subclass", values=["A0", "B9"])
    assert one == "subclass:(A0 OR B9) snrr>=3"
    assert edited(client, one, kind="values", field="subclass", values=[]) == "snrr>=3"
    assert edited(client, one, kind="range", field="snrr", low=None, high=9.5) == "subclass:(A0 OR B9) snrr<=9.5"
    cone = edited(client, one, kind="cone", ra=370, dec=-5, radius=2)
    assert cone.endswith("cone(10, -5, 2)")
    assert edited(client, cone, kind="cone", position="00:40:00 +10:00:00", radius="30'").endswith("cone(10, 10, 30')")
    assert edited(client, cone, kind="cone", ra=None, dec=None, radius=None) == one
    assert edited(client, one, kind="drop", number=0) == "snrr>=3"
    missing = edited(client, "", kind="values", field="@label", values=[None])
    assert missing == "unlabeled"
    [chip] = client.ask("query", q=missing)["chips"]
    assert (chip["kind"], chip["values"]) == ("values", [None])


@pytest.mark.parametrize(
    "q",
    [
        "snrr:1..9 (subclass:A0 OR snrr>50) NOT subclass:B9",
        "cone(83.633, 22.014, 15') emission",
        "night:2011-05-01..2011-06-30",
        'predicted:("single peak" OR "double peak") subclass:(A0 OR B9)',
        'p(candidate)>0.5 labeled "two words"',
    ],
)
def test_the_builder_gives_back_what_it_was_given(client: Client, q: str) -> None:
    asked = client.ask("query", q=q)
    assert edited(client, "", kind="tree", tree=asked["tree"]) == asked["q"]


def test_rows_of_a_builder_are_read_as_searches_are(client: Client) -> None:
    leaf = {"field": "snrr", "op": "between", "low": "5", "high": ""}
    assert edited(client, "snrr<=3", kind="leaf", leaf=leaf) == "snrr>=5"
    wrong = client.ask("query", 400, edit={"kind": "leaf", "leaf": leaf | {"low": "bright"}})
    assert "number" in wrong["error"]
    empty = {"op": "and", "parts": [{"field": "subclass", "op": "is", "value": ""}]}
    assert edited(client, "", kind="tree", tree=empty) == ""
    assert client.ask("query", 400, edit={"kind": "tree", "tree": 7})["error"]


def test_a_mistake_is_told_with_its_place(client: Client) -> None:
    wrong = client.ask("query", 400, q="snrr>2 snrx>3")
    assert (wrong["position"], wrong["length"], wrong["suggestions"]) == (7, 4, ["snrr"])
    assert "no index" in client.ask("rows", 400, index=["gone"])["error"]


def test_a_facet_counts_without_its_own_condition(client: Client) -> None:
    wanted = [{"field": "subclass"}, {"field": "@predicted"}]
    found = client.ask("facets", q="subclass:A0 snrr<10", values=wanted, ranges=[{"field": "snrr", "bins": 10}])
    subclass, predicted = found["values"]
    assert sorted(subclass["values"]) == [["A0", 5], ["B9", 5]]
    assert sum(count for _, count in predicted["values"]) == 5
    assert sum(found["ranges"][0]["counts"]) == len(rows()) // 2  # all of this subclass, whatever their signal


def test_the_histogram_of_the_probability_sums_what_a_threshold_promises(client: Client) -> None:
    found = client.ask("histogram", q="p(candidate)>0.5", field="@p_candidate", bins=10)
    assert found["edges"][0] == 0
    assert sum(found["counts"]) == sum(found["sums"]["counts"]) == len(IDS)
    assert "no numbers" in client.ask("histogram", 400, field="subclass")["error"]


def test_the_sky_counts_every_row_that_has_a_place(client: Client) -> None:
    found = client.ask("sky", q="snrr<10")
    assert sum(found["counts"]) == 10
    assert found["nside"] == 64


def test_what_is_measured_blind_shows_no_prediction_and_is_left_out_of_labels(client: Client) -> None:
    columns = ["@p_candidate", "@predicted", "@set", "snrr"]
    found = {one["id"]: one for one in client.ask("rows", q=f"id:{IDS[1]} OR id:{IDS[2]}", columns=columns)["rows"]}
    assert found[IDS[1]]["is_blind"]
    assert found[IDS[1]]["@p_candidate"] is None
    assert found[IDS[2]]["@p_candidate"] is not None
    class_id = client.services.sessions.get(SESSION).classes[1].class_id
    done = client.ask("label", q="snrr<4", class_id=class_id, expected=4)
    assert (done["n"], done["n_left_out"]) == (3, 1)
    assert client.ask("undo", bulk=done["bulk"])["n"] == 3
    assert "finds 4 spectra now" in client.ask("label", 400, q="snrr<4", class_id=class_id, expected=5)["error"]


def test_chosen_rows_become_a_queue(client: Client) -> None:
    found = client.ask("queue", q="snrr<9", only=[IDS[4], IDS[6], "more-1"], name="three")
    assert (found["n"], found["n_missing"]) == (2, 1)
    assert client.ask("queue", q="snrr<9", without=[IDS[4]], name="others")["n"] == 8


def test_a_row_comes_with_its_spectrum_or_says_why_not(client: Client) -> None:
    one = client.ask("spectrum", index_of="survey", id=IDS[2])
    assert len(one["spectrum"]["window"]["flux"]) == len(one["window"]["grid"]) == 140
    assert "metadata alone" in client.ask("spectrum", index_of="survey", id="more-3")["why"]
    thumbs = client.ask("thumbs", ids=[IDS[2], "more-3"])["thumbs"]
    assert list(thumbs) == [IDS[2]]


def test_statistics_count_classes_by_iteration_and_what_changed(client: Client) -> None:
    found = client.ask("statistics", q="snrr<30")
    assert [one["n"] for one in found["iterations"]] == [30, 30]
    changed = client.ask("changes", q="snrr<30", **{"from": 1, "to": 2})
    assert (changed["n"], changed["n_changed"], len(changed["rows"])) == (30, 10, 10)
    assert "No iteration 9" in client.ask("changes", 400, **{"from": 1, "to": 9})["error"]
    text = client.get(f"predictions?session={SESSION}&iteration=1&format=csv").decode()
    assert text.startswith("id,")
    assert text.count("\n") == len(IDS) + 1
    assert client.get(f"changed?session={SESSION}&from=1&to=2&format=csv").count(b"\n") > 10


def test_saved_searches_are_kept_by_name(client: Client) -> None:
    sort = [{"field": "snrr", "descending": True}]
    client.ask("saved", name=" bright  ones ", q="snrr>20", sort=sort, columns=["id", "snrr"])
    found = client.ask("saved", name="bright ones", q="snrr>30", sort=sort, columns=None)["saved"]
    assert found == [{"name": "bright ones", "q": "snrr>30", "sort": sort, "columns": None}]
    assert client.get(f"state?session={SESSION}&index=survey")["saved"] == found
    assert "Expected a name" in client.ask("saved", 400, name=" ", q="")["error"]
    assert client.ask("saved/delete", name="bright ones")["saved"] == []


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("snr", "snrr"), ("subclass:A", "A0"), ("x predicted:sing", "single peak"), ("sub", "subclass")],
)
def test_suggestions_fit_what_was_typed(client: Client, typed: str, shown: str) -> None:
    found = client.ask("suggest", text=typed, position=len(typed))["suggestions"]
    assert found[0]["shown"] == shown
    assert typed.endswith(typed[found[0]["start"] : found[0]["end"]])


def test_what_leaves_nothing_says_without_which_condition_there_is_something(client: Client) -> None:
    found = client.ask("drops", q="snrr<10 subclass:ZZ")["drops"]
    assert [one["n"] for one in found] == [0, 10]

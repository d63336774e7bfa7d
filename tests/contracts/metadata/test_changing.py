"""Every store shows what was changed, refuses what cannot be asked, and goes on when an index is written anew."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from al_core.errors import MetadataError, QueryError
from al_core.metadata import (
    And,
    Condition,
    Cone,
    Equal,
    Exists,
    Field,
    FieldType,
    In,
    Not,
    Or,
    Patch,
    Prefix,
    Query,
    Range,
    Scope,
    Sort,
    Words,
)
from al_core.metadata.query import EVERYTHING, MAX_VALUES
from tests.contracts.metadata.conftest import OpenStore, Searched, write_index
from tests.contracts.metadata.made import FIELDS, frame_of, made_rows

ONE = Scope(("survey one",))
BOTH = Scope(tuple(FIELDS), "s")


def ids(searched: Searched, condition: Condition, scope: Scope = ONE) -> list[str]:
    return searched.store.search(Query(scope, condition, size=1000, columns=())).rows["id"].to_list()


def test_patches_are_searched_at_once(fresh: Searched) -> None:
    rows = fresh.rows["survey one"]
    one, two, three = (row["id"] for row in rows[:3])
    outcomes = fresh.store.patch(
        "survey one",
        [
            Patch(one, {"title": "entirely new words", "mag": 7.25, "class": "Novel"}),
            Patch(two, {"title": None, "ra": 11.0, "dec": 60.0, "number": None, "good": True}),
            Patch(three, {"taken": datetime(2020, 5, 5, tzinfo=UTC), "class": None, "flux": 1 / 3}),
        ],
    )
    assert [outcome.error for outcome in outcomes] == [None] * 3
    rows[0] |= {"title": "entirely new words", "mag": 7.25, "class": "Novel"}
    rows[1] |= {"title": None, "ra": 11.0, "dec": 60.0, "number": None, "good": True}
    rows[2] |= {"taken": datetime(2020, 5, 5, tzinfo=UTC), "class": None, "flux": 1 / 3}
    witness = fresh.witness(ONE)
    conditions: list[Condition] = [
        Words("new entirely"),
        Words("entirely new wor", is_phrase=True, is_prefix=True),
        Words("entirly", edits=None),
        Words("star"),
        Words("emission", "title"),
        Not(Words("emission", "title")),
        Equal("mag", 7.25),
        Equal("flux", 1 / 3),
        Equal("class", "NOVEL"),
        Exists("title"),
        Exists("class"),
        Exists("number"),
        Equal("good", True),
        Range("taken", datetime(2020, 1, 1, tzinfo=UTC)),
        Cone(11.0, 60.0, 0.001),
        Cone(0.0, 0.0, 90.0),
        Prefix("class", "nov"),
    ]
    for condition in conditions:
        assert ids(fresh, condition) == [one for one, _ in witness.ids(condition)], condition
    for sort in ((Sort("mag"),), (Sort("title", descending=True),), (Sort("class"), Sort("flux"))):
        page = fresh.store.search(Query(ONE, sort=sort, size=1000, columns=()))
        assert page.rows.select("id", "index").rows() == witness.ids(EVERYTHING, sort)
    values, missing = witness.facet(EVERYTHING, "class")
    facet = fresh.store.facets(ONE, EVERYTHING, ["class"], 1000)["class"]
    assert (list(facet.values), facet.n_missing) == (values, missing)
    got = fresh.store.get(ONE, [three, one], ["title", "taken"])
    assert got.select("id", "title", "taken").rows() == [
        (row["id"], row["title"], row["taken"]) for row in (rows[2], rows[0])
    ]
    assert got["version"].to_list() == [outcomes[2].version, outcomes[0].version]


def test_pages_show_what_was_changed(fresh: Searched) -> None:
    fresh.store.patch("survey one", [Patch(fresh.rows["survey one"][4]["id"], {"title": "<i>x</i>", "huge": 5})])
    fresh.rows["survey one"][4] |= {"title": "<i>x</i>", "huge": 5}
    page = fresh.store.search(Query(ONE, size=1000))
    expected = sorted(fresh.rows["survey one"], key=lambda row: row["id"].encode())
    names = [field.name for field in FIELDS["survey one"]]
    assert page.rows.columns[:2] == ["id", "index"]
    assert page.rows.select(names).to_dicts() == [{name: row[name] for name in names} for row in expected]


def test_a_field_can_be_added_and_filled(fresh: Searched) -> None:
    fresh.store.add_fields("survey one", [Field("remark", FieldType.STRING), Field("score", FieldType.NUMBER)])
    assert fresh.store.schema(["survey one"])["score"].type is FieldType.NUMBER
    assert ids(fresh, Exists("score")) == []
    row_id = fresh.rows["survey one"][0]["id"]
    fresh.store.patch("survey one", [Patch(row_id, {"score": 0.75, "remark": "Look again"})])
    assert ids(fresh, Range("score", 0.5)) == [row_id]
    assert ids(fresh, Words("look AGAIN")) == [row_id]
    assert ids(fresh, Exists("score"), Scope(tuple(FIELDS))) == [row_id]
    with pytest.raises(QueryError, match="'score' is number already"):
        fresh.store.add_fields("survey one", [Field("score", FieldType.STRING)])


def test_somebody_was_faster(fresh: Searched) -> None:
    row_id = fresh.rows["two"][0]["id"]
    version = fresh.store.get(Scope(("two",)), [row_id])["version"].item()
    first = fresh.store.patch("two", [Patch(row_id, {"mag": 1.0}, version)])[0]
    second = fresh.store.patch("two", [Patch(row_id, {"mag": 2.0}, version)])[0]
    assert first.version != version
    assert second.is_conflict
    assert ids(fresh, Equal("mag", 1.0), Scope(("two",))) == [row_id]


def test_one_wrong_patch_stops_no_other(fresh: Searched) -> None:
    row_id = fresh.rows["two"][0]["id"]
    outcomes = fresh.store.patch(
        "two", [Patch("nobody", {"mag": 1.0}), Patch(row_id, {"mag": "x"}), Patch(row_id, {"mag": 3.0})]
    )
    assert [outcome.error is None for outcome in outcomes] == [False, False, True]
    assert ids(fresh, Equal("mag", 3.0), Scope(("two",))) == [row_id]


def test_rows_come_in_the_order_their_ids_were_asked_for(searched: Searched) -> None:
    known = [row["id"] for row in searched.rows["survey one"]]
    asked = [known[5], "nobody", known[2], known[5]]
    got = searched.store.get(ONE, asked, ["mag", "class"])
    assert got.columns == ["id", "index", "version", "mag", "class"]
    assert got["id"].to_list() == [known[5], known[2], known[5]]
    assert searched.store.get(ONE, []).is_empty()
    many = searched.store.get(Scope(tuple(FIELDS)), known * 5, ["only_two"])
    assert many.height >= 5 * len(known)


def test_what_a_session_says_is_searched_as_it_changes(fresh: Searched) -> None:
    row_id = fresh.rows["two"][0]["id"]
    before = set(ids(fresh, Equal("@label", "c7"), BOTH))
    fresh.sessions.change("s", pl.DataFrame({"id": [row_id], "label": ["c7"], "comment": ["brand new remark"]}))
    assert set(ids(fresh, Equal("@label", "c7"), BOTH)) - before == {row_id}
    assert ids(fresh, Words("brand remark"), BOTH) == [row_id]
    assert ids(fresh, Words("brand remark"), Scope(tuple(FIELDS))) == []
    fresh.sessions.change("s", pl.DataFrame({"id": [row_id], "label": ["c1"]}))
    assert ids(fresh, Equal("@label", "c7"), BOTH) == []
    fresh.sessions.replace("s", pl.DataFrame({"id": [row_id], "p0": [0.125]}))
    assert ids(fresh, Exists("@p0"), BOTH) == [row_id]
    assert ids(fresh, Exists("@label"), BOTH) == []
    page = fresh.store.search(Query(BOTH, Exists("@p0"), columns=("@p0", "@label")))
    assert page.rows.select("@p0", "@label").rows() == [(0.125, None)]


def test_an_index_that_is_written_anew_is_searched_at_once(open_store: OpenStore, workspace: Path) -> None:
    rows = made_rows("two", 30)
    write_index(workspace, "two", FIELDS["two"], frame_of("two", rows), "a")
    with open_store(workspace, None) as store:
        assert store.count(Scope(("two",))) == 30
    write_index(workspace, "two", FIELDS["two"], frame_of("two", rows[:10]), "b")
    with open_store(workspace, None) as store:
        assert store.count(Scope(("two",))) == 10
        info = store.report().indices[0]
        assert (info.name, info.n_rows, info.n_source, info.n_pending) == ("two", 10, 10, 0)
        assert info.bytes > 0
        assert info.origin == ("made",)
        assert store.indices() == ["two"]


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        (Equal("nothing", 1), "no field 'nothing'"),
        (Equal("mag", "bright"), "mag holds a number .*'bright'"),
        (Equal("class", 5), "class holds text"),
        (Equal("good", 1), "good holds true or false"),
        (Equal("mag", True), "mag holds a number"),
        (Equal("mag", float("nan")), "mag holds a number"),
        (Equal("taken", "2020"), "taken holds a time"),
        (In("number", (1, "x")), "number holds a whole number"),
        (In("number", tuple(range(MAX_VALUES + 1))), "at most"),
        (Range("good", False), "good is boolean"),
        (Range("class", 1), "class holds text"),
        (Prefix("mag", "1"), "mag is number"),
        (Words("x", "mag"), "mag is number"),
        (Words("x", edits=3), "0, 1 or 2 edits"),
        (Words("x y", is_phrase=True, edits=1), "neither be a phrase"),
        (Words("\udcff"), "surrogate"),
        (Equal("class", "\ud800"), "surrogate"),
        (Or((EVERYTHING,) * 1001), "more than 1000"),
        (Exists("@nothing"), "no field '@nothing'"),
    ],
    ids=lambda value: None if isinstance(value, str) else type(value).__name__,
)
def test_what_cannot_be_asked_is_told(searched: Searched, condition: Condition, message: str) -> None:
    with pytest.raises(QueryError, match=message):
        searched.store.count(ONE, condition)


def test_limits_of_types_are_no_errors(searched: Searched) -> None:
    every = searched.store.count(ONE)
    answers: list[tuple[Condition, int]] = [
        (In("class", ()), 0),
        (And(()), every),
        (Or(()), 0),
        (Words("...!"), 0),
        (Range("number", 2**70), 0),
        (Equal("number", 10**400), 0),
        (Range("mag", None, 10**400), searched.store.count(ONE, Exists("mag"))),
        (Range("huge", -(10**400), 10**400), searched.store.count(ONE, Exists("huge"))),
        (Range("mag", float("-inf"), float("inf")), searched.store.count(ONE, Exists("mag"))),
        (Range("mag"), searched.store.count(ONE, Exists("mag"))),
        (Equal("class", "x" * 100_000), 0),
        (In("number", tuple(range(-MAX_VALUES // 2, MAX_VALUES // 2))), searched.store.count(ONE, Exists("number"))),
        (Words(" ".join(["star"] * 500)), searched.store.count(ONE, Words("star"))),
        (Words('") OR (title:* AND "'), 0),
    ]
    for condition, expected in answers:
        assert searched.store.count(ONE, condition) == expected, type(condition)


def test_a_condition_in_a_condition_and_so_on_is_answered_or_refused(searched: Searched) -> None:
    nested: Condition = EVERYTHING
    for _ in range(999):
        nested = Not(nested)
    try:
        answer = str(searched.store.count(ONE, nested))
    except QueryError as error:
        answer = str(error)
    assert answer == "0" or "deep" in answer


@pytest.mark.parametrize(
    "call",
    [
        lambda store: store.count(Scope(("nowhere",))),
        lambda store: store.schema(["nowhere"]),
        lambda store: store.search(Query(ONE, sort=(Sort("nothing"),))),
        lambda store: store.search(Query(ONE, columns=("nothing",))),
        lambda store: store.search(Query(ONE, after=("x",))),
        lambda store: store.search(Query(ONE, sort=(Sort("mag"),), after=("text", "id", "index"))),
        lambda store: store.rows_at(Query(ONE), -1),
        lambda store: store.facets(ONE, EVERYTHING, ["nothing"]),
        lambda store: store.facets(ONE, EVERYTHING, ["mag"], containing="1"),
        lambda store: store.histogram(ONE, EVERYTHING, "class", 5, 0, 1),
        lambda store: store.histogram(ONE, EVERYTHING, "mag", 0, 0, 1),
        lambda store: store.histogram(ONE, EVERYTHING, "mag", 5, 1, 1),
        lambda store: store.histogram(ONE, EVERYTHING, "mag", 5, 0, float("inf")),
        lambda store: store.statistics(ONE, EVERYTHING, "good"),
        lambda store: list(store.all_rows(ONE, EVERYTHING, ["nothing"])),
        lambda store: store.patch("nowhere", []),
        lambda store: store.get(ONE, ["x"], ["nothing"]),
    ],
)
def test_calls_that_make_no_sense_are_refused(searched: Searched, call: Any) -> None:
    with pytest.raises(MetadataError):
        call(searched.store)


def test_values_of_text_are_looked_for_without_regard_to_case(searched: Searched) -> None:
    facet = searched.store.facets(ONE, EVERYTHING, ["class"], containing="TA")["class"]
    assert {value for value, _ in facet.values} == {"STAR", "Star", "star"}
    assert facet.n_values == 3

from datetime import UTC, datetime
from typing import Any

import pytest

from al_core.errors import QueryError
from al_core.metadata import And, Condition, Equal, Exists, Field, FieldType, In, Not, Or, Prefix, Range, Schema, Words
from al_core.metadata.elastic.documents import token
from al_core.metadata.elastic.naming import Names
from al_core.metadata.elastic.ordering import Order
from al_core.metadata.elastic.translation import NONE, Translation, place_of

SCHEMA = Schema(
    [
        Field("id", FieldType.STRING),
        Field("class", FieldType.STRING),
        Field("mag", FieldType.NUMBER),
        Field("number", FieldType.INTEGER),
        Field("taken", FieldType.TIME),
    ]
)


def translated(condition: Condition, session: str | None = "s") -> Any:
    return Translation(SCHEMA, session, lambda _: NONE).query(condition)


def range_of(condition: Range) -> Any:
    found = translated(condition)
    return None if found == NONE else next(iter(found["bool"]["filter"][1]["range"].values()))


def test_text_is_compared_folded() -> None:
    assert translated(Equal("class", "ÄTHER")) == {"term": {"f.class": "äther"}}
    assert translated(Prefix("class", "Ga"))["prefix"]["f.class"]["value"] == "ga"


def test_a_value_that_no_row_can_have_is_found_nowhere() -> None:
    assert translated(Equal("number", 3.5)) == NONE
    assert translated(Equal("number", 2**63)) == NONE
    assert translated(Equal("class", "x" * 100_000)) == translated(Prefix("class", "x" * 100_000)) == NONE
    assert translated(In("number", (1, 2.5, 2**70))) == {"terms": {"f.number": [1]}}


@pytest.mark.parametrize(
    ("asked", "limits"),
    [
        (Range("number", 3.5, 7.5), {"gte": 4, "lte": 7}),
        (Range("number", 3.5, 7.5, excludes_low=True, excludes_high=True), {"gte": 4, "lte": 7}),
        (Range("number", 3, 7, excludes_low=True, excludes_high=True), {"gt": 3, "lt": 7}),
        (Range("number", -(10**30), 10**30), {"gte": -(2**63), "lte": 2**63 - 1}),
        (Range("number", low=10**30), None),
        (Range("mag", low=float("-inf"), high=float("inf")), {}),
        (Range("mag", low=float("inf")), None),
        (Range("mag", -(10**400), 10**400), {}),
        (Range("taken", datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)), {"gte": 1000}),
    ],
)
def test_limits_are_those_of_the_type(asked: Range, limits: dict[str, Any] | None) -> None:
    assert range_of(asked) == limits


def test_what_a_session_says_is_asked_of_its_element_alone() -> None:
    nested = translated(Equal("@label", "c1"))["nested"]
    assert nested["path"] == "sessions"
    assert nested["query"]["bool"]["filter"] == [
        {"term": {"sessions.session": "s"}},
        {"term": {"sessions.f.label": "c1"}},
    ]
    assert translated(Exists("@label"), session=None) == NONE


def test_lists_of_the_same_kind_become_one() -> None:
    deep: Condition = Equal("class", "a")
    for _ in range(300):
        deep = And((Not(Not(deep)),))
    assert translated(And((deep, Or((Exists("mag"), Or((Exists("class"),)))))))["bool"]["filter"][0] == {
        "term": {"f.class": "a"}
    }


def test_what_is_nested_too_deep_is_refused() -> None:
    deep: Condition = Exists("mag")
    for number in range(60):
        deep = (Or if number % 2 else And)((Exists("class"), deep))
    with pytest.raises(QueryError, match="nested more than"):
        translated(deep)


def test_edits_follow_the_length_of_the_word() -> None:
    found = translated(Words("ab abc abcdef", "class", edits=None))["bool"]["filter"]
    assert found[0] == {"term": {"w.class": "ab"}}
    assert [part["fuzzy"]["w.class"]["fuzziness"] for part in found[1:]] == [1, 2]
    assert found[1]["fuzzy"]["w.class"]["rewrite"] == "constant_score"


def test_a_very_long_word_is_told_from_others_by_its_sum() -> None:
    one, other = token("a" * 200), token("a" * 201)
    assert one != other
    assert len(one) < 255
    assert token("a" * 120) == "a" * 120


def test_names_of_indices_are_told_apart_and_allowed() -> None:
    names = Names("spectrolabe")
    odd = ["a", "A", "a b", "a/b", "ä", "a@000001", "-a", "_a", "..", "x" * 250]
    found = [names.alias(name) for name in odd]
    assert len(set(found)) == len(odd)
    assert all(name == name.lower() and len(name.encode()) < 240 for name in found)
    assert not [name for name in found if set(name) & set('\\/*?"<>| ,#:@')]


def test_a_cursor_goes_there_and_back_with_missing_values() -> None:
    fields = [SCHEMA["number"], SCHEMA["mag"], SCHEMA["class"]]
    order = Order([(place_of(field, None), True) for field in fields])
    assert order.after([2**63 - 1, 2**63 - 1, 1.5, None, "id", "one"]) == (2**63 - 1, 1.5, None, "id", "one")
    missing = (None, None, None, "id", "one")
    assert order.after(order.search_after(missing)) == missing


@pytest.mark.parametrize("after", [(), ("id", "one"), ("a", "id", "one"), (1, 2, "one")])
def test_a_cursor_of_another_order_is_refused(after: tuple[object, ...]) -> None:
    order = Order([(place_of(SCHEMA["mag"], None), False)])
    with pytest.raises(QueryError, match="Begin with the first page"):
        order.search_after(after)

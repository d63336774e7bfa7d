"""What is written is read as what it was, whatever it is; whatever is typed is read or refused."""

import time

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from al_core.errors import QueryError
from al_core.metadata.checking import require_askable
from al_core.metadata.language import build, describe, parse, simplified, write
from al_core.metadata.query import EVERYTHING, And, Condition, Equal, Not, Or, Range, Words
from tests.core.search.made import NAMES, SCHEMA, conditions

slow = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@given(conditions)
@example(And((Words("83.633"), Words("+22.014"), Words("15"))))
@example(Or((Words("12"), Equal("obsid", 12), Words("a"))))
@example(Not(And((Words("12"), Equal("obsid", 12)))))
@example(And((Words("cone"), Or((Words("a"), Words("b"))))))
@slow
def test_a_condition_is_read_as_it_was_written(condition: Condition) -> None:
    form = simplified(condition)
    assert simplified(form) == form
    text = write(condition, SCHEMA, NAMES)
    assert parse(text, SCHEMA, NAMES) == form
    assert write(form, SCHEMA, NAMES) == text


@given(conditions)
@example(Or((Words("12"), Equal("obsid", 12))))
@example(Range("id", "", ""))
@slow
def test_a_condition_is_built_as_it_was_described(condition: Condition) -> None:
    form = simplified(condition)
    rows = describe(condition, SCHEMA, NAMES)
    assert build(rows, SCHEMA, NAMES) == form
    assert simplified(And(tuple(parse(row.text, SCHEMA, NAMES) for row in rows))) == form


@given(st.text(max_size=60))
@slow
def test_any_text_is_read_or_refused_with_its_place(text: str) -> None:
    _check(text)


@given(
    st.lists(
        st.sampled_from([*"()\"'*~:<>=!-.,#@ ", *"apz1+", "AND ", "snrg", "..", "label", "cone(", "p("]), max_size=40
    )
)
@slow
def test_signs_in_any_order_are_read_or_refused(parts: list[str]) -> None:
    _check("".join(parts))


def read(text: str) -> Condition | QueryError:
    try:
        return parse(text, SCHEMA, NAMES)
    except QueryError as error:
        return error


def _check(text: str) -> None:
    found = read(text)
    if isinstance(found, QueryError):
        assert found.position is not None
        assert 0 <= found.position <= len(text)
        assert str(found).startswith(f"Character {found.position + 1}: ")
    else:
        assert parse(write(found, SCHEMA, NAMES), SCHEMA, NAMES) == found
        require_askable(found, SCHEMA)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 10_000_000,
        "(" * 100_000,
        "(" * 9_000,
        "NOT " * 2_400 + "a",
        "-" * 9_999 + "a",
        "a " * 5_000,
        '"' * 9_999,
        "\\" * 9_999,
        '"' + "\\" * 9_998,
        "1:" * 5_000,
        "1 " * 5_000,
        "a~" * 5_000,
        "snrg:" * 2_000,
        "class:(" * 1_400,
        "<b onclick=alert(1)>" * 400,
    ],
    ids=lambda text: f"{text[:8]}x{len(text)}",
)
def test_hostile_text_is_answered_quickly(text: str) -> None:
    start = time.perf_counter()
    found = read(text)
    assert not isinstance(found, QueryError) or len(str(found)) < 500
    assert time.perf_counter() - start < 2


def test_too_many_conditions_are_refused() -> None:
    with pytest.raises(QueryError, match="more than 1000 conditions"):
        parse("ab " * 1_500, SCHEMA)


def test_what_is_too_long_to_be_read_is_not_written() -> None:
    with pytest.raises(QueryError, match="at most 10,000"):
        write(Equal("subclass", "x" * 20_000), SCHEMA)
    deep: Condition = Range("snrg", 1.0)
    for _ in range(300):
        deep = And((Or((deep, Words("a"))), Words("b")))
    with pytest.raises(QueryError, match="within each other"):
        write(deep, SCHEMA)


def test_everything_is_an_empty_text() -> None:
    assert write(EVERYTHING, SCHEMA) == ""
    assert parse("  ", SCHEMA) == EVERYTHING
    assert parse("*", SCHEMA) == EVERYTHING

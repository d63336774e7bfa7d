"""Every store gives the rows, the order and the counts that plain Python finds."""

import string
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from al_core.metadata import (
    And,
    Condition,
    Cone,
    Equal,
    Everything,
    Exists,
    In,
    Not,
    Or,
    Prefix,
    Query,
    Range,
    Scope,
    Sort,
    Words,
)
from al_core.metadata.query import EVERYTHING
from tests.contracts.metadata.conftest import Searched
from tests.contracts.metadata.made import FIELDS, TEXTS

BOTH = Scope(tuple(FIELDS), "s")
ONE = Scope(("survey one",))
SCOPES = st.sampled_from([BOTH, ONE, Scope(("two",), "s"), Scope(tuple(FIELDS)), Scope(())])
NUMBERS = st.one_of(
    st.sampled_from([12.5, 99.0, 0.1, 0, 5, -9999.0, 1e300, 0.25, 0.5, 2**53, 2**63, -(2**63), 10**30, 2**63 - 1]),
    st.integers(-10, 300),
    st.floats(-30, 400, allow_nan=False).map(lambda value: round(value, 2)),
    st.floats(allow_nan=False),
)
LETTERS = st.text(st.sampled_from(string.ascii_letters[:8] + "éÄσ日 -"), max_size=4)
ALL_TEXTS = st.sampled_from(sorted({text for texts in TEXTS.values() for text in texts}))
STRINGS = st.one_of(ALL_TEXTS, LETTERS, st.sampled_from(["a-001", "é-010", "c1", "ann", "bob"]))
TIMES = st.datetimes(datetime(1969, 12, 29), datetime(1970, 3, 1)).map(  # noqa: DTZ001
    lambda time: time.replace(tzinfo=UTC, microsecond=time.microsecond // 1000 * 1000)
)
OF_TEXT = st.sampled_from(["class", "title", "id", "only_two", "@label", "@comment"])
OF_NUMBER = st.sampled_from(["mag", "flux", "number", "ra", "@p_candidate", "@p0", "@confidence", "@p7"])
OF_TIME = st.sampled_from(["taken", "@labeled"])


def compared(fields: st.SearchStrategy[str], values: st.SearchStrategy[Any]) -> st.SearchStrategy[Condition]:
    limits = st.one_of(st.none(), values)
    return st.one_of(
        st.builds(Equal, fields, values),
        st.builds(In, fields, st.lists(values, max_size=4).map(tuple)),
        st.builds(Range, fields, limits, limits, st.booleans(), st.booleans()),
    )


@st.composite
def words(draw: st.DrawFn) -> Words:
    text = draw(st.one_of(ALL_TEXTS, LETTERS, st.sampled_from(["strange", "ann star", "emission star", "spec 55960"])))
    kept = text[: draw(st.integers(1, 12))] if draw(st.booleans()) else text
    field = draw(st.one_of(st.none(), OF_TEXT))
    if draw(st.booleans()):
        return Words(kept, field, edits=draw(st.sampled_from([0, 1, 2, None])))
    return Words(kept, field, is_phrase=draw(st.booleans()), is_prefix=draw(st.booleans()))


CONES = st.builds(
    Cone,
    st.sampled_from([0.0, 360.0, -0.00000005, 180.0, 359.99, 99.473303, 257.0]),
    st.sampled_from([0.0, 90.0, -90.0, 89.5, -89.9999, 9.2639435]),
    st.sampled_from([0.0, 1.5e-7, 0.001, 0.5, 10.0, 89.0, 179.9, 180.0]),
)
LEAVES = st.one_of(
    st.just(EVERYTHING),
    compared(OF_TEXT, STRINGS),
    compared(OF_NUMBER, NUMBERS),
    compared(OF_TIME, TIMES),
    st.builds(Equal, st.just("huge"), st.sampled_from([2**63 - 1, -(2**63), 2**53 + 1, 2**70, -(2**64)])),
    st.builds(Equal, st.just("good"), st.booleans()),
    st.builds(Exists, st.one_of(OF_TEXT, OF_NUMBER, OF_TIME)),
    st.builds(Prefix, OF_TEXT, STRINGS),
    words(),
    CONES,
)
CONDITIONS = st.recursive(
    LEAVES,
    lambda parts: st.one_of(
        st.builds(Not, parts),
        st.builds(And, st.lists(parts, max_size=3).map(tuple)),
        st.builds(Or, st.lists(parts, max_size=3).map(tuple)),
    ),
    max_leaves=6,
)
SORTS = st.lists(
    st.builds(
        Sort,
        st.sampled_from(["mag", "flux", "class", "title", "number", "huge", "good", "taken", "id", "@p_candidate"]),
        st.booleans(),
    ),
    max_size=3,
    unique_by=lambda sort: sort.field,
).map(tuple)
slowly = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)


def is_askable(searched: Searched, scope: Scope, condition: Condition, sort: tuple[Sort, ...] = ()) -> bool:
    """Whether the indices of the scope have all the fields that are asked for."""
    from al_core.metadata.query import parts_of

    names = {part.field for part in parts_of(condition) if not isinstance(part, And | Or | Not | Cone | Everything)}
    names |= {one.field for one in sort} | {"ra" for part in parts_of(condition) if isinstance(part, Cone)}
    known = set(searched.store.schema(scope.indices).names)
    return all(name is None or name.startswith("@") or name in known for name in names)


def found(searched: Searched, query: Query) -> list[tuple[str, str]]:
    """Return id and index of all rows, page by page."""
    rows: list[tuple[str, str]] = []
    after = None
    while True:
        page = searched.store.search(Query(query.scope, query.condition, query.sort, after, query.size, query.columns))
        rows += page.rows.select("id", "index").rows()
        if page.after is None:
            assert page.total == len(rows)
            return rows
        after = page.after


@slowly
@given(scope=SCOPES, condition=CONDITIONS)
def test_the_same_rows_are_found(searched: Searched, scope: Scope, condition: Condition) -> None:
    if not is_askable(searched, scope, condition):
        return
    expected = searched.witness(scope).ids(condition)
    page = searched.store.search(Query(scope, condition, size=1000, columns=("id",)))
    assert page.rows.select("id", "index").rows() == expected
    assert page.total == searched.store.count(scope, condition) == len(expected)
    assert page.after is None


@slowly
@given(scope=SCOPES, condition=CONDITIONS, sort=SORTS, size=st.sampled_from([7, 50, 1000]), offset=st.integers(0, 320))
def test_pages_follow_each_other_in_the_order_asked_for(
    searched: Searched, scope: Scope, condition: Condition, sort: tuple[Sort, ...], size: int, offset: int
) -> None:
    if not is_askable(searched, scope, condition, sort):
        return
    expected = searched.witness(scope).ids(condition, sort)
    query = Query(scope, condition, sort, size=size, columns=())
    assert found(searched, query) == expected
    there = searched.store.rows_at(query, offset)
    assert there.rows.select("id", "index").rows() == expected[offset : offset + size]
    assert there.total == len(expected)
    frames = list(searched.store.all_rows(scope, condition, (), sort))
    assert [row for frame in frames for row in frame.select("id", "index").rows()] == expected


@slowly
@given(scope=SCOPES, condition=CONDITIONS, size=st.sampled_from([1, 3, 1000]))
def test_the_same_values_are_counted(searched: Searched, scope: Scope, condition: Condition, size: int) -> None:
    names = ["class", "title", "number", "good", "taken", "mag", "@label", "@p0", "id"]
    if not is_askable(searched, scope, And((condition, *map(Exists, names)))):
        return
    facets = searched.store.facets(scope, condition, names, size)
    witness = searched.witness(scope)
    for name in names:
        values, n_missing = witness.facet(condition, name)
        assert facets[name].values == tuple(values[:size])
        assert (facets[name].n_values, facets[name].n_missing) == (len(values), n_missing)


@slowly
@given(
    condition=CONDITIONS,
    field=st.sampled_from(["mag", "flux", "number", "@p_candidate", "taken"]),
    bins=st.integers(1, 30),
    low=st.sampled_from([-10.0, 0.0, 12.5, -1e8]),
    width=st.sampled_from([1.0, 0.3, 30.0, 1e10]),
)
def test_histograms_and_statistics_count_every_row(
    searched: Searched, condition: Condition, field: str, bins: int, low: float, width: float
) -> None:
    values = [row.get(field) for row in searched.witness(BOTH).hits(condition)]
    numbers = [v.timestamp() * 1000 if isinstance(v, datetime) else float(v) for v in values if v is not None]
    histogram = searched.store.histogram(BOTH, condition, field, bins, low, low + width)
    edges = histogram.edges
    assert (len(edges), edges[0], edges[-1]) == (bins + 1, low, low + width)
    inside = [sum(edges[k] <= v < edges[k + 1] for v in numbers) for k in range(bins)]
    inside[-1] += numbers.count(edges[-1])
    assert histogram.counts == tuple(inside)
    assert histogram.n_missing == values.count(None)
    assert histogram.n_below == sum(v < low for v in numbers)
    assert histogram.n_above == sum(v > low + width for v in numbers)
    statistics = searched.store.statistics(BOTH, condition, field)
    assert statistics.count == len(numbers)
    assert statistics.low == (min(numbers) if numbers else None)
    assert statistics.high == (max(numbers) if numbers else None)
    if numbers:
        assert statistics.mean == pytest.approx(sum(numbers) / len(numbers), rel=1e-9)

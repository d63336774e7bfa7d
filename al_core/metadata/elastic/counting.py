"""Facets, histograms and statistics: aggregations whose counts are exact."""

import math
from collections.abc import Callable, Sequence
from typing import Any

from al_core.errors import QueryError
from al_core.metadata.checking import require_numeric
from al_core.metadata.elastic.reading import stored_value
from al_core.metadata.elastic.translation import Dsl, Place
from al_core.metadata.fields import FieldType
from al_core.metadata.results import Facet, Histogram, Statistics
from al_core.metadata.words import fold

#: Asks for aggregations over the rows of the condition; returns them and the number of rows.
Ask = Callable[[dict[str, Dsl]], tuple[dict[str, Any], int]]
#: Values of one answer; Elasticsearch allows 65 536 buckets.
_MOST_BUCKETS = 50_000
#: Values that are asked for at least, so that most fields are known altogether at once.
_LEAST_SIZE = 1000
_ORDER = [{"_count": "desc"}, {"_key": "asc"}]


def facets(ask: Ask, places: Sequence[Place], size: int, containing: str) -> dict[str, Facet]:
    """Return the facets of fields."""
    folded = fold(containing)
    numbers = [place.field for place in places if folded and place.field.type is not FieldType.STRING]
    if numbers:
        raise QueryError(f"{numbers[0].name} is {numbers[0].type}; only values of text are searched.")
    return {place.field.name: _facet(ask, place, size, folded) for place in places}


def _facet(ask: Ask, place: Place, size: int, folded: str) -> Facet:
    if place.is_nested and place.session is None:
        return Facet(place.field.name, (), 0, ask({})[1])
    wanted = min(max(size, _LEAST_SIZE), _MOST_BUCKETS)
    inner = {"values": {"terms": _terms(place, wanted)}}
    shown, total = _asked_exactly(ask, place, inner, _containing(place, folded))
    buckets = shown["values"]["buckets"]
    values = tuple((stored_value(place.field, one["key"]), one["doc_count"]) for one in buckets[:size])
    n_values = len(buckets)
    if shown["values"]["sum_other_doc_count"]:
        n_rows = shown["values"]["sum_other_doc_count"] + sum(one["doc_count"] for one in buckets)
        n_values = n_rows if buckets[0]["doc_count"] == 1 else _n_values(ask, place, folded)
    return Facet(place.field.name, values, n_values, total - shown["n"])


def _n_values(ask: Ask, place: Place, folded: str) -> int:
    """Return how many different values there are, counted in parts: more than one answer can hold."""
    only = _containing(place, folded)
    estimate = {"values": {"cardinality": {"field": _counted(place), "precision_threshold": 40_000}}}
    n_parts = math.ceil(1.5 * _asked(ask, place, estimate, only)[0]["values"]["value"] / _MOST_BUCKETS)
    n_values = 0
    for number in range(n_parts):
        terms = {"field": _counted(place), "size": _MOST_BUCKETS, "shard_size": _MOST_BUCKETS}
        terms["include"] = {"partition": number, "num_partitions": n_parts}
        shown, _ = _asked(ask, place, {"values": {"terms": terms}}, only)
        if shown["values"]["sum_other_doc_count"]:
            raise QueryError(f"{place.field.name} has too many values to be counted.")
        n_values += len(shown["values"]["buckets"])
    return n_values


def _terms(place: Place, size: int) -> Dsl:
    return {"field": _counted(place), "size": size, "shard_size": 2 * size, "order": _ORDER}


def _counted(place: Place) -> str:
    return place.original if place.field.type is FieldType.STRING else place.searched


def _containing(place: Place, folded: str) -> Dsl | None:
    if not folded:
        return None
    escaped = "".join(f"\\{one}" if one in "*?\\" else one for one in folded)
    return {"wildcard": {place.searched: {"value": f"*{escaped}*", "rewrite": "constant_score"}}}


def _asked_exactly(ask: Ask, place: Place, inner: dict[str, Dsl], only: Dsl | None) -> tuple[dict[str, Any], int]:
    """Ask for terms until no shard keeps counts back."""
    terms = inner["values"]["terms"]
    while True:
        shown, total = _asked(ask, place, inner, only)
        if not shown["values"]["doc_count_error_upper_bound"]:
            return shown, total
        terms["shard_size"] *= 16


def _asked(ask: Ask, place: Place, inner: dict[str, Dsl], only: Dsl | None = None) -> tuple[dict[str, Any], int]:
    """Ask within the elements of the session where the field belongs to it; `n` counts the rows with a value."""
    filtered = {"filter": only, "aggs": inner} if only else {"filter": {"match_all": {}}, "aggs": inner}
    aggs: dict[str, Dsl] = {"n": {"filter": {"exists": {"field": place.searched}}}, "only": filtered}
    if not place.is_nested:
        found, total = ask(aggs)
    else:
        own = {"own": {"filter": place.element, "aggs": aggs}}
        answer, total = ask({"sessions": {"nested": {"path": "sessions"}, "aggs": own}})
        found = answer["sessions"]["own"]
    return {**found["only"], "n": found["n"]["doc_count"]}, total


def histogram(ask: Ask, place: Place, edges: Sequence[float]) -> Histogram:
    """Return the counts between edges; the last bin is closed."""
    name = place.field.name
    require_numeric(place.field)
    if place.is_nested and place.session is None:
        return Histogram(name, tuple(edges), (0,) * (len(edges) - 1), 0, 0, ask({})[1])
    is_whole = place.field.type is not FieldType.NUMBER
    inner = [math.ceil(edge) if is_whole else edge for edge in edges[:-1]]
    above = math.floor(edges[-1]) + 1 if is_whole else math.nextafter(edges[-1], math.inf)
    starts, ends = [None, *inner, above], [*inner, above, None]
    limits = zip(starts, ends, strict=True)
    ranges = [_range(str(number), start, end) for number, (start, end) in enumerate(limits)]
    shown, total = _asked(ask, place, {"bins": {"range": {"field": place.searched, "keyed": True, "ranges": ranges}}})
    counts = [shown["bins"]["buckets"][str(number)]["doc_count"] for number in range(len(ranges))]
    return Histogram(name, tuple(edges), tuple(counts[1:-1]), counts[0], counts[-1], total - shown["n"])


def _range(key: str, start: float | None, end: float | None) -> Dsl:
    limits = {"from": start, "to": end}
    return {"key": key, **{name: limit for name, limit in limits.items() if limit is not None}}


def statistics(ask: Ask, place: Place) -> Statistics:
    """Return limits and mean."""
    require_numeric(place.field)
    if place.is_nested and place.session is None:
        return Statistics(0, None, None, None)
    shown, _ = _asked(ask, place, {"values": {"stats": {"field": place.searched}}})
    found = shown["values"]
    return Statistics(found["count"], found["min"], found["max"], found["avg"])

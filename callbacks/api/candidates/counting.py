"""Counts of the results: facets, histograms, density on the sky. A count leaves the conditions on its own field out."""

import math
import time
from datetime import datetime
from typing import Any

import numpy as np
from flask import Response

from al_core.metadata.fields import FieldType
from al_core.metadata.language import simplified
from al_core.metadata.query import EVERYTHING, And, Condition, Cone
from al_core.metadata.results import Facet, Histogram
from al_core.metadata.sky import HEALPIX_FIELD, N_CELLS, NSIDE
from al_core.services import Services
from callbacks.api.candidates.asking import Question, answering, fields_asked, question
from callbacks.api.candidates.chips import field_of, is_range, is_time, values_of
from callbacks.api.labels.answers import BadRequestError, Routes, answer

MOST_FACETS = 40
MOST_VALUES = 200
MOST_BINS = 1000
#: Thousandths in which probabilities are summed up: far finer than the interval that follows from them.
FINE_BINS = 1000
CANDIDATE = "@p_candidate"
#: Values that lie between fixed limits.
SHARES = ("@probability", "@margin", CANDIDATE)
#: Share of the values that an axis may leave out at either end.
TAIL = 0.002
_COARSE = 1000


def without_values(asked: Question, field: str) -> Condition:
    """Return the conditions but for the values of a field that were chosen."""
    kept = [part for part in asked.parts if not (field_of(part) == field and values_of(part) is not None)]
    return simplified(And(tuple(kept)))


def without_range(asked: Question, field: str) -> Condition:
    """Return the conditions but for the limits of a field."""
    return simplified(And(tuple(part for part in asked.parts if not is_range(part, field))))


@answering
def facets(services: Services) -> Response:
    """Return the values of fields with their counts, and small histograms of others."""
    began = time.perf_counter()
    asked = question(services)
    wanted, ranges = (fields_asked(asked.content, name, MOST_FACETS) for name in ("values", "ranges"))
    found = values_facets(services, asked, wanted)
    bars = [_histogram(services, asked, one["field"], _bins(one.get("bins", 30))) for one in ranges]
    ms = (time.perf_counter() - began) * 1000
    return answer({"values": found, "ranges": bars, "ms": round(ms, 1)})


def values_facets(services: Services, asked: Question, wanted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return facets of values; fields that the search does not limit are counted together."""
    found: dict[str, Facet] = {}
    groups: dict[tuple[Condition, str, int], list[str]] = {}
    for one in wanted:
        field = asked.schema[one["field"]].name
        size = one.get("size", 20)
        if isinstance(size, bool) or not isinstance(size, int) or not 1 <= size <= MOST_VALUES:
            raise BadRequestError(f"Expected 1 to {MOST_VALUES} values.")
        key = (without_values(asked, field), str(one.get("containing") or "")[:200], size)
        groups.setdefault(key, []).append(field)
    for (condition, containing, size), fields in groups.items():
        found |= services.metadata.facets(asked.scope, condition, fields, size=size, containing=containing)
    return [_facet(found[asked.schema[one["field"]].name]) for one in wanted]


def _facet(facet: Facet) -> dict[str, Any]:
    values = [[one.isoformat() if isinstance(one, datetime) else one, count] for one, count in facet.values]
    return {"field": facet.field, "values": values, "n_values": facet.n_values, "n_missing": facet.n_missing}


@answering
def histogram(services: Services) -> Response:
    """Return the distribution of a field; of the probability of a candidate also what thresholds promise."""
    began = time.perf_counter()
    asked = question(services)
    field = asked.schema[str(asked.content.get("field", ""))].name
    found = _histogram(services, asked, field, _bins(asked.content.get("bins", 40)))
    if field == CANDIDATE:
        fine = services.metadata.histogram(asked.scope, without_range(asked, field), field, FINE_BINS, 0.0, 1.0)
        found["sums"] = {"counts": fine.counts}
    return answer({**found, "ms": round((time.perf_counter() - began) * 1000, 1)})


def _histogram(services: Services, asked: Question, field: str, bins: int) -> dict[str, Any]:
    low, high = limits_of(services, asked, asked.schema[field].name)
    found: Histogram = services.metadata.histogram(asked.scope, without_range(asked, field), field, bins, low, high)
    return {
        "field": field,
        "edges": found.edges,
        "counts": found.counts,
        "n_below": found.n_below,
        "n_above": found.n_above,
        "n_missing": found.n_missing,
        "is_time": is_time(asked.schema, field),
    }


def limits_of(services: Services, asked: Question, field: str) -> tuple[float, float]:
    """Return the limits of a field's axis, the same for every search: nearly all of its values lie between."""
    if asked.schema[field].type in (FieldType.STRING, FieldType.BOOLEAN):
        raise BadRequestError(f"{field} holds no numbers.")
    if field in SHARES or (field[:2] == "@p" and field[2:].isdigit()):
        return 0.0, 1.0
    if field == "@entropy":
        return 0.0, max(1.0, math.log2(max(len(asked.names.classes), 2)))
    about = [one for one in services.metadata.report().indices if one.name in asked.scope.indices]
    key = (asked.scope, field, *((one.name, one.n_rows, one.refreshed_utc) for one in about))
    found: tuple[float, float] = services.axes.get(key, lambda: _limits(services, asked, field))
    return found


def _limits(services: Services, asked: Question, field: str) -> tuple[float, float]:
    about = services.metadata.statistics(asked.scope, EVERYTHING, field)
    if about.low is None or about.high is None or not about.low < about.high:
        middle = about.low if about.low is not None else 0.5
        return middle - 0.5, middle + 0.5
    low, high = float(about.low), float(about.high)
    for _ in range(2):  # one value that means "missing" can be a thousand times as large as all others
        found = services.metadata.histogram(asked.scope, EVERYTHING, field, _COARSE, low, high)
        share = np.cumsum(found.counts) / max(sum(found.counts), 1)
        first, last = int(np.searchsorted(share, TAIL)), int(np.searchsorted(share, 1 - TAIL))
        low, high = found.edges[first], found.edges[min(last, _COARSE - 1) + 1]
    return _round_limits(low, high) if not is_time(asked.schema, field) else (low, high)


def _round_limits(low: float, high: float) -> tuple[float, float]:
    """Return limits at round numbers around two values.

    >>> _round_limits(0.31, 318.7)
    (0.0, 320.0)
    """
    step = 10 ** math.floor(math.log10((high - low) / 10))
    return round(math.floor(low / step) * step, 12), round(math.ceil(high / step) * step, 12)


@answering
def sky(services: Services) -> Response:
    """Return how many results lie in each HEALPix cell; an area that is asked for leaves its surroundings in."""
    began = time.perf_counter()
    asked = question(services)
    kept = [part for part in asked.parts if not isinstance(part, Cone)] if asked.content.get("around") else asked.parts
    condition = simplified(And(tuple(kept)))
    found = services.metadata.facets(asked.scope, condition, [HEALPIX_FIELD.name], size=N_CELLS)[HEALPIX_FIELD.name]
    cells = [(cell, count) for cell, count in found.values if cell < N_CELLS]
    ms = (time.perf_counter() - began) * 1000
    counts = {"cells": [cell for cell, _ in cells], "counts": [count for _, count in cells]}
    return answer({"nside": NSIDE, **counts, "n_missing": found.n_missing, "ms": round(ms, 1)})


def _bins(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_BINS:
        raise BadRequestError(f"Expected 1 to {MOST_BINS} bins.")
    return value


ROUTES: Routes = (("/facets", "POST", facets), ("/histogram", "POST", histogram), ("/sky", "POST", sky))

"""Values of a query as Elasticsearch compares them; they were checked before (`al_core.metadata.checking`)."""

import math
from dataclasses import dataclass
from typing import Any

from al_core.metadata.catalog.values import INTEGERS, int_or_none, milliseconds
from al_core.metadata.fields import MAX_TEXT, Field, FieldType
from al_core.metadata.query import Range
from al_core.metadata.words import fold

#: No folded text is longer: a letter may become two.
LONGEST_TEXT = 2 * MAX_TEXT


@dataclass(frozen=True)
class NoSuch:
    """A value of the right type that no row can have, such as 3.5 for a whole number."""


def literal(field: Field, value: Any) -> Any:
    """Return a value as `f` holds it, or `NoSuch`."""
    if field.type is FieldType.STRING:
        return NoSuch() if len(value) > LONGEST_TEXT else fold(value)
    if field.type is FieldType.TIME:
        return milliseconds(value)
    if field.type is FieldType.BOOLEAN:
        return value
    number = _float(value) if field.type is FieldType.NUMBER else value
    if isinstance(number, float) and not math.isfinite(number):
        return NoSuch()
    if field.type is FieldType.NUMBER:
        return number + 0.0  # no -0.0: it is another number to Lucene
    whole = int_or_none(number)
    return whole if whole is not None and whole in INTEGERS else NoSuch()


def limits(field: Field, asked: Range) -> dict[str, Any] | None:
    """Return the limits of a range as Elasticsearch takes them; None where no value lies between."""
    low, high = _low(field, asked.low, asked.excludes_low), _high(field, asked.high, asked.excludes_high)
    return None if low is None or high is None else low | high


def _low(field: Field, value: Any, excludes: bool) -> dict[str, Any] | None:
    if value is None or _compared(field, value) == -math.inf:
        return {}
    limit = _compared(field, value)
    if limit == math.inf:
        return None
    if field.type is FieldType.INTEGER:
        if limit > INTEGERS[-1]:
            return None
        limit, excludes = max(math.ceil(limit), INTEGERS[0]), excludes and limit == math.ceil(limit) >= INTEGERS[0]
    return {"gt" if excludes else "gte": limit}


def _high(field: Field, value: Any, excludes: bool) -> dict[str, Any] | None:
    if value is None or _compared(field, value) == math.inf:
        return {}
    limit = _compared(field, value)
    if limit == -math.inf:
        return None
    if field.type is FieldType.INTEGER:
        if limit < INTEGERS[0]:
            return None
        limit, excludes = min(math.floor(limit), INTEGERS[-1]), excludes and limit == math.floor(limit) <= INTEGERS[-1]
    return {"lt" if excludes else "lte": limit}


def _compared(field: Field, value: Any) -> Any:
    """Return a limit as it is compared."""
    if field.type is FieldType.STRING:
        return fold(value[: LONGEST_TEXT + 1])  # what comes behind is compared with nothing
    if field.type is FieldType.TIME:
        return milliseconds(value)
    return _float(value) + 0.0 if field.type is FieldType.NUMBER else value


def _float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf

"""Order and cursor: sort values as Elasticsearch gives and takes them."""

from collections.abc import Iterator, Sequence
from typing import Any

from al_core.errors import QueryError
from al_core.metadata.catalog import ID_FIELD
from al_core.metadata.elastic.translation import Dsl, Place
from al_core.metadata.fields import FieldType

_SMALLEST, _LARGEST = -(2**63), 2**63 - 1
_UNMAPPED = {
    FieldType.STRING: "keyword",
    FieldType.INTEGER: "long",
    FieldType.NUMBER: "double",
    FieldType.BOOLEAN: "boolean",
    FieldType.TIME: "date",
}


class Order:
    """The order of rows: by fields, missing ones last, then by id, then by index.

    To Elasticsearch a missing whole number is the largest or the smallest one there is, whichever comes last. So that
    it comes behind this very number, too, the field is sorted by a second time, the other way round.

    Parameters
    ----------
    places : sequence of (Place, bool)
        Fields, and whether each descends.
    """

    def __init__(self, places: Sequence[tuple[Place, bool]]) -> None:
        self._places = places

    @property
    def sort(self) -> list[Dsl]:
        """The clause `sort`."""
        clauses: list[Dsl] = []
        for place, descends in self._places:
            if _has_values(place):
                clauses.append(_clause(place, descends=descends))
                clauses += [_clause(place, descends=not descends)] if _is_twice(place) else []
        return [*clauses, {"id": {"order": "asc"}}, {"index": {"order": "asc"}}]

    def after(self, values: Sequence[Any]) -> tuple[object, ...]:
        """Return the cursor behind a row: the sort values of the fields, None for a missing one, id, index."""
        pending = iter(values)
        own = [_told(pending, place) if _has_values(place) else None for place, _ in self._places]
        row_id, index, *_ = pending
        return (*own, row_id, index)

    def search_after(self, after: tuple[object, ...]) -> list[Any]:
        """Return the clause `search_after` of a cursor.

        Raises
        ------
        QueryError
            If the cursor does not belong to this order.
        """
        if len(after) != len(self._places) + 2 or not all(isinstance(one, str) for one in after[-2:]):
            raise QueryError("This page belongs to a query with another order. Begin with the first page.")
        values: list[Any] = []
        for value, (place, descends) in zip(after[:-2], self._places, strict=True):
            if _has_values(place):
                values += _asked_after(value, place, descends=descends)
        return [*values, *after[-2:]]


def _has_values(place: Place) -> bool:
    """Whether a row can have a value of a field: without a session, none of its fields."""
    return not place.is_nested or place.session is not None


def _is_twice(place: Place) -> bool:
    return place.field.type is FieldType.INTEGER


def _clause(place: Place, *, descends: bool) -> Dsl:
    options: Dsl = {
        "order": "desc" if descends else "asc",
        "missing": "_last",
        "unmapped_type": _UNMAPPED[place.field.type],
    }
    if place.is_nested:
        options["nested"] = {"path": "sessions", "filter": place.element}
    return {ID_FIELD.name if place.field.name == ID_FIELD.name else place.searched: options}


def _told(values: Iterator[Any], place: Place) -> object:
    """Take the sort values of a field, return its value, None where the row has none."""
    value = next(values)
    if _is_twice(place):
        return value if value == next(values) else None
    if place.field.type is FieldType.NUMBER:
        return None if value in ("Infinity", "-Infinity") else value
    is_missing = place.field.type is not FieldType.STRING and value in (_SMALLEST, _LARGEST)
    return None if is_missing else value


def _asked_after(value: object, place: Place, *, descends: bool) -> list[Any]:
    kind = place.field.type
    fits = isinstance(value, str) if kind is FieldType.STRING else isinstance(value, int | float)
    if value is not None and not fits:
        raise QueryError(f"No page follows {value!r}: {place.field.name} is {kind}. Begin with the first page.")
    if value is not None or kind is FieldType.STRING:
        return [value, value] if _is_twice(place) else [value]
    if kind is FieldType.NUMBER:
        return ["-Infinity" if descends else "Infinity"]
    last, first = (_SMALLEST, _LARGEST) if descends else (_LARGEST, _SMALLEST)
    return [last, first] if _is_twice(place) else [last]

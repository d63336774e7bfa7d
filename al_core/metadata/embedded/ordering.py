"""The order of rows: the first few of many, a whole order that is kept, and places in it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, total_ordering
from typing import Any

import numpy as np

from al_core.metadata.catalog import ID_FIELD
from al_core.metadata.embedded.evaluating import Program, mask_of
from al_core.metadata.embedded.numbers import Array, Mask, NumberColumn, Rows
from al_core.metadata.embedded.table import Table
from al_core.metadata.query import Sort

#: With fewer hits than one row in this, only the hits are put in order.
_SHARE = 8
_LAST = np.iinfo(np.uint32).max


@total_ordering
@dataclass(frozen=True, eq=False)
class Backwards:
    """A value that is compared the other way round."""

    value: Any

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Backwards) and bool(self.value == other.value)

    def __lt__(self, other: "Backwards") -> bool:
        return bool(other.value < self.value)

    __hash__ = None  # type: ignore[assignment]


class Ordered:
    """The rows of a table that meet a condition, in the order of a query.

    Parameters
    ----------
    table : Table
    program : tuple
        Of the condition, from `program_of`.
    sort : tuple of Sort
    """

    def __init__(self, table: Table, program: Program, sort: tuple[Sort, ...]) -> None:
        self.table, self._program, self.sort = table, program, sort
        self.mask: Mask = mask_of(table, program)
        self._columns = [table.column(one.field) for one in sort]

    @cached_property
    def count(self) -> int:
        """Number of the rows."""
        return int(np.count_nonzero(self.mask)) if self.mask.strides != (0,) else self.table.n_rows

    @cached_property
    def order(self) -> Array:
        """All of the rows in order: uint32, shape (count,)."""
        stamps = tuple(self.table.stamp_of(one.field) for one in self.sort)
        if self.count == self.table.n_rows:
            return self._whole(stamps)
        key = ("order", self._program, tuple(map(self.table.stamp_of, [None])), self.sort, stamps)
        found: Array = self.table.kept(key, lambda: self._part(stamps))
        return found

    def first(self, number: int) -> Rows:
        """Return the first rows, without putting all of them in order."""
        if number >= self.count or self.count <= 1000:
            return np.asarray(self.order[:number], dtype=np.int64)
        rows = None if self.count == self.table.n_rows else np.flatnonzero(self.mask)
        keys = self._keys()
        chosen = _smallest(keys if rows is None else [key[rows] for key in keys], number)
        chosen = chosen if rows is None else rows[chosen]
        return chosen[np.lexsort([key[chosen] for key in reversed(keys)])]

    def key_of(self, row: int) -> tuple[Any, ...]:
        """Return what a row is compared by with rows of other indices."""
        values = [self._value(column, one, row) for column, one in zip(self._columns, self.sort, strict=True)]
        return comparable(values, self.sort, self.table.identities.ids[row], self.table.name)

    def cursor_of(self, row: int) -> tuple[object, ...]:
        """Return what a page after this row begins with: values of the sort, id, index."""
        values = [self._value(column, one, row) for column, one in zip(self._columns, self.sort, strict=True)]
        return (*values, self.table.identities.ids[row], self.table.name)

    def place_of(self, key: tuple[Any, ...], or_equal: bool = False) -> int:
        """Return how many rows come before a key; with `or_equal`, those with that key count too."""
        low, high = 0, self.count
        while low < high:
            middle = (low + high) // 2
            own = self.key_of(int(self.order[middle]))
            if own < key or (or_equal and own == key):
                low = middle + 1
            else:
                high = middle
        return low

    def _value(self, column: Any, sort: Sort, row: int) -> Any:
        if sort.field == ID_FIELD.name:
            return self.table.identities.ids[row]
        return None if column is None else column.sort_value(row)

    def _keys(self) -> list[Array]:
        keys: list[Array] = []
        for column, one in zip(self._columns, self.sort, strict=True):
            if one.field == ID_FIELD.name:
                ranks = self.table.identities.ranks
                keys.append(~ranks if one.descending else ranks)
            elif isinstance(column, NumberColumn):
                keys.extend(column.sort_keys(one.descending))
            elif column is not None:
                keys.append(_text_keys(self.table, one))
        return [*keys, self.table.identities.ranks]

    def _whole(self, stamps: tuple[Any, ...]) -> Array:
        if not self.sort:
            return self.table.identities.by_rank
        found: Array = self.table.kept(("whole order", self.sort, stamps), lambda: _sorted(self._keys()))
        return found

    def _part(self, stamps: tuple[Any, ...]) -> Array:
        if self.count * _SHARE < self.table.n_rows:
            rows = np.flatnonzero(self.mask)
            return np.asarray(rows[_sorted([key[rows] for key in self._keys()])], dtype=np.uint32)
        whole = self._whole(stamps)
        return np.asarray(whole[self.mask[whole]])


def comparable(values: Sequence[Any], sort: tuple[Sort, ...], row_id: str, index: str) -> tuple[Any, ...]:
    """Return values of a sort, an id and an index as one key that puts rows in order."""
    keys: list[Any] = []
    for value, one in zip(values, sort, strict=True):
        keys.append(value is None)
        keys.append(0 if value is None else Backwards(value) if one.descending else value)
    return (*keys, row_id, index)


def places_at(parts: Sequence[Ordered], offset: int) -> list[int]:
    """Return how many rows of each part are among the first `offset` rows of all parts together."""
    if len(parts) == 1:
        return [min(offset, parts[0].count)]
    return [_split(parts, one, offset) for one in parts]


def _split(parts: Sequence[Ordered], one: Ordered, offset: int) -> int:
    low, high = 0, min(one.count, offset)
    while low < high:
        middle = (low + high) // 2
        key = one.key_of(int(one.order[middle]))
        before = middle + sum(other.place_of(key) for other in parts if other is not one)
        if before < offset:
            low = middle + 1
        else:
            high = middle
    return low


def merged(parts: Sequence[tuple[Ordered, Rows]], number: int) -> list[tuple[Ordered, int]]:
    """Return the first rows of several lists that are in order, as pairs of part and row."""
    if len(parts) == 1:
        return [(parts[0][0], row) for row in parts[0][1][:number].tolist()]
    pairs = [(part, row) for part, rows in parts for row in rows[:number].tolist()]
    key: Callable[[tuple[Ordered, int]], Any] = lambda pair: pair[0].key_of(pair[1])  # noqa: E731
    return sorted(pairs, key=key)[:number]


def _text_keys(table: Table, sort: Sort) -> Array:
    def ranks() -> Array:
        column: Any = table.column(sort.field)
        found: Array = column.fold_ranks()
        return found

    places: Array = table.kept(("fold ranks", sort.field, table.stamp_of(sort.field)), ranks)
    return np.where(places == _LAST, places, _LAST - 1 - places) if sort.descending else places


def _sorted(keys: list[Array]) -> Array:
    """Return the order of keys, the first one counting most; the last one is a rank that no two rows share."""
    *major, ranks = keys
    order = np.argsort(ranks, kind="stable")
    for key in reversed(major):
        order = order[np.argsort(key[order], kind="stable")]
    return order.astype(np.uint32)


def _smallest(keys: list[Array], number: int) -> Rows:
    """Return the places of the smallest keys, in no order."""
    places = np.arange(keys[0].size)
    chosen: list[Rows] = []
    for key in keys:
        own = key[places] if places.size != key.size else key
        if places.size <= number:
            break
        limit = np.partition(own, number - 1)[number - 1]
        below = places[own < limit]
        chosen.append(below)
        number -= below.size
        places = places[own == limit]
    return np.concatenate([*chosen, places[:number]])

"""What an index answers."""

from dataclasses import dataclass, field
from typing import Any

import polars as pl

from al_core.metadata.fields import FieldType


@dataclass(frozen=True, eq=False)
class Page:
    """Rows in the order of the query.

    Attributes
    ----------
    rows : DataFrame
        `id`, `index`, then the columns asked for.
    after : tuple or None
        What the next page begins after; None: this is the last one.
    total : int
        Rows of the query on all pages, exact.
    """

    rows: pl.DataFrame
    after: tuple[object, ...] | None
    total: int


@dataclass(frozen=True)
class Facet:
    """Values of a field among the rows of a condition, most frequent first, ties by value; counts are exact.

    Attributes
    ----------
    field : str
    values : tuple of (value, count)
        At most as many as were asked for; `value` as it is stored, for text with its case.
    n_values : int
        Different values in all.
    n_missing : int
        Rows without one.
    """

    field: str
    values: tuple[tuple[Any, int], ...]
    n_values: int
    n_missing: int


@dataclass(frozen=True)
class Histogram:
    """Counts of a numeric field or time in bins of equal width; bin k is [edges[k], edges[k+1]), the last one closed.

    `edges` has one value more than `counts`; times are milliseconds since 1970 UTC. `n_below`, `n_above` lie outside.
    """

    field: str
    edges: tuple[float, ...]
    counts: tuple[int, ...]
    n_below: int
    n_above: int
    n_missing: int


@dataclass(frozen=True)
class Statistics:
    """Smallest, largest and mean value of a numeric field or time; None without any value."""

    count: int
    low: float | None
    high: float | None
    mean: float | None


@dataclass(frozen=True)
class Patch:
    """New values of some fields of a row; None removes a value.

    `version`: the row must still have it, else the patch is refused; None: whatever it is.
    """

    row_id: str
    values: dict[str, Any]
    version: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of a patch: the row's new version, or why it was refused; `is_conflict`: somebody was faster."""

    row_id: str
    version: str | None
    error: str | None = None
    is_conflict: bool = False


@dataclass(frozen=True)
class IndexInfo:
    """An index as lists show it.

    `n_rows` is the number in the backend, `n_source` in the source of truth; they differ while it is behind.
    `n_pending` changes wait to be taken over.
    """

    name: str
    n_rows: int
    n_source: int
    n_pending: int
    bytes: int
    refreshed_utc: str
    origin: tuple[str, ...] = ()
    fields: tuple[tuple[str, FieldType], ...] = field(default=())


@dataclass(frozen=True)
class StorageReport:
    """What a backend holds. `trouble`: why it does not answer, None while it does."""

    backend: str
    version: str
    indices: tuple[IndexInfo, ...]
    trouble: str | None = None

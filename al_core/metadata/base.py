"""What every backend of metadata can do, with the same answers."""

from collections.abc import Iterator, Sequence
from typing import Protocol

import polars as pl

from al_core.metadata.fields import Field, Schema
from al_core.metadata.query import EVERYTHING, Condition, Query, Scope, Sort
from al_core.metadata.results import Facet, Histogram, Outcome, Page, Patch, Statistics, StorageReport


class MetadataStore(Protocol):
    """Metadata of spectra in several indices: search, count, facets, pages to the end, partial updates.

    All methods raise `QueryError` for what cannot be asked (unknown field, wrong type, impossible value) and
    `StoreUnavailableError` while the backend does not answer. Fields that begin with `@` belong to the session of the
    scope (`al_core.metadata.fields.SESSION_FIELDS`); without a session they have no value.

    Attributes
    ----------
    backend : str
        "embedded" or "elasticsearch".
    """

    backend: str

    def indices(self) -> list[str]:
        """Return the names of all indices, sorted."""
        ...

    def schema(self, indices: Sequence[str]) -> Schema:
        """Return the fields of these indices together."""
        ...

    def search(self, query: Query) -> Page:
        """Return one page; pages that follow each other by `after` hold every row once, also past ten million."""
        ...

    def rows_at(self, query: Query, offset: int) -> Page:
        """Return the page that begins at a row counted from 0 (`query.after` is ignored), as a scroll bar asks."""
        ...

    def all_rows(
        self, scope: Scope, condition: Condition, columns: Sequence[str] = (), sort: tuple[Sort, ...] = ()
    ) -> Iterator[pl.DataFrame]:
        """Return everything that meets a condition, in frames of up to `MAX_PAGE` rows: `id`, `index`, columns."""
        ...

    def count(self, scope: Scope, condition: Condition = EVERYTHING) -> int:
        """Return how many rows meet a condition, exact."""
        ...

    def facets(
        self, scope: Scope, condition: Condition, fields: Sequence[str], size: int = 20, containing: str = ""
    ) -> dict[str, Facet]:
        """Return the most frequent values of fields; `containing` keeps those whose folded text has it within."""
        ...

    def histogram(
        self, scope: Scope, condition: Condition, field: str, bins: int, low: float, high: float
    ) -> Histogram:
        """Return the distribution of a numeric field or time between two values."""
        ...

    def statistics(self, scope: Scope, condition: Condition, field: str) -> Statistics:
        """Return the limits and the mean of a numeric field or time."""
        ...

    def get(self, scope: Scope, ids: Sequence[str], columns: Sequence[str] | None = None) -> pl.DataFrame:
        """Return rows by id in the order asked for: `id`, `index`, `version`, columns; unknown ids are left out."""
        ...

    def patch(self, index: str, patches: Sequence[Patch]) -> list[Outcome]:
        """Change some fields of some rows, each row for itself; the next search sees it."""
        ...

    def add_fields(self, index: str, fields: Sequence[Field]) -> None:
        """Add fields that no row has a value of yet; QueryError where a name is taken by another type."""
        ...

    def report(self) -> StorageReport:
        """Return what is held, against the source of truth; it never raises for a backend that is away."""
        ...

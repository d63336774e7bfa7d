"""The embedded backend of metadata: the indices of the workspace, searched in memory by this process."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import polars as pl

from al_core import __version__
from al_core.errors import ALCoreError, MetadataError, QueryError
from al_core.metadata.assessments import NoSessions, SessionSource
from al_core.metadata.bins import bin_edges
from al_core.metadata.catalog import ID_FIELD, UNCHANGED, Catalog, Catalogs
from al_core.metadata.checking import field_of, require_askable, require_numeric
from al_core.metadata.embedded.counting import Hits, binned, most_frequent, numbers_of, value_counts
from al_core.metadata.embedded.evaluating import mask_of, program_of
from al_core.metadata.embedded.fetching import fetch
from al_core.metadata.embedded.memory import HotMemory
from al_core.metadata.embedded.ordering import Ordered, comparable, merged, places_at
from al_core.metadata.embedded.session_columns import SessionReader
from al_core.metadata.embedded.table import Table
from al_core.metadata.fields import Field, FieldType, Schema
from al_core.metadata.query import EVERYTHING, MAX_PAGE, Condition, Query, Scope, Sort
from al_core.metadata.results import Facet, Histogram, IndexInfo, Outcome, Page, Patch, Statistics, StorageReport

#: Rows that are read from the file at once where all are asked for.
_BLOCK = 20 * MAX_PAGE


class EmbeddedStore:
    """See `al_core.metadata.base.MetadataStore`; safe to be shared by threads.

    Parameters
    ----------
    catalogs : Catalogs
    sessions : SessionSource or None
    memory_mb : int
        Memory for columns that were used last; ids and their order come on top.
    """

    backend = "embedded"

    def __init__(self, catalogs: Catalogs, sessions: SessionSource | None = None, memory_mb: int = 1024) -> None:
        self._catalogs = catalogs
        self._memory = HotMemory(memory_mb << 20)
        self._sessions = SessionReader(sessions or NoSessions(), self._memory)

    def indices(self) -> list[str]:
        """See `MetadataStore`."""
        return self._catalogs.names()

    def schema(self, indices: Sequence[str]) -> Schema:
        """See `MetadataStore`."""
        schema = Schema([ID_FIELD])
        for name in dict.fromkeys(indices):
            schema = schema.union(self._catalog(name).schema)
        return schema

    def search(self, query: Query) -> Page:
        """See `MetadataStore`."""
        parts, schema = self._ordered(query.scope, query.condition, query.sort)
        if query.after is None:
            lists = [(part, part.first(query.size)) for part in parts]
            return self._page(query, parts, lists, 0, schema)
        key = _key_after(query, schema)
        places = [part.place_of(key, or_equal=True) for part in parts]
        return self._page(query, parts, _slices(parts, places, query.size), sum(places), schema)

    def rows_at(self, query: Query, offset: int) -> Page:
        """See `MetadataStore`."""
        if offset < 0:
            raise QueryError(f"Rows are counted from 0, {offset} was asked for.")
        parts, schema = self._ordered(query.scope, query.condition, query.sort)
        if offset == 0:
            lists = [(part, part.first(query.size)) for part in parts]
        else:
            lists = _slices(parts, places_at(parts, offset), query.size) if parts else []
        return self._page(query, parts, lists, offset, schema)

    def all_rows(
        self, scope: Scope, condition: Condition, columns: Sequence[str] = (), sort: tuple[Sort, ...] = ()
    ) -> Iterator[pl.DataFrame]:
        """See `MetadataStore`."""
        parts, schema = self._ordered(scope, condition, sort)
        for name in columns:
            field_of(schema, name)
        return _blocks(parts, tuple(columns), schema)

    def count(self, scope: Scope, condition: Condition = EVERYTHING) -> int:
        """See `MetadataStore`."""
        return sum(hits.count for hits in self._hits(scope, condition)[0])

    def facets(
        self, scope: Scope, condition: Condition, fields: Sequence[str], size: int = 20, containing: str = ""
    ) -> dict[str, Facet]:
        """See `MetadataStore`."""
        hits, schema = self._hits(scope, condition)
        for name in fields:
            if containing and field_of(schema, name).type is not FieldType.STRING:
                raise QueryError(f"{name} is {field_of(schema, name).type}; only values of text are searched.")
        return {field_of(schema, name).name: _facet(hits, name, size, containing) for name in fields}

    def histogram(
        self, scope: Scope, condition: Condition, field: str, bins: int, low: float, high: float
    ) -> Histogram:
        """See `MetadataStore`."""
        hits, schema = self._hits(scope, condition)
        require_numeric(field_of(schema, field))
        edges = bin_edges(low, high, bins)
        counts = np.sum([np.zeros(bins + 3, dtype=np.int64), *(binned(one, field, edges) for one in hits)], axis=0)
        missing, below, *inside, above = counts.tolist()
        return Histogram(field, tuple(edges.tolist()), tuple(inside), below, above, missing)

    def statistics(self, scope: Scope, condition: Condition, field: str) -> Statistics:
        """See `MetadataStore`."""
        hits, schema = self._hits(scope, condition)
        require_numeric(field_of(schema, field))
        values = np.concatenate([np.empty(0), *(numbers_of(one, field) for one in hits)])
        if not values.size:
            return Statistics(0, None, None, None)
        return Statistics(values.size, float(values.min()), float(values.max()), float(values.mean()))

    def get(self, scope: Scope, ids: Sequence[str], columns: Sequence[str] | None = None) -> pl.DataFrame:
        """See `MetadataStore`."""
        tables, schema = self._tables(scope)
        names = _columns(columns, schema)
        frames = [_rows_of(table, ids, names, schema) for table in tables]
        head: dict[str, pl.DataType] = {"id": pl.String(), "index": pl.String(), "version": pl.String()}
        kinds = head | {name: field_of(schema, name).type.dtype for name in names if name != "id"}
        if not frames:
            return pl.DataFrame(schema=kinds)
        return pl.concat(frames).sort("_asked", "index", maintain_order=True).select(list(kinds))

    def patch(self, index: str, patches: Sequence[Patch]) -> list[Outcome]:
        """See `MetadataStore`."""
        return self._catalog(index).patch(patches)

    def add_fields(self, index: str, fields: Sequence[Field]) -> None:
        """See `MetadataStore`."""
        self._catalog(index).add_fields(fields)

    def report(self) -> StorageReport:
        """See `MetadataStore`."""
        infos, troubles = [], []
        for name in self._catalogs.names():
            try:
                infos.append(_info(self._catalogs.open(name)))
            except (ALCoreError, OSError) as error:
                troubles.append(str(error))
        return StorageReport(self.backend, __version__, tuple(infos), " ".join(troubles) or None)

    def _catalog(self, name: str) -> Catalog:
        try:
            return self._catalogs.open(name)
        except MetadataError as error:
            raise QueryError(str(error)) from error

    def _tables(self, scope: Scope) -> tuple[list[Table], Schema]:
        tables, schema = [], Schema([ID_FIELD])
        for name in dict.fromkeys(scope.indices):
            catalog = self._catalog(name)
            session = None if scope.session is None else self._sessions.read(catalog, scope.session)
            table = Table(catalog, self._memory, session)
            schema = schema.union(table.schema)
            tables.append(table)
        return tables, schema

    def _ordered(self, scope: Scope, condition: Condition, sort: tuple[Sort, ...]) -> tuple[list[Ordered], Schema]:
        tables, schema = self._tables(scope)
        require_askable(condition, schema)
        for one in sort:
            field_of(schema, one.field)
        program = program_of(condition)
        return [Ordered(table, program, sort) for table in tables], schema

    def _hits(self, scope: Scope, condition: Condition) -> tuple[list[Hits], Schema]:
        tables, schema = self._tables(scope)
        require_askable(condition, schema)
        program = program_of(condition)
        return [Hits(table, mask_of(table, program)) for table in tables], schema

    def _page(
        self, query: Query, parts: list[Ordered], lists: list[tuple[Ordered, Any]], place: int, schema: Schema
    ) -> Page:
        names = _columns(query.columns, schema)
        pairs = merged(lists, query.size)
        total = sum(part.count for part in parts)
        rows = _frame(pairs, parts, names, schema)
        is_last = not pairs or place + len(pairs) >= total
        return Page(rows, None if is_last else pairs[-1][0].cursor_of(pairs[-1][1]), total)


def _columns(columns: Sequence[str] | None, schema: Schema) -> list[str]:
    if columns is None:
        return schema.names
    return [field_of(schema, name).name for name in dict.fromkeys(columns)]


def _key_after(query: Query, schema: Schema) -> tuple[Any, ...]:
    """Return the key of `query.after`; QueryError where it belongs to another order."""
    after = query.after or ()
    kinds = [str if field_of(schema, one.field).type is FieldType.STRING else int | float for one in query.sort]
    fits = len(after) == len(kinds) + 2 and all(
        value is None or isinstance(value, kind) for value, kind in zip(after, [*kinds, str, str], strict=True)
    )
    if not fits or None in after[-2:]:
        raise QueryError("The page after this one belongs to a query with another order. Begin with the first page.")
    return comparable(after[:-2], query.sort, str(after[-2]), str(after[-1]))


def _slices(parts: Sequence[Ordered], places: Sequence[int], size: int) -> list[tuple[Ordered, Any]]:
    return [
        (part, part.order[place : place + size].astype(np.int64)) for part, place in zip(parts, places, strict=True)
    ]


def _frame(
    pairs: list[tuple[Ordered, int]], parts: Sequence[Ordered], names: Sequence[str], schema: Schema, keeps: bool = True
) -> pl.DataFrame:
    """Return rows of several parts in the order of the pairs."""
    frames, places = [], []
    for part in parts:
        here = [place for place, pair in enumerate(pairs) if pair[0] is part]
        rows = np.array([pairs[place][1] for place in here], dtype=np.int64)
        frames.append(fetch(part.table, rows, names, schema, keeps=keeps))
        places.extend(here)
    if not frames:
        kinds = {name: field_of(schema, name).type.dtype for name in names if name != "id"}
        return pl.DataFrame(schema={"id": pl.String(), "index": pl.String(), **kinds})
    return pl.concat(frames)[np.argsort(places, kind="stable")] if len(frames) > 1 else frames[0]


def _blocks(parts: list[Ordered], columns: tuple[str, ...], schema: Schema) -> Iterator[pl.DataFrame]:
    places, total = [0] * len(parts), sum(part.count for part in parts)
    for start in range(0, total, _BLOCK):
        end = min(start + _BLOCK, total)
        until = places_at(parts, end)
        lists = [
            (part, part.order[begin:stop].astype(np.int64))
            for part, begin, stop in zip(parts, places, until, strict=True)
        ]
        places = until
        frame = _frame(merged(lists, end - start), parts, columns, schema, keeps=False)
        yield from frame.iter_slices(MAX_PAGE)


def _facet(hits: list[Hits], name: str, size: int, containing: str) -> Facet:
    counts = [value_counts(one, name) for one in hits]
    best, n_values = most_frequent(counts, size, containing)
    n_there = sum(int(one["count"].sum()) for one in counts)
    return Facet(name, best, n_values, sum(one.count for one in hits) - n_there)


def _rows_of(table: Table, ids: Sequence[str], names: list[str], schema: Schema) -> pl.DataFrame:
    found = table.identities.find(list(ids))
    asked = np.flatnonzero(found >= 0)
    frame = fetch(table, found[asked], names, schema)
    versions = table.catalog.changes.versions(frame["id"].to_list())
    version = pl.Series("version", [versions.get(one, UNCHANGED) for one in frame["id"]], dtype=pl.String)
    return frame.with_columns(version, pl.Series("_asked", asked))


def _info(catalog: Catalog) -> IndexInfo:
    return IndexInfo(
        name=catalog.name,
        n_rows=catalog.n_rows,
        n_source=catalog.n_rows,
        n_pending=0,
        bytes=catalog.n_bytes,
        refreshed_utc=catalog.manifest.created_utc,
        origin=tuple(source.name for source in catalog.manifest.sources),
        fields=tuple((field.name, field.type) for field in catalog.schema),
    )

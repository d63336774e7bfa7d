"""The store of metadata on Elasticsearch."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import polars as pl
from elasticsearch import AuthorizationException, Elasticsearch

from al_core.errors import MetadataError, QueryError, StoreUnavailableError
from al_core.metadata.assessments import NoSessions, SessionSource
from al_core.metadata.bins import bin_edges
from al_core.metadata.catalog import ID_FIELD, Catalogs
from al_core.metadata.checking import field_of
from al_core.metadata.elastic import counting
from al_core.metadata.elastic.client import asking, connect, without_secrets
from al_core.metadata.elastic.cones import exact_cone
from al_core.metadata.elastic.mirror import Mirror
from al_core.metadata.elastic.naming import Names
from al_core.metadata.elastic.ordering import Order
from al_core.metadata.elastic.reading import RowReader
from al_core.metadata.elastic.searching import Searcher
from al_core.metadata.elastic.translation import Dsl, Place, Translation, all_of, place_of
from al_core.metadata.embedded.store import EmbeddedStore
from al_core.metadata.fields import Field, Schema
from al_core.metadata.query import EVERYTHING, MAX_PAGE, Condition, Cone, Query, Scope, Sort
from al_core.metadata.results import (
    Facet,
    Histogram,
    IndexInfo,
    Outcome,
    Page,
    Patch,
    Statistics,
    StorageReport,
)
from al_core.settings import Settings

log = logging.getLogger(__name__)


class ElasticStore:
    """Metadata on Elasticsearch; the catalogs of the workspace are the source of truth, and take every change first.

    Parameters
    ----------
    client : Elasticsearch
    catalogs : Catalogs
    settings : Settings
    sessions : SessionSource, optional
    """

    backend = "elasticsearch"

    def __init__(
        self, client: Elasticsearch, catalogs: Catalogs, settings: Settings, sessions: SessionSource | None = None
    ) -> None:
        names, where = Names(settings.elasticsearch_prefix), without_secrets(settings)
        self._client, self._catalogs, self._names = client, catalogs, names
        self._searcher = Searcher(client, names, where)
        self._embedded = EmbeddedStore(catalogs, sessions, settings.metadata_memory_mb)
        self.mirror = Mirror(
            client, names, catalogs, sessions or NoSessions(), where=where, n_shards=settings.elasticsearch_shards
        )

    @classmethod
    def open(cls, settings: Settings, catalogs: Catalogs, sessions: SessionSource | None = None) -> "ElasticStore":
        """Return the store that the settings describe; nothing is sent yet."""
        return cls(connect(settings), catalogs, settings, sessions)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def indices(self) -> list[str]:
        """See `MetadataStore`."""
        return self._catalogs.names()

    def schema(self, indices: Sequence[str]) -> Schema:
        """See `MetadataStore`."""
        schema = Schema([ID_FIELD])
        for name in dict.fromkeys(indices):
            try:
                schema = schema.union(self._catalogs.open(name).schema)
            except MetadataError as error:
                raise QueryError(str(error)) from error
        return schema

    def search(self, query: Query) -> Page:
        """See `MetadataStore`."""
        return self._page(query, query.after)

    def rows_at(self, query: Query, offset: int) -> Page:
        """See `MetadataStore`; which row comes before a page far behind, the catalogs tell."""
        if offset < 0:
            raise QueryError(f"Rows are counted from 0, {offset} was asked for.")
        if offset <= MAX_PAGE:
            return self._page(query, None, first=offset)
        before = self._embedded.rows_at(replace(query, size=1, columns=()), offset - 1)
        if before.after is None:  # nothing comes behind that row
            return Page(
                self._reader(query.scope, query.columns).frame([]), None, self.count(query.scope, query.condition)
            )
        return self._page(query, before.after)

    def _page(self, query: Query, after: tuple[object, ...] | None, first: int = 0) -> Page:
        scope, order = query.scope, self._order(query)
        reader = self._reader(scope, query.columns)
        answer = self._searcher.search(
            scope.indices,
            query=self._translate(scope, query.condition),
            sort=order.sort,
            size=query.size + 1,
            source=reader.source,
            track_total_hits=True,
            **({"search_after": order.search_after(after)} if after is not None else {"from_": first}),
        )
        hits = answer["hits"]["hits"]
        shown = hits[: query.size]
        return Page(
            rows=reader.frame(shown),
            after=order.after(shown[-1]["sort"]) if len(hits) > len(shown) else None,
            total=answer["hits"]["total"]["value"],
        )

    def all_rows(
        self, scope: Scope, condition: Condition, columns: Sequence[str] = (), sort: tuple[Sort, ...] = ()
    ) -> Iterator[pl.DataFrame]:
        """See `MetadataStore`."""
        reader, translated = self._reader(scope, columns), self._translate(scope, condition)
        order = self._order(Query(scope, condition, sort))
        return map(reader.frame, self._searcher.all_hits(scope.indices, translated, order, reader.source))

    def count(self, scope: Scope, condition: Condition = EVERYTHING) -> int:
        """See `MetadataStore`."""
        return self._searcher.count(scope.indices, self._translate(scope, condition))

    def facets(
        self, scope: Scope, condition: Condition, fields: Sequence[str], size: int = 20, containing: str = ""
    ) -> dict[str, Facet]:
        """See `MetadataStore`."""
        places = self._places(scope, fields)
        return counting.facets(self._ask(scope, condition), places, size, containing)

    def histogram(
        self, scope: Scope, condition: Condition, field: str, bins: int, low: float, high: float
    ) -> Histogram:
        """See `MetadataStore`."""
        (place,) = self._places(scope, [field])
        edges = [float(edge) for edge in bin_edges(low, high, bins)]
        return counting.histogram(self._ask(scope, condition), place, edges)

    def statistics(self, scope: Scope, condition: Condition, field: str) -> Statistics:
        """See `MetadataStore`."""
        (place,) = self._places(scope, [field])
        return counting.statistics(self._ask(scope, condition), place)

    def _ask(self, scope: Scope, condition: Condition) -> counting.Ask:
        query = self._translate(scope, condition)

        def ask(aggs: dict[str, Dsl]) -> tuple[dict[str, Any], int]:
            body = {"aggs": aggs} if aggs else {}
            answer = self._searcher.search(scope.indices, query=query, size=0, track_total_hits=True, **body)
            return answer.get("aggregations") or {}, answer["hits"]["total"]["value"]

        return ask

    def get(self, scope: Scope, ids: Sequence[str], columns: Sequence[str] | None = None) -> pl.DataFrame:
        """See `MetadataStore`."""
        reader = self._reader(scope, columns, has_version=True)
        self._catch_up(scope)
        wanted = list(dict.fromkeys(ids))
        frames = [reader.frame([])]
        for start in range(0, len(wanted), MAX_PAGE):
            query = {"terms": {"id": wanted[start : start + MAX_PAGE]}}
            hits = self._searcher.all_hits(scope.indices, query, Order([]), reader.source)
            frames += [reader.frame(part) for part in hits]
        asked = pl.DataFrame([pl.Series(ID_FIELD.name, list(ids), dtype=pl.String)])
        return asked.join(pl.concat(frames), on=ID_FIELD.name, how="inner", maintain_order="left_right")

    def patch(self, index: str, patches: Sequence[Patch]) -> list[Outcome]:
        """See `MetadataStore`; while Elasticsearch is away, changes are safe in the catalog and reach it later."""
        outcomes = self._catalogs.open(index).patch(patches)
        if any(outcome.error is None for outcome in outcomes):
            try:
                self.mirror.push_changes(index)
            except MetadataError as error:
                log.warning("Changes of %s wait for Elasticsearch: %s", index, error)
        return outcomes

    def add_fields(self, index: str, fields: Sequence[Field]) -> None:
        """See `MetadataStore`; while Elasticsearch is away, they reach it later."""
        self._catalogs.open(index).add_fields(fields)
        try:
            self.mirror.add_fields(index)
        except MetadataError as error:
            log.warning("New fields of %s wait for Elasticsearch: %s", index, error)

    def report(self) -> StorageReport:
        """See `MetadataStore`."""
        try:
            version, trouble = self._searcher.version, None
        except StoreUnavailableError as error:
            version, trouble = "", str(error)
        infos, troubles = [], [] if trouble is None else [trouble]
        for name in self.indices():
            try:
                infos.append(self._info(name) if trouble is None else self._info_without_server(name))
            except MetadataError as error:
                troubles.append(str(error))
        return StorageReport(self.backend, version, tuple(infos), " ".join(dict.fromkeys(troubles)) or None)

    def _info(self, name: str) -> IndexInfo:
        standing = self.mirror.standing(name)
        return self._described(name, standing.n_rows, standing.n_pending, self._bytes(name), standing.refreshed_utc)

    def _bytes(self, name: str) -> int:
        """Return the size of an index, 0 where the user may not know it."""
        with asking(self._searcher.where):
            try:
                stats = self._client.indices.stats(
                    index=self._names.pattern(name), metric="store", filter_path="_all.total.store"
                )
            except AuthorizationException:
                return 0
        return int(stats.get("_all", {}).get("total", {}).get("store", {}).get("size_in_bytes", 0))

    def _info_without_server(self, name: str) -> IndexInfo:
        return self._described(name, 0, self._catalogs.open(name).changes.n_waiting(), 0, "")

    def _described(self, name: str, n_rows: int, n_pending: int, n_bytes: int, refreshed_utc: str) -> IndexInfo:
        catalog = self._catalogs.open(name)
        return IndexInfo(
            name=name,
            n_rows=n_rows,
            n_source=catalog.n_rows,
            n_pending=n_pending,
            bytes=n_bytes,
            refreshed_utc=refreshed_utc,
            origin=tuple(source.name for source in catalog.manifest.sources),
            fields=tuple((field.name, field.type) for field in catalog.schema),
        )

    def _translate(self, scope: Scope, condition: Condition) -> Dsl:
        schema = self.schema(scope.indices)
        self._catch_up(scope)
        cone = partial(self._cone, scope.indices)
        return all_of([Translation(schema, scope.session, cone).query(condition)])

    def _catch_up(self, scope: Scope) -> None:
        for name in scope.indices if scope.session is not None else ():
            self.mirror.catch_up(name, str(scope.session))

    def _cone(self, indices: tuple[str, ...], cone: Cone) -> Dsl:
        return exact_cone(cone, partial(self._searcher.positions, indices))

    def _places(self, scope: Scope, names: Sequence[str]) -> list[Place]:
        schema = self.schema(scope.indices)
        return [place_of(field_of(schema, name), scope.session) for name in names]

    def _order(self, query: Query) -> Order:
        places = self._places(query.scope, [one.field for one in query.sort])
        return Order([(place, one.descending) for place, one in zip(places, query.sort, strict=True)])

    def _reader(self, scope: Scope, columns: Sequence[str] | None, *, has_version: bool = False) -> RowReader:
        names = self.schema(scope.indices).names if columns is None else list(dict.fromkeys(columns))
        places = self._places(scope, names)
        return RowReader(places, self._searcher.aliases(scope.indices), has_version=has_version)

"""Asking Elasticsearch: one place for indices, errors and the version of the server."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import polars as pl
from elasticsearch import ApiError, Elasticsearch, NotFoundError, TransportError

from al_core.errors import StoreUnavailableError
from al_core.metadata.elastic.client import asking, require_version, server_version
from al_core.metadata.elastic.naming import Names
from al_core.metadata.elastic.ordering import Order
from al_core.metadata.elastic.reading import RowReader
from al_core.metadata.elastic.translation import Dsl, place_of
from al_core.metadata.fields import Field, FieldType
from al_core.metadata.query import MAX_PAGE

#: How long a reader of many rows may pause between two pages.
_KEEP_ALIVE = "5m"


class Searcher:
    """Sends searches to the indices of a scope.

    Parameters
    ----------
    client : Elasticsearch
    names : Names
    where : str
        The addresses, for messages.
    """

    def __init__(self, client: Elasticsearch, names: Names, where: str) -> None:
        self._client, self._names, self.where = client, names, where
        self._version: str | None = None

    @property
    def version(self) -> str:
        """Version of the server, asked once; "" where the user may not know it.

        Raises
        ------
        StoreUnavailableError
            If nothing answers, or another major version.
        """
        if self._version is None:
            with asking(self.where):
                try:
                    self._version = server_version(self._client)
                except ApiError as error:
                    if error.status_code != 403:
                        raise
                    self._version = ""
        if self._version:
            require_version(self._version, self.where)
        return self._version

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Turn errors into those of the core; the first time, look at the version."""
        _ = self.version
        with asking(self.where):
            yield

    def aliases(self, indices: tuple[str, ...]) -> dict[str, str]:
        """Return the name of the index of each alias."""
        return {self._names.alias(name): name for name in indices}

    def search(self, indices: tuple[str, ...], **body: Any) -> Mapping[str, Any]:
        """Return the answer to a search; an index that is not there is told of."""
        if not indices:
            return {"hits": {"hits": [], "total": {"value": 0}}, "aggregations": None}
        aliases = self.aliases(indices)
        with self.asking():
            try:
                answer = self._client.search(index=list(aliases), allow_partial_search_results=False, **body)
            except NotFoundError as error:
                raise self._missing(aliases) from error
        return dict(answer)

    def _missing(self, aliases: Mapping[str, str]) -> StoreUnavailableError:
        gone = [name for alias, name in aliases.items() if not self._client.indices.exists(index=alias)]
        shown = ", ".join(gone) or "the index"
        first = gone[0] if gone else "NAME"
        return StoreUnavailableError(
            f"Elasticsearch at {self.where} does not hold {shown} yet. Build it: python -m al_core mirror {first}"
        )

    def count(self, indices: tuple[str, ...], query: Dsl) -> int:
        """Return how many rows there are."""
        found = self.search(indices, query=query, size=0, track_total_hits=True)
        return int(found["hits"]["total"]["value"])

    def all_hits(
        self, indices: tuple[str, ...], query: Dsl, order: Order, source: Any
    ) -> Iterator[list[Mapping[str, Any]]]:
        """Yield all hits in pages, of the moment of the first one."""
        if not indices:
            return
        with self.asking():
            try:
                found = self._client.open_point_in_time(index=list(self.aliases(indices)), keep_alive=_KEEP_ALIVE)
            except NotFoundError as error:
                raise self._missing(self.aliases(indices)) from error
        pit, after = found["id"], None
        try:
            while True:
                with asking(self.where):
                    answer = self._client.search(
                        pit={"id": pit, "keep_alive": _KEEP_ALIVE},
                        query=query,
                        sort=order.sort,
                        size=MAX_PAGE,
                        source=source,
                        track_total_hits=False,
                        allow_partial_search_results=False,
                        **({"search_after": after} if after else {}),
                    )
                pit, hits = answer["pit_id"], answer["hits"]["hits"]
                if hits:
                    yield hits
                if len(hits) < MAX_PAGE:
                    return
                after = hits[-1]["sort"]
        finally:
            with suppress(ApiError, TransportError):  # it ends by itself
                self._client.close_point_in_time(id=pit)

    def positions(self, indices: tuple[str, ...], query: Dsl) -> pl.DataFrame:
        """Return `id`, `index`, `ra`, `dec` of all rows of a query."""
        places = [place_of(Field(name, FieldType.NUMBER), None) for name in ("ra", "dec")]
        reader = RowReader(places, self.aliases(indices))
        frames = [reader.frame(hits) for hits in self.all_hits(indices, query, Order([]), reader.source)]
        return pl.concat([reader.frame([]), *frames])

"""What was mirrored, as Elasticsearch itself remembers it: it survives as long as the rows do, and no longer."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from elasticsearch import BadRequestError, Elasticsearch, NotFoundError

from al_core.metadata.catalog import Catalog
from al_core.metadata.elastic.naming import Names

_MAPPING: dict[str, Any] = {
    "dynamic": "strict",
    "properties": {"alias": {"type": "keyword"}, "content": {"type": "keyword", "index": False, "doc_values": False}},
}


@dataclass(frozen=True)
class Pushed:
    """What of a session was mirrored: up to which stamp; `push` marks the elements of its last whole push."""

    stamp: str
    push: str


@dataclass(frozen=True)
class IndexState:
    """What was mirrored of an index.

    Attributes
    ----------
    physical : str
        What the alias leads to.
    generation : int
    created_utc : str
        Of the catalog whose rows these are.
    n_done : int
        Rows that are there, while it is filled.
    refreshed_utc : str
        When it was last in step.
    sessions : dict
        By session.
    """

    physical: str
    generation: int
    created_utc: str
    n_done: int = 0
    refreshed_utc: str = ""
    sessions: Mapping[str, Pushed] = field(default_factory=dict)

    def is_of(self, catalog: Catalog) -> bool:
        """Whether these are the rows of this generation of a catalog."""
        found = catalog.manifest
        return (self.generation, self.created_utc) == (found.generation, found.created_utc)


class States:
    """Reads and keeps the state of each index; `building` is that of one that is being filled beside it."""

    def __init__(self, client: Elasticsearch, names: Names) -> None:
        self._client = client
        self._names = names

    def get(self, name: str, *, building: bool = False) -> IndexState | None:
        """Return the state of an index, None where there is none."""
        try:
            found = self._client.get(index=self._names.state, id=self._key(name, building=building))
        except NotFoundError:
            return None
        told = json.loads(found["_source"]["content"])
        return IndexState(**{**told, "sessions": {key: Pushed(**one) for key, one in told["sessions"].items()}})

    def put(self, name: str, state: IndexState, *, building: bool = False) -> None:
        """Keep the state of an index."""
        self._ensure_index()
        content = json.dumps({**asdict(state), "sessions": {key: asdict(one) for key, one in state.sessions.items()}})
        document = {"alias": self._names.alias(name), "content": content}
        self._client.index(index=self._names.state, id=self._key(name, building=building), document=document)

    def remove(self, name: str, *, building: bool = False) -> None:
        """Forget the state of an index."""
        try:
            self._client.delete(index=self._names.state, id=self._key(name, building=building))
        except NotFoundError:
            return

    def _key(self, name: str, *, building: bool) -> str:
        return self._names.alias(name) + ("@building" if building else "")

    def _ensure_index(self) -> None:
        if self._client.indices.exists(index=self._names.state):
            return
        settings = {"number_of_shards": 1, "auto_expand_replicas": "0-1"}
        try:
            self._client.indices.create(index=self._names.state, settings=settings, mappings=_MAPPING)
        except BadRequestError as error:
            if "resource_already_exists" not in str(error):
                raise


def now_utc() -> str:
    """Return the time as states keep it."""
    return datetime.now(UTC).isoformat(timespec="seconds")

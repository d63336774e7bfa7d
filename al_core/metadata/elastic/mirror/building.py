"""Filling an index anew, beside the one that is searched meanwhile; an interrupted one goes on."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, replace

import polars as pl
from elasticsearch import Elasticsearch, TransportError

from al_core.errors import MetadataError
from al_core.metadata.assessments import SessionSource
from al_core.metadata.catalog import Catalog
from al_core.metadata.elastic.bulk import patiently, send, whole_row
from al_core.metadata.elastic.documents import documents, mirrored_fields
from al_core.metadata.elastic.mapping import SETTINGS_WHEN_FILLED, mappings_for, settings_for
from al_core.metadata.elastic.mirror.sessions import Elements, begin_push, sessions_of
from al_core.metadata.elastic.naming import Names
from al_core.metadata.elastic.state import IndexState, Pushed, States
from al_core.metadata.fields import Schema
from al_core.progress import Progress

#: Rows that are read at once: a group of the file of rows.
_SLAB = 131_072
#: Rows of a request, about 3 MB.
_ROWS_AT_ONCE = 2000
#: Requests on their way at once; the next one is made when one of them was answered.
_REQUESTS = 4
_SECONDS_BETWEEN_NOTES = 2.0
#: Refused rows that are named.
_SHOWN = 3


@dataclass(frozen=True)
class _Chunk:
    """Rows on their way: number of the first one, documents, ids."""

    start: int
    rows: pl.DataFrame
    sessions: pl.Series | None


class Builder:
    """Fills an index from a catalog and from what sessions say; nobody searches it yet."""

    def __init__(
        self, client: Elasticsearch, names: Names, catalog: Catalog, source: SessionSource, n_shards: int
    ) -> None:
        self._client, self._names = client, names
        self._catalog, self._source = catalog, source
        self._states = States(client, names)
        self._n_shards = n_shards
        self._fields = [field for field in mirrored_fields(catalog.schema) if field.name != "id"]

    def fill(self, progress: Progress, *, afresh: bool) -> IndexState:
        """Fill an index, going on with an interrupted one unless `afresh`; return its state, all rows being there.

        Raises
        ------
        MetadataError
            If Elasticsearch refuses rows, or does not have all of them in the end.
        """
        state = None if afresh else self._interrupted()
        if state is None:
            state = self._begin()
        state = self._send_rows(state, progress)
        patiently(lambda: self._client.indices.refresh(index=state.physical))
        self._require_all(state)
        self._client.indices.put_settings(index=state.physical, settings=SETTINGS_WHEN_FILLED)
        return state

    def _interrupted(self) -> IndexState | None:
        """Return the state of a fill that was interrupted and still fits."""
        state = self._states.get(self._catalog.name, building=True)
        if state is None or not state.is_of(self._catalog) or set(state.sessions) != set(self._sessions()):
            return None
        return state if self._client.indices.exists(index=state.physical) else None

    def _sessions(self) -> list[str]:
        return sessions_of(self._source, self._catalog.name)

    def _begin(self) -> IndexState:
        name, manifest = self._catalog.name, self._catalog.manifest
        taken = self._client.indices.get(index=self._names.pattern(name), features="aliases", allow_no_indices=True)
        for physical, found in taken.items():
            if not found["aliases"]:  # left by a fill that was never finished
                self._client.indices.delete(index=physical)
        number = 1 + max((int(one.rpartition("@")[2]) for one in taken), default=0)
        physical = self._names.physical(name, number)
        meta = {"index": name, "generation": manifest.generation, "created_utc": manifest.created_utc}
        self._client.indices.create(
            index=physical,
            settings=settings_for(self._n_shards),
            mappings=mappings_for(mirrored_fields(self._catalog.schema), {"spectrolabe": meta}),
        )
        pushes = {session: begin_push(self._source, session) for session in self._sessions()}
        state = IndexState(physical, manifest.generation, manifest.created_utc, sessions=pushes)
        self._states.put(name, state, building=True)
        return state

    def _send_rows(self, state: IndexState, progress: Progress) -> IndexState:
        """Send what is not there yet, several requests at once; note now and then up to where all rows are there."""
        notes = _Notes(state, lambda new: self._states.put(self._catalog.name, new, building=True))
        pending: dict[Future[None], _Chunk] = {}
        with ThreadPoolExecutor(_REQUESTS) as pool:
            try:
                for chunk in self._chunks(state.n_done, state.sessions):
                    notes.sent(chunk.start)
                    pending[pool.submit(self._send, state.physical, chunk)] = chunk
                    if len(pending) >= 2 * _REQUESTS:
                        _collect(pending, notes, progress, self._catalog.n_rows)
                while pending:
                    _collect(pending, notes, progress, self._catalog.n_rows)
            finally:
                for future in pending:
                    future.cancel()
        return patiently(notes.keep)

    def _chunks(self, n_done: int, pushes: Mapping[str, Pushed]) -> Iterator[_Chunk]:
        elements = Elements(self._source, pushes)
        names = [field.name for field in self._catalog.manifest.fields]
        rows = self._catalog.scan(names, with_changes=False)
        for first in range(n_done // _SLAB * _SLAB, self._catalog.n_rows, _SLAB):
            slab = rows.slice(first, _SLAB).collect()
            sessions = elements.of(slab["id"])
            for start in range(0, len(slab), _ROWS_AT_ONCE):
                if first + start + _ROWS_AT_ONCE <= n_done:
                    continue
                said = None if sessions is None else sessions.slice(start, _ROWS_AT_ONCE)
                yield _Chunk(first + start, slab.slice(start, _ROWS_AT_ONCE), said)

    def _send(self, physical: str, chunk: _Chunk) -> None:
        schema = Schema(self._catalog.manifest.fields)
        lines = documents(chunk.rows, self._catalog.name, schema, chunk.sessions)
        refused = send(self._client, physical, list(map(whole_row, chunk.rows["id"], lines)))
        if refused:
            told = "; ".join(f"{one.row_id!r}: {one.reason}" for one in refused[:_SHOWN])
            raise MetadataError(f"Elasticsearch refuses {len(refused)} rows of {self._catalog.name}: {told}.")

    def _require_all(self, state: IndexState) -> None:
        found = self._client.count(index=state.physical)["count"]
        if found != self._catalog.n_rows:
            self._states.remove(self._catalog.name, building=True)
            raise MetadataError(
                f"Elasticsearch has {found} of {self._catalog.n_rows} rows of {self._catalog.name} after all were "
                "sent. Build the index again."
            )


class _Notes:
    """How many rows from the first one on are all there; kept now and then."""

    def __init__(self, state: IndexState, keep: Callable[[IndexState], None]) -> None:
        self._state, self._keep = state, keep
        self._on_the_way: set[int] = set()
        self._until = self.n_there = state.n_done
        self._kept_at = time.monotonic()
        self._lock = threading.Lock()

    def sent(self, start: int) -> None:
        with self._lock:
            self._on_the_way.add(start)

    def arrived(self, chunk: _Chunk) -> None:
        with self._lock:
            self._on_the_way.discard(chunk.start)
            self._until = max(self._until, chunk.start + len(chunk.rows))
            self.n_there = min(self._on_the_way, default=self._until)
        if time.monotonic() - self._kept_at > _SECONDS_BETWEEN_NOTES:
            with suppress(TransportError):  # rows wait for a server that is away for a moment, the note can
                self.keep()

    def keep(self) -> IndexState:
        self._state = replace(self._state, n_done=self.n_there)
        self._keep(self._state)
        self._kept_at = time.monotonic()
        return self._state


def _collect(pending: dict[Future[None], _Chunk], notes: _Notes, progress: Progress, n_rows: int) -> None:
    """Wait for an answer; raises what went wrong."""
    done, _ = wait(pending, return_when=FIRST_COMPLETED, timeout=0.2)
    for future in done:
        chunk = pending.pop(future)
        future.result()
        notes.arrived(chunk)
    progress(notes.n_there, n_rows, "Rows")

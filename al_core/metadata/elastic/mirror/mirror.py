"""The mirror of all indices: built, brought in step, compared."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from elasticsearch import Elasticsearch, NotFoundError

from al_core.errors import ALCoreError
from al_core.metadata.assessments import SessionSource
from al_core.metadata.catalog import Catalog, Catalogs
from al_core.metadata.elastic.client import asking
from al_core.metadata.elastic.mirror.building import Builder
from al_core.metadata.elastic.mirror.changes import ensure_fields, push_changes
from al_core.metadata.elastic.mirror.locking import locked
from al_core.metadata.elastic.mirror.sessions import is_behind, push_session, remove_session, sessions_of
from al_core.metadata.elastic.naming import Names
from al_core.metadata.elastic.state import IndexState, States, now_utc
from al_core.progress import Progress, enter_stage, no_progress

log = logging.getLogger(__name__)

#: How long a push waits for one that another process is at.
PATIENCE_S = 60.0
PATIENCE_OF_A_SEARCH_S = 2.0
#: Rows that a search waits for, if what a session says of them changed.
LITTLE = 5000


@dataclass(frozen=True)
class Standing:
    """How far an index in Elasticsearch is.

    Attributes
    ----------
    n_rows : int
        Rows there.
    n_pending : int
        Rows that were changed, or of which a session says something else, and that wait; all rows of an older
        generation.
    refreshed_utc : str
        When it was last in step; "" if it was never built.
    """

    n_rows: int
    n_pending: int
    refreshed_utc: str


class Mirror:
    """Brings what the catalogs and the sessions hold to Elasticsearch; nothing is pushed twice, nothing left out.

    Every method raises StoreUnavailableError while Elasticsearch does not answer, and can be called again then.
    """

    def __init__(
        self,
        client: Elasticsearch,
        names: Names,
        catalogs: Catalogs,
        source: SessionSource,
        *,
        where: str,
        n_shards: int = 1,
    ) -> None:
        self._client, self._names, self._catalogs, self._source = client, names, catalogs, source
        self._where, self._n_shards = where, n_shards
        self._states = States(client, names)
        self._caught_up: dict[tuple[str, str], str] = {}

    def needs_build(self, name: str) -> bool:
        """Whether Elasticsearch has no rows of an index, or those of an older generation."""
        with asking(self._where):
            state = self._state(name)
        return state is None or not state.is_of(self._catalogs.open(name))

    def build(self, name: str, progress: Progress = no_progress, *, afresh: bool = False) -> IndexState:
        """Fill an index anew and let searches see it once it is whole; an interrupted build goes on unless `afresh`."""
        catalog = self._catalogs.open(name)
        with self._lock(catalog, "build", "building this index", 1.0), asking(self._where):
            enter_stage(progress, "Rows")
            builder = Builder(self._client, self._names, catalog, self._source, self._n_shards)
            state = builder.fill(progress, afresh=afresh)
            enter_stage(progress, "Changes")
            with self._lock(catalog, "push", "writing to this index"):
                self._publish(catalog, state, progress)
            self._remove_others(name, state.physical)
        self.sync(name, progress)
        return state

    def sync(self, name: str, progress: Progress = no_progress, *, waits: bool = False) -> None:
        """Bring what changed since the last time; nothing where the index was not built or is of another generation."""
        catalog = self._catalogs.open(name)
        with self._lock(catalog, "push", "writing to this index"), asking(self._where):
            state = self._state(name)
            if state is None or not state.is_of(catalog):
                return
            ensure_fields(self._client, state.physical, catalog)
            push_changes(self._client, state.physical, catalog, waits=waits, progress=progress)
            self._states.put(
                name, replace(self._with_sessions(name, state, progress, waits=waits), refreshed_utc=now_utc())
            )

    def catch_up(self, name: str, session: str) -> None:
        """Bring what changed in a session before it is searched, if that is little; what is much is left to `sync`.

        Whatever hinders it is logged: the search is answered with what is there.
        """
        try:
            stamp = self._source.stamp(session)
            if self._caught_up.get((name, session)) == stamp or not self._is_little(name, session):
                return
            self._sync_session(name, session)
            self._caught_up[name, session] = stamp
        except ALCoreError as error:
            log.warning("What session %s says of %s is not in Elasticsearch yet: %s", session, name, error)

    def _is_little(self, name: str, session: str) -> bool:
        catalog = self._catalogs.open(name)
        with asking(self._where):
            state = self._state(name)
        if state is None or not state.is_of(catalog) or name not in self._source.indices_of(session):
            return False
        return self._n_changed(session, state) <= LITTLE

    def _sync_session(self, name: str, session: str) -> None:
        catalog = self._catalogs.open(name)
        with self._lock(catalog, "push", "writing to this index", PATIENCE_OF_A_SEARCH_S), asking(self._where):
            state = self._state(name)
            if state is not None and is_behind(self._source, session, state.sessions.get(session)):
                self._with_session(name, state, session, no_progress, waits=True)

    def push_changes(self, name: str) -> None:
        """Bring what waits in the queue of a catalog; a search sees it when this returns."""
        catalog = self._catalogs.open(name)
        with self._lock(catalog, "push", "writing to this index"), asking(self._where):
            state = self._state(name)
            if state is not None and state.is_of(catalog):
                push_changes(self._client, state.physical, catalog, waits=True)

    def add_fields(self, name: str) -> None:
        """Let an index have the fields that its catalog has."""
        catalog = self._catalogs.open(name)
        with asking(self._where):
            state = self._state(name)
            if state is not None:
                ensure_fields(self._client, state.physical, catalog)

    def is_behind(self, name: str) -> bool:
        """Whether `sync` would have anything to do; quick."""
        catalog = self._catalogs.open(name)
        with asking(self._where):
            state = self._state(name)
        if state is None or not state.is_of(catalog):
            return False
        return catalog.changes.n_waiting() > 0 or bool(self._sessions_behind(name, state))

    def standing(self, name: str) -> Standing:
        """Return how far an index is."""
        catalog = self._catalogs.open(name)
        with asking(self._where):
            state = self._state(name)
            if state is None:
                return Standing(0, catalog.n_rows, "")
            try:
                n_rows = self._client.count(index=self._names.alias(name))["count"]
            except NotFoundError:
                return Standing(0, catalog.n_rows, "")
        if not state.is_of(catalog):
            return Standing(n_rows, catalog.n_rows, state.refreshed_utc)
        waiting = catalog.changes.n_waiting() + sum(
            self._n_changed(session, state) for session in self._sessions_behind(name, state)
        )
        return Standing(n_rows, waiting, state.refreshed_utc)

    def _n_changed(self, session: str, state: IndexState) -> int:
        pushed = state.sessions.get(session)
        changed = None if pushed is None else self._source.changed_since(session, pushed.stamp)
        return len(self._source.frame(session) if changed is None else changed)

    def remove(self, name: str) -> None:
        """Remove an index from Elasticsearch, with what is remembered of it."""
        with asking(self._where):
            self._remove_others(name, "")
            for building in (False, True):
                self._states.remove(name, building=building)

    def _state(self, name: str) -> IndexState | None:
        """Return the state of an index; None where its rows are gone."""
        state = self._states.get(name)
        if state is None or not self._client.indices.exists(index=state.physical):
            return None
        return state

    def _sessions_behind(self, name: str, state: IndexState) -> list[str]:
        here = sessions_of(self._source, name)
        behind = [session for session in here if is_behind(self._source, session, state.sessions.get(session))]
        return [*behind, *(session for session in state.sessions if session not in here)]

    def _with_sessions(self, name: str, state: IndexState, progress: Progress, *, waits: bool) -> IndexState:
        """Bring what sessions say; return the state with it, kept after each session."""
        here = sessions_of(self._source, name)
        for session in self._sessions_behind(name, state):
            if session in here:
                state = self._with_session(name, state, session, progress, waits=waits)
            else:
                remove_session(self._client, state.physical, session)
                kept = {one: pushed for one, pushed in state.sessions.items() if one != session}
                state = replace(state, sessions=kept)
                self._states.put(name, state)
        return state

    def _with_session(
        self, name: str, state: IndexState, session: str, progress: Progress, *, waits: bool
    ) -> IndexState:
        before = state.sessions.get(session)
        pushed = push_session(
            self._client, state.physical, self._source, session, before, waits=waits, progress=progress
        )
        state = replace(state, sessions={**state.sessions, session: pushed}, refreshed_utc=now_utc())
        self._states.put(name, state)
        return state

    def _publish(self, catalog: Catalog, state: IndexState, progress: Progress) -> None:
        """Bring all changes to a filled index, and let the alias lead to it."""
        ensure_fields(self._client, state.physical, catalog)
        catalog.changes.mark_unmirrored()
        push_changes(self._client, state.physical, catalog, progress=progress)
        self._client.indices.refresh(index=state.physical)
        alias = self._names.alias(catalog.name)
        self._client.indices.update_aliases(
            actions=[
                {"remove": {"index": self._names.pattern(catalog.name), "alias": alias, "must_exist": False}},
                {"add": {"index": state.physical, "alias": alias}},
            ]
        )
        self._states.put(catalog.name, replace(state, refreshed_utc=now_utc()))
        self._states.remove(catalog.name, building=True)

    def _remove_others(self, name: str, kept: str) -> None:
        """Remove what an alias led to before."""
        for physical in self._client.indices.get(index=self._names.pattern(name), allow_no_indices=True):
            if physical != kept:
                self._client.indices.delete(index=physical, ignore_unavailable=True)

    @contextmanager
    def _lock(self, catalog: Catalog, what: str, doing: str, patience_s: float = PATIENCE_S) -> Iterator[None]:
        with locked(catalog.folder / f"mirror-{what}.lock", patience_s, doing):
            yield

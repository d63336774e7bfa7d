"""What sessions say: from a `SessionSource` to the elements `sessions` of the rows of an index."""

import json
import uuid
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import polars as pl
from elasticsearch import Elasticsearch

from al_core.errors import SessionError
from al_core.metadata.assessments import SessionSource
from al_core.metadata.elastic.documents import elements
from al_core.metadata.elastic.mirror.pushing import ROWS_AT_ONCE, MakePart, push_parts
from al_core.metadata.elastic.state import Pushed
from al_core.progress import Progress, no_progress

_READ = ["sessions"]
Row = Mapping[str, Any]


def begin_push(source: SessionSource, session: str) -> Pushed:
    """Return what a whole push of this moment will have pushed."""
    return Pushed(source.stamp(session), uuid.uuid4().hex[:12])


def sessions_of(source: SessionSource, index: str) -> list[str]:
    """Return the sessions that are about an index; one that cannot be read is passed over."""
    found = []
    for session in source.sessions():
        try:
            if index in source.indices_of(session):
                found.append(session)
        except SessionError:
            continue
    return found


def is_behind(source: SessionSource, session: str, pushed: Pushed | None) -> bool:
    """Whether a session says something else than was mirrored."""
    return pushed is None or source.stamp(session) != pushed.stamp


def push_session(
    client: Elasticsearch,
    physical: str,
    source: SessionSource,
    session: str,
    pushed: Pushed | None,
    *,
    waits: bool = False,
    progress: Progress = no_progress,
) -> Pushed:
    """Bring what changed in a session, or all it says; return what was pushed."""
    stamp = source.stamp(session)
    changed = None if pushed is None else source.changed_since(session, pushed.stamp)
    if pushed is not None and changed is not None:
        few = len(changed) <= ROWS_AT_ONCE
        _push(client, physical, elements(changed, session, pushed.push), session, waits=waits and few)
        if waits and not few:
            client.indices.refresh(index=physical)
        return Pushed(stamp, pushed.push)
    new = begin_push(source, session)
    frame = source.frame(session)
    for done, part in _pieces(frame):
        progress(done, len(frame), f"Session {session}")
        _push(client, physical, elements(part, session, new.push), session)
    remove_session(client, physical, session, keeping=new.push)
    return Pushed(stamp, new.push)


def _pieces(frame: pl.DataFrame) -> Iterator[tuple[int, pl.DataFrame]]:
    for start in range(0, len(frame), ROWS_AT_ONCE):
        yield start, frame.slice(start, ROWS_AT_ONCE)


def _push(client: Elasticsearch, physical: str, parts: pl.DataFrame, session: str, *, waits: bool = False) -> None:
    for _, piece in _pieces(parts):
        own = dict(piece.iter_rows())
        push_parts(client, physical, list(own), _READ, partial(_maker, own, session), waits=waits)


def _maker(own: dict[str, str | None], session: str, ids: list[str]) -> MakePart:
    del ids  # what a session says was read before; who changes it later pushes it after this

    def make(row_id: str, seen: Row) -> str | None:
        return with_element((seen.get("_source") or {}).get("sessions") or [], session, own[row_id])

    return make


def with_element(before: list[Row], session: str, element: str | None) -> str | None:
    """Return the part `sessions` with another element of one session, None where nothing changes."""
    others = [one for one in before if one.get("session") != session]
    mine = [one for one in before if one.get("session") == session]
    after = [] if element is None else [json.loads(element)]
    return None if mine == after else json.dumps({"sessions": [*others, *after]})


def remove_session(client: Elasticsearch, physical: str, session: str, *, keeping: str | None = None) -> None:
    """Remove the elements of a session, all but those of the push `keeping`, and let searches see it."""
    of_session = {"term": {"sessions.session": session}}
    others = [{"term": {"sessions.push": keeping}}] if keeping is not None else []
    element = {"bool": {"filter": [of_session], "must_not": others}}
    query = {"nested": {"path": "sessions", "query": element}}
    while True:
        client.indices.refresh(index=physical)
        answer = client.search(
            index=physical, query=query, size=ROWS_AT_ONCE, source=False, sort=["_doc"], track_total_hits=False
        )
        ids = [hit["_id"] for hit in answer["hits"]["hits"]]
        if not ids:
            return
        push_parts(client, physical, ids, _READ, partial(_remover, session, keeping))


def _remover(session: str, keeping: str | None, ids: list[str]) -> MakePart:
    del ids

    def make(row_id: str, seen: Row) -> str | None:  # noqa: ARG001
        before = (seen.get("_source") or {}).get("sessions") or []
        kept = [one for one in before if one.get("session") != session or one.get("push") == keeping]
        return json.dumps({"sessions": kept})

    return make


class Elements:
    """Arrays `sessions` of rows that are put for the first time, from the frames of several sessions."""

    def __init__(self, source: SessionSource, pushes: Mapping[str, Pushed]) -> None:
        self._frames = {session: source.frame(session) for session in pushes}
        self._pushes = pushes

    def of(self, ids: pl.Series) -> pl.Series | None:
        """Return the array of each row as JSON, null where no session says anything; None without sessions."""
        columns = []
        for session, frame in self._frames.items():
            wanted = frame.filter(pl.col("id").is_in(ids.implode()))
            said = elements(wanted, session, self._pushes[session].push)
            columns.append(ids.to_frame("id").join(said, on="id", how="left", maintain_order="left")["element"])
        if not columns:
            return None
        parts = pl.DataFrame([column.alias(str(number)) for number, column in enumerate(columns)])
        inner = pl.concat_str(pl.all(), separator=",", ignore_nulls=True)
        anything = pl.any_horizontal(pl.all().is_not_null())
        return parts.select(pl.when(anything).then(pl.concat_str(pl.lit("["), inner, pl.lit("]")))).to_series()

"""Stores that have to give the same answers; a backend joins by one entry of `BACKENDS`."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path

import polars as pl
import pytest

from al_core.metadata import Field, FieldType, MetadataStore, Scope
from al_core.metadata.assessments import SessionSource
from al_core.metadata.catalog import Catalogs, CatalogWriter
from al_core.metadata.embedded import EmbeddedStore
from tests.contracts.metadata.made import FIELDS, frame_of, made_rows, session_rows, with_session
from tests.contracts.metadata.witness import Row, Witness
from tests.support.elasticsearch import built_store
from tests.support.session_frames import FixedSessions

#: Opens a store over the indices of a workspace. Call it again after an index was written anew.
OpenStore = Callable[[Path, SessionSource | None], AbstractContextManager[MetadataStore]]


@contextmanager
def open_embedded(workspace: Path, sessions: SessionSource | None) -> Iterator[MetadataStore]:
    yield EmbeddedStore(Catalogs(workspace), sessions)


@contextmanager
def open_without_codes(workspace: Path, sessions: SessionSource | None) -> Iterator[MetadataStore]:
    """Open an embedded store that takes every column of text for one of many values, and forgets what it can."""
    with pytest.MonkeyPatch.context() as patched:
        for name in ("MIN_VALUES", "MAX_VALUES"):
            patched.setattr(f"al_core.metadata.embedded.texts.{name}", 0)
        yield EmbeddedStore(Catalogs(workspace), sessions, memory_mb=0)


BACKENDS: dict[str, OpenStore] = {"embedded": open_embedded, "embedded, many values": open_without_codes}


def write_index(
    workspace: Path, name: str, fields: Sequence[Field], frame: pl.DataFrame, fingerprint: str = ""
) -> None:
    with CatalogWriter.open(workspace, name, fields, fingerprint) as writer:
        writer.append(frame, "made")
        writer.commit("made", len(frame))
        writer.finish()


class Searched:
    """A store, and what it should know."""

    def __init__(self, store: MetadataStore, sessions: FixedSessions, rows: dict[str, list[Row]]) -> None:
        self.store, self.sessions, self.rows = store, sessions, rows

    def __repr__(self) -> str:
        return self.store.backend

    def witness(self, scope: Scope) -> Witness:
        rows = [row for index in scope.indices for row in self.rows[index]]
        texts = {"id"} | {f.name for index in scope.indices for f in FIELDS[index] if f.type is FieldType.STRING}
        if scope.session is not None:
            rows = with_session(rows, self.sessions.frame(scope.session))
            texts |= {"@comment", "@annotator"}
        return Witness(rows, sorted(texts))


@contextmanager
def made_store(open_store: OpenStore, workspace: Path) -> Iterator[Searched]:
    rows = {index: made_rows(index) for index in FIELDS}
    for index, fields in FIELDS.items():
        write_index(workspace, index, fields, frame_of(index, rows[index]))
    sessions = FixedSessions({"s": session_rows(rows["survey one"] + rows["two"])}, {"s": tuple(FIELDS)})
    with open_store(workspace, sessions) as store:
        yield Searched(store, sessions, rows)


ELASTICSEARCH = pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)


@pytest.fixture(scope="session", params=[*BACKENDS, ELASTICSEARCH])
def open_store(request: pytest.FixtureRequest) -> OpenStore:
    if request.param == "elasticsearch":
        return partial(built_store, request.getfixturevalue("elasticsearch_url"))
    return BACKENDS[request.param]


@pytest.fixture(scope="module")
def searched(open_store: OpenStore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searched]:
    """Give a store that no test changes."""
    with made_store(open_store, tmp_path_factory.mktemp("searched")) as made:
        yield made


@pytest.fixture
def fresh(open_store: OpenStore, workspace: Path) -> Iterator[Searched]:
    """Give a store of a test's own."""
    with made_store(open_store, workspace) as made:
        yield made

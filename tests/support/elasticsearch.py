"""A real Elasticsearch for tests: the one that `SPECTROLABE_ELASTICSEARCH_URL` names, else one of our own.

Processes of one test run share it. The one that started it stops it once the others are done with it.
"""

import fcntl
import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest
from elasticsearch import Elasticsearch

from al_core.errors import ALCoreError
from al_core.metadata.assessments import SessionSource
from al_core.metadata.catalog import Catalogs
from al_core.metadata.elastic.local import LocalElasticsearch, cache_folder
from al_core.metadata.elastic.store import ElasticStore
from al_core.settings import Settings

#: Read here, because every test has an environment of its own.
NAMED = os.environ.get("SPECTROLABE_ELASTICSEARCH_URL")
CACHE = cache_folder(Path(os.environ["SPECTROLABE_CACHE"]) if os.environ.get("SPECTROLABE_CACHE") else None)
IS_REQUIRED = bool(os.environ.get("SPECTROLABE_REQUIRE_ELASTICSEARCH"))


@pytest.fixture(scope="session")
def elasticsearch_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of a server that answers; without one, skip the test, or fail it where one is required."""
    if NAMED:
        yield NAMED
        return
    folder = tmp_path_factory.getbasetemp()
    folder = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    try:
        with shared_server(folder) as url:
            yield url
    except ALCoreError as error:
        refuse(error)


def refuse(error: Exception) -> None:
    """Fail where Elasticsearch is required, else skip, with the reason."""
    if IS_REQUIRED:
        pytest.fail(f"This test needs Elasticsearch: {error}", pytrace=False)
    pytest.skip(f"No Elasticsearch: {error}")


@contextmanager
def shared_server(folder: Path) -> Iterator[str]:
    """Give the address of the server of a test run; the first who asks starts it."""
    address = folder / "elasticsearch-url"
    server: LocalElasticsearch | None = None
    with (folder / "elasticsearch-users").open("w") as users:
        with locked(folder):
            if not address.exists():
                server = LocalElasticsearch(CACHE)
                server.__enter__()
                address.write_text(server.url)
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield address.read_text()
        finally:
            if server is not None:
                _close_when_unused(server, folder, users)


def _close_when_unused(server: LocalElasticsearch, folder: Path, users: IO[str]) -> None:
    while True:
        with locked(folder):
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass
            else:
                (folder / "elasticsearch-url").unlink()
                server.close()
                return
        time.sleep(0.2)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a test run."""
    with (folder / "elasticsearch-lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@pytest.fixture
def elastic_settings(elasticsearch_url: str, workspace: Path) -> Iterator[Settings]:
    """Give settings with a prefix of this test's own; its indices go at the end."""
    settings = settings_on(elasticsearch_url, workspace)
    yield settings
    remove_indices(elasticsearch_url, settings.elasticsearch_prefix)


def settings_on(url: str, workspace: Path, **others: object) -> Settings:
    """Return settings with a new prefix."""
    prefix = f"test_{uuid.uuid4().hex[:12]}"
    return Settings(workspace=workspace, elasticsearch_url=url, elasticsearch_prefix=prefix, **others)


def remove_indices(url: str, prefix: str) -> None:
    """Remove the indices of a prefix, and these alone."""
    with Elasticsearch(url.split(",")) as client:
        for name in client.indices.get(index=f"{prefix}-*,{prefix}@*", features="aliases", allow_no_indices=True):
            client.indices.delete(index=name)


@contextmanager
def built_store(url: str, workspace: Path, sessions: SessionSource | None = None) -> Iterator[ElasticStore]:
    """Give a store whose indices were all built, under a prefix of their own; they go at the end."""
    settings = settings_on(url, workspace)
    store = ElasticStore.open(settings, Catalogs(workspace), sessions)
    try:
        for name in store.indices():
            store.mirror.build(name)
        yield store
    finally:
        store.close()
        remove_indices(url, settings.elasticsearch_prefix)

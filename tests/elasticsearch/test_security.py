"""Security on: without, with wrong and with few rights everything is said clearly, and nothing half-written."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from al_core.errors import StoreUnavailableError
from al_core.metadata import Patch, Query, Scope
from al_core.metadata.elastic.local import LocalElasticsearch
from al_core.settings import Settings
from tests.core.elastic.conftest import opened, write_rows
from tests.elasticsearch.servers import running
from tests.support.elasticsearch import settings_on

DEMO = Scope(("demo",))
PASSWORD, READER = "a password of elastic", "a password of reader"
READ_ONLY = """
reader:
  cluster: ["monitor"]
  indices:
    - names: ["*"]
      privileges: ["read", "view_index_metadata", "monitor"]
"""


class Guarded(LocalElasticsearch):
    """A server with security, and a user who may only read."""

    def configure(self) -> None:
        super().configure()
        node = self.nodes[0]
        (node.plan.folder / "config" / "roles.yml").write_text(READ_ONLY)
        node.tool("elasticsearch-users", ["useradd", "reader", "-p", READER, "-r", "reader"])


@pytest.fixture(scope="module")
def server() -> Iterator[LocalElasticsearch]:
    with running(kind=Guarded, password=PASSWORD, heap_mb=512) as cluster:
        yield cluster


@pytest.fixture
def settings(server: LocalElasticsearch, workspace: Path) -> Settings:
    write_rows(workspace, "demo", 1000)
    return settings_on(server.url, workspace, elasticsearch_username="elastic", elasticsearch_password=PASSWORD)


def as_user(settings: Settings, **others: Any) -> Settings:
    return settings.model_copy(update={"elasticsearch_username": None, "elasticsearch_password": None, **others})


@pytest.mark.parametrize(
    "others",
    [
        {},
        {"elasticsearch_username": "elastic", "elasticsearch_password": "wrong"},
        {"elasticsearch_username": "nobody", "elasticsearch_password": PASSWORD},
        {"elasticsearch_api_key": "bm8gc3VjaDprZXk="},
    ],
)
def test_without_right_credentials_nothing_is_told_or_written(settings: Settings, others: dict[str, str]) -> None:
    stranger = as_user(settings, **others)
    words = r"does not let us in \(401\): no or wrong credentials\. Set SPECTROLABE_ELASTICSEARCH_API_KEY"
    with opened(stranger) as store:
        with pytest.raises(StoreUnavailableError, match=words):
            store.count(DEMO)
        with pytest.raises(StoreUnavailableError, match=words):
            store.mirror.build("demo")
        assert "401" in str(store.report().trouble)
    assert indices_of(settings) == []


def test_one_who_may_only_read_searches_and_writes_nothing(settings: Settings) -> None:
    reader = as_user(settings, elasticsearch_username="reader", elasticsearch_password=READER)
    with (
        opened(reader) as store,
        pytest.raises(StoreUnavailableError, match=r"does not allow this to our user \(403\)"),
    ):
        store.mirror.build("demo")
    assert indices_of(settings) == []
    with opened(settings) as owner, opened(reader) as store:
        owner.mirror.build("demo")
        before = indices_of(settings)
        page = store.search(Query(DEMO, size=10))
        assert (len(page.rows), page.total) == (10, 1000)
        assert store.report().trouble is None
        assert store.report().indices[0].n_rows == 1000
        with pytest.raises(StoreUnavailableError, match="403"):
            store.mirror.build("demo", afresh=True)
        (outcome,) = store.patch("demo", [Patch(page.rows["id"][0], {"class": "mine"})])
        assert outcome.error is None  # it is safe in the catalog, and waits for somebody who may write
        assert store.report().indices[0].n_pending == 1
        owner.mirror.sync("demo", waits=True)
        assert store.get(DEMO, [page.rows["id"][0]], ("class",))["class"].to_list() == ["mine"]
        assert indices_of(settings) == before
        owner.mirror.remove("demo")


def indices_of(settings: Settings) -> list[str]:
    prefix = settings.elasticsearch_prefix
    with Elasticsearch(str(settings.elasticsearch_url), basic_auth=("elastic", PASSWORD)) as client:
        return sorted(client.indices.get(index=f"{prefix}-*", features="aliases", allow_no_indices=True))

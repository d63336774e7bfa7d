"""Three nodes, one of them killed (-9) in the middle of an import: every row is there, searches go on."""

from pathlib import Path

from al_core.metadata import Scope
from al_core.metadata.elastic.local import LocalElasticsearch
from al_core.metadata.elastic.store import ElasticStore
from tests.core.elastic.conftest import opened, patched, write_rows
from tests.elasticsearch.servers import running
from tests.elasticsearch.test_crash import require_agreement
from tests.support.elasticsearch import settings_on

SMALL, LARGE = 500, 20_000


def test_a_node_that_dies_costs_no_row(workspace: Path) -> None:
    with running(n_nodes=3, heap_mb=512) as cluster:
        settings = settings_on(cluster.url, workspace, elasticsearch_shards=3)
        rows = write_rows(workspace, "demo", LARGE)
        write_rows(workspace, "small", SMALL)
        counts: list[int] = []
        with opened(settings) as store:
            store.mirror.build("small")
            store.mirror.build("demo", lambda done, *_: _kill_one(cluster, store, done, counts))
            assert counts
            assert set(counts) == {SMALL}
            require_agreement(store, settings)
            assert all(one.error is None for one in store.patch("demo", patched(rows[:2000], "tcomment", "after it")))
            require_agreement(store, settings)


def _kill_one(cluster: LocalElasticsearch, store: ElasticStore, done: int, counts: list[int]) -> None:
    """Kill the second node half way; from then on, look whether searches are answered."""
    if done >= LARGE // 2:
        if cluster.nodes[1].is_running:
            cluster.nodes[1].kill()
        counts.append(store.count(Scope(("small",))))

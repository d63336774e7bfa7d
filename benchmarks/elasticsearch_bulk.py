"""Rows a second into Elasticsearch: the mirror against the client's own `parallel_bulk` with the same documents.

python benchmarks/elasticsearch_bulk.py [--rows N] [--rounds N] [--url URL]; without an address it starts a server.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
from elasticsearch import Elasticsearch
from elasticsearch.helpers import parallel_bulk

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from al_core.metadata import Field, FieldType
from al_core.metadata.catalog import Catalogs, CatalogWriter
from al_core.metadata.elastic.documents import documents, mirrored_fields
from al_core.metadata.elastic.local import LocalElasticsearch, cache_folder
from al_core.metadata.elastic.mapping import mappings_for, settings_for
from al_core.metadata.elastic.store import ElasticStore
from al_core.settings import Settings
from al_core.simulation.catalog import simulate_catalog

TYPES = {
    "String": FieldType.STRING,
    "Int64": FieldType.INTEGER,
    "Float64": FieldType.NUMBER,
    "Boolean": FieldType.BOOLEAN,
}
PLAIN = "benchmark-plain"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--url")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, server(given.url) as url:
        settings = Settings(workspace=Path(folder), elasticsearch_url=url, elasticsearch_prefix="benchmark_mirror")
        write(settings.workspace, given.rows)
        rates = [(plain(settings), mirrored(settings)) for _ in range(given.rounds)]
    for one, other in rates:
        print(f"parallel_bulk {one:,.0f} rows/s, mirror {other:,.0f} rows/s, ratio {other / one:.2f}")


@contextmanager
def server(url: str | None) -> Iterator[str]:
    if url:
        yield url
        return
    with LocalElasticsearch(cache_folder()) as own:
        yield own.url


def write(workspace: Path, n_rows: int) -> None:
    with CatalogWriter.open(workspace, "demo", fields(), str(n_rows)) as writer:
        for frame in simulate_catalog(n_rows, 1):
            writer.append(frame.with_columns(id=pl.col("filename")), "simulated")
        writer.finish()


def fields() -> list[Field]:
    return [Field(name, TYPES[str(dtype)]) for name, dtype in next(simulate_catalog(1, 1)).schema.items()]


def plain(settings: Settings) -> float:
    """Send the documents, made before, with the client's helper; it reports what it sent."""
    catalog = Catalogs(settings.workspace).open("demo")
    with Elasticsearch(str(settings.elasticsearch_url), request_timeout=120) as client:
        client.indices.delete(index=PLAIN, ignore_unavailable=True)
        mappings = mappings_for(mirrored_fields(catalog.schema), {})
        client.indices.create(index=PLAIN, settings=settings_for(1), mappings=mappings)
        sources = [json.loads(one) for one in documents(catalog.scan().collect(), "demo", catalog.schema)]
        actions = ({"_index": PLAIN, "_id": source["id"], "_source": source} for source in sources)
        began = time.perf_counter()
        n_sent = sum(is_sent for is_sent, _ in parallel_bulk(client, actions, thread_count=4, chunk_size=2000))
        client.indices.refresh(index=PLAIN)
        rate = n_sent / (time.perf_counter() - began)
        client.indices.delete(index=PLAIN)
    return rate


def mirrored(settings: Settings) -> float:
    """Build the index as the product does: read, encode, send, count, bring changes, move the alias."""
    catalogs = Catalogs(settings.workspace)
    store = ElasticStore.open(settings, catalogs)
    store.mirror.remove("demo")
    began = time.perf_counter()
    store.mirror.build("demo")
    rate = catalogs.open("demo").n_rows / (time.perf_counter() - began)
    store.mirror.remove("demo")
    store.close()
    return rate


if __name__ == "__main__":
    main()

"""An Elasticsearch of one's own on this machine: obtained, started and stopped, for trying it out and for the tests."""

from al_core.metadata.elastic.local.cluster import LocalElasticsearch
from al_core.metadata.elastic.local.distribution import VERSION, cache_folder, ensure_distribution

__all__ = ["VERSION", "LocalElasticsearch", "cache_folder", "ensure_distribution"]

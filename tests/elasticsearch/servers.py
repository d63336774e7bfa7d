"""Servers of a test's own."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from al_core.errors import StoreUnavailableError
from al_core.metadata.elastic.local import LocalElasticsearch
from tests.support.elasticsearch import CACHE, refuse


@contextmanager
def running(kind: type[LocalElasticsearch] = LocalElasticsearch, **options: Any) -> Iterator[LocalElasticsearch]:
    """Give a cluster that answers; skip or fail where there can be none."""
    try:
        cluster = kind(CACHE, **options)
        cluster.__enter__()
    except StoreUnavailableError as error:
        refuse(error)
    try:
        yield cluster
    finally:
        cluster.close()

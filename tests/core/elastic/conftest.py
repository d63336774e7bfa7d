"""Indices of simulated rows, and stores on a real Elasticsearch."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import pytest

from al_core.metadata import Field, FieldType, Patch
from al_core.metadata.assessments import SessionSource
from al_core.metadata.catalog import Catalogs, CatalogWriter
from al_core.metadata.elastic.store import ElasticStore
from al_core.settings import Settings
from al_core.simulation.catalog import simulate_catalog

_TYPES = {
    "String": FieldType.STRING,
    "Int64": FieldType.INTEGER,
    "Float64": FieldType.NUMBER,
    "Boolean": FieldType.BOOLEAN,
}


def write_rows(workspace: Path, name: str, n_rows: int, seed: int = 1) -> pl.DataFrame:
    """Write an index of simulated rows and return them."""
    rows = pl.concat(simulate_catalog(n_rows, seed)).with_columns(id=pl.col("filename").str.strip_suffix(".fits"))
    fields = [Field(column, _TYPES[str(dtype)]) for column, dtype in rows.schema.items()]
    with CatalogWriter.open(workspace, name, fields, f"{n_rows} {seed}") as writer:
        writer.append(rows, "simulated")
        writer.commit("simulated", n_rows)
        writer.finish()
    return rows


@contextmanager
def opened(settings: Settings, sessions: SessionSource | None = None) -> Iterator[ElasticStore]:
    """Give a store; nothing is built yet."""
    store = ElasticStore.open(settings, Catalogs(settings.workspace), sessions)
    try:
        yield store
    finally:
        store.close()


def patched(rows: pl.DataFrame, field: str, value: object) -> list[Patch]:
    return [Patch(one, {field: value}) for one in rows["id"]]


@pytest.fixture
def rows(workspace: Path) -> pl.DataFrame:
    """Give the rows of an index `demo` of 3000."""
    return write_rows(workspace, "demo", 3000)

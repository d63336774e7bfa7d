"""A million rows of a simulated catalogue: the same ids, counts and facets as plain Python finds."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from al_core.metadata import (
    And,
    Condition,
    Cone,
    Equal,
    Exists,
    Field,
    FieldType,
    In,
    MetadataStore,
    Not,
    Or,
    Prefix,
    Query,
    Range,
    Scope,
    Sort,
    Words,
)
from al_core.metadata.catalog import CatalogWriter
from al_core.simulation.catalog import index_rows, simulate_catalog
from tests.contracts.metadata.conftest import OpenStore
from tests.contracts.metadata.witness import Row, Witness

pytestmark = [pytest.mark.slow, pytest.mark.deep]
N_ROWS, SEED = 1_000_000, 8
SCOPE = Scope(("catalogue",))
FIELDS = (
    Field("ra", FieldType.NUMBER),
    Field("dec", FieldType.NUMBER),
    Field("snrg", FieldType.NUMBER),
    Field("mag1", FieldType.NUMBER),
    Field("designation", FieldType.STRING),
    Field("class", FieldType.STRING),
    Field("subclass", FieldType.STRING),
    Field("tcomment", FieldType.STRING),
    Field("obsdate", FieldType.TIME),
    Field("fiberid", FieldType.INTEGER),
)
NAMES = [field.name for field in FIELDS]
CONDITIONS: dict[str, Condition] = {
    "range and class": And((Range("snrg", 20.0, 20.5), Equal("class", "star"))),
    "not": And((Not(In("class", ("STAR", "GALAXY"))), Range("mag1", 12, 16, excludes_high=True))),
    "missing": And((Range("fiberid", 10, 40), Not(Exists("tcomment")))),
    "around RA 0": Cone(0.0, 20.0, 3.0),
    "pole": Cone(100.0, 90.0, 6.0),
    "half the sky": And((Cone(180.0, 0.0, 90.0), Equal("fiberid", 7))),
    "prefix": Prefix("id", "SPEC-55860"),
    "words": And((Range("fiberid", 10, 19), Words("55860 sp03"))),
    "phrase": And((Range("fiberid", 10, 19), Words("sp03 01", "id", is_phrase=True, is_prefix=True))),
    "edits": And((Range("fiberid", 3, 4), Words("galxy", edits=None))),
    "or": Or((Equal("fiberid", 250), Prefix("designation", "j000"))),
}


@dataclass(frozen=True, eq=False, repr=False)
class Million:
    store: MetadataStore
    witness: Witness


@pytest.fixture(scope="module")
def million(open_store: OpenStore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Million]:
    workspace: Path = tmp_path_factory.mktemp("million")
    rows: list[Row] = []
    with CatalogWriter.open(workspace, "catalogue", FIELDS, "") as writer:
        for frame in simulate_catalog(N_ROWS, SEED):
            kept = index_rows(frame).select("id", *NAMES)
            writer.append(kept, "simulated")
            rows += kept.to_dicts()
        writer.commit("simulated", N_ROWS)
        writer.finish()
    for row in rows:
        row["index"] = "catalogue"
        row |= {name: row[name] or None for name in ("class", "subclass", "designation", "tcomment")}
    with open_store(workspace, None) as store:
        yield Million(store, Witness(rows, ["id", "designation", "class", "subclass", "tcomment"]))


def test_every_row_is_there_in_order(million: Million) -> None:
    expected = sorted(row["id"] for row in million.witness.rows)
    found = [one for frame in million.store.all_rows(SCOPE, And(())) for one in frame["id"]]
    assert found == expected
    assert million.store.rows_at(Query(SCOPE, columns=()), N_ROWS - 5).rows["id"].to_list() == expected[-5:]


@pytest.mark.parametrize("name", CONDITIONS)
def test_the_same_rows_are_found(million: Million, name: str) -> None:
    condition, sort = CONDITIONS[name], (Sort("mag1", descending=True), Sort("obsdate"))
    hits = million.witness.hits(condition)
    assert hits
    small = Witness(hits, million.witness.text_fields)
    expected = [one for one, _ in small.ids(And(()), sort)]
    assert million.store.count(SCOPE, condition) == len(expected)
    page = million.store.search(Query(SCOPE, condition, sort, size=200, columns=()))
    assert page.rows["id"].to_list() == expected[:200]
    found = [one for frame in million.store.all_rows(SCOPE, condition, (), sort) for one in frame["id"]]
    assert found == expected
    facets = million.store.facets(SCOPE, condition, ["class", "subclass", "fiberid", "obsdate"], 10_000)
    for field, facet in facets.items():
        values, n_missing = small.facet(And(()), field)
        assert (list(facet.values), facet.n_missing) == (values, n_missing)

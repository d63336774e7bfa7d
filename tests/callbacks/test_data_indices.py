"""Metadata on the page Data: the form that a person confirms, the job that it begins, and the index that it makes."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from dash.development.base_component import Component

from al_core.errors import ALCoreError, LibraryError, MetadataError
from al_core.jobs.kinds import KINDS
from al_core.metadata.importing.orders import IndexOrder, carry_out
from al_core.services import Services, build_services
from al_core.settings import Settings
from al_core.simulation.catalog import simulate_catalog
from callbacks.data import choosing, details, indices, lists, removing, shown
from pages._components.data_indices import LEAVE_OUT

CHOICE = {"kind": "choice", "upload": None, "path": "dr5.csv"}
FORM = {"kind": "index-new", "choice": CHOICE}


@pytest.fixture
def services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    root = tmp_path / "root"
    root.mkdir()
    pl.concat(simulate_catalog(60)).write_csv(root / "dr5.csv")
    pl.concat(simulate_catalog(60)).write_parquet(root / "dr5.parquet")
    (root / "plain.csv").write_text("name;alpha\nx;10\ny;abc\n", encoding="utf-8")
    made = build_services(Settings(workspace=tmp_path / "workspace", data_root=root))
    monkeypatch.setattr(made.jobs, "dispatch", lambda: None)
    return made


def text_of(component: Any) -> str:
    if isinstance(component, list | tuple):
        return " ".join(map(text_of, component))
    if isinstance(component, Component):
        named = [str(getattr(component, name, "") or "") for name in ("value", "label")]
        return " ".join([*named, text_of(getattr(component, "children", "") or "")])
    return str(component)


def path_of(services: Services, name: str = "dr5.csv") -> str:
    return str(services.library.data_root.resolve(name))


def columns_of(services: Services, name: str = "dr5.csv") -> tuple[list[str], list[str], str]:
    """Return names, types and id as the form has them when nobody changes anything."""
    from al_core.metadata.importing import open_source, suggest

    mapping = suggest(open_source(Path(path_of(services, name)))).mapping
    names = [one.field.name if one.field else "" for one in mapping.columns]
    return names, [str(one.field.type) if one.field else LEAVE_OUT for one in mapping.columns], mapping.id_from


def submit(services: Services, name: str = "dr5", **changed: Any) -> str:
    names, types, id_from = columns_of(services)
    told = {"path": path_of(services), "names": "", "encoding": "utf-8", "missing": "", "is_replacing": False,
            "id_from": [id_from], "field_names": names, "field_types": types} | changed  # fmt: skip
    return indices.submit(services, FORM, name, **told)


@pytest.mark.parametrize("name", ["dr5.csv", "dr5.parquet"])
def test_a_catalog_offers_to_be_indexed(services: Services, name: str) -> None:
    text = text_of(choosing.choice(services, CHOICE | {"path": name}))
    assert "Index its metadata" in text
    assert shown.shown_by(["index-new"], CHOICE) == FORM


def test_the_form_shows_each_column_with_its_field_for_confirmation(services: Services) -> None:
    assert "dr5" in text_of(details.detail(services, FORM, None))
    text = text_of(indices.mapping(services, FORM, path_of(services), "", "utf-8"))
    assert "separated by comma, LAMOST" in text
    assert "Field of designation" in text
    assert "would be rejected" not in text


def test_rows_that_would_be_rejected_are_told_before(services: Services) -> None:
    form = {"kind": "index-new", "choice": CHOICE | {"path": "plain.csv"}}
    text = text_of(indices.mapping(services, form, path_of(services, "plain.csv"), "ra,id", "utf-8"))
    assert "Rows are named by" in text
    text = text_of(indices.mapping(services, form, path_of(services, "plain.csv"), "id,ra", "utf-8"))
    assert "line 1: ra: expected 0 to 360 degrees" in text
    assert "No column is a position" in text_of(indices.mapping(services, form, path_of(services, "plain.csv"), "", ""))


def test_a_confirmed_mapping_becomes_a_job_and_an_index(services: Services) -> None:
    names, types, _ = columns_of(services)
    types[names.index("tcomment")] = LEAVE_OUT
    names[names.index("snrg")] = "noise_g"
    job_id = submit(services, field_names=names, field_types=types, missing="99.0, -9999")
    job = services.jobs.get(job_id)
    assert (job.kind, job.title) == ("index", "Index dr5")
    assert job in lists.listed_jobs(services)
    assert KINDS["index"].label == "Index"
    carry_out(services.settings.workspace, IndexOrder.from_dict(job.parameters))
    schema = services.catalogs.open("dr5").schema
    assert schema["noise_g"].original == "snrg"
    assert "tcomment" not in schema
    assert services.catalogs.open("dr5").scan(["mag7"]).filter(pl.col("mag7") == 99).collect().is_empty()
    assert "dr5" in text_of(lists.lists(services, {"kind": None}))
    assert "noise_g" in text_of(details.detail(services, {"kind": "index", "name": "dr5"}, None))
    with pytest.raises(MetadataError, match="There is an index 'dr5' already"):
        submit(services)
    assert submit(services, is_replacing=True)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"name": ""}, "needs a name"),
        ({"name": "a/b"}, "cannot be the name"),
        ({"id_from": []}, "Choose the column of the id"),
        ({"id_from": ["nothing"]}, "There is no column 'nothing'"),
        ({"path": "/etc/passwd"}, "not there any more"),
        ({"field_names": ["ra"] * 38}, "Two columns would become the field 'ra'"),
        ({"field_names": ["Not A Name", *[f"x{n}" for n in range(37)]]}, "lower case letters"),
        ({"field_names": [""] * 38}, "needs the name of a field"),
        ({"field_names": ["a"], "field_types": ["string"]}, "The columns have changed"),
        ({"encoding": "utf-16"}, "cannot be read"),
    ],
)
def test_mistakes_in_the_form_are_told(services: Services, changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ALCoreError, match=message):
        submit(services, **changed)
    assert services.jobs.list(kind="index") == []


def test_an_index_is_deleted_after_asking(services: Services) -> None:
    job = services.jobs.get(submit(services))
    with pytest.raises(LibraryError, match="works with it right now"):
        removing.delete(services, "index", "dr5")
    carry_out(services.settings.workspace, IndexOrder.from_dict(job.parameters))
    services.jobs.cancel(job.job_id)
    assert "cannot be searched any more" in removing.consequences(services, "index", "dr5")
    removing.delete(services, "index", "dr5")
    assert services.catalogs.names() == []
    assert "any more" in text_of(details.detail(services, {"kind": "index", "name": "dr5"}, None))

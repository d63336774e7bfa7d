import json
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from al_core.cli import main
from al_core.errors import MetadataError
from al_core.library import Library
from al_core.metadata.catalog import Catalog, Catalogs
from al_core.metadata.importing import index_pool
from al_core.settings import Settings, load_settings
from al_core.simulation import SurveyParameters, write_csv_survey
from al_core.simulation.catalog import simulate_catalog


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("SPECTROLABE_WORKSPACE", str(tmp_path / "workspace"))
    load_settings.cache_clear()
    yield tmp_path / "workspace"
    load_settings.cache_clear()


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("survey")
    write_csv_survey(folder, SurveyParameters(n_spectra=40, n_training=8))
    return folder


def write(folder: Path, text: str, name: str = "t.csv") -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder / name)


def test_a_table_becomes_an_index_that_is_listed_and_deleted(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pl.concat(simulate_catalog(50)).write_parquet(tmp_path / "dr5.parquet")
    assert main(["index", str(tmp_path / "dr5.parquet"), "--index", "dr5"]) == 0
    assert "Index dr5: 50 rows" in capsys.readouterr().out
    assert main(["index", str(tmp_path / "dr5.parquet"), "--index", "dr5"]) == 0
    assert "nothing to do" in capsys.readouterr().out
    assert main(["index", "--list"]) == 0
    assert capsys.readouterr().out.startswith("dr5: 50 rows, 0.")
    assert main(["index", "--delete", "dr5"]) == 0
    assert Catalogs(workspace).names() == []
    assert main(["index", "--delete", "dr5"]) == 2
    assert "There is no index 'dr5'" in capsys.readouterr().err


def test_a_suggested_mapping_can_be_changed_and_used(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = write(tmp_path, "name;alpha;delta;mag1;note\nx;10;20;99.0;good\n")
    assert main(["index", table, "--suggest"]) == 0
    mapping = json.loads(capsys.readouterr().out)
    assert mapping["id_from"] == ""
    assert main(["index", table, "--index", "t"]) == 2
    assert "Choose the column of the id" in capsys.readouterr().err
    for column, name in ((1, "ra"), (2, "dec")):
        mapping["columns"][column]["field"] |= {"name": name, "type": "number"}
    mapping["columns"][4]["field"] = None
    told = write(tmp_path, json.dumps(mapping), "mapping.json")
    arguments = ["index", table, "--index", "t", "--mapping", told, "--id", "name", "--missing", "99"]
    assert main(arguments) == 0
    rows = Catalog.open(workspace, "t").scan(["ra", "dec", "mag1"]).collect()
    assert rows.select("id", "ra", "dec", "mag1").rows() == [("x", 10.0, 20.0, None)]
    assert "note" not in Catalog.open(workspace, "t").schema


def test_a_table_without_header_takes_its_columns_from_the_command(workspace: Path, tmp_path: Path) -> None:
    table = write(tmp_path, "a.fits|1|2\n")
    assert main(["index", table, "--index", "t", "--columns", "filename,ra,dec", "--separator", "|"]) == 0
    assert Catalog.open(workspace, "t").scan().collect()["id"].to_list() == ["a"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Expected a file or the name of a pool"),
        (["{good}"], "Expected the name of the index"),
        (["{good}", "--index", "a/b"], "cannot be the name"),
        (["{folder}/none.csv", "--index", "x"], "is not there"),
        (["{folder}", "--index", "x"], "is a folder"),
        (["{good}", "--index", "x", "--id", "nothing"], "There is no column 'nothing'"),
        (["{good}", "--index", "x", "--mapping", "{good}"], "expected a mapping as --suggest prints it"),
        (["{good}", "--index", "x", "--logstash", "{good}"], "expected"),
    ],
)
def test_mistakes_are_one_line_and_leave_nothing(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    good = write(tmp_path, "id,ra\na,1\n")
    told = [one.format(good=good, folder=tmp_path) for one in arguments]
    assert main(["index", *told]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
    assert not (workspace / "indices").exists()


def test_an_import_of_a_pool_makes_its_index_and_deleting_the_pool_deletes_it(
    workspace: Path, survey: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = ["import", str(survey / "pool.csv"), "--pool", "survey", "--metadata", str(survey / "metadata.csv")]
    assert main(told) == 0
    catalog = Catalog.open(workspace, "survey")
    assert catalog.n_rows == 40
    assert {"ra", "dec", "snrg", "subclass", "median_snr"} <= set(catalog.schema.names)
    assert main(["index", "survey"]) == 0
    assert "nothing to do" in capsys.readouterr().out
    assert main(["index", "survey", "--index", "copy"]) == 0
    assert main(["index", "survey", "--id", "obsid"]) == 2
    Library(workspace, Settings(workspace=workspace)).delete_pool("survey")
    assert Catalogs(workspace).names() == ["copy"]


def test_an_index_of_something_else_stays_when_a_pool_of_its_name_comes_and_goes(
    workspace: Path, survey: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["index", write(tmp_path, "id,ra\na,1\n"), "--index", "survey"]) == 0
    assert main(["import", str(survey / "pool.csv"), "--pool", "survey"]) == 0
    assert "its metadata cannot be searched yet: There is an index 'survey' already" in capsys.readouterr().out
    Library(workspace, Settings(workspace=workspace)).delete_pool("survey")
    assert Catalogs(workspace).names() == ["survey"]
    with pytest.raises(MetadataError, match="There is no pool 'survey'"):
        index_pool(workspace, "survey")


def test_an_elasticsearch_that_is_away_does_not_fail_an_import(
    workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SPECTROLABE_ELASTICSEARCH_URL", "http://127.0.0.1:1")
    load_settings.cache_clear()
    assert main(["index", write(tmp_path, "id,ra\na,1\n"), "--index", "t"]) == 0
    assert "The index t is whole, but Elasticsearch does not have it yet" in capsys.readouterr().out
    assert main(["index", "--delete", "t"]) == 0
    assert "is deleted, but Elasticsearch has it still" in capsys.readouterr().out
    assert Catalogs(workspace).names() == []

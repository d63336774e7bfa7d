import csv
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from al_core.errors import CancelledError, MetadataError
from al_core.metadata.catalog import Catalog, Catalogs
from al_core.metadata.importing import IndexReport, import_metadata, open_source, preview, suggest
from al_core.metadata.importing.orders import IndexOrder, carry_out, checked_order
from al_core.simulation.catalog import simulate_catalog

N = 3000


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("catalog") / "dr5.csv"
    pl.concat(simulate_catalog(N)).write_csv(path)
    return path


def importing(workspace: Path, *paths: Path, name: str = "dr5", replace: bool = False) -> IndexReport:
    sources = [open_source(path) for path in paths]
    return import_metadata(workspace, name, sources, suggest(sources[0]).mapping, replace=replace)


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_an_index_has_every_row_and_says_where_it_is_from(tmp_path: Path, table: Path) -> None:
    report = importing(tmp_path, table)
    assert (report.n_rows, report.n_rejected, report.resumed_at) == (N, 0, 0)
    catalog = Catalog.open(tmp_path, "dr5")
    assert [(source.name, source.n_rows) for source in catalog.manifest.sources] == [("dr5.csv", N)]
    original = pl.read_csv(table).with_columns(id=pl.col("filename").str.strip_suffix(".fits"))
    rows = catalog.scan().collect().sort("id")
    assert rows["snrg"].equals(original.sort("id")["snrg"])


def test_the_same_import_again_does_nothing_and_another_is_refused(tmp_path: Path, table: Path) -> None:
    importing(tmp_path, table)
    assert importing(tmp_path, table).already_imported
    other = write(tmp_path, "other.csv", "id,ra\na,1\n")
    with pytest.raises(MetadataError, match="There is an index 'dr5' already"):
        importing(tmp_path, other)
    assert importing(tmp_path, other, replace=True).n_rows == 1
    assert Catalog.open(tmp_path, "dr5").n_rows == 1


def test_rejected_rows_are_listed_with_file_line_and_reason(tmp_path: Path) -> None:
    path = write(tmp_path, "t.csv", "id,ra,obsid\na,1,1\nb,x,2\nc,2\na,3,3\n,4,4\nd,5,5.5\ne,1,6\n")
    report = importing(tmp_path, path)
    assert (report.n_rows, report.n_rejected) == (2, 5)
    with report.rejected_path.open(encoding="utf-8") as file:
        rows = sorted(csv.reader(file))
    assert rows == [
        ["source", "row", "reason"],
        ["t.csv", "3", "ra: expected 0 to 360 degrees or hh:mm:ss, found 'x'"],
        ["t.csv", "4", "expected 3 cells, found 2"],
        ["t.csv", "5", "id 'a' is there already"],
        ["t.csv", "6", "id: no id"],
        ["t.csv", "7", "obsid: expected a whole number, found '5.5'"],
    ]


def test_several_files_become_one_index(tmp_path: Path) -> None:
    first, second = write(tmp_path, "a.csv", "id,ra\na,1\nb,2\n"), write(tmp_path, "b.csv", "ra;id\n3;c\n4;b\n")
    report = importing(tmp_path, first, second)
    assert report.n_rows == 3
    assert report.rejected == (("b.csv", "3", "id 'b' is there already"),)


def test_nothing_is_left_of_an_import_without_a_usable_row(tmp_path: Path) -> None:
    path = write(tmp_path, "t.csv", "id,ra\na,x\nb,y\n")
    with pytest.raises(MetadataError, match=r"no row can be used. The first: line 2: ra: expected 0 to 360"):
        importing(tmp_path, path)
    assert not (tmp_path / "indices" / "dr5").exists()


@pytest.mark.parametrize("name", ["", "a/b", "..", "a\nb", "*", "x" * 90, "-a"])
def test_names_that_no_index_can_have(tmp_path: Path, table: Path, name: str) -> None:
    with pytest.raises(MetadataError, match=r"name"):
        importing(tmp_path, table, name=name)
    assert not (tmp_path / "indices").exists()


def test_a_failing_replacement_keeps_the_index(tmp_path: Path, table: Path) -> None:
    importing(tmp_path, table)
    with pytest.raises(MetadataError, match="no row can be used"):
        importing(tmp_path, write(tmp_path, "t.csv", "id,ra\na,x\n"), replace=True)
    assert Catalog.open(tmp_path, "dr5").n_rows == N
    assert importing(tmp_path, table).already_imported


def test_a_cancelled_import_goes_on(tmp_path: Path, table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("al_core.metadata.importing.sources.delimited.BLOCK_BYTES", 50_000)
    source = open_source(table)
    mapping, calls = suggest(source).mapping, 0

    def cancelling(done: int, total: int | None, message: str) -> None:
        nonlocal calls
        calls += 1
        if calls == 5:
            raise CancelledError("The user asked to stop.")

    with pytest.raises(CancelledError):
        import_metadata(tmp_path, "dr5", [source], mapping, progress=cancelling)
    assert Catalogs(tmp_path).names() == []
    report = import_metadata(tmp_path, "dr5", [source], mapping)
    assert report.resumed_at > 0
    assert report.n_rows == N
    assert Catalog.open(tmp_path, "dr5").scan().collect()["id"].n_unique() == N


_SLOW = """
import sys, time
from pathlib import Path
from al_core.metadata.catalog import writing
from al_core.metadata.importing import import_metadata, open_source, suggest
from al_core.metadata.importing.sources import delimited, parquet
writing.PART_ROWS = 300
delimited.BLOCK_BYTES, parquet.BATCH_ROWS = 30_000, 100
source = open_source(Path(sys.argv[2]))
def progress(done, total, message):
    print(message, flush=True)
    time.sleep(0.02)
import_metadata(Path(sys.argv[1]), "dr5", [source], suggest(source).mapping, progress=progress)
"""


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_killed_import_goes_on_and_has_every_row_once(tmp_path: Path, table: Path, kind: str) -> None:
    path = tmp_path / f"dr5.{kind}"
    rows = pl.read_csv(table)
    rows.write_csv(path) if kind == "csv" else rows.write_parquet(path)
    child = subprocess.Popen([sys.executable, "-c", _SLOW, str(tmp_path), str(path)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    for line in child.stdout:
        if int(line.split()[1].replace(",", "")) > 1000:
            break
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    child.stdout.close()
    assert Catalogs(tmp_path).names() == []
    report = importing(tmp_path, path)
    assert 300 <= report.resumed_at < N
    assert (report.n_rows, report.n_rejected) == (N, 0)
    assert Catalog.open(tmp_path, "dr5").scan().collect()["obsid"].sort().equals(rows["obsid"].sort())


def test_a_file_that_changed_is_imported_from_the_start(tmp_path: Path) -> None:
    path = write(tmp_path, "t.csv", "id,ra\na,1\n")
    importing(tmp_path, path)
    time.sleep(0.01)
    write(tmp_path, "t.csv", "id,ra\na,1\nb,2\n")
    with pytest.raises(MetadataError, match="already"):
        importing(tmp_path, path)
    assert importing(tmp_path, path, replace=True).n_rows == 2


def test_an_order_writes_its_mapping_out(tmp_path: Path, table: Path) -> None:
    order = checked_order(tmp_path, IndexOrder("dr5", (str(table),)))
    assert order.mapping is not None
    assert IndexOrder.from_dict(order.to_dict()) == order
    assert carry_out(tmp_path, order).n_rows == N
    with pytest.raises(MetadataError, match="There is an index 'dr5' already"):
        checked_order(tmp_path, order)
    with pytest.raises(MetadataError, match="Nothing is chosen"):
        checked_order(tmp_path, IndexOrder("x"))


def test_a_preview_shows_rows_and_reasons(tmp_path: Path) -> None:
    source = open_source(write(tmp_path, "t.csv", "id,ra\na,12:00:00\nb,x\n"))
    frame, reasons = preview(source, suggest(source).mapping)
    assert frame.rows() == [("a", 180.0)]
    assert reasons == ("line 3: ra: expected 0 to 360 degrees or hh:mm:ss, found 'x'",)

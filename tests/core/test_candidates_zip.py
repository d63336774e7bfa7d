import io
import zipfile
from pathlib import Path

import polars as pl
import pytest

from al_core.candidates.files import Column, Spool
from al_core.candidates.files import spectra_zip as zips
from al_core.candidates.files.spectra_zip import write_zip
from al_core.errors import MetadataError
from al_core.metadata import FieldType
from al_core.pools import Pool
from tests.core.labeling_made import IDS, POOL, made_workspace

COLUMNS = [Column("id", FieldType.STRING, source="id"), Column("comment", FieldType.STRING, source="comment")]


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Pool:
    return Pool.open(made_workspace(tmp_path_factory.mktemp("zip")) / "pools" / POOL)


def spool_of(folder: Path, ids: list[str]) -> Spool:
    folder.mkdir()
    spool = Spool(folder, COLUMNS)
    spool.append(pl.DataFrame({"id": ids, "comment": ["=1"] * len(ids)}))
    spool.finish()
    return spool


def test_table_and_spectra_are_in_one_file(pool: Pool, tmp_path: Path) -> None:
    path = tmp_path / "candidates.zip"
    assert write_zip(spool_of(tmp_path / "rows", [IDS[3], "elsewhere", IDS[0]]), pool, path) == 1
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        names = [f"spectra/{IDS[3]}.csv", f"spectra/{IDS[0]}.csv"]
        assert archive.namelist() == ["README.txt", "table.csv", *names, "missing.csv"]
        assert archive.read("table.csv").decode().splitlines()[1] == f"{IDS[3]},'=1"
        assert archive.read("missing.csv").decode() == "id,reason\nelsewhere,not in the pool\n"
        spectrum = pl.read_csv(io.BytesIO(archive.read(names[0])))
    assert spectrum["wavelength"].to_list() == pool.grid.tolist()
    assert spectrum["flux"].to_list() == pytest.approx(pool.rows([IDS[3]])[0].tolist())


def test_an_original_file_comes_as_it_is(pool: Pool, tmp_path: Path) -> None:
    folder = Path(pool.metadata.select("source").first().collect().item()).parent / "spectra"
    folder.mkdir()
    (folder / f"{IDS[5]}.fits").write_bytes(b"SIMPLE")
    write_zip(spool_of(tmp_path / "rows", [IDS[5]]), pool, tmp_path / "candidates.zip")
    with zipfile.ZipFile(tmp_path / "candidates.zip") as archive:
        assert archive.read(f"spectra/{IDS[5]}.fits") == b"SIMPLE"


def test_too_many_spectra_are_refused(pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zips, "MOST_SPECTRA", 1)
    with pytest.raises(MetadataError, match="at most 1, these are 2"):
        write_zip(spool_of(tmp_path / "rows", IDS[:2]), pool, tmp_path / "candidates.zip")
    assert not (tmp_path / "candidates.zip").exists()

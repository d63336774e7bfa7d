import gzip
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from astropy.table import Table

from al_core.errors import MetadataError
from al_core.metadata.importing.sources import Reading, Source, dialect, open_source
from al_core.metadata.importing.sources import delimited as delimited_module
from al_core.simulation.catalog import simulate_catalog

N = 500


@pytest.fixture(scope="module")
def catalog() -> pl.DataFrame:
    return pl.concat(simulate_catalog(N, seed=1))


def write(folder: Path, content: bytes | str, name: str = "table.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(source: Source, skip: int = 0) -> pl.DataFrame:
    return pl.concat(batch.frame for batch in source.batches(skip))


def rejected(source: Source) -> list[tuple[int, str]]:
    return [(row.row, row.reason) for batch in source.batches() for row in batch.rejected]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found_by_content(tmp_path: Path, catalog: pl.DataFrame, separator: str) -> None:
    path = tmp_path / "whatever.dat"
    catalog.write_csv(path, separator=separator)
    source = open_source(path)
    assert [column.name for column in source.columns] == catalog.columns
    assert read(source)["designation"].equals(catalog["designation"])


def test_gzip_is_read_through(tmp_path: Path, catalog: pl.DataFrame) -> None:
    path = write(tmp_path, gzip.compress(catalog.write_csv().encode()), "table.csv.gz")
    source = open_source(path)
    assert read(source)["obsid"].cast(pl.Int64).equals(catalog["obsid"])
    assert list(source.batches())[-1].done == source.size


def test_a_gzip_file_that_breaks_off_is_told(
    tmp_path: Path, catalog: pl.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = gzip.compress(catalog.write_csv().encode())
    path = write(tmp_path, whole[: len(whole) // 2], "table.csv.gz")
    with pytest.raises(MetadataError, match="cannot be read to its end"):
        open_source(path)
    monkeypatch.setattr(dialect, "HEAD_BYTES", 20_000)
    with pytest.raises(MetadataError, match="cannot be read to its end"):
        read(open_source(path))


@pytest.mark.parametrize("kind", ["csv", "parquet", "fits", "vot", "binary"])
def test_every_kind_of_file_goes_on_behind_any_batch(
    tmp_path: Path, catalog: pl.DataFrame, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delimited_module, "BLOCK_BYTES", 20_000)
    source = open_source(made(tmp_path, catalog, kind))
    assert read(source)["obsid"].cast(pl.Int64).equals(catalog["obsid"])
    numbers = np.concatenate([batch.rows for batch in source.batches()])
    first = 2 if source.row_word == "line" else 1
    assert numbers.tolist() == list(range(first, N + first))
    for batch in list(source.batches())[:3] or []:
        rest = [one.frame for one in source.batches(batch.n_done)]
        n_rest = sum(map(len, rest))
        assert n_rest == N - batch.n_done
        if n_rest:
            assert pl.concat(rest)["obsid"].cast(pl.Int64).equals(catalog["obsid"][batch.n_done :])


def made(folder: Path, catalog: pl.DataFrame, kind: str) -> Path:
    path = folder / f"table.{kind}"
    if kind == "csv":
        catalog.write_csv(path)
    elif kind == "parquet":
        catalog.write_parquet(path)
    else:
        plain = {
            name: catalog[name].fill_null("") if catalog[name].dtype == pl.String else catalog[name]
            for name in catalog.columns
        }
        table = Table({name: np.array(values.to_list()) for name, values in plain.items()})
        if kind == "fits":
            table.write(path, format="fits")
        else:
            table.write(path, format="votable", tabledata_format="binary2" if kind == "binary" else "tabledata")
    return path


def test_rows_of_wrong_length_are_rejected_with_their_line(tmp_path: Path) -> None:
    source = open_source(write(tmp_path, "id,ra,dec\na,1,2\nb,1\n\nc,1,2,3\nd,1,2\r\n  \n"))
    assert read(source)["id"].to_list() == ["a", "d"]
    assert rejected(source) == [(3, "expected 3 cells, found 2"), (5, "expected 3 cells, found 4")]


def test_null_characters_reject_their_row_alone(tmp_path: Path) -> None:
    rows = "".join(f"s{n},{n}\n" for n in range(200))
    source = open_source(write(tmp_path, "id,ra\n" + rows.replace("s7,", "s\0,")))
    assert rejected(source) == [(9, "a null character (byte 0)")]
    assert len(read(source)) == 199


def test_quotation_marks_enclose_separators_marks_and_line_ends(tmp_path: Path) -> None:
    text = 'id,note,ra\n"a","b, c",1\nb,"two\nlines",2\nc,"says ""no""",3\nd,5" offset,4\ne,"not closed,5\nf,x,6\n'
    source = open_source(write(tmp_path, text))
    found = dict(read(source).select("id", "note").iter_rows())
    assert found == {"a": "b, c", "b": "two\nlines", "c": 'says "no"', "d": '5" offset', "f": "x"}
    assert rejected(source) == [(7, "a quotation mark that is not closed")]
    assert sorted(int(n) for batch in source.batches() for n in batch.rows) == [2, 3, 5, 6, 8]


def test_blocks_may_end_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "id,note\n" + "".join(f'r{n},"a ""{n}""\nb, é"\n' for n in range(60))
    source = open_source(write(tmp_path, text))
    whole = read(source).sort("id")
    for size in (7, 64, 129):
        monkeypatch.setattr(delimited_module, "BLOCK_BYTES", size)
        assert read(source).sort("id").equals(whole)
    assert whole["note"].to_list()[0] == 'a "0"\nb, é'


def test_latin_1_is_named_and_read_when_it_is_told(tmp_path: Path) -> None:
    content = "id,object\na,Ondřejov\nb,caf\u00e9\n".replace("ř", "r").encode("latin-1")
    path = write(tmp_path, content)
    with pytest.raises(MetadataError, match=r"byte 0xE9 in line 3. Name its encoding, for instance latin-1"):
        open_source(path)
    assert read(open_source(path, Reading(encoding="latin-1")))["object"].to_list() == ["Ondrejov", "café"]
    with pytest.raises(MetadataError, match="no encoding 'nonsense'"):
        open_source(path, Reading(encoding="nonsense"))


def test_blocks_of_latin_1_count_its_own_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited_module, "BLOCK_BYTES", 50)
    path = write(tmp_path, ("id,object\n" + "".join(f"s{n},é{n}é\n" for n in range(100))).encode("latin-1"))
    source = open_source(path, Reading(encoding="latin-1"))
    assert read(source)["object"].to_list() == [f"é{n}é" for n in range(100)]


def test_a_byte_order_mark_and_comments_are_passed_over(tmp_path: Path) -> None:
    path = write(tmp_path, b"\xef\xbb\xbf# made by hand\n#\n#id,ra\na,1\n")
    source = open_source(path)
    assert [column.name for column in source.columns] == ["id", "ra"]
    assert [int(n) for batch in source.batches() for n in batch.rows] == [4]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "found an empty file"),
        (b"\n\n", "found an empty file"),
        (b"id,ra\n", "found a header alone"),
        (b"id,ra,id\na,1,b\n", "'id' more than once"),
        (b"1,2.5,3\n4,5,6\n", "expected the names of columns in the first line"),
        (b"\xff\xfei\0d\0\n\0a\0\n\0", "UTF-16"),
        (bytes(range(256)) * 40, "expected text, found bytes that are none"),
        (b"SIMPLE  = nonsense", "FITS file with a table"),
        (b"PAR1nonsense", "expected a Parquet file"),
        (b"<?xml version='1.0'?><VOTABLE><broken", "broken"),
        (b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><VOTABLE/>", "declares entities"),
        (b"<?xml version='1.0'?><html></html>", "a VOTable with a table, found none"),
    ],
)
def test_what_is_no_table_gets_one_clear_line(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(MetadataError, match=message) as caught:
        open_source(write(tmp_path, content))
    assert "\n" not in str(caught.value)


def test_missing_files_and_folders_are_told(tmp_path: Path) -> None:
    with pytest.raises(MetadataError, match="is not there"):
        open_source(tmp_path / "nothing.csv")
    with pytest.raises(MetadataError, match="is a folder"):
        open_source(tmp_path)


def test_columns_of_a_table_without_header_are_given(tmp_path: Path) -> None:
    path = write(tmp_path, "a,1\nb,2\n")
    assert read(open_source(path, Reading(names=("id", "ra"))))["id"].to_list() == ["a", "b"]
    with_header = write(tmp_path, "ID,ra\na,1\n", "header.csv")
    assert read(open_source(with_header, Reading(names=("id", "ra"))))["id"].to_list() == ["a"]


def test_a_sample_comes_from_all_of_a_large_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited_module, "_SAMPLE_BYTES", 2000)
    path = write(tmp_path, "id,kind\n" + "".join(f"s{n:06d},{'x' if n > 15_000 else 7}\n" for n in range(20_000)))
    sample = open_source(path).sample()
    assert len(sample) < 2000
    assert sample["kind"].unique().sort().to_list() == ["7", "x"]


def test_fits_tables_say_units_and_nulls(tmp_path: Path) -> None:
    table = Table(
        {"id": ["a", "b"], "n": np.ma.array([1, 2], mask=[False, True]), "image": np.zeros((2, 3)), "ok": [True, False]}
    )
    table["n"].unit = "s"
    table.write(tmp_path / "t.fits")
    source = open_source(write(tmp_path, gzip.compress((tmp_path / "t.fits").read_bytes()), "t.fits.gz"))
    about = {column.name: column for column in source.columns}
    assert (about["n"].unit, about["image"].is_usable) == ("s", False)
    frame = read(source)
    assert frame["n"].to_list() == [1, None]
    assert frame["ok"].to_list() == [True, False]


def test_a_binary_votable_has_a_clear_limit(
    tmp_path: Path, catalog: pl.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = made(tmp_path, catalog, "binary")
    monkeypatch.setattr("al_core.metadata.importing.sources.votable.LARGEST_BINARY", 1000)
    with pytest.raises(MetadataError, match="Save it as FITS or Parquet"):
        open_source(path)

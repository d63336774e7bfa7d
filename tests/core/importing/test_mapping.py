from pathlib import Path

import polars as pl
import pytest

from al_core.errors import MetadataError
from al_core.metadata.fields import FieldType
from al_core.metadata.importing import Mapping, open_source, suggest
from al_core.metadata.importing.known_fields import ALIASES, KNOWN, known_name
from al_core.metadata.importing.rows import rows_of
from al_core.simulation.catalog import CATALOG_COLUMNS, simulate_catalog
from al_core.spectrum import spectrum_id_of
from tests.data_location import TEST_DATA, needs_test_data

#: Columns of LAMOST's catalogues, as its releases publish them (https://www.lamost.org, "catalogue").
RELEASES = {
    "dr1": "obsid|designation|obsdate|lmjd|planid|spid|fiberid|ra|dec|snru|snrg|snrr|snri|snrz|objtype|class|subclass|"
    "magtype|mag1|mag2|mag3|mag4|mag5|mag6|mag7|tsource|fibertype|tfrom|t_info|rv|z|z_err",
    "dr5": "obsid|designation|obsdate|lmjd|mjd|planid|spid|fiberid|ra_obs|dec_obs|snru|snrg|snrr|snri|snrz|objtype|"
    "class|subclass|z|z_err|magtype|mag1|mag2|mag3|mag4|mag5|mag6|mag7|tsource|fibertype|tfrom|tcomment|offsets|offset_v|"
    "ra|dec|fibermask",
    "dr8": "obsid|uid|designation|obsdate|lmjd|mjd|planid|spid|fiberid|ra_obs|dec_obs|snru|snrg|snrr|snri|snrz|class|"
    "subclass|z|z_err|ps_id|mag_ps_g|mag_ps_r|mag_ps_i|mag_ps_z|mag_ps_y|gaia_source_id|gaia_g_mean_mag|tsource|"
    "fibertype|tfrom|tcomment|offsets|offsets_v|ra|dec|fibermask",
    "dr10": "obsid|uid|gp_id|designation|obsdate|lmjd|mjd|planid|spid|fiberid|ra_obs|dec_obs|snru|snrg|snrr|snri|snrz|"
    "class|subclass|z|z_err|z_flag|ps_id|mag_ps_g|mag_ps_r|mag_ps_i|mag_ps_z|mag_ps_y|gaia_source_id|gaia_g_mean_mag|"
    "tsource|fibertype|tfrom|tinfo|offset|offset_v|rv|rv_err|logg|teff|feh|ra|dec|fibermask",
}
VALUES = {
    "obsid": "101001", "designation": "J220848.54-020324.3", "obsdate": "2011-10-24", "lmjd": "55859", "mjd": "55858",
    "planid": "F5902", "spid": "1", "fiberid": "9", "class": "STAR", "subclass": "G5", "ra": "332.2", "dec": "-2.05",
    "gaia_source_id": "2680395113183206656", "ps_id": "105533322021968672", "uid": "G17593801386957", "gp_id": "",
    "tsource": "JF_LEGAS_S", "fibertype": "Obj", "tfrom": "", "offsets": "f", "offset": "f", "magtype": "ugriz",
    "fibermask": "0",
}  # fmt: skip


def table(folder: Path, header: str, rows: list[str], name: str = "table.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("release", RELEASES)
def test_every_release_of_lamost_has_the_same_fields(tmp_path: Path, release: str) -> None:
    names = RELEASES[release].split("|")
    source = open_source(table(tmp_path, RELEASES[release], ["|".join(VALUES.get(name, "1.5") for name in names)]))
    found = suggest(source)
    assert found.survey == "LAMOST"
    fields = {field.original: field for field in found.mapping.fields}
    assert set(fields) == set(names)
    for name in names:
        known = KNOWN.get(name) or KNOWN[known_name(name) or "?"]
        assert (fields[name].name, fields[name].type) == (known.name, known.type)
    rows = rows_of(next(iter(source.batches())), found.mapping)
    assert rows.rejected == []
    assert rows.frame["id"].to_list() == ["spec-55859-F5902_sp01-009"]
    assert rows.frame["ra"].to_list() == [332.2]


def test_names_that_mean_the_same_are_one_field() -> None:
    assert {known_name(name) for name in ("t_info", "tinfo", "TCOMMENT", "tcomment")} == {"tcomment"}
    assert {known_name(name) for name in ("z_flag", "zflag", "ZFLAG")} == {"zflag"}
    assert known_name("DATE-OBS") == "date_obs"
    assert set(ALIASES) <= set(KNOWN)


def test_the_thesis_columns_have_their_types() -> None:
    types = {name: KNOWN[name].type for name in CATALOG_COLUMNS}
    integers = {"obsid", "lmjd", "mjd", "spid", "fiberid", "fibermask"}
    texts = {"filename", "designation", "planid", "objtype", "class", "subclass", "magtype", "tsource", "fibertype"}
    texts |= {"tfrom", "tcomment", "offsets"}
    assert {name for name, kind in types.items() if kind is FieldType.INTEGER} == integers
    assert {name for name, kind in types.items() if kind is FieldType.STRING} == texts
    assert {name for name, kind in types.items() if kind is FieldType.TIME} == {"obsdate"}


def test_ids_are_names_of_files_without_folder_and_extensions(tmp_path: Path) -> None:
    names = [
        "spec-1_sp01-001.fits",
        "a/b/spec-2.fits.gz",
        r"C:\data\spec-3.fit",
        "B0.5III__184915.fits",
        ".fits",
        "plain",
    ]
    source = open_source(table(tmp_path, "filename,obsid", [f"{name},{n}" for n, name in enumerate(names)]))
    rows = rows_of(next(iter(source.batches())), suggest(source).mapping)
    expected = [spectrum_id_of(Path(name.replace("\\", "/"))) for name in names]
    assert rows.frame["id"].to_list() == expected
    assert rows.frame["filename"].to_list() == names


def test_addresses_lose_their_query(tmp_path: Path) -> None:
    source = open_source(table(tmp_path, "accref,ra", ["http://x.org/data/uc2.vot?preview=True,1"]))
    assert rows_of(next(iter(source.batches())), suggest(source).mapping).frame["id"].to_list() == ["uc2"]


@pytest.mark.parametrize(
    ("header", "id_from"),
    [
        ("obsid,filename,id", "filename"),
        ("obsid,ID,ra", "ID"),
        ("spectrum_id,id", "spectrum_id"),
        ("obsid,designation", "obsid"),
        ("designation,ra", "designation"),
        ("ra,dec", ""),
    ],
)
def test_the_column_of_the_id_follows_a_fixed_order(tmp_path: Path, header: str, id_from: str) -> None:
    source = open_source(table(tmp_path, header, [",".join("x" for _ in header.split(","))]))
    mapping = suggest(source).mapping
    assert mapping.id_from == id_from
    if not id_from:
        with pytest.raises(MetadataError, match="Choose the column of the id"):
            mapping.checked(source.columns)


def test_a_rule_makes_ids_of_several_columns(tmp_path: Path) -> None:
    source = open_source(table(tmp_path, "plate,mjd,fiberid", ["266,51602,13", "3128,54776,"]))
    mapping = suggest(source).mapping.with_id("spec-{plate:4}-{mjd}-{fiberid:4}")
    rows = rows_of(next(iter(source.batches())), mapping.checked(source.columns))
    assert rows.frame["id"].to_list() == ["spec-0266-51602-0013"]
    assert [(row.row, row.field, row.reason) for row in rows.rejected] == [(3, "id", "no id")]


def test_a_value_that_does_not_fit_rejects_its_row_with_field_and_value(tmp_path: Path) -> None:
    rows = ["a,1.5,10,2011-10-25", "b,x,10,2011-10-25", "c,1.5,ten,2011-10-25", "d,1.5,10,yesterday", "e,400,,"]
    source = open_source(table(tmp_path, "id,ra,obsid,obsdate", rows))
    found = rows_of(next(iter(source.batches())), suggest(source).mapping)
    assert found.frame["id"].to_list() == ["a"]
    assert found.rows.to_list() == [2]
    assert sorted((row.row, row.field, row.value) for row in found.rejected) == [
        (3, "ra", "x"),
        (4, "obsid", "ten"),
        (5, "obsdate", "yesterday"),
        (6, "ra", "400"),
    ]


def test_texts_and_ids_that_are_too_long_reject_their_row(tmp_path: Path) -> None:
    source = open_source(table(tmp_path, "id,object", [f"a,{'x' * 8001}", f"{'b' * 501},y", "c,z"]))
    found = rows_of(next(iter(source.batches())), suggest(source).mapping)
    assert found.frame["id"].to_list() == ["c"]
    assert sorted(row.field for row in found.rejected) == ["id", "object"]


def test_further_values_may_mean_none(tmp_path: Path) -> None:
    source = open_source(table(tmp_path, "id,mag1,z,object", ["a,99.0,-9999,x", "b,12,0.1,unknown"]))
    mapping = suggest(source).mapping
    plain = rows_of(next(iter(source.batches())), mapping).frame
    assert plain["mag1"].to_list() == [99.0, 12.0]
    told = rows_of(next(iter(source.batches())), mapping.with_missing(["99", "-9999.0", "unknown"])).frame
    assert told.select("mag1", "z", "object").rows() == [(None, None, "x"), (12.0, 0.1, None)]


def test_a_mapping_survives_json_and_refuses_nonsense(tmp_path: Path) -> None:
    source = open_source(table(tmp_path, "id,RA,dec", ["a,1,2"]))
    mapping = suggest(source).mapping
    assert Mapping.from_dict(mapping.to_dict()) == mapping
    for broken in ({}, {"columns": [{"source": "x"}], "id_from": ""}, {"columns": 5, "id_from": "id"}):
        with pytest.raises(MetadataError, match="mapping"):
            Mapping.from_dict(broken)
    with pytest.raises(MetadataError, match="no column 'nothing'"):
        mapping.with_id("nothing").checked(source.columns)
    with pytest.raises(MetadataError, match="no column 'nothing'"):
        mapping.with_id("a-{nothing}").checked(source.columns)


def test_columns_that_mean_the_same_do_not_share_a_field(tmp_path: Path) -> None:
    source = open_source(table(tmp_path, "id,RAJ2000,ra,_RAJ2000,RA,index,version", ["a,1,2,3,4,5,6"]))
    fields = {field.original: field.name for field in suggest(source).mapping.fields}
    assert fields["ra"] == "ra"
    assert len(set(fields.values())) == 6
    assert not {"index", "version", "id"} & set(fields.values())


@needs_test_data
@pytest.mark.parametrize(
    ("name", "survey", "n_rows", "id_from"),
    [
        ("catalogues/lamost-dr1-catalogue.csv", "LAMOST", 1899, "filename"),
        ("catalogues/hou2016-emission-line-stars.csv", "emission-line stars of Hou et al. 2016", 617, "ID"),
        ("catalogues/spectraml-hou-catalogue.csv", "emission-line stars of Hou et al. 2016", 10, "designation"),
        ("votable/ssap-response-1.xml", "answer of a Simple Spectral Access service", 30, "accref"),
        ("csv/lamost-labels.csv", "", 352, "file"),
    ],
)
def test_real_catalogues_are_taken_whole(name: str, survey: str, n_rows: int, id_from: str) -> None:
    source = open_source(TEST_DATA / name)
    found = suggest(source)
    assert (found.survey, found.mapping.id_from) == (survey, id_from)
    assert {"ra", "dec"} <= {field.name for field in found.mapping.fields}
    rows = rows_of(next(iter(source.batches())), found.mapping.checked(source.columns))
    assert (len(rows.frame), rows.rejected) == (n_rows, [])
    assert rows.frame["ra"].is_between(0, 360).all()


def test_a_typed_table_gives_the_same_rows_as_its_text(tmp_path: Path) -> None:
    catalog = pl.concat(simulate_catalog(300))
    catalog.write_csv(tmp_path / "a.csv")
    catalog.write_parquet(tmp_path / "a.parquet")
    frames = []
    for name in ("a.csv", "a.parquet"):
        source = open_source(tmp_path / name)
        frames.append(rows_of(next(iter(source.batches())), suggest(source).mapping).frame)
    assert frames[0].equals(frames[1])

"""The two configuration files of the thesis (T. Mazel, Brno 2020, section 3.3.4) give the index that Logstash would."""

from pathlib import Path

import polars as pl
import pytest

from al_core.errors import MetadataError
from al_core.metadata.catalog import Catalog
from al_core.metadata.fields import FieldType
from al_core.metadata.importing import import_metadata, logstash_mapping, open_source, read_logstash
from al_core.metadata.importing.logstash_syntax import parse
from al_core.simulation.catalog import CATALOG_COLUMNS, simulate_catalog

FLOATS = [
    *("ra_obs", "dec_obs", "offset_v", "mag1", "mag2", "mag3", "mag4", "mag5", "mag6", "mag7"),
    *("snru", "snrg", "snrr", "snri", "snrz", "z", "z_err", "ra", "dec"),
]
INTEGERS = ["obsid", "lmjd", "mjd", "fiberid", "fibermask", "mjd", "spid"]
COLUMNS = ", ".join(f'"{name}"' for name in CATALOG_COLUMNS)
CONVERSIONS = "\n".join(
    [f'  mutate {{convert => ["{name}", "integer"]}}' for name in INTEGERS]
    + [f'  mutate {{convert => ["{name}","float"]}}' for name in FLOATS]
)
LAMOST = f"""
input {{
  file {{
    path=>"/data/lamost-dr2-metadata.csv"
    start_position => "beginning"
    sincedb_path => "/dev/null"   # every time from the start
  }}
}}
filter {{
  csv {{
    separator => ","
    columns => [{COLUMNS}]
  }}
{CONVERSIONS}
}}
output {{
  elasticsearch {{
    hosts => "http://localhost:9200"
    index => "lamost-dr2"
  }}
  stdout {{ codec => rubydebug }}
}}
"""
ONDREJOV = """
input { file { path => "/data/ondrejov-metadata.csv" } }
filter {
csv {
  separator => ",",
  columns => ["id","dec","gratang","detector","expval","object", "dichmir","chipid","ra","specfilt","label","date-obs"]
}
mutate {convert => ["gratang","float"]}
mutate {convert => ["expval","float"]}
mutate {convert => ["specfilt","integer"]}
}
output { elasticsearch { hosts => "http://localhost:9200" index => "ondrejov" } stdout { codec => rubydebug } }
"""
ONDREJOV_ROWS = """\
oe270005,61:17:39.7,30.25,SITe 2000x800,2.085,HD 208905,1,SITe005 800x2000,21:57:18.2,1,emission,2005-05-27
a201503100010.fits,+08:52:38.7,30.25,PyLoN 2048x512BX,12.5,HD 50975,,PyLoN,06:55:48.2,2,,2015-03-10
"""


def config(folder: Path, text: str) -> Path:
    path = folder / "metadata.conf"
    path.write_text(text, encoding="utf-8")
    return path


def indexed(folder: Path, conf: str, table: Path) -> Catalog:
    found = read_logstash(config(folder, conf))
    source = open_source(table, found.reading)
    import_metadata(folder, found.index, [source], logstash_mapping(found, source))
    return Catalog.open(folder, found.index)


def test_the_lamost_file_gives_the_same_columns_and_types(tmp_path: Path) -> None:
    rows = pl.concat(simulate_catalog(200))
    rows.write_csv(tmp_path / "lamost.csv", include_header=False)
    catalog = indexed(tmp_path, LAMOST, tmp_path / "lamost.csv")
    assert (catalog.name, catalog.n_rows) == ("lamost-dr2", 200)
    types = {field.name: field.type for field in catalog.schema if field.name != "id"}
    assert list(types) == list(CATALOG_COLUMNS)
    assert {name for name, kind in types.items() if kind is FieldType.INTEGER} == set(INTEGERS)
    assert {name for name, kind in types.items() if kind is FieldType.NUMBER} == set(FLOATS)
    assert {name for name, kind in types.items() if kind is FieldType.TIME} == {"obsdate"}  # Elasticsearch finds dates
    assert set(catalog.scan(["filename"]).collect()["filename"]) == set(rows["filename"])


def test_the_ondrejov_file_gives_the_same_columns_and_types(tmp_path: Path) -> None:
    (tmp_path / "ondrejov.csv").write_text(ONDREJOV_ROWS, encoding="utf-8")
    catalog = indexed(tmp_path, ONDREJOV, tmp_path / "ondrejov.csv")
    types = {field.name: field.type for field in catalog.schema}
    assert types["gratang"] == types["expval"] == FieldType.NUMBER
    assert types["specfilt"] == FieldType.INTEGER
    assert types["date_obs"] == FieldType.TIME
    texts = {"id", "detector", "object", "dichmir", "chipid", "label", "ra_text", "dec_text"}
    assert {name for name, kind in types.items() if kind is FieldType.STRING} == texts
    originals = {field.original for field in catalog.schema if field.original}
    assert originals | {"id"} == set(read_logstash(tmp_path / "metadata.conf").reading.names)
    rows = catalog.scan().collect().sort("id")
    assert rows["id"].to_list() == ["a201503100010", "oe270005"]
    assert rows["ra"].to_list() == pytest.approx([103.950833, 329.325833], abs=1e-6)
    assert rows["ra_text"].to_list() == ["06:55:48.2", "21:57:18.2"]


def test_the_printed_listing_is_understood(tmp_path: Path) -> None:
    printed = LAMOST.replace('"offset_v"', '"off-\nset_v"', 1).replace('"integer"]}\n', '"integer"]} }\n')
    assert read_logstash(config(tmp_path, printed)) == read_logstash(config(tmp_path, LAMOST))


def test_tables_of_settings_renamed_and_removed_columns(tmp_path: Path) -> None:
    text = """filter { csv { separator => "\\t" columns => ["file", "a", "b"] convert => { "a" => "float" } }
      mutate { rename => { "a" => "Alpha" } remove_field => ["b"] } }
      output { elasticsearch { document_id => "%{file}" codec => json { charset => "UTF-8" } } }"""
    (tmp_path / "t.tsv").write_text("x.fits\t1.5\t2\n", encoding="utf-8")
    found = read_logstash(config(tmp_path, text))
    source = open_source(tmp_path / "t.tsv", found.reading)
    mapping = logstash_mapping(found, source)
    assert [(field.name, field.type) for field in mapping.fields] == [
        ("file", FieldType.STRING),
        ("alpha", FieldType.NUMBER),
    ]
    assert mapping.id_from == "{file}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Expected one filter csv, found 0"),
        ("filter { csv { } }", "Line 1: expected the columns"),
        ('filter {\n csv { columns => ["a" }', "Line 2: expected a value, found '}'"),
        ('filter { csv { columns => ["a"', "the list is not closed"),
        ('filter { csv { columns => ["a"] ', "'csv' is not closed by }"),
        ('filter { csv { columns => ["a"] } ', "the section 'filter' is not closed"),
        ('filter { csv { columns => ["a] } }', "a quotation mark that is not closed"),
        ('filter { csv { columns ["a"] } }', "expected =>, found '\\['"),
        ('filter { if [a] { csv { columns => ["a"] } } }', r"conditions \(if\) are not understood"),
        ('filter { csv { columns => ["a"] } grok { match => "x" } }', "the filter 'grok' is not understood"),
        ('filter { csv { columns => ["a"] } mutate { gsub => ["a","b","c"] } }', "mutate 'gsub' is not understood"),
        (
            'filter { csv { columns => ["a"] } mutate { convert => ["b","float"] } }',
            "'b', which is none of the columns",
        ),
        ('filter { csv { columns => ["a"] } mutate { convert => ["a","real"] } }', "'a' cannot become 'real'"),
        ('filter { csv { columns => ["a"] } mutate { convert => ["a"] } }', "expected pairs"),
        ('filter { csv { columns => ["a"] separator => ";;" } }', "a separator of one character"),
    ],
)
def test_mistakes_are_named_with_their_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(MetadataError, match=message) as caught:
        read_logstash(config(tmp_path, text))
    assert "metadata.conf" in str(caught.value)


def test_strings_may_hold_signs_and_escapes() -> None:
    plugin = parse("""filter { csv { separator => '|' note => "a \\"b\\" # => }" n => 5 } }""")[0]
    assert plugin.settings == (("separator", "|"), ("note", 'a "b" # => }'), ("n", "5"))


def test_a_file_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(MetadataError, match="expected a configuration file of Logstash"):
        read_logstash(tmp_path / "nothing.conf")

"""Indices on disk: written in one go or in several, published at once, changed row by row."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from al_core.errors import CancelledError, MetadataError, QueryError
from al_core.metadata import Field, FieldType, Patch
from al_core.metadata.catalog import Catalog, Catalogs, CatalogWriter
from al_core.metadata.catalog import writing as writing_module
from al_core.metadata.fields import MAX_TEXT

FIELDS = (
    Field("ra", FieldType.NUMBER, unit="deg"),
    Field("dec", FieldType.NUMBER, unit="deg"),
    Field("class", FieldType.STRING),
    Field("n", FieldType.INTEGER),
)


def frame(start: int, stop: int, **columns: object) -> pl.DataFrame:
    rows = range(start, stop)
    made = pl.DataFrame(
        {
            "id": [f"spec-{row:05d}" for row in rows],
            "ra": [row * 37.0 % 360 for row in rows],
            "dec": [row * 17.0 % 180 - 90 for row in rows],
            "class": ["STAR" if row % 3 else "QSO" for row in rows],
            "n": list(rows),
        }
    )
    return made.with_columns(**{name: pl.Series(values) for name, values in columns.items()})  # type: ignore[arg-type]


def written(workspace: Path, *frames: pl.DataFrame, name: str = "made", fingerprint: str = "a") -> Catalog:
    with CatalogWriter.open(workspace, name, FIELDS, fingerprint) as writer:
        for number, one in enumerate(frames):
            writer.append(one, f"file-{number}.csv")
            writer.commit(f"file-{number}.csv", len(one))
        writer.finish()
    return Catalog.open(workspace, name)


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing_module, "PART_ROWS", 10)
    monkeypatch.setattr("al_core.metadata.catalog.ranks._PIECE", 16)
    monkeypatch.setattr("al_core.metadata.catalog.finishing._PIECE", 16)


def test_what_was_given_is_there(workspace: Path, small_parts: None) -> None:
    catalog = written(workspace, frame(0, 60), frame(60, 101))
    rows = catalog.scan().collect()
    assert catalog.n_rows == 101
    assert rows.sort("id").select("id", "ra", "dec", "class", "n").equals(frame(0, 101))
    assert rows["_hpx"].is_sorted()
    assert rows.sort("_ord")["id"].is_sorted()
    assert sorted(rows["_ord"]) == list(range(101))
    assert [(source.name, source.n_rows) for source in catalog.manifest.sources] == [
        ("file-0.csv", 60),
        ("file-1.csv", 41),
    ]


def test_an_index_may_be_empty(workspace: Path) -> None:
    catalog = written(workspace)
    assert catalog.n_rows == 0
    assert catalog.scan().collect().is_empty()
    assert catalog.get(["x"]).is_empty()


def test_an_id_that_comes_again_is_rejected(workspace: Path, small_parts: None) -> None:
    catalog = written(workspace, frame(0, 40), frame(38, 45), frame(0, 1, n=[7]))
    assert catalog.n_rows == 45
    assert catalog.manifest.n_rejected == 3
    assert sorted(catalog.rejected().rows()) == [
        ("file-1.csv", "0", "id 'spec-00038' is there already"),
        ("file-1.csv", "1", "id 'spec-00039' is there already"),
        ("file-2.csv", "0", "id 'spec-00000' is there already"),
    ]
    assert catalog.get(["spec-00000"])["n"].to_list() == [0]


def test_what_cannot_be_kept_is_rejected_with_its_reason(workspace: Path) -> None:
    made = frame(0, 6).with_columns(
        pl.Series("id", ["a", None, "", "x" * 501, "e", "f"]),
        pl.Series("ra", [1.0, 1, 1, 1, float("inf"), float("nan")]),
        pl.Series("class", ["ä" * MAX_TEXT, "b", "b", "b", "b", "b" * (MAX_TEXT + 1)]),
    )
    catalog = written(workspace, made)
    assert catalog.scan().collect()["id"].to_list() == ["a"]
    assert [row[1:] for row in catalog.rejected().rows()] == [
        ("1", "no id"),
        ("2", "no id"),
        ("3", "id: more than 500 bytes"),
        ("4", "ra: infinite"),
        ("5", f"class: {MAX_TEXT + 1} characters, at most {MAX_TEXT} are kept"),
    ]


def test_missing_values_are_null(workspace: Path) -> None:
    made = frame(0, 2).with_columns(pl.Series("ra", [float("nan"), 5.0]), pl.Series("class", ["", "x"])).drop("n")
    rows = written(workspace, made).scan().collect().sort("id")
    assert rows.select("ra", "class", "n").rows() == [(None, None, None), (5.0, "x", None)]
    assert rows["_hpx"].null_count() == 1


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (frame(0, 2).rename({"n": "m"}), "Expected the columns"),
        (frame(0, 2).drop("id"), "Expected the columns"),
        (frame(0, 2).with_columns(n=pl.Series(["1", "x"])), "do not fit"),
        (frame(0, 2).with_columns(n=pl.Series([1.0, 1e300])), "do not fit"),
    ],
)
def test_frames_that_fit_no_field_are_refused(workspace: Path, made: pl.DataFrame, message: str) -> None:
    with CatalogWriter.open(workspace, "made", FIELDS, "a") as writer, pytest.raises(MetadataError, match=message):
        writer.append(made)


@pytest.mark.parametrize("name", ["", "..", ".hidden", "a/b", "a\\b"])
def test_a_name_that_leads_elsewhere_is_refused(workspace: Path, name: str) -> None:
    with pytest.raises(MetadataError, match="name of an index"):
        CatalogWriter.open(workspace, name, FIELDS, "a")


@pytest.mark.parametrize("name", ["", "RA", "1st", "a b", "index", "version", "@label", "_hpx", "größe"])
def test_a_name_that_cannot_be_a_field_is_refused(workspace: Path, name: str) -> None:
    with pytest.raises(MetadataError, match="name of a field"):
        CatalogWriter.open(workspace, "made", [Field(name, FieldType.STRING)], "a")


def test_an_interrupted_import_goes_on(workspace: Path, small_parts: None) -> None:
    with CatalogWriter.open(workspace, "made", FIELDS, "a") as writer:
        writer.append(frame(0, 30), "file")
        writer.reject("file", 30, "torn")
        writer.commit("file", 31)
        writer.append(frame(30, 35), "file", 31)
    assert Catalogs(workspace).names() == []
    assert Catalogs(workspace).unfinished() == ["made"]
    with CatalogWriter.open(workspace, "made", FIELDS, "a") as writer:
        assert writer.done == {"file": 31}
        writer.append(frame(30, 50), "file", 31)
        writer.commit("file", 51)
        writer.finish()
    catalog = Catalog.open(workspace, "made")
    assert catalog.n_rows == 50
    assert catalog.rejected().rows() == [("file", "30", "torn")]
    assert Catalogs(workspace).unfinished() == []


def test_a_journal_with_a_torn_line_goes_on_before_it(workspace: Path, small_parts: None) -> None:
    with CatalogWriter.open(workspace, "made", FIELDS, "a") as writer:
        writer.append(frame(0, 30), "file")
        writer.commit("file", 30)
    journal = workspace / "indices" / "made" / "build" / "journal.jsonl"
    journal.write_text(journal.read_text() + '{"n_parts": 7, "n_ro')
    with CatalogWriter.open(workspace, "made", FIELDS, "a") as writer:
        assert writer.done == {"file": 30}
        writer.append(frame(30, 60), "file", 30)
        writer.commit("file", 60)
    with CatalogWriter.open(workspace, "made", FIELDS, "a") as writer:
        assert writer.done == {"file": 60}
        writer.finish()
    assert Catalog.open(workspace, "made").n_rows == 60


def test_something_else_begins_anew(workspace: Path, small_parts: None) -> None:
    with CatalogWriter.open(workspace, "made", FIELDS, "a") as writer:
        writer.append(frame(0, 30), "file")
        writer.commit("file", 30)
    with CatalogWriter.open(workspace, "made", FIELDS, "b") as writer:
        assert writer.done == {}
        assert writer.n_rows == 0


def test_one_writes_at_a_time(workspace: Path) -> None:
    with (
        CatalogWriter.open(workspace, "made", FIELDS, "a"),
        pytest.raises(MetadataError, match="being written already"),
    ):
        CatalogWriter.open(workspace, "made", FIELDS, "a")
    CatalogWriter.open(workspace, "made", FIELDS, "a").close()


def test_the_old_index_stays_until_the_new_one_is_whole(workspace: Path, small_parts: None) -> None:
    before = written(workspace, frame(0, 40))

    def stop(done: int, total: int | None, message: str) -> Iterator[None]:
        if message == "Sorting by position" and done > 20:
            raise CancelledError("stopped")
        return iter(())

    with CatalogWriter.open(workspace, "made", FIELDS, "b") as writer:
        writer.append(frame(0, 60), "file")
        writer.commit("file", 60)
        with pytest.raises(CancelledError):
            writer.finish(stop)
        assert Catalog.open(workspace, "made").n_rows == 40
        writer.finish()
    assert Catalog.open(workspace, "made").n_rows == 60
    assert before.scan().collect().height == 40
    written(workspace, frame(0, 5), fingerprint="c")
    assert not before.rows_path.exists()


def test_discarding_leaves_nothing(workspace: Path) -> None:
    writer = CatalogWriter.open(workspace, "made", FIELDS, "a")
    writer.append(frame(0, 30), "file")
    writer.discard()
    assert Catalogs(workspace).unfinished() == []


def test_patches_are_read_with_the_rows_and_outlast_an_import(workspace: Path) -> None:
    catalog = written(workspace, frame(0, 5))
    catalog.add_fields([Field("note", FieldType.STRING)])
    first, unknown = catalog.patch([Patch("spec-00001", {"note": "weird", "ra": 1.5}), Patch("nobody", {"ra": 1.0})])
    assert first.error is None
    assert unknown.error == "There is no row of this id."
    catalog.patch([Patch("spec-00002", {"class": None})])
    for one in (catalog, written(workspace, frame(0, 4), fingerprint="b")):
        rows = one.get(["spec-00002", "nobody", "spec-00001"], ["note", "ra", "class"])
        assert rows["id"].to_list() == ["spec-00002", "spec-00001"]
        assert rows["note"].to_list() == [None, "weird"]
        assert rows["ra"].to_list() == [74.0, 1.5]
        assert rows["class"].to_list() == [None, "STAR"]
        assert rows["version"].to_list() == [str(int(str(first.version)) + 1), first.version]
    assert one.schema.names == ["id", "ra", "dec", "class", "n", "note"]


def test_two_who_change_a_row_do_not_overwrite_each_other(workspace: Path) -> None:
    catalog = written(workspace, frame(0, 5))
    version = catalog.get(["spec-00001"])["version"].item()
    mine = catalog.patch([Patch("spec-00001", {"n": 1}, version)])[0]
    theirs = catalog.patch([Patch("spec-00001", {"n": 2}, version)])[0]
    assert mine.error is None
    assert theirs.is_conflict
    assert "somebody else" in str(theirs.error)
    assert catalog.patch([Patch("spec-00001", {"n": 3}, mine.version)])[0].error is None
    assert catalog.get(["spec-00001"])["n"].to_list() == [3]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"id": "other"}, "no field 'id'"),
        ({"nothing": 1}, "no field 'nothing'"),
        ({"ra": "12"}, "ra holds a number"),
        ({"ra": float("inf")}, "ra holds a number"),
        ({"n": 2**63}, "n holds a whole number"),
        ({"n": 1.5}, "n holds a whole number"),
        ({"class": 5}, "class holds text"),
        ({"class": "x" * (MAX_TEXT + 1)}, "at most"),
        ({"class": "\ud800"}, "surrogate"),
    ],
)
def test_values_that_do_not_fit_are_refused(workspace: Path, values: dict[str, object], message: str) -> None:
    catalog = written(workspace, frame(0, 2))
    outcome = catalog.patch([Patch("spec-00000", {"n": 77} | values)])[0]
    assert message in str(outcome.error)
    assert not outcome.is_conflict
    assert catalog.get(["spec-00000"])["version"].item() == "0"


def test_a_field_keeps_its_type(workspace: Path) -> None:
    catalog = written(workspace, frame(0, 2))
    catalog.add_fields([Field("n", FieldType.INTEGER), Field("note", FieldType.STRING)])
    with pytest.raises(QueryError, match="'note' is string already"):
        catalog.add_fields([Field("note", FieldType.NUMBER), Field("other", FieldType.NUMBER)])
    assert catalog.schema.names[-1] == "note"


def test_changes_wait_until_they_are_mirrored(workspace: Path) -> None:
    catalog = written(workspace, frame(0, 3))
    catalog.patch([Patch(f"spec-0000{k}", {"class": f"new {k}"}) for k in range(3)])
    waiting = catalog.changes.waiting()
    assert [(one.row_id, one.values) for one in waiting] == [(f"spec-0000{k}", {"class": f"new {k}"}) for k in range(3)]
    catalog.patch([Patch("spec-00001", {"n": 9})])
    catalog.changes.mark_mirrored((one.row_id, one.version) for one in waiting)
    assert [(one.row_id, one.values) for one in catalog.changes.waiting()] == [
        ("spec-00001", {"class": "new 1", "n": 9})
    ]
    assert catalog.changes.n_waiting() == 1
    catalog.changes.mark_unmirrored()
    assert catalog.changes.n_waiting() == 3


def test_a_new_generation_is_seen_and_removing_leaves_nothing(workspace: Path) -> None:
    catalogs = Catalogs(workspace)
    written(workspace, frame(0, 3))
    assert catalogs.open("made").n_rows == 3
    assert catalogs.open("made") is catalogs.open("made")
    written(workspace, frame(0, 4), fingerprint="b")
    assert catalogs.open("made").n_rows == 4
    catalogs.remove("made")
    assert catalogs.names() == []
    with pytest.raises(MetadataError, match="no index 'made'"):
        catalogs.open("made")

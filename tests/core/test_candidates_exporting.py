import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from astropy.io import fits
from astropy.io.votable import parse_single_table
from numpy.testing import assert_allclose

from al_core.candidates import SessionAssessments
from al_core.candidates.exporting import ALL_FORMATS, Exported, ExportOrder, check_order, export
from al_core.candidates.files import spool as spooling
from al_core.errors import CancelledError, MetadataError, QueryError, SessionError
from al_core.metadata import Field, FieldType
from al_core.metadata.catalog import Catalogs, CatalogWriter
from al_core.metadata.embedded import EmbeddedStore
from al_core.progress import no_progress
from al_core.sessions import LabelEvent, Sessions
from tests.core.candidates_made import write_predictions
from tests.core.sessions_made import CLASSES

FIELDS = [
    Field("obsid", FieldType.INTEGER),
    Field("ra", FieldType.NUMBER),
    Field("dec", FieldType.NUMBER),
    Field("snrg", FieldType.NUMBER, unit="1", description="signal to noise, g < r & i"),
    Field("class", FieldType.STRING),
    Field("comment", FieldType.STRING),
    Field("obsdate", FieldType.TIME),
    Field("offsets", FieldType.BOOLEAN),
]
MOMENT = datetime(2012, 6, 30, 21, 15, 0, 125000, tzinfo=UTC)
ROWS = {
    "id": ["a", "b", "c", "d"],
    "obsid": [1, 2, None, 4],
    "ra": [10.0, 20.0, 30.0, 40.5],
    "dec": [-1.0, 0.0, 1.0, 89.5],
    "snrg": [5.5, None, 30.0, 1e-7],
    "class": ["STAR", "STAR", "GALAXY", None],
    "comment": ["=1+1", "<b>Hα</b> & \x0b", "+cmd", "fine"],
    "obsdate": [MOMENT, None, MOMENT, MOMENT],
    "offsets": [True, False, None, True],
}


class Made:
    """An index of four rows, and a session that predicted three of them."""

    def __init__(self, workspace: Path) -> None:
        self.workspace = workspace
        schema = {"id": pl.String()} | {field.name: field.type.dtype for field in FIELDS}
        with CatalogWriter.open(workspace, "survey", FIELDS, "1") as writer:
            writer.append(pl.DataFrame(ROWS, schema=schema))
            writer.finish()
        sessions = Sessions(workspace)
        self.session = sessions.create("Be stars", classes=CLASSES, candidate_classes=CLASSES[1:])
        write_predictions(
            sessions.folder(self.session.session_id), 0, ["a", "b", "c"], [(0.1, 0.2, 0.7), (0.8, 0.1, 0.1), (0, 1, 0)]
        )
        event = LabelEvent("1", "label", "a", "eva", self.session.classes[2].class_id, comment="=2+2", confidence=4)
        sessions.journal(self.session.session_id).append([event])
        self.store = EmbeddedStore(Catalogs(workspace), SessionAssessments(sessions))

    def export(self, file_format: str, q: str = "", **more: Any) -> Exported:
        order = self.order(file_format, q, **more)
        return export(order, self.store, self.session, None, self.folder, self.workspace / "scratch", no_progress)

    def order(self, file_format: str, q: str = "", **more: Any) -> ExportOrder:
        order = ExportOrder(("survey",), q, file_format, self.session.session_id, **more)
        assert ExportOrder.from_dict(order.to_dict()) == order
        return order

    @property
    def folder(self) -> Path:
        folder = self.workspace / "out"
        folder.mkdir(exist_ok=True)
        return folder


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return Made(tmp_path)


def test_parquet_has_every_field_with_its_type(made: Made) -> None:
    done = made.export("parquet", sort=(("ra", True),))
    frame = pl.read_parquet(done.path)
    assert (done.n_rows, done.path.name) == (4, "candidates.parquet")
    assert frame["id"].to_list() == ["d", "c", "b", "a"]
    assert frame.columns[:9] == ["id", *(field.name for field in FIELDS)]
    assert frame.schema["obsdate"] == pl.Datetime("ms", "UTC")
    assert frame["predicted"].to_list() == [None, "single peak", "other", "double peak"]
    assert frame["label"].to_list() == [None, None, None, "double peak"]
    assert_allclose(frame["p(double peak)"].to_list()[1:], [0, 0.1, 0.7], atol=1e-6)
    assert "session_comment" in frame.columns
    assert not (made.workspace / "scratch").exists()


def test_a_cell_of_a_csv_computes_nothing(made: Made) -> None:
    text = made.export("csv", columns=("comment", "@comment", "obsdate", "snrg")).path.read_text()
    frame = pl.read_csv(io.StringIO(text))
    assert frame["comment"].to_list() == ["'=1+1", "<b>Hα</b> & \x0b", "'+cmd", "fine"]
    assert frame["session_comment"].to_list() == ["'=2+2", None, None, None]
    assert frame["obsdate"][0] == "2012-06-30T21:15:00.125Z"
    assert frame["snrg"].to_list() == [5.5, None, 30.0, 1e-7]


def test_only_what_was_searched_is_exported_in_order(made: Made) -> None:
    done = made.export("csv", "class:STAR snrg:*", columns=("class",))
    assert done.path.read_text() == "id,class\na,STAR\n"
    done = made.export("csv", "p(candidate)>0.5", columns=())
    assert done.path.read_text() == "id\na\nc\n"
    assert made.export("csv", "class:STAR", columns=(), only=("d", "a")).path.read_text() == "id\na\nd\n"
    assert made.export("csv", "", columns=(), without=("b", "c")).path.read_text() == "id\na\nd\n"


def test_a_votable_is_read_by_astropy(made: Made) -> None:
    table = parse_single_table(made.export("votable").path)
    array = table.array
    assert [str(one) for one in array["id"]] == ["a", "b", "c", "d"]
    assert_allclose(array["ra"], ROWS["ra"])
    assert array["obsid"].mask.tolist() == [False, False, True, False]
    assert str(array["comment"][1]) == "<b>Hα</b> & \ufffd"
    assert str(array["obsdate"][0]) == "2012-06-30T21:15:00.125"
    assert array["offsets"].mask.tolist() == [False, False, True, False]
    field = table.get_field_by_id_or_name("ra")
    assert (str(field.unit), field.ucd) == ("deg", "pos.eq.ra;meta.main")
    assert table.get_field_by_id_or_name("snrg").description == "signal to noise, g < r & i"


def test_a_fits_table_is_read_by_astropy(made: Made) -> None:
    path = made.export("fits").path
    assert path.stat().st_size % 2880 == 0
    with fits.open(path, logical_as_bytes=True) as hdus:
        hdus.verify("exception")
        data, header = hdus[1].data, hdus[1].header
        assert data["id"].tolist() == ["a", "b", "c", "d"]
        assert_allclose(data["dec"], ROWS["dec"])
        assert data["obsid"].tolist() == [1, 2, header["TNULL2"], 4]
        assert data["comment"].tolist()[1] == "<b>H?</b> & ?"
        assert data["obsdate"].tolist()[:2] == ["2012-06-30T21:15:00.125", ""]
        assert data["offsets"].tolist() == [b"T", b"F", b"", b"T"]
        assert header["TUNIT3"] == "deg"
        assert header["NAXIS2"] == 4
        assert_allclose(data["p(double peak)"][:3], [0.7, 0.1, 0], atol=1e-6)


@pytest.mark.parametrize("file_format", ["csv", "parquet", "votable", "fits"])
def test_a_table_without_rows_is_a_file(made: Made, file_format: str) -> None:
    done = made.export(file_format, "snrg>1000")
    assert done.n_rows == 0
    if file_format == "votable":
        assert len(parse_single_table(done.path).array) == 0
    if file_format == "fits":
        with fits.open(done.path) as hdus:
            assert len(hdus[1].data) == 0


@pytest.mark.parametrize("file_format", ["csv", "parquet", "votable", "fits"])
def test_many_parts_are_one_file(made: Made, file_format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = made.export(file_format).path.read_bytes()
    monkeypatch.setattr(spooling, "PART_ROWS", 1)
    monkeypatch.setattr("al_core.metadata.embedded.store._BLOCK", 1)
    again = made.export(file_format).path
    if file_format == "parquet":
        assert pl.read_parquet(again).equals(pl.read_parquet(io.BytesIO(whole)))
    else:
        assert again.read_bytes() == whole


def test_what_cannot_be_exported_is_refused_before_it_begins(made: Made) -> None:
    assert check_order(made.order("csv", "class:STAR"), made.store, made.session) == 2
    with pytest.raises(QueryError, match="no field sng"):
        check_order(made.order("csv", "sng>2"), made.store, made.session)
    with pytest.raises(QueryError, match="no field 'sng'"):
        check_order(made.order("csv", columns=("sng",)), made.store, made.session)
    with pytest.raises(MetadataError, match="one of the formats"):
        made.order("xls")
    with pytest.raises(SessionError, match="needs a session with a pool"):
        made.export("zip")
    assert set(ALL_FORMATS) == {"csv", "parquet", "votable", "fits", "zip"}


def test_a_cancelled_export_leaves_nothing(made: Made) -> None:
    def stop(done: int, total: int | None, message: str) -> None:
        if message == "Writing":
            raise CancelledError("stop")

    with pytest.raises(CancelledError):
        export(made.order("csv"), made.store, made.session, None, made.folder, made.workspace / "scratch", stop)
    assert list(made.folder.iterdir()) == []
    assert not (made.workspace / "scratch").exists()

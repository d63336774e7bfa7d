import io
from pathlib import Path

import polars as pl
import pytest
from astropy.io.votable import parse_single_table
from numpy.testing import assert_allclose

from al_core.candidates import predicted
from al_core.candidates.files import STREAMED
from al_core.candidates.predicted import network_of, networks_of
from al_core.candidates.predictions import prediction_file
from al_core.errors import MetadataError, SessionError
from al_core.sessions import Sessions
from tests.core.candidates_made import write_predictions
from tests.core.sessions_made import CLASSES

COLUMNS = ["id", "iteration", "set", "predicted", "probability", "p_candidate", "entropy", "margin"]
SHARES = ["p(other)", "p(single peak)", "p(double peak)"]


@pytest.fixture
def sessions(tmp_path: Path) -> Sessions:
    sessions = Sessions(tmp_path)
    session = sessions.create("Be stars", classes=CLASSES, candidate_classes=CLASSES[1:], session_id="be")
    folder = sessions.folder(session.session_id)
    write_predictions(folder, 0, ["a", "b"], [(0.5, 0.25, 0.25), (0, 0, 1)], sets=["pool", "training"])
    write_predictions(folder, 1, ["a", "b"], [(1, 0, 0), (0, 0, 1)])
    return sessions


def read(content: bytes, file_format: str) -> pl.DataFrame:
    if file_format == "votable":
        table = parse_single_table(io.BytesIO(content))
        return pl.DataFrame({field.name: table.array[field.ID].tolist() for field in table.fields})
    return pl.read_csv(content) if file_format == "csv" else pl.read_parquet(content)


@pytest.mark.parametrize("file_format", STREAMED)
@pytest.mark.parametrize("slice_rows", [1, 500_000])
def test_every_iteration_is_a_file(
    sessions: Sessions, file_format: str, slice_rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(predicted, "SLICE_ROWS", slice_rows)
    first, second = networks_of(sessions, sessions.get("be"))
    frame = read(b"".join(prediction_file(first, file_format)), file_format)
    assert frame.columns == [*COLUMNS, *SHARES]
    assert frame["predicted"].to_list() == ["other", "double peak"]
    assert frame["set"].to_list() == ["pool", "training"]
    assert_allclose(frame["entropy"], [1.5, 0], atol=1e-6)
    assert_allclose(frame["p(double peak)"], [0.25, 1])
    again = read(b"".join(prediction_file(second, file_format)), file_format)
    assert again["iteration"].to_list() == [1, 1]


def test_what_is_not_there_is_refused(sessions: Sessions) -> None:
    session = sessions.get("be")
    assert network_of(sessions, session, 0).info.number == 0  # type: ignore[union-attr]
    with pytest.raises(SessionError, match=r"with predictions \(0, 1\), found 7"):
        network_of(sessions, session, 7)
    first, _ = networks_of(sessions, session)
    with pytest.raises(MetadataError, match="one of the formats"):
        prediction_file(first, "xls")
    first.path.write_bytes(b"PAR1 broken")
    for file_format in STREAMED:
        with pytest.raises(SessionError, match="Train it again"):
            prediction_file(first, file_format)

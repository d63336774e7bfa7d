"""The export as a job of its own, with a worker."""

from pathlib import Path

import pytest

from al_core.candidates.exporting import ExportOrder
from al_core.jobs import JobRegistry
from al_core.jobs.job import Phase
from tests.core.candidates_place import Searched
from tests.core.jobs import ended
from tests.core.labeling_made import IDS, POOL, SESSION, made_workspace


@pytest.fixture
def place(tmp_path: Path) -> Searched:
    template = made_workspace(tmp_path / "template")
    return Searched(template, tmp_path / "workspace")


def test_a_file_is_made_in_the_background(place: Searched) -> None:
    place.predict(0)
    registry = JobRegistry(place.folder, place.settings)
    order = ExportOrder((POOL,), "predicted:other snrg<10", "zip", SESSION, ("snrg", "@predicted"), (("snrg", True),))
    job = registry.submit("export-candidates", "Export", order.to_dict(), owner="eva", session_id=SESSION)
    done = ended(registry, job.job_id)
    assert done.phase == Phase.COMPLETED, registry.log(job.job_id)
    assert done.result["files"] == ["candidates.zip"]
    assert 0 < done.result["n_rows"] < len(IDS)
    assert (done.folder / "results" / "candidates.zip").is_file()


def test_what_is_wrong_with_it_is_its_error(place: Searched) -> None:
    registry = JobRegistry(place.folder, place.settings)
    order = ExportOrder(("gone",), "", "csv")
    done = ended(registry, registry.submit("export-candidates", "Export", order.to_dict(), owner="eva").job_id)
    assert done.phase == Phase.ERROR
    assert "There is no index 'gone'" in str(done.error)

"""What several tests of the core share."""

from pathlib import Path

import pytest

from tests.core.labeling_made import Place, made_workspace


@pytest.fixture(scope="session")
def labeling_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a workspace with a pool once; tests copy it."""
    return made_workspace(tmp_path_factory.mktemp("labeling") / "workspace")


@pytest.fixture
def place(labeling_template: Path, tmp_path: Path) -> Place:
    """Give a workspace with a pool of 60 spectra and a session."""
    return Place(labeling_template, tmp_path / "workspace")

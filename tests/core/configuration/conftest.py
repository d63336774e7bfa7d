"""A data root as on the old server, and configurations read beside it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from al_core.runs.configuration import Configuration, load_configuration

FILES = ("pool.csv", "poolnames.csv", "training-set.csv", "spectra2add_1.csv", "labels2add_1.csv", "metadata.csv")
Load = Callable[..., Configuration]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a data root with the files of the old server in its folder `active-learning`, all of them empty."""
    folder = tmp_path / "data" / "active-learning"
    folder.mkdir(parents=True)
    for name in FILES:
        (folder / name).touch()
    return tmp_path / "data"


@pytest.fixture
def load(data: Path, tmp_path: Path) -> Load:
    def load(content: str | None = None, **keys: Any) -> Configuration:
        path = tmp_path / "config.json"
        path.write_text(json.dumps({"pool_csv": "pool.csv", **keys}, indent=1) if content is None else content)
        return load_configuration(path, data / "active-learning")

    return load

"""A session that can be trained, without workers."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from al_core.jobs import JobRegistry
from al_core.library import Library
from al_core.pools import import_pool
from al_core.preprocessing import RECIPES
from al_core.services import Services
from al_core.sessions import Sessions
from al_core.settings import Settings
from tests.callbacks.train.reading import CLASSES
from tests.conftest import made_flux, write_spectra


@pytest.fixture
def services(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    settings = Settings(workspace=workspace)
    jobs = JobRegistry(workspace, settings)
    monkeypatch.setattr(jobs, "dispatch", lambda: None)
    rng = np.random.default_rng(5)
    labels = rng.permutation(np.repeat([0, 1, 2], (30, 6, 4)))
    pool = write_spectra(workspace / "pool.csv", [f"spec-{k:02d}" for k in range(40)], made_flux(labels, rng))
    import_pool([pool], workspace / "pools" / "lamost", recipe=RECIPES["halpha"], name="lamost", workers=1)
    known = np.repeat([0, 1, 2], (10, 8, 6))
    base = write_spectra(workspace / "base.csv", [f"known-{k}" for k in range(24)], made_flux(known, rng), known)
    made = Services(settings, jobs, Sessions(workspace, jobs), Library(workspace, settings))
    given: dict[str, Any] = {"candidate_classes": CLASSES[1:], "pool": "lamost", "training_set": base, "seed": 7}
    made.sessions.create("Be stars", classes=CLASSES, **given)
    return made

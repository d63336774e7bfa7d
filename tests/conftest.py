"""What several tests share."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from al_core.models.base import TrainingSet
from al_core.preprocessing import RECIPES
from al_core.settings import Settings, load_settings
from tests.support.elasticsearch import elastic_settings, elasticsearch_url

__all__ = ["elastic_settings", "elasticsearch_url"]  # fixtures

GRID = RECIPES["halpha"].grid


@pytest.fixture(autouse=True)
def workspace(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give every test its own workspace, so that none sees what another imported."""
    folder = tmp_path_factory.mktemp("workspace")
    monkeypatch.setenv("SPECTROLABE_WORKSPACE", str(folder))
    for name in Settings.model_fields.keys() - {"workspace"}:
        monkeypatch.delenv(f"SPECTROLABE_{name.upper()}", raising=False)
    load_settings.cache_clear()
    return folder


def made_flux(labels: np.ndarray, rng: np.random.Generator, noise: float = 0.05) -> np.ndarray:
    """Make flux around Hα that shows its label: 0 absorption, 1 emission, 2 two emission peaks; with noise."""
    x = GRID - 6564.61
    profiles = np.stack(
        [
            -0.4 * np.exp(-0.5 * (x / 6) ** 2),
            0.9 * np.exp(-0.5 * (x / 5) ** 2),
            0.8 * (np.exp(-0.5 * ((x - 9) / 4) ** 2) + np.exp(-0.5 * ((x + 9) / 4) ** 2)),
        ]
    )
    return (1 + profiles[labels] + noise * rng.standard_normal((labels.size, GRID.size))).astype(np.float32)


def made_training_set(counts: tuple[int, ...], seed: int = 0, noise: float = 0.05) -> TrainingSet:
    """Make a scaled training set with so many spectra of the classes 0, 1, 2."""
    labels = np.repeat(np.arange(len(counts)), counts)
    flux = RECIPES["halpha"].finish(made_flux(labels, np.random.default_rng(seed), noise)).flux
    ids = np.array([f"star-{seed}-{k:04d}" for k in range(labels.size)], dtype=object)
    names = ("other", "single peak", "double peak")[: len(counts)]
    return TrainingSet(ids, flux, labels.astype(np.int64), GRID, names)


def write_spectra(path: Path, ids: Any, flux: np.ndarray, labels: Any = None) -> Path:
    """Write a pool CSV, or a training set CSV where there are labels."""
    head = {"id": list(map(str, ids))} | ({} if labels is None else {"label": list(labels)})
    columns = {repr(float(w)): flux[:, k] for k, w in enumerate(GRID)}
    pl.DataFrame({**head, **columns}).write_csv(path)
    return path


@pytest.fixture
def survey(tmp_path: Path) -> Path:
    """Give a folder with `training-set.csv` (30 spectra), `pool.csv` (120), `poolnames.csv`, and `truth.csv`."""
    rng = np.random.default_rng(7)
    labels = rng.permutation(np.repeat([0, 1, 2], (90, 18, 12)))
    ids = [f"spec-{k:05d}" for k in range(labels.size)]
    write_spectra(tmp_path / "pool.csv", ids, made_flux(labels, rng))
    training = np.repeat([0, 1, 2], 10)
    write_spectra(tmp_path / "training-set.csv", [f"known-{k}" for k in range(30)], made_flux(training, rng), training)
    (tmp_path / "poolnames.csv").write_text("id\n" + "\n".join(ids) + "\n")
    pl.DataFrame({"id": ids, "label": labels}).write_csv(tmp_path / "truth.csv")
    return tmp_path


@pytest.fixture
def write_config(survey: Path) -> Callable[..., Path]:
    """Write a configuration beside the survey; keywords are its keys, `max_epochs` is small."""

    def write(name: str = "config.json", **keys: Any) -> Path:
        path = survey / name
        path.write_text(json.dumps({"max_epochs": 3, **keys}, indent=2))
        return path

    return write

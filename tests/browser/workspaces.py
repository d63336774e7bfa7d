"""Small workspaces, made through the core: stories begin where they want to."""

import os
import subprocess
import sys
from pathlib import Path

import polars as pl

from al_core.settings import APPLICATION_DIR

POOL = "survey"
N_SPECTRA = 200
#: Spectra of each class in the training set: enough for SMOTE, few enough for a quick epoch.
N_KNOWN = 20


def al_core(*arguments: object, workspace: Path) -> None:
    """Run a command of the core in a workspace."""
    environment = os.environ | {"SPECTROLABE_WORKSPACE": str(workspace), "CUDA_VISIBLE_DEVICES": "-1"}
    command = [sys.executable, "-m", "al_core", *map(str, arguments)]
    subprocess.run(command, cwd=APPLICATION_DIR, env=environment, check=True, capture_output=True)


def made_survey(folder: Path, n_spectra: int = N_SPECTRA, seed: int = 3) -> Path:
    """Simulate a survey; its training set is cut to `N_KNOWN` spectra of each class."""
    al_core("simulate", "--spectra", n_spectra, "--output", folder, "--seed", seed, workspace=folder / "unused")
    training = pl.read_csv(folder / "training-set.csv")
    training.group_by("label", maintain_order=True).head(N_KNOWN).select(training.columns).write_csv(
        folder / "training-set.csv"
    )
    return folder


def with_pool(workspace: Path, survey: Path) -> Path:
    """Import the survey's spectra as the pool `survey`."""
    pool, metadata = survey / "pool.csv", survey / "metadata.csv"
    al_core("import", pool, "--pool", POOL, "--metadata", metadata, workspace=workspace)
    return workspace

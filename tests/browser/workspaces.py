"""Small workspaces, made through the core: stories begin where they want to."""

import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from al_core.jobs import Job
from al_core.library.training_sources import rows_of_table
from al_core.services import Services, build_services
from al_core.sessions import Session
from al_core.sessions.running import run_parameters
from al_core.settings import APPLICATION_DIR, Settings

POOL, KNOWN = "survey", "known"
CLASSES = ("other", "single peak", "double peak")
N_SPECTRA = 200
#: Spectra of each class in the training set: enough for SMOTE, few enough for a quick epoch.
N_KNOWN = 20
#: Trains in a second or two.
QUICK: dict[str, Any] = {"max_epochs": 3, "batch_size": 10, "random_sample_size": 10}
#: Trains until it is stopped: no epoch is ever good enough to end it, none long enough to notice.
ENDLESS: dict[str, Any] = {**QUICK, "max_epochs": 100_000, "patience": 100_000}


def al_core(*arguments: object, workspace: Path) -> None:
    """Run a command of the core in a workspace."""
    environment = os.environ | {"SPECTROLABE_WORKSPACE": str(workspace), "CUDA_VISIBLE_DEVICES": "-1"}
    command = [sys.executable, "-m", "al_core", *map(str, arguments)]
    subprocess.run(command, cwd=APPLICATION_DIR, env=environment, check=True, capture_output=True)


def made_survey(folder: Path, n_spectra: int = N_SPECTRA, seed: int = 3) -> Path:
    """Simulate a survey; its training set is cut to `N_KNOWN` spectra of each class."""
    al_core("simulate", "--spectra", n_spectra, "--output", folder, "--seed", seed, workspace=folder / "unused")
    training = pl.read_csv(folder / "training-set.csv")
    few = training.group_by("label", maintain_order=True).head(N_KNOWN).select(training.columns)
    few.write_csv(folder / "training-set.csv")
    return folder


def with_pool(workspace: Path, survey: Path) -> Path:
    """Import the survey's spectra as the pool `survey`, and its training set as `known`."""
    pool, metadata = survey / "pool.csv", survey / "metadata.csv"
    al_core("import", pool, "--pool", POOL, "--metadata", metadata, workspace=workspace)
    rows = rows_of_table(survey / "training-set.csv", {str(k): name for k, name in enumerate(CLASSES)}, [])
    services_of(workspace).library.training.create(KNOWN, rows, CLASSES, origin="simulated", simulated=True)
    return workspace


def services_of(workspace: Path) -> Services:
    """Build what the server works with, in the process of the test."""
    return build_services(Settings(workspace=workspace))


def add_session(workspace: Path, name: str, **configuration: Any) -> Session:
    """Make a session on the pool `survey` that starts from the training set `known`."""
    services = services_of(workspace)
    known = services.library.training.get(KNOWN).path
    keys = {"iteration_num": 1, **QUICK, **configuration}
    return services.sessions.create(name, classes=CLASSES, pool=POOL, training_set=known, configuration=keys)


def submit_run(workspace: Path, session: Session) -> Job:
    """Submit the session's run as the Train page would."""
    services = services_of(workspace)
    sets = {info.name: info.path for info in services.library.training_sets()}
    make = partial(run_parameters, services.sessions, services.settings, session, session.configuration, sets)
    return services.jobs.submit("run", f"{session.name}", make(), owner="tests", session_id=session.session_id)

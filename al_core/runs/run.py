"""One iteration from a configuration file to a folder of results."""

import logging
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from al_core.errors import ConfigurationError
from al_core.learner import IterationResult, initial_sample, run_iteration
from al_core.progress import Progress, no_progress
from al_core.runs.configuration import Configuration, load_configuration
from al_core.runs.inputs import Inputs, gather
from al_core.runs.metadata import check_metadata_file
from al_core.runs.outputs import write_results
from al_core.runs.sets import Queue
from al_core.runs.statistics import previous_rows
from al_core.settings import Settings
from al_core.strategies import get_strategy

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RunSummary:
    """What a run did, for the user: the folder, its files, counts and notices."""

    output: Path
    files: tuple[str, ...]
    lines: tuple[str, ...]
    notices: tuple[str, ...]


def run_configuration(
    config_path: Path,
    settings: Settings,
    output: Path | None = None,
    progress: Progress = no_progress,
    overrides: Mapping[str, object] | None = None,
) -> RunSummary:
    """Run one iteration.

    Parameters
    ----------
    config_path : Path
        Configuration in JSON.
    settings : Settings
    output : Path, optional
        Folder of the results; by default the iteration's folder in the workspace.
    progress : Progress
    overrides : mapping, optional
        Keys that count instead of those in the file.

    Returns
    -------
    RunSummary

    Raises
    ------
    ALCoreError
        If the configuration or its input cannot be used. Nothing has been written to `output` then.
    """
    started = time.monotonic()
    configuration = load_configuration(config_path, settings.data_root, overrides)
    target = output or default_output(configuration, settings)
    if target.exists() and not target.is_dir():
        raise ConfigurationError(f"--output {target}: expected a folder, found a file.")
    previous_rows(configuration)
    check_metadata_file(configuration)
    inputs = gather(configuration, settings.workspace, settings.workers, progress)
    seed = settings.seed if configuration.keys.seed is None else configuration.keys.seed
    with staging(target) as folder:
        queue, result = _choose(configuration, inputs, seed, folder, progress)
        lines = write_results(folder, target, configuration, inputs, queue, result, seed, started, progress)
    files = tuple(sorted(str(path.relative_to(target)) for path in target.rglob("*") if path.is_file()))
    return RunSummary(target, files, tuple(lines), (*configuration.notices, *inputs.notices))


def default_output(configuration: Configuration, settings: Settings) -> Path:
    """Return `WORKSPACE/sessions/NAME/iterations/NNN`."""
    keys = configuration.keys
    return settings.workspace / "sessions" / keys.learning_session_name / "iterations" / f"{keys.iteration_num:03d}"


def _choose(
    configuration: Configuration, inputs: Inputs, seed: int, folder: Path, progress: Progress
) -> tuple[Queue, IterationResult | None]:
    if inputs.training is None:
        taken = inputs.is_labeled | inputs.is_protected
        rows = initial_sample(inputs.pool.n_spectra, configuration.batch_size, seed, taken)
        return Queue(rows, np.empty(0, np.int64)), None
    from al_core.models.cnn import ConvolutionalNetwork  # TensorFlow takes seconds: only where it is used

    model = ConvolutionalNetwork(inputs.pool.recipe.scaling)
    result = run_iteration(
        model,
        inputs.training,
        inputs.pool.flux,
        inputs.is_labeled,
        is_protected=inputs.is_protected,
        strategy=get_strategy(configuration.keys.strategy),
        batch_size=configuration.batch_size,
        sample_size=configuration.random_sample_size,
        seed=seed,
        iteration=configuration.keys.iteration_num,
        options=configuration.training_options,
        progress=progress,
    )
    model.save(folder)
    return Queue(result.query.indices, result.estimation_sample), result


@contextmanager
def staging(target: Path) -> Iterator[Path]:
    """Give a folder beside `target` to write into; on success its files take their place in `target`, one by one."""
    parent = target.resolve().parent
    missing = [folder for folder in (parent, *parent.parents) if not folder.exists()]
    folder = parent / f".{target.name}.unfinished"
    try:
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
        yield folder
        target.mkdir(exist_ok=True)
        for path in sorted(folder.iterdir()):
            path.replace(target / path.name)
    except OSError as error:
        raise ConfigurationError(
            f"{target}: the results cannot be written: {error}. Free space or choose another folder."
        ) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        for created in missing:
            _remove_if_empty(created)


def _remove_if_empty(folder: Path) -> None:
    """Take away a folder that was made for nothing."""
    try:
        folder.rmdir()
    except OSError:
        log.debug("Kept %s: it is in use", folder)

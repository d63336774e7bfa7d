"""One iteration from a configuration file to a folder of results."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from al_core.checkpoint import Checkpoint
from al_core.errors import ConfigurationError
from al_core.learner import IterationResult, initial_sample, run_iteration
from al_core.models.base import EpochObserver, no_observer
from al_core.progress import Progress, Stage, enter_stage, no_progress
from al_core.runs.configuration import Configuration, load_configuration
from al_core.runs.inputs import ITERATION_MANIFEST, Inputs, gather
from al_core.runs.metadata import check_metadata_file
from al_core.runs.outputs import write_results
from al_core.runs.publishing import staging
from al_core.runs.sets import Queue
from al_core.runs.statistics import previous_rows
from al_core.settings import Settings
from al_core.strategies import get_strategy


def _nothing() -> None:
    """Do nothing."""


@dataclass(frozen=True)
class Support:
    """What a run has that is followed and may be interrupted.

    Attributes
    ----------
    job_id : str or None
        Written into the manifest of the results.
    keeps_previous : bool
        Results that stand at the output are kept as `NAME.1`, ... and not overwritten file by file.
    checkpoint : Path or None
        Folder that an interrupted training and scoring go on from.
    on_epoch : EpochObserver
    before_publishing : callable
        Called when the results are complete and about to take their place; the last chance to raise CancelledError.
    """

    job_id: str | None = None
    keeps_previous: bool = False
    checkpoint: Path | None = None
    on_epoch: EpochObserver = no_observer
    before_publishing: Callable[[], None] = _nothing


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
    support: Support | None = None,
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
    support : Support, optional
        By default the run cannot be resumed; results in the workspace keep what was there before.

    Returns
    -------
    RunSummary

    Raises
    ------
    ALCoreError
        If the configuration or its input cannot be used. Nothing has been written to `output` then.
    """
    started = time.monotonic()
    support = support or Support(keeps_previous=output is None)
    enter_stage(progress, Stage.LOAD)
    progress(0, None, "Reading the configuration")
    configuration = load_configuration(config_path, settings.data_root, overrides)
    target = output or default_output(configuration, settings)
    if target.exists() and not target.is_dir():
        raise ConfigurationError(f"--output {target}: expected a folder, found a file.")
    previous_rows(configuration)
    check_metadata_file(configuration)
    inputs = gather(configuration, settings.workspace, settings.workers, progress)
    seed = settings.seed if configuration.keys.seed is None else configuration.keys.seed
    with staging(target, support.keeps_previous, support.before_publishing) as folder:
        queue, result = _choose(configuration, inputs, seed, folder, progress, support)
        enter_stage(progress, Stage.PUBLISH)
        lines = write_results(
            folder, target, configuration, inputs, queue, result, seed, started, progress, support.job_id
        )
    return RunSummary(target, files_of(target), tuple(lines), (*configuration.notices, *inputs.notices))


def files_of(target: Path) -> tuple[str, ...]:
    """Return the names of all files in a folder of results."""
    return tuple(sorted(str(path.relative_to(target)) for path in target.rglob("*") if path.is_file()))


def published(target: Path, job_id: str) -> RunSummary | None:
    """Return what a job has put in its place already, although its end was not recorded; None if it has not."""
    try:
        content = json.loads((target / ITERATION_MANIFEST).read_text(encoding="utf-8"))
        if content["job_id"] != job_id:
            return None
        return RunSummary(target, files_of(target), tuple(content["summary"]), tuple(content["notices"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def default_output(configuration: Configuration, settings: Settings) -> Path:
    """Return `WORKSPACE/sessions/NAME/iterations/NNN`."""
    keys = configuration.keys
    return settings.workspace / "sessions" / keys.learning_session_name / "iterations" / f"{keys.iteration_num:03d}"


def _choose(
    configuration: Configuration, inputs: Inputs, seed: int, folder: Path, progress: Progress, support: Support
) -> tuple[Queue, IterationResult | None]:
    if inputs.training is None:
        enter_stage(progress, Stage.CHOOSE)
        taken = inputs.is_labeled | inputs.is_protected
        rows = initial_sample(inputs.pool.n_spectra, configuration.batch_size, seed, taken)
        return Queue(rows, np.empty(0, np.int64)), None
    progress(0, None, "Starting TensorFlow")
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
        on_epoch=support.on_epoch,
        checkpoint=_checkpoint(support, inputs),
    )
    model.save(folder)
    return Queue(result.query.indices, result.estimation_sample), result


def _checkpoint(support: Support, inputs: Inputs) -> Checkpoint | None:
    """Return the checkpoint, bound to the content of the pool: of the rest the network sees to it itself."""
    if support.checkpoint is None:
        return None
    return Checkpoint(support.checkpoint, json.dumps(inputs.pool.manifest["sha256"], sort_keys=True))

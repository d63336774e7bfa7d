"""The demo: a simulated survey as a pool, and a session on it with one finished iteration whose queue waits."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

from al_core.errors import ALCoreError, CancelledError, JobError, LibraryError
from al_core.jobs import Job, JobRegistry, Phase
from al_core.labeling import Labeling
from al_core.labeling.originals import BESIDE
from al_core.labeling.queue import N_CANDIDATES
from al_core.library import Library, TrainingSetInfo
from al_core.library.training_sets import Rows
from al_core.metadata.catalog import Catalogs
from al_core.metadata.importing import index_pool_quietly
from al_core.pools import import_pool
from al_core.preprocessing import load_recipe
from al_core.progress import Progress, no_progress
from al_core.sessions import Session, Sessions
from al_core.sessions.running import run_parameters
from al_core.settings import Settings
from al_core.simulation import SurveyParameters, write_csv_survey, write_originals
from al_core.strategies import shannon_entropy

#: As rare as in the sky: about 30 emission stars among 10 000 spectra.
N_SPECTRA, SEED = 10_000, 2020
SESSION_ID, NAME = "demo", "Demo survey"
POOL = TRAINING_SET = "demo"
CLASSES = ("other", "single peak", "double peak")
CANDIDATE_CLASSES = ("single peak", "double peak")
CONFIGURATION = {"batch_size": 100, "random_sample_size": 100}
#: So many of the most uncertain and of the candidates have whole spectra, 85 kB each, beside the pool.
N_UNCERTAIN = 500
OWNER = "demo"
_POLL_S = 0.2


def demo_folder(settings: Settings) -> Path:
    """Return the folder of the demo's survey, with the truth."""
    return settings.workspace / "demo"


def ensure_demo(settings: Settings, progress: Progress = no_progress, *, n_spectra: int = N_SPECTRA) -> Session:
    """Build what is missing of the demo and return its session; at once if it is there.

    Parameters
    ----------
    settings : Settings
    progress : Progress
    n_spectra : int
        Of the survey.

    Raises
    ------
    ALCoreError
        If it cannot be built; what is finished is kept, and the next call goes on there.
    """
    jobs = JobRegistry(settings.workspace, settings)
    sessions = Sessions(settings.workspace, jobs)
    ready, survey = find_demo(sessions), demo_folder(settings)
    if ready is not None:
        if POOL not in Catalogs(settings.workspace).names():
            index_pool_quietly(settings.workspace, POOL, progress)
        if _is_survey(survey, n_spectra):
            _write_originals(settings, sessions, n_spectra, progress)
        return ready
    if not _is_survey(survey, n_spectra):
        write_csv_survey(survey, _parameters(n_spectra), progress)
    _import(survey, settings, progress)
    library = Library(settings.workspace, settings)
    library.plate(POOL)
    session = _session(sessions, _training_set(survey, library))
    _run_first_iteration(jobs, sessions, settings, session, progress)
    _write_originals(settings, sessions, n_spectra, progress)
    return sessions.get(SESSION_ID)


def _write_originals(settings: Settings, sessions: Sessions, n_spectra: int, progress: Progress) -> None:
    """Write whole spectra beside the survey's table, where the Label page looks; the folder is whole or not there."""
    target = demo_folder(settings) / BESIDE
    if not target.is_dir():
        part = target.with_name(f".{BESIDE}")
        write_originals(part, _parameters(n_spectra), _likely_shown(settings, sessions), progress)
        part.rename(target)


def _parameters(n_spectra: int) -> SurveyParameters:
    return SurveyParameters(n_spectra=n_spectra, seed=SEED)


def _likely_shown(settings: Settings, sessions: Sessions) -> list[str]:
    """Return what is labeled first, and what the next batch comes from: the queue, candidates, the most uncertain."""
    labeling = Labeling(sessions, Library(settings.workspace, settings))
    session = sessions.get(SESSION_ID)
    [info] = labeling.iterations(SESSION_ID)[-1:]
    pool = labeling.require_pool(session)
    predictions = labeling.predictions(session, info, pool)
    if predictions is None:
        return []
    order = np.argsort(-shannon_entropy(np.asarray(predictions.proba)))[:N_UNCERTAIN]
    rows = np.concatenate((predictions.candidates()[:N_CANDIDATES], order))
    return [*info.queue.get("oracle", ()), *info.queue.get("perf-est", ()), *pool.ids_of(np.unique(rows))]


def find_demo(sessions: Sessions) -> Session | None:
    """Return the session of the demo if it has a finished iteration."""
    if not _has_session(sessions) or not sessions.iterations(SESSION_ID):
        return None
    return sessions.get(SESSION_ID)


def _has_session(sessions: Sessions) -> bool:
    try:
        sessions.get(SESSION_ID)
    except ALCoreError:
        return False
    return True


def _is_survey(survey: Path, n_spectra: int) -> bool:
    """Whether a whole survey of this size is there; one that was stopped while it was written is written again."""
    try:
        content = json.loads((survey / "manifest.json").read_text(encoding="utf-8"))
        return bool(content["complete"] and content["parameters"]["n_spectra"] == n_spectra)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _import(survey: Path, settings: Settings, progress: Progress) -> None:
    import_pool(
        [survey / "pool.csv"],
        settings.workspace / "pools" / POOL,
        recipe=load_recipe("halpha"),
        name=POOL,
        metadata_csv=survey / "metadata.csv",
        replace=True,
        progress=progress,
    )
    index_pool_quietly(settings.workspace, POOL, progress)


def _training_set(survey: Path, library: Library) -> TrainingSetInfo:
    """Return the labeled spectra of the survey as a training set of the workspace."""
    try:
        return library.training.get(TRAINING_SET)
    except LibraryError:
        origin = "simulated survey of the demo"
        return library.training.create(TRAINING_SET, _rows(survey), CLASSES, origin=origin, simulated=True)


def _rows(survey: Path) -> Iterator[Rows]:
    table = pl.read_csv(survey / "training-set.csv", schema_overrides={"id": pl.String, "label": pl.Int64})
    wavelengths = [name for name in table.columns if name not in ("id", "label")]
    labels = [CLASSES[index] for index in table["label"]]
    flux = table.select(wavelengths).to_numpy()
    yield Rows(table["id"].to_list(), flux, labels, pl.Series(wavelengths).cast(pl.Float64).to_numpy())


def _session(sessions: Sessions, training_set: TrainingSetInfo) -> Session:
    if _has_session(sessions):
        return sessions.get(SESSION_ID)
    return sessions.create(
        NAME,
        classes=CLASSES,
        candidate_classes=CANDIDATE_CLASSES,
        pool=POOL,
        training_set=training_set.path,
        seed=SEED,
        configuration=dict(CONFIGURATION),
        session_id=SESSION_ID,
    )


def _run_first_iteration(
    jobs: JobRegistry, sessions: Sessions, settings: Settings, session: Session, progress: Progress
) -> None:
    """Run iteration 1 as a job like any other, or follow the one that is running, until it is complete."""
    job = jobs.active_run(session.session_id)
    if job is None:
        parameters = run_parameters(sessions, settings, session, session.configuration)
        title = f"{session.name}, iteration 1"
        job = jobs.submit("run", title, parameters, owner=OWNER, session_id=session.session_id)
    try:
        _follow(jobs, job, progress)
    except (CancelledError, KeyboardInterrupt):
        jobs.cancel(job.job_id)
        raise


def _follow(jobs: JobRegistry, job: Job, progress: Progress) -> None:
    while not job.is_ended:
        message = job.message or job.stage or "Waiting for other jobs"
        progress(job.done, job.total, message)
        time.sleep(_POLL_S)
        job = jobs.get(job.job_id)
    if job.phase == Phase.ABORTED:
        raise CancelledError("The run of the demo was canceled.")
    if job.phase == Phase.ERROR:
        raise JobError(f"The run of the demo failed: {job.error} Its log is in {job.folder}.")

"""Run, cancel, resume: the page orders, the registry acts."""

import time
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, ctx, no_update
from dash.dependencies import ALL

from al_core.jobs import Job, Phase
from al_core.runs.checking import parse
from al_core.services import Services
from al_core.sessions.running import run_parameters
from callbacks import ids
from callbacks.access import current_user
from callbacks.messages import beside
from callbacks.train.basis import training_set_paths
from callbacks.train.snapshots import snapshot_of

Json = dict[str, Any]
#: A canceled run has stopped within a second; the page waits that long for the truth.
CANCEL_S = 1.2


def register(app: Dash, services: Services) -> None:
    """Register the buttons of the page."""
    _register_clientside(app)

    @app.callback(
        Output(ids.TRAIN_CHANGED_STORE, "data"),
        Input(ids.TRAIN_RUN_BUTTON, "n_clicks"),
        State(ids.TRAIN_DRAFT_STORE, "data"),
        State(ids.TRAIN_SESSION_STORE, "data"),
        prevent_initial_call=True,
    )
    @beside(ids.TRAIN_RUN_ERROR)
    def run(clicks: int | None, draft: Json | None, session_id: str) -> Any:
        if not clicks or not draft:
            return no_update
        return changed(submit_run(services, session_id, draft["text"], current_user()))

    @app.callback(
        Output(ids.TRAIN_LIVE_STORE, "data", allow_duplicate=True),
        Input(ids.TRAIN_CANCEL_BUTTON, "n_clicks"),
        State(ids.TRAIN_SESSION_STORE, "data"),
        prevent_initial_call=True,
    )
    @beside(ids.TRAIN_CANCEL_ERROR)
    def cancel(clicks: int | None, session_id: str) -> Any:
        job = services.jobs.active_run(session_id) if clicks else None
        return cancel_run(services, job.job_id) if job else no_update

    @app.callback(
        Output(ids.TRAIN_CHANGED_STORE, "data", allow_duplicate=True),
        Input({"type": "train-action", "action": "resume", "target": ALL}, "n_clicks"),
        prevent_initial_call=True,
    )
    @beside(ids.TRAIN_CANCEL_ERROR)
    def resume(clicks: list[int | None]) -> Any:
        if not any(clicks) or not ctx.triggered_id:
            return no_update
        return changed(services.jobs.resume(ctx.triggered_id["target"]))


def _register_clientside(app: Dash) -> None:
    app.clientside_callback(
        ClientsideFunction("train", "runState"),
        Output(ids.TRAIN_RUN_BUTTON, "disabled"),
        Output(ids.TRAIN_RUN_LABEL, "children"),
        Output(ids.TRAIN_RUN_WHY, "children"),
        Input(ids.TRAIN_CHECKED_STORE, "data"),
        Input(ids.TRAIN_LIVE_STORE, "data"),
        Input(ids.TRAIN_RUN_BUTTON, "n_clicks"),
    )
    app.clientside_callback(
        ClientsideFunction("train", "canceling"),
        Output(ids.TRAIN_CANCEL_BUTTON, "disabled", allow_duplicate=True),
        Output(ids.TRAIN_CANCEL_BUTTON, "children", allow_duplicate=True),
        Input(ids.TRAIN_CANCEL_BUTTON, "n_clicks"),
        prevent_initial_call=True,
    )


def changed(job: Job) -> Json:
    """Return what makes the page attach to a job."""
    return {"job_id": job.job_id, "at": time.time()}


def submit_run(services: Services, session_id: str, text: str, owner: str) -> Job:
    """Check a draft, write the labels it runs with, and submit it.

    Raises
    ------
    ALCoreError
        If anything is wrong, or the session has an active run; nothing is submitted then.
    """
    keys, problems = parse(text)
    if problems:
        raise problems[0].error("The configuration")
    session = services.sessions.get(session_id)
    parameters = run_parameters(services.sessions, services.settings, session, keys, training_set_paths(services))
    number = parameters["configuration"]["iteration_num"]
    job = services.jobs.submit(
        "run", f"{session.name}, iteration {number}", parameters, owner=owner, session_id=session_id
    )
    _keep_pool(services, session_id, keys.get("pool_csv"))
    return job


def _keep_pool(services: Services, session_id: str, pool: Any) -> None:
    """Make the pool that is run on the session's own, so that the pages after it show the same spectra."""
    session = services.sessions.get(session_id)
    known = {info.name for info in services.library.pools() if not info.problem}
    if pool in known and pool != session.pool:
        services.sessions.update(session_id, pool=pool)


def cancel_run(services: Services, job_id: str) -> Json:
    """Ask a run to stop and return how it stands once it has, or after a little more than a second."""
    services.jobs.cancel(job_id)
    job = services.jobs.wait(job_id, CANCEL_S, Phase.EXECUTING)
    return snapshot_of(services.jobs, job)

"""Following a run: attach to the one that goes on, stream its progress, show it.

The run is a process of its own. The page's background callback only watches: it returns after a quarter of a minute and
the page attaches again under a new generation, so a reload leaves at most one watcher behind for that long. Dash ends a
watcher together with all children it has, hence it may only `peek`: a worker must never be started by it.
"""

import os
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from dash import ClientsideFunction, Dash, Input, Output, State, ctx, no_update
from dash.exceptions import PreventUpdate

from al_core.errors import ALCoreError
from al_core.jobs import JobRegistry, Phase
from al_core.services import Services
from callbacks import ids
from callbacks.messages import message_of
from callbacks.train.run_views import RunView, run_view
from callbacks.train.snapshots import snapshot_of
from pages._components.states import failed_state

Json = dict[str, Any]

#: The longest that one watcher lives.
WATCH_S = 15.0
_POLL_S = 0.3


def register(app: Dash, services: Services) -> None:
    """Register following and showing of a run."""
    _register_clientside(app)
    _register_follower(app, services)

    @app.callback(
        Output(ids.TRAIN_FOLLOW_STORE, "data"),
        Output(ids.TRAIN_LIVE_STORE, "data"),
        Input(ids.TRAIN_SESSION_STORE, "data"),
        Input(ids.TRAIN_FOLLOWED_STORE, "data"),
        Input(ids.TRAIN_CHANGED_STORE, "data"),
        Input(ids.TRAIN_LATEST_STORE, "data"),
        State(ids.TRAIN_FOLLOW_STORE, "data"),
    )
    def attach_again(session_id: str, _ended: Any, _changed: Any, _latest: Any, following: Json | None) -> Any:
        only_news = ctx.triggered_id == ids.TRAIN_LATEST_STORE
        try:
            services.sessions.get(session_id)
            return attach(services.jobs, session_id, following if only_news else None)
        except ALCoreError as error:
            return no_update, {"problem": message_of(error)}

    @app.callback(
        *_RUN_OUTPUTS,
        Output(ids.TRAIN_CURVES, "figure"),
        Output(f"{ids.TRAIN_CURVES}-sentence", "children"),
        Output(f"{ids.TRAIN_CURVES}-data", "children"),
        Output(ids.TRAIN_DRAWN_STORE, "data"),
        Input(ids.TRAIN_LIVE_STORE, "data"),
        State(ids.TRAIN_DRAWN_STORE, "data"),
    )
    def show(live: Json | None, drawn: str | None) -> tuple[Any, ...]:
        if live is None:
            raise PreventUpdate
        if "problem" in live:
            failed = failed_state("The run cannot be shown", live["problem"])
            return _values(RunView(state=failed)) + (no_update,) * 4
        view = run_view(live, services)
        if view.drawn == drawn:
            return _values(view) + (no_update,) * 4
        return (*_values(view), view.figure, view.sentence, view.numbers, view.drawn)


_RUN_OUTPUTS = (
    Output(ids.TRAIN_RUN_HEAD, "children"),
    Output(ids.TRAIN_RUN_STATE, "children"),
    Output(ids.TRAIN_RUN_FIGURES, "children"),
    Output(ids.TRAIN_RUN_RESULT, "children"),
    Output(ids.TRAIN_RUN_LIVE, "children"),
    Output(ids.TRAIN_LOG, "children"),
    Output(ids.TRAIN_LOG_CARD, "hidden"),
    Output(ids.TRAIN_CURVES_PLACE, "hidden"),
    Output(ids.TRAIN_CANCEL_BUTTON, "hidden"),
    Output(ids.TRAIN_CANCEL_BUTTON, "disabled"),
    Output(ids.TRAIN_CANCEL_BUTTON, "children"),
)


def _values(view: RunView) -> tuple[Any, ...]:
    return (
        view.head,
        view.state,
        view.figures,
        view.result,
        view.announcement,
        view.log,
        not view.log,
        view.drawn is None,
        not view.can_cancel,
        view.is_canceling,
        "Canceling…" if view.is_canceling else "Cancel run",
    )


def _register_clientside(app: Dash) -> None:
    app.clientside_callback(
        "(status, known) => { const latest = (status && status.latest) || null;"
        " return latest === known ? window.dash_clientside.no_update : latest; }",
        Output(ids.TRAIN_LATEST_STORE, "data"),
        Input(ids.STATUS_STORE, "data"),
        State(ids.TRAIN_LATEST_STORE, "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("train", "accept"),
        Output(ids.TRAIN_LIVE_STORE, "data", allow_duplicate=True),
        Input(ids.TRAIN_TOLD_STORE, "data"),
        State(ids.TRAIN_LIVE_STORE, "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("train", "watch"),
        Output(ids.TRAIN_CHANGED_STORE, "data", allow_duplicate=True),
        Input(ids.TRAIN_TICK, "n_intervals"),
        Input(ids.TRAIN_LIVE_STORE, "modified_timestamp"),
        State(ids.TRAIN_LIVE_STORE, "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("train", "copyLog"),
        Output(ids.TRAIN_LOG_COPY, "title"),
        Input(ids.TRAIN_LOG_COPY, "n_clicks"),
        prevent_initial_call=True,
    )


def _register_follower(app: Dash, services: Services) -> None:
    @app.callback(
        Output(ids.TRAIN_FOLLOWED_STORE, "data"),
        Input(ids.TRAIN_FOLLOW_STORE, "data"),
        background=True,
        interval=400,
        progress=Output(ids.TRAIN_TOLD_STORE, "data"),
        prevent_initial_call=True,
    )
    def watch(set_progress: Callable[[Any], None], following: Json | None) -> Json:
        if not following:
            raise PreventUpdate
        follow(services.jobs, following, set_progress)
        return {"generation": following["generation"]}


def attach(jobs: JobRegistry, session_id: str, following: Json | None = None) -> tuple[Any, Any]:
    """Return what to follow, and the session's last run as it is now; nothing new where it is followed already."""
    found = jobs.list(kind="run", session_id=session_id, last=1)
    if not found:
        return no_update, {"empty": True, "session_id": session_id}
    job = found[0]
    live = snapshot_of(jobs, job, _waits_for(jobs) if job.phase == Phase.QUEUED else None)
    is_followed = following is not None and (following["job_id"], following["attempt"]) == (job.job_id, job.attempt)
    if job.phase != Phase.EXECUTING or is_followed:
        return no_update, live
    return {"job_id": job.job_id, "attempt": job.attempt, "generation": uuid4().hex}, live


def _waits_for(jobs: JobRegistry) -> str | None:
    executing = jobs.list(phases=(Phase.EXECUTING,), last=1)
    return executing[0].title if executing else None


def follow(jobs: JobRegistry, following: Json, tell: Callable[[Any], None], watch_s: float = WATCH_S) -> None:
    """Tell every change of a run until it ends, its attempt is over, time is up, or the server is gone."""
    parent, deadline, last = os.getppid(), time.monotonic() + watch_s, None
    while time.monotonic() < deadline and os.getppid() == parent:
        try:
            job = jobs.peek(following["job_id"])
        except ALCoreError:
            return
        if job.attempt != following["attempt"] or job.phase != Phase.EXECUTING:
            return
        live = snapshot_of(jobs, job)
        state = (
            live["stage"],
            live["done"],
            live["message"],
            live["cancel_requested"],
            len(live["epochs"]),
            live["log"],
        )
        if state != last:
            tell(live)
            last = state
        time.sleep(_POLL_S)

"""Opening the demo: built as a job where it is not there yet, followed, then opened."""

from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update
from dash.exceptions import PreventUpdate

from al_core.demo import NAME, find_demo
from al_core.jobs.job import ACTIVE, Job, Phase
from al_core.services import Services
from callbacks import ids
from callbacks.access import current_user
from pages._components.buttons import button
from pages._components.sessions_waiting import open_href
from pages._components.states import banner


def register(app: Dash, services: Services) -> None:
    """Register the callbacks of the demo."""

    @app.callback(
        Output(ids.SHELL_LOCATION, "href", allow_duplicate=True),
        Output(ids.SESSIONS_DEMO_STORE, "data", allow_duplicate=True),
        Output(ids.SESSIONS_CHANGED_STORE, "data", allow_duplicate=True),
        Output(ids.SESSIONS_NOTICE, "children", allow_duplicate=True),
        Input({"type": "sessions-action", "action": ALL, "session": ALL}, "n_clicks"),
        prevent_initial_call=True,
    )
    def start_or_stop(_clicks: list[int | None]) -> tuple[Any, ...]:
        asked = ctx.triggered_id
        if not ctx.triggered[0]["value"] or asked["action"] not in ("demo", "stop-demo"):
            raise PreventUpdate
        if asked["action"] == "stop-demo":
            job = services.jobs.cancel(asked["session"])
            return no_update, no_update, {"stopped": job.job_id}, no_update
        opened = open_demo(services)
        if isinstance(opened, Job):
            return no_update, opened.job_id, {"demo": opened.job_id}, None
        return opened, no_update, no_update, None

    @app.callback(
        Output(ids.SHELL_LOCATION, "href", allow_duplicate=True),
        Output(ids.SESSIONS_NOTICE, "children", allow_duplicate=True),
        Output(ids.SESSIONS_DEMO_STORE, "data", allow_duplicate=True),
        Input(ids.SESSIONS_TICK, "n_intervals"),
        State(ids.SESSIONS_DEMO_STORE, "data"),
        prevent_initial_call=True,
    )
    def follow(_tick: int, job_id: str | None) -> tuple[Any, ...]:
        if job_id is None:
            raise PreventUpdate
        job = services.jobs.get(job_id)
        if not job.is_ended:
            raise PreventUpdate
        return *end_of_demo(services, job), None


def open_demo(services: Services) -> Job | str:
    """Return the address of the demo's session, or the job that builds it."""
    ready = find_demo(services.sessions)
    if ready is not None:
        if ready.is_archived:
            services.sessions.archive(ready.session_id, False)
        return _address(ready.session_id)
    running = services.jobs.list(kind="demo", phases=ACTIVE, last=1)
    return running[0] if running else services.jobs.submit("demo", NAME, {}, owner=current_user())


def end_of_demo(services: Services, job: Job) -> tuple[Any, Any]:
    """Return where to go and what to say when the job has ended."""
    ready = find_demo(services.sessions)
    if job.phase == Phase.COMPLETED and ready is not None:
        return _address(ready.session_id), None
    if job.phase == Phase.ABORTED:
        return no_update, None
    again = button("Try again", id=ids.sessions_action("demo", "again"))
    reason = job.error or "Its log has the reason."
    return no_update, banner("failed", "The demo could not be built.", reason, again)


def _address(session_id: str) -> str:
    return open_href(session_id, "/label")

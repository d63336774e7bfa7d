"""What can be done with a job: start, resume, cancel and delete; the last two ask first."""

import time
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update

from al_core.jobs import Job
from al_core.services import Services
from callbacks import ids
from callbacks.access import current_user
from callbacks.messages import beside
from pages._components import toast

#: What the dialogs say; {where} ends the sentence on deleting.
CANCEL_TEXT = "It stops within a second. What it has learned so far is kept: resume it from here at any time."
CANCEL_WAITING_TEXT = "It has not begun; nothing is lost."
DELETE_TEXT = "Its log, parameters and history go with it. Results in a session stay where they are."


def register(app: Dash, services: Services) -> None:
    """Register the callbacks of the buttons."""

    @app.callback(
        Output(ids.JOBS_ASKED_STORE, "data"),
        Output(ids.JOBS_CHANGED_STORE, "data"),
        Output(ids.JOBS_SELECTED_STORE, "data", allow_duplicate=True),
        Input({"type": "jobs-action", "action": ALL, "job": ALL}, "n_clicks"),
        prevent_initial_call=True,
    )
    @beside(ids.JOBS_ERROR)
    def press(_clicks: list[int | None]) -> tuple[Any, Any, Any]:
        pressed = ctx.triggered_id
        if not isinstance(pressed, dict) or not ctx.triggered[0]["value"]:
            return no_update, no_update, no_update
        return act(services, pressed["action"], pressed["job"])

    for action, dialog, title, text, confirm, keep in (
        (
            "cancel",
            ids.JOBS_CANCEL_DIALOG,
            ids.JOBS_CANCEL_TITLE,
            ids.JOBS_CANCEL_TEXT,
            ids.JOBS_CANCEL_CONFIRM,
            ids.JOBS_CANCEL_KEEP,
        ),
        (
            "delete",
            ids.JOBS_DELETE_DIALOG,
            ids.JOBS_DELETE_TITLE,
            ids.JOBS_DELETE_TEXT,
            ids.JOBS_DELETE_CONFIRM,
            ids.JOBS_DELETE_KEEP,
        ),
    ):
        _register_dialog(app, services, action, dialog, title, text, confirm, keep)

    @app.callback(
        Output(ids.JOBS_SELECTED_STORE, "data", allow_duplicate=True),
        Input(ids.JOBS_BACK_BUTTON, "n_clicks"),
        prevent_initial_call=True,
    )
    def back(n_clicks: int | None) -> Any:
        return None if n_clicks else no_update


def _register_dialog(
    app: Dash, services: Services, action: str, dialog: str, title: str, text: str, confirm: str, keep: str
) -> None:
    @app.callback(
        Output(dialog, "is_open"),
        Output(title, "children"),
        Output(text, "children"),
        Input(ids.JOBS_ASKED_STORE, "data"),
        Input(keep, "n_clicks"),
        prevent_initial_call=True,
    )
    def ask(asked: dict[str, str] | None, _keep: int | None) -> tuple[Any, ...]:
        if ctx.triggered_id == keep or not asked or asked["action"] != action:
            return False, no_update, no_update
        return True, *question(services.jobs.get(asked["job"]), action)

    @app.callback(
        Output(dialog, "is_open", allow_duplicate=True),
        Output(ids.JOBS_CHANGED_STORE, "data", allow_duplicate=True),
        Output(ids.JOBS_SELECTED_STORE, "data", allow_duplicate=True),
        Output(ids.TOAST_STORE, "data", allow_duplicate=True),
        Input(confirm, "n_clicks"),
        State(ids.JOBS_ASKED_STORE, "data"),
        prevent_initial_call=True,
    )
    @beside(ids.JOBS_ERROR)
    def confirmed(n_clicks: int | None, asked: dict[str, str] | None) -> tuple[Any, ...]:
        if not n_clicks or not asked:
            return (no_update,) * 4
        title = services.jobs.get(asked["job"]).title
        if action == "cancel":
            services.jobs.cancel(asked["job"])
            return False, time.time(), no_update, no_update
        services.jobs.delete(asked["job"])
        return False, time.time(), None, toast(f"{title} deleted")


def act(services: Services, action: str, job_id: str) -> tuple[Any, Any, Any]:
    """Do what needs no question, else ask; return what is asked, what has changed, and the job to show."""
    if action in ("cancel", "delete"):
        return {"action": action, "job": job_id, "at": time.time()}, no_update, no_update
    if action == "again":
        return no_update, time.time(), run_again(services, job_id).job_id
    if action == "start":
        services.jobs.start(job_id)
    elif action == "resume":
        services.jobs.resume(job_id)
    else:
        raise ValueError(f"Unknown action {action!r}; expected start, resume, again, cancel or delete.")
    return no_update, time.time(), no_update


def run_again(services: Services, job_id: str) -> Job:
    """Queue a job with the parameters of another, for the user who asks."""
    job = services.jobs.get(job_id)
    return services.jobs.submit(job.kind, job.title, job.parameters, owner=current_user(), session_id=job.session_id)


def question(job: Job, action: str) -> tuple[str, str]:
    """Return title and text of the dialog, which name the job."""
    if action == "cancel":
        return f"Cancel “{job.title}”", CANCEL_TEXT if job.started_utc else CANCEL_WAITING_TEXT
    return f"Delete “{job.title}”", DELETE_TEXT

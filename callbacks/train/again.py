"""*Run again* of the page Jobs: `/train?session=…&job=…` opens the configuration of that run as the session's draft."""

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, html, no_update

from al_core.errors import ALCoreError, ConfigurationError
from al_core.runs.problems import configuration_text
from al_core.services import Services
from al_core.sessions.presets import draft_from_file
from callbacks import ids
from callbacks.messages import message_of
from callbacks.train.basis import basis_of
from callbacks.train.editing import source
from pages._components.states import error_text


def register(app: Dash, services: Services) -> None:
    """Register what happens once the form is there."""

    @app.callback(
        Output(ids.TRAIN_SOURCE_STORE, "data", allow_duplicate=True),
        Output(ids.TRAIN_RUN_ERROR, "children", allow_duplicate=True),
        Output(ids.TRAIN_JOB_STORE, "data"),
        Input(ids.TRAIN_SCHEMA_STORE, "data"),
        State(ids.TRAIN_SESSION_STORE, "data"),
        State(ids.TRAIN_JOB_STORE, "data"),
        prevent_initial_call=True,
    )
    def open_again(schema: Any, session_id: str | None, job_id: str | None) -> tuple[Any, ...]:
        if not schema or not session_id or not job_id:
            return no_update, no_update, no_update
        try:
            made, notices = configuration_of_job(services, session_id, job_id)
        except ALCoreError as error:
            return no_update, error_text(message_of(error)), None
        said = html.Ul([html.Li(notice) for notice in notices], className="small secondary") if notices else None
        return made, said, None

    # Opened once: a reload shows the draft as it is then, with all changes.
    app.clientside_callback(
        ClientsideFunction("jobs", "forgetJob"),
        Output(ids.TRAIN_JOB_STORE, "modified_timestamp"),
        Input(ids.TRAIN_JOB_STORE, "data"),
        prevent_initial_call=True,
    )


def configuration_of_job(services: Services, session_id: str, job_id: str) -> tuple[dict[str, Any], list[str]]:
    """Return the draft that the configuration of a run makes in a session, and what was changed in it.

    Raises
    ------
    ConfigurationError
        If the job is no run, and so has no configuration.
    JobNotFoundError
        If it has been deleted.
    """
    job = services.jobs.peek(job_id)
    keys = job.parameters.get("configuration")
    if not keys:
        raise ConfigurationError(f"Job {job_id} is of the kind {job.kind!r}; only runs have a configuration.")
    draft, notices = draft_from_file(configuration_text(keys), basis_of(services, session_id), services.settings)
    return source(draft, job.title), notices

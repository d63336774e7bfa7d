"""The job beside the list: each part is sent only when it has changed, the log piece by piece."""

import hashlib
from collections.abc import Callable
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, no_update

from al_core.errors import ALCoreError
from al_core.jobs import Job, JobRegistry
from al_core.jobs.kinds import KINDS
from al_core.services import Services
from callbacks import ids
from callbacks.api.uws.results import result_files
from callbacks.jobs.listing import session_names
from callbacks.messages import message_of
from pages._components import empty_state, failed_state
from pages._components.jobs_detail import (
    FileRow,
    job_facts,
    job_head,
    job_live,
    job_parameters,
    job_results,
    result_href,
)

#: Part of the detail: the component that holds it.
PARTS = {
    "head": ids.JOBS_HEAD,
    "live": ids.JOBS_LIVE,
    "facts": ids.JOBS_FACTS,
    "results": ids.JOBS_RESULTS,
    "parameters": ids.JOBS_PARAMETERS,
}


def register(app: Dash, services: Services) -> None:
    """Register the callbacks of the detail."""

    @app.callback(
        [Output(component_id, "children") for component_id in PARTS.values()],
        Output(ids.JOBS_DETAIL_STORE, "data"),
        Output(ids.JOBS_LOG_CARD, "hidden"),
        Input(ids.JOBS_TICK, "n_intervals"),
        Input(ids.JOBS_CHANGED_STORE, "data"),
        Input(ids.JOBS_SELECTED_STORE, "data"),
        Input(ids.JOBS_LIST_STORE, "data"),
        State(ids.JOBS_DETAIL_STORE, "data"),
        State(ids.JOBS_SESSION_STORE, "data"),
    )
    def show_job(
        _tick: Any, _changed: Any, selected: str | None, listed: Any, shown: Any, session_id: str | None
    ) -> tuple[Any, ...]:
        job_id = selected or (listed or {}).get("first")
        return changed_parts(services, job_id, shown or {}, is_listed=listed is not None, session_id=session_id)

    @app.callback(
        Output(ids.JOBS_LOG_STORE, "data"),
        Output(ids.JOBS_LOG_PLACE_STORE, "data"),
        Input(ids.JOBS_TICK, "n_intervals"),
        Input(ids.JOBS_DETAIL_STORE, "data"),
        State(ids.JOBS_LOG_PLACE_STORE, "data"),
    )
    def read_log(_tick: Any, shown: dict[str, Any] | None, place: dict[str, Any] | None) -> tuple[Any, Any]:
        piece = next_piece(services.jobs, (shown or {}).get("job"), place)
        return (no_update, no_update) if piece is None else (piece, {name: piece[name] for name in ("job", "next")})

    app.clientside_callback(
        ClientsideFunction("jobs", "appendLog"),
        Output(ids.JOBS_LOG, "title"),
        Input(ids.JOBS_LOG_STORE, "data"),
        Input(ids.JOBS_LOG_FOLLOW, "value"),
    )
    app.clientside_callback(
        ClientsideFunction("jobs", "copyLog"),
        Output(ids.JOBS_LOG_COPY, "title"),
        Input(ids.JOBS_LOG_COPY, "n_clicks"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("jobs", "copyParameters"),
        Output(ids.JOBS_PARAMETERS_COPY, "title"),
        Input(ids.JOBS_PARAMETERS_COPY, "n_clicks"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("jobs", "showSelected"),
        Output(ids.JOBS_SPLIT, "className"),
        Input(ids.JOBS_SELECTED_STORE, "data"),
    )


def changed_parts(
    services: Services, job_id: str | None, shown: dict[str, Any], *, is_listed: bool, session_id: str | None = None
) -> tuple[Any, ...]:
    """Return the parts of a job that differ from what is shown, `no_update` for the others."""
    if job_id is None:
        empty = empty_state("file-text", "No job to show", "Its progress, log and files stand here.")
        parts: dict[str, Any] = {"head": (empty if is_listed else no_update)}
    else:
        try:
            parts = parts_of(services, services.jobs.get(job_id), session_id)
        except ALCoreError as error:
            parts = {"head": failed_state("This job cannot be shown", message_of(error))}
    prints = {name: _hash(parts.get(name)) for name in PARTS}
    children = [no_update if prints[n] == shown.get(n) else parts.get(n) for n in PARTS]
    memory = prints | {"job": job_id if len(parts) > 1 else None}
    return *children, (no_update if memory == shown else memory), memory["job"] is None


def parts_of(services: Services, job: Job, session_id: str | None = None) -> dict[str, Any]:
    """Return all parts of the detail of a job."""
    label = KINDS[job.kind].label if job.kind in KINDS else job.kind
    files = [FileRow(file.name, file.size, result_href(job.job_id, file.name)) for file in result_files(job)]
    names = session_names(services, [job])
    session = (job.session_id, names[job.session_id]) if job.session_id else None
    makers: dict[str, Callable[[], Any]] = {
        "head": lambda: job_head(job, label, session_id),
        "live": lambda: job_live(job),
        "facts": lambda: job_facts(job, label, session),
        "results": lambda: job_results(files),
        "parameters": lambda: job_parameters(job),
    }
    return {name: make() for name, make in makers.items()}


def next_piece(jobs: JobRegistry, job_id: str | None, place: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return what has been added to the log, None for nothing; all of it where the job is another or its log is new."""
    is_other = place is None or place["job"] != job_id
    if job_id is None:
        return {"job": None, "text": "", "next": 0, "restart": True} if place and is_other else None
    offset = 0 if place is None or is_other else place["next"]
    try:
        text, after = jobs.log(job_id, offset)
    except ALCoreError:
        return None
    restarts = is_other or after < offset
    return {"job": job_id, "text": text, "next": after, "restart": restarts} if text or restarts else None


def _hash(part: Any) -> str:
    return hashlib.sha256(repr(part).encode()).hexdigest()[:16]

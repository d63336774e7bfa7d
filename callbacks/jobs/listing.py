"""The list of jobs, with its filters; it is sent only when something in it has changed."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, no_update
from dash.development.base_component import Component

from al_core.errors import ALCoreError, SessionError
from al_core.jobs import Job, Phase
from al_core.jobs.kinds import KINDS
from al_core.services import Services
from callbacks import ids
from callbacks.access import current_user
from callbacks.messages import message_of
from pages._components import button, empty_state, failed_state
from pages._components.jobs_list import job_rows
from pages._components.text import count, counted

#: The list shows so many jobs, the newest.
MOST_SHOWN = 200
BUSY_MS, IDLE_MS = 1000, 10_000
PHASES: dict[str, tuple[Phase, ...]] = {
    "active": (Phase.PENDING, Phase.QUEUED, Phase.EXECUTING),
    "done": (Phase.COMPLETED,),
    "failed": (Phase.ERROR, Phase.ABORTED),
}


class Filters(NamedTuple):
    """What the list is narrowed to."""

    phase: str = "all"
    kind: str = "all"
    mine: bool = False
    session_id: str | None = None

    @property
    def is_narrow(self) -> bool:
        """Whether anything is left out."""
        return self != Filters()


class Listing(NamedTuple):
    """The list as it is sent."""

    rows: Component
    summary: str
    fingerprint: str
    interval: int
    first: str | None


def register(app: Dash, services: Services) -> None:
    """Register the callbacks of the list."""

    @app.callback(
        Output(ids.JOBS_LIST, "children"),
        Output(ids.JOBS_SUMMARY, "children"),
        Output(ids.JOBS_LIST_STORE, "data"),
        Output(ids.JOBS_TICK, "interval"),
        Input(ids.JOBS_TICK, "n_intervals"),
        Input(ids.JOBS_CHANGED_STORE, "data"),
        Input(ids.JOBS_SELECTED_STORE, "data"),
        Input(ids.JOBS_PHASE_FILTER, "value"),
        Input(ids.JOBS_KIND_FILTER, "value"),
        Input(ids.JOBS_MINE_FILTER, "value"),
        Input(ids.JOBS_SESSION_FILTER, "value"),
        State(ids.JOBS_SESSION_STORE, "data"),
        State(ids.JOBS_LIST_STORE, "data"),
    )
    def show_list(
        _tick: int | None,
        _changed: Any,
        selected: str | None,
        phase: str,
        kind: str,
        mine: bool,
        of_session: bool,
        session_id: str | None,
        shown: dict[str, Any] | None,
    ) -> tuple[Any, ...]:
        filters = Filters(phase, kind, bool(mine), session_id if of_session else None)
        found = listing(services, filters, selected)
        if shown and shown["fingerprint"] == found.fingerprint:
            return no_update, no_update, no_update, found.interval
        return found.rows, found.summary, {"fingerprint": found.fingerprint, "first": found.first}, found.interval

    @app.callback(Output(ids.JOBS_KIND_FILTER, "options"), Input(ids.JOBS_SESSION_STORE, "data"))
    def name_kinds(_session_id: str | None) -> list[dict[str, str]]:
        return [{"label": "All kinds", "value": "all"}, *({"label": k.label, "value": k.name} for k in KINDS.values())]

    # In the browser: the list is written anew every second while a job goes on, and a click must not wait for it.
    app.clientside_callback(
        ClientsideFunction("jobs", "select"),
        Output(ids.JOBS_SELECTED_STORE, "data"),
        Input({"type": "jobs-row", "job": ALL}, "n_clicks"),
        prevent_initial_call=True,
    )

    @app.callback(
        Output(ids.JOBS_PHASE_FILTER, "value"),
        Output(ids.JOBS_KIND_FILTER, "value"),
        Output(ids.JOBS_MINE_FILTER, "value"),
        Output(ids.JOBS_SESSION_FILTER, "value"),
        Input(ids.JOBS_ALL_BUTTON, "n_clicks"),
        prevent_initial_call=True,
    )
    def drop_filters(n_clicks: int | None) -> tuple[Any, ...]:
        return ("all", "all", False, False) if n_clicks else (no_update,) * 4


def listing(services: Services, filters: Filters, selected: str | None) -> Listing:
    """Return the list under its filters; a registry that cannot be read says so in its place."""
    try:
        jobs = services.jobs.list(**_query(filters), last=MOST_SHOWN)
    except ALCoreError as error:
        failed = failed_state("The list of jobs cannot be read", message_of(error))
        return Listing(failed, "", _hash([str(error)]), IDLE_MS, None)
    if not jobs:
        return Listing(_nothing(filters), "", _hash(filters), IDLE_MS, None)
    current = selected or jobs[0].job_id
    rows = job_rows(jobs, current, {name: kind.label for name, kind in KINDS.items()}, session_names(services, jobs))
    interval = BUSY_MS if any(job.is_active for job in jobs) else IDLE_MS
    return Listing(rows, summary_of(jobs), _hash([rows.to_plotly_json()]), interval, jobs[0].job_id)


def _query(filters: Filters) -> dict[str, Any]:
    found: dict[str, Any] = {"phases": PHASES.get(filters.phase), "session_id": filters.session_id}
    found["kind"] = None if filters.kind == "all" else filters.kind
    found["owner"] = current_user() if filters.mine else None
    return found


def summary_of(jobs: Sequence[Job]) -> str:
    """Say how many there are, and how many of them are active."""
    total = f"the newest {count(len(jobs))}" if len(jobs) == MOST_SHOWN else counted(len(jobs), "job")
    executing = sum(job.phase is Phase.EXECUTING for job in jobs)
    waiting = sum(job.phase is Phase.QUEUED for job in jobs)
    active = [f"{count(n)} {word}" for n, word in ((executing, "running"), (waiting, "waiting")) if n]
    return ", ".join([total, *active])


def session_names(services: Services, jobs: Iterable[Job]) -> dict[str, str]:
    """Return what the sessions of jobs are called; a session that is gone keeps its id."""
    names: dict[str, str] = {}
    for session_id in {job.session_id for job in jobs if job.session_id}:
        try:
            names[session_id] = services.sessions.get(session_id).name
        except SessionError:
            names[session_id] = session_id
    return names


def _nothing(filters: Filters) -> Component:
    if filters.is_narrow:
        everything = button("Show all jobs", id=ids.JOBS_ALL_BUTTON)
        return empty_state("search-x", "No job matches", "Drop a filter to see the others.", everything)
    sentence = "Imports, runs and exports appear here with their progress, log and files, also those of other programs."
    return empty_state("list-todo", "No job yet", sentence, button("Train", href="/train"))


def _hash(content: Any) -> str:
    return hashlib.sha256(repr(content).encode()).hexdigest()[:16]

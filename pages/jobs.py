"""The page Jobs: every long task, with its state, log and result."""

import dash
from dash import dcc, html
from dash.development.base_component import Component

from callbacks import ids
from pages._components import (
    button,
    card,
    confirm_dialog,
    error_slot,
    icon_button,
    page_head,
    segmented,
    select,
    skeleton,
    toggle_pill,
)

dash.register_page(__name__, path="/jobs", name="Jobs", title="Jobs · Spectrolabe")

#: Milliseconds between looks at the registry while something is active.
BUSY_MS = 1000


def layout(session: str | None = None, job: str | None = None, **_query: str) -> Component:
    """Return the page's skeleton; with `?job=` it opens that job."""
    split = html.Div([_list(session), _detail()], id=ids.JOBS_SPLIT, className=split_class(job))
    return html.Div([page_head("Jobs"), split, *_dialogs(), *_memory(session, job)], className="page jobs-page")


def split_class(job_id: str | None) -> str:
    """Where there is room for one of list and detail only, a job that was asked for comes first."""
    return "list-detail jobs-split" + (" jobs-opened" if job_id else "")


def _list(session: str | None) -> Component:
    tools = [toggle_pill(ids.JOBS_MINE_FILTER, "Mine")]
    of_session = toggle_pill(ids.JOBS_SESSION_FILTER, "This session")
    tools.append(of_session if session else html.Div(of_session, hidden=True))
    phases = [
        {"label": "All", "value": "all"},
        {"label": "Active", "value": "active"},
        {"label": "Done", "value": "done"},
        {"label": "Failed", "value": "failed"},
    ]
    states = segmented(ids.JOBS_PHASE_FILTER, phases, "all", name="State")
    kinds = html.Div(
        [
            html.Label("Kind", htmlFor=ids.JOBS_KIND_FILTER, className="visually-hidden"),
            select(ids.JOBS_KIND_FILTER, [{"label": "All kinds", "value": "all"}], "all", small=True),
        ]
    )
    filters = html.Div([states, kinds, *tools], className="jobs-filters", role="group", **{"aria-label": "Filters"})
    rows = html.Div(skeleton("rows", 5), id=ids.JOBS_LIST)
    summary = html.Span(id=ids.JOBS_SUMMARY)
    return card("All tasks", [filters, rows], subtitle=summary, flush=True)


def _detail() -> Component:
    back = button("All jobs", kind="plain", id=ids.JOBS_BACK_BUTTON, icon="arrow-left", small=True)
    log_tools = [
        toggle_pill(ids.JOBS_LOG_FOLLOW, "Follow", value=True),
        icon_button("copy", "Copy the log", id=ids.JOBS_LOG_COPY),
    ]
    log = html.Pre(id=ids.JOBS_LOG, className="jobs-log", tabIndex="0", role="log", **{"aria-label": "Log"})
    top = html.Section(
        [
            html.Div(skeleton("text", 2), id=ids.JOBS_HEAD, className="jobs-head"),
            error_slot(ids.JOBS_ERROR),
            html.Div(id=ids.JOBS_LIVE, className="jobs-live"),
            html.Div(id=ids.JOBS_FACTS),
        ],
        className="panel jobs-top",
        **{"aria-label": "The job"},
    )
    parts = [
        html.Div(back, className="jobs-back"),
        top,
        html.Div(id=ids.JOBS_RESULTS, className="stack"),
        html.Div(card("Log", log, tools=log_tools, subtitle="times in UTC", flush=True), id=ids.JOBS_LOG_CARD),
        html.Div(id=ids.JOBS_PARAMETERS),
    ]
    return html.Div(parts, id=ids.JOBS_DETAIL, className="stack jobs-detail")


def _dialogs() -> list[Component]:
    cancel = confirm_dialog(
        ids.JOBS_CANCEL_DIALOG,
        "Cancel",
        "",
        confirm="Cancel the job",
        confirm_id=ids.JOBS_CANCEL_CONFIRM,
        cancel_id=ids.JOBS_CANCEL_KEEP,
        title_id=ids.JOBS_CANCEL_TITLE,
        text_id=ids.JOBS_CANCEL_TEXT,
    )
    delete = confirm_dialog(
        ids.JOBS_DELETE_DIALOG,
        "Delete",
        "",
        confirm="Delete the job",
        confirm_id=ids.JOBS_DELETE_CONFIRM,
        cancel_id=ids.JOBS_DELETE_KEEP,
        title_id=ids.JOBS_DELETE_TITLE,
        text_id=ids.JOBS_DELETE_TEXT,
    )
    return [cancel, delete]


def _memory(session: str | None, job: str | None) -> list[Component]:
    return [
        dcc.Store(id=ids.JOBS_SELECTED_STORE, data=job),
        dcc.Store(id=ids.JOBS_SESSION_STORE, data=session),
        dcc.Store(id=ids.JOBS_CHANGED_STORE),
        dcc.Store(id=ids.JOBS_LIST_STORE),
        dcc.Store(id=ids.JOBS_DETAIL_STORE),
        dcc.Store(id=ids.JOBS_LOG_STORE),
        dcc.Store(id=ids.JOBS_LOG_PLACE_STORE),
        dcc.Store(id=ids.JOBS_ASKED_STORE),
        dcc.Interval(id=ids.JOBS_TICK, interval=BUSY_MS),
    ]

"""One job: what it is, how far it is, what it left, with what it was started."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from dash import dcc, html
from dash.development.base_component import Component

from al_core.jobs import Job, Phase
from callbacks import ids
from pages._components.buttons import button, icon_button
from pages._components.cards import card, facts
from pages._components.chips import phase_chip
from pages._components.jobs_list import progress_words, share_of, step_words, taken
from pages._components.progress import stages, working
from pages._components.states import note_text
from pages._components.tables import data_table
from pages._components.text import MISSING, counted, duration, file_size

#: Stages of a run, in order.
RUN_STAGES = ("Load", "Balance", "Train", "Score pool", "Choose batch", "Publish")
RUN = "run"


class FileRow(NamedTuple):
    """A result as it is listed."""

    name: str
    size: int
    href: str


def job_head(job: Job, label: str, session_id: str | None = None) -> Component:
    """Return title, state and actions; `session_id` is the session that is open, for runs that belong to none."""
    title = html.H2(job.title, className="card-title jobs-title")
    left = [title, html.Div([phase_chip(job.phase, is_lost=job.is_lost), html.Span(_when(job), className="secondary")])]
    return html.Div(
        [
            html.Div(left, className="jobs-head-text"),
            html.Div(_actions(job, label, job.session_id or session_id), className="tools"),
        ]
    )


def _when(job: Job) -> str:
    """Say since when it is as it is, and for how long it went."""
    if job.phase is Phase.EXECUTING:
        return f"for {taken(job)}"
    if job.phase is Phase.COMPLETED:
        return f"in {taken(job)}"
    if job.started_utc and job.is_ended:
        return f"after {taken(job)}"
    return ""


def _actions(job: Job, label: str, session_id: str | None) -> list[Component]:
    noun = label.lower()
    made: list[Component] = []
    if job.phase is Phase.PENDING:
        made.append(button(f"Start {noun}", kind="primary", id=ids.jobs_action("start", job.job_id), small=True))
    if job.is_resumable:
        made.append(button(f"Resume {noun}", kind="primary", id=ids.jobs_action("resume", job.job_id), small=True))
    if job.kind == RUN:
        made.append(_run_again(job, session_id))
    if not job.is_ended:
        wording = "Cancels" if job.cancel_requested else f"Cancel {noun}"
        action = ids.jobs_action("cancel", job.job_id)
        made.append(button(wording, kind="danger", id=action, small=True, disabled=job.cancel_requested))
    else:
        made.append(button("Delete…", kind="danger", id=ids.jobs_action("delete", job.job_id), small=True))
    return made


def _run_again(job: Job, session_id: str | None) -> Component:
    """Open the configuration in a session; without one there is no form for it, and the same run is queued anew."""
    if session_id:
        return button("Run again", icon="repeat", href=run_again_link(job, session_id), small=True)
    return button("Run again", icon="repeat", id=ids.jobs_action("again", job.job_id), small=True)


def run_again_link(job: Job, session_id: str) -> str:
    """Return the address of Train with the configuration of this run."""
    return "/train?" + urlencode({"session": session_id, "job": job.job_id})


def job_live(job: Job) -> Component | None:
    """Return how far a job is, why it failed, or what it said at its end."""
    if job.phase is Phase.EXECUTING:
        return _going_on(job)
    if job.phase is Phase.ERROR:
        return html.Div(
            [html.Strong("Why it stopped"), html.P(job.error or "It left no word; see the log.")],
            className="jobs-failure",
            role="alert",
        )
    if job.phase is Phase.QUEUED:
        return note_text("Another job has the machine; this one begins after it.", kind="waiting")
    if job.phase is Phase.PENDING:
        return note_text("Not started yet: a program made it and can still change it.", kind="quiet")
    lines = [html.Li(line) for line in (*job.result.get("lines", ()), *job.result.get("notices", ()))]
    return html.Ul(lines, className="jobs-lines") if lines else None


def _going_on(job: Job) -> Component:
    words = progress_words(job)
    if job.kind == RUN and job.stage in RUN_STAGES:
        return html.Div(
            [stages(RUN_STAGES, job.stage, detail=_detail(job), done=share_of(job))], **{"aria-live": "off"}
        )
    left = f"{job.done:,} of {job.total:,}" if job.total else None
    return working(words, share_of(job), left)


def _detail(job: Job) -> str | None:
    """Return the step in short, to stand after the name of its stage."""
    return step_words(job).partition(":")[0] or None


def job_facts(job: Job, label: str, session: tuple[str, str] | None) -> Component:
    """Return whose, when and how; `session` is id and name."""
    rows: list[tuple[Any, Any]] = [
        ("Kind", label),
        ("Session", dcc.Link(session[1], href=f"/train?{urlencode({'session': session[0]})}") if session else MISSING),
        ("Owner", job.owner),
        ("Created", moment(job.created_utc)),
        ("Started", moment(job.started_utc)),
        ("Ended", moment(job.ended_utc)),
        ("Attempts", str(job.attempt)),
        ("Time limit", duration(job.execution_duration_s) if job.execution_duration_s else "none"),
        ("Deleted on", moment(job.destruction_utc) if job.destruction_utc else "never by itself"),
        ("Job", html.Code(job.job_id)),
    ]
    if job.run_id:
        rows.append(("Run id", job.run_id))
    return html.Div(facts(rows), className="jobs-facts")


def moment(utc: str | None) -> str:
    """Write a moment with its date, in UTC as the log."""
    return MISSING if utc is None else f"{datetime.fromisoformat(utc).astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def job_results(files: Sequence[FileRow]) -> Component | None:
    """Return the table of result files, None where there are none."""
    if not files:
        return None
    rows = [(html.A(file.name, href=file.href, download=file.name), file_size(file.size)) for file in files]
    archive = next((file for file in files if file.name == "results.zip"), None)
    tools = [button("All as ZIP", kind="soft", icon="download", href=archive.href, small=True)] if archive else None
    table = data_table("Result files", [("File", "mono"), ("Size", "number")], rows)
    return card("Files", table, tools=tools, subtitle=counted(len(files), "file"), flush=True)


def result_href(job_id: str, name: str) -> str:
    """Return where a result is fetched."""
    return f"/uws/{quote(job_id)}/results/{quote(name)}"


def job_parameters(job: Job) -> Component:
    """Return with what a job was started, as JSON."""
    shown: Mapping[str, Any] = job.parameters.get("configuration") or {} if job.kind == RUN else job.parameters
    text = json.dumps(shown, indent=2, ensure_ascii=False)
    title = "Configuration" if job.kind == RUN else "Parameters"
    copy = icon_button("copy", f"Copy the {title.lower()}", id=ids.JOBS_PARAMETERS_COPY)
    code = html.Pre(text, className="jobs-json", tabIndex="0", **{"aria-label": title})
    return card(title, code, tools=[copy], subtitle=counted(len(shown), "key"), flush=True)

"""The list of jobs: a row each, with state, what it is, whose, when and how far."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from dash import html
from dash.development.base_component import Component

from al_core.jobs import Job, Phase
from callbacks import ids
from pages._components.chips import chip, phase_chip
from pages._components.progress import progress_bar
from pages._components.text import ago, duration


def job_rows(
    jobs: Sequence[Job], current: str | None, labels: Mapping[str, str], names: Mapping[str, str]
) -> Component:
    """Return the rows.

    Parameters
    ----------
    jobs : sequence of Job
        Newest first.
    current : str or None
        The job that is shown beside the list.
    labels : mapping
        What a kind is called.
    names : mapping
        What a session is called.
    """
    rows = [html.Li(_row(job, job.job_id == current, labels, names)) for job in jobs]
    return html.Ul(rows, className="jobs-rows", **{"aria-label": "Jobs, newest first"})


def _row(job: Job, is_current: bool, labels: Mapping[str, str], names: Mapping[str, str]) -> Component:
    origin = [labels.get(job.kind, job.kind), names.get(job.session_id or "", job.session_id), job.owner]
    texts = [
        html.Span(job.title, className="jobs-row-title"),
        html.Span(" · ".join(part for part in origin if part), className="jobs-row-origin"),
    ]
    times = [html.Span(ago(job.created_utc)), html.Span(taken(job), className="quiet")]
    inside = [
        html.Span(_state(job), className="jobs-row-state"),
        html.Span(texts, className="jobs-row-text"),
        html.Span(times, className="jobs-row-times"),
    ]
    if job.phase is Phase.EXECUTING:
        inside.append(html.Span(_progress(job), className="jobs-row-progress"))
    known = {"aria-current": "true"} if is_current else {}
    return html.Button(inside, id=ids.jobs_row(job.job_id), type="button", className="jobs-row", n_clicks=0, **known)


def _state(job: Job) -> Component:
    """Return the chip alone: the reason of a loss stands beside the list."""
    return chip("failed", "Lost", icon="triangle-alert") if job.is_lost else phase_chip(job.phase)


def _progress(job: Job) -> list[Component]:
    words = progress_words(job)
    return [progress_bar(share_of(job), name=f"{job.title}: {words}"), html.Span(words, className="jobs-row-step")]


def progress_words(job: Job) -> str:
    """Say what a job does now: stage, then the step of it."""
    if job.cancel_requested:
        return "Stops"
    return ": ".join(part for part in (job.stage, step_words(job)) if part) or "Starts"


def step_words(job: Job) -> str:
    """Return the message of the step without the name of the stage: `epoch 37: …` of `Training, epoch 37: …`."""
    head, comma, rest = job.message.partition(", ")
    repeats = bool(job.stage) and head.split(" ")[0].startswith(job.stage.split(" ")[0])
    return (rest if comma else "") if repeats else job.message


def share_of(job: Job) -> float | None:
    """Return the share of the present step that is done, None where it cannot be known."""
    return job.done / job.total if job.total else None


def taken(job: Job, now: datetime | None = None) -> str:
    """Write how long a job took, or has taken so far; nothing before it began."""
    return duration(seconds) if (seconds := seconds_taken(job, now)) is not None else ""


def seconds_taken(job: Job, now: datetime | None = None) -> float | None:
    """Return the seconds of the present or last attempt."""
    if job.started_utc is None:
        return None
    end = datetime.fromisoformat(job.ended_utc) if job.ended_utc else now or datetime.now(UTC)
    return max(0.0, (end - datetime.fromisoformat(job.started_utc)).total_seconds())

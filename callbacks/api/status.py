"""`GET /api/status?session=`: what the top bar shows, asked every two seconds by every open page; so it is cheap.

The answer::

    {"session": "be-stars" or null,
     "active": 2,                 # jobs that wait for a worker or have one
     "latest": "2026-…",          # when a job was made, begun or ended last: changes when a list of jobs is out of date
     "run": {"job_id", "kind", "title", "session", "phase", "attempt", "stage", "done", "total", "message",
             "share",             # of the stage, 0 to 1, or null
             "seconds_left"} or null,
     "waiting": {"/label": 88},   # what waits on a page, for pages that are there
     "stamp": {"labels": 412, "iterations": 3} or null}  # changes when figures of the session are out of date
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import dash
import orjson
from flask import Blueprint, Response, request

from al_core.errors import ALCoreError
from al_core.jobs import Job
from callbacks.performance.freshness import stamp_of
from callbacks.train.snapshots import Live, snapshot_of

if TYPE_CHECKING:
    from al_core.services import Services

#: Jobs that are looked at for `latest`.
N_LATEST = 20


def blueprint(services: "Services") -> Blueprint:
    """Return the route."""
    routes = Blueprint("status", __name__)

    @routes.get("/api/status")
    def status() -> Response:
        answer = Response(orjson.dumps(status_of(services, request.args.get("session"))), mimetype="application/json")
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return routes


def status_of(services: "Services", session_id: str | None) -> dict[str, Any]:
    """Return what the top bar shows for a session, or for none."""
    jobs = services.jobs.list(last=N_LATEST)
    active = [job for job in jobs if job.is_active]
    return {
        "session": session_id,
        "active": len(active),
        "latest": latest_of(jobs),
        "run": run_of(services, active, session_id),
        "waiting": waiting(services, session_id),
        "stamp": stamp_of(services, session_id),
    }


def latest_of(jobs: Iterable[Job]) -> str | None:
    """Return the last moment at which something happened to a job."""
    moments = [utc for job in jobs for utc in (job.created_utc, job.queued_utc, job.started_utc, job.ended_utc) if utc]
    return max(moments, default=None)


def run_of(services: "Services", active: list[Job], session_id: str | None) -> dict[str, Any] | None:
    """Return the job of the pill: the session's own, else the one that executes; None when there is none."""
    own = [job for job in active if session_id is not None and job.session_id == session_id]
    executing = [job for job in active if job.phase == "EXECUTING"]
    job = next(iter([*own, *executing, *active]), None)
    if job is None:
        return None
    names = ("job_id", "kind", "title", "phase", "attempt", "stage", "done", "total", "message")
    return {"session": job.session_id} | {name: getattr(job, name) for name in names} | outlook(services, job)


def outlook(services: "Services", job: Job) -> dict[str, float | int | None]:
    """Return how far the stage of a job is and how long it takes yet, each None while that cannot be told."""
    if job.kind != "run" or job.phase != "EXECUTING":
        return {"share": job.done / job.total if job.total else None, "seconds_left": None}
    live = Live(snapshot_of(services.jobs, job))
    left = live.seconds_left
    return {"share": live.stage_share, "seconds_left": None if left is None else round(left)}


def waiting(services: "Services", session_id: str | None) -> dict[str, int]:
    """Return how many spectra wait for a label, once there is a page to label them on."""
    if session_id is None or not any(page["path"] == "/label" for page in dash.page_registry.values()):
        return {}
    try:
        return {"/label": services.sessions.summary(session_id).n_waiting}
    except ALCoreError:
        return {}

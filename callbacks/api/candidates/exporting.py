"""Results as files, made in the background."""

from typing import Any
from urllib.parse import quote

from flask import Response, request

from al_core.candidates.exporting import ExportOrder, check_order
from al_core.errors import JobNotFoundError
from al_core.jobs import Job
from al_core.services import Services
from callbacks.access import current_user
from callbacks.api.candidates.asking import answering, question, text
from callbacks.api.labels.answers import BadRequestError, Routes, answer, body, texts_of
from pages._components.text import counted

KIND = "export-candidates"


@answering
def export(services: Services) -> Response:
    """Begin to write the results into a file; the answer names the job."""
    asked = question(services)
    content = asked.content
    columns = None if content.get("columns") is None else tuple(texts_of(content, "columns"))
    order = ExportOrder(
        indices=asked.scope.indices,
        q=str(content.get("q", "")),
        format=text(content, "format"),
        session=asked.scope.session,
        columns=columns,
        sort=tuple((one.field, one.descending) for one in asked.sort),
        only=tuple(texts_of(content, "only")) if content.get("only") else None,
        without=tuple(texts_of(content, "without")) if content.get("without") else (),
    )
    n = check_order(order, services.metadata, asked.session)
    title = f"Export {counted(n, 'spectrum', 'spectra')}"
    job = services.jobs.submit(KIND, title, order.to_dict(), owner=current_user(), session_id=asked.scope.session)
    return answer({"job": job.job_id, "n": n}, 201)


@answering
def job(services: Services) -> Response:
    """Return how far an export is, and where its files are."""
    return answer(job_about(_job(services, request.args.get("id", ""))))


@answering
def cancel(services: Services) -> Response:
    """Stop an export."""
    found = _job(services, text(body(), "id"))
    return answer(job_about(services.jobs.cancel(found.job_id)))


def _job(services: Services, job_id: str) -> Job:
    if not job_id:
        raise BadRequestError("Expected ?id=, found none.")
    found = services.jobs.get(job_id)
    if found.kind != KIND:
        raise JobNotFoundError(f"There is no export {job_id!r}.")
    return found


def job_about(job: Job) -> dict[str, Any]:
    """Return what the page says of an export."""
    lines = [str(one) for one in [*job.result.get("lines", ()), *job.result.get("notices", ())]]
    return {
        "job": job.job_id,
        "phase": str(job.phase),
        "share": None if not job.total else job.done / job.total,
        "message": job.error or job.message.split(":")[0] or job.stage,
        "summary": " ".join(lines),
        "files": [
            {"name": name, "url": f"/api/jobs/{job.job_id}/files/{quote(name)}"}
            for name in map(str, job.result.get("files", ()))
        ],
    }


ROUTES: Routes = (("/export", "POST", export), ("/job", "GET", job), ("/job/cancel", "POST", cancel))

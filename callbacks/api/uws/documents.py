"""The XML of UWS 1.1 (IVOA Recommendation, 24 October 2016, appendix B), made from jobs."""

import json
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from flask import Response

from al_core.jobs import Job, Phase
from callbacks.api.uws.results import ResultFile

VERSION = "1.1"
UWS = "http://www.ivoa.net/xml/UWS/v1.0"
XLINK = "http://www.w3.org/1999/xlink"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
#: Namespace of what this program adds to a job's description.
OWN = "urn:spectrolabe:job"
#: Characters that XML 1.0 cannot hold, not even escaped (its production 2).
_IMPOSSIBLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: Address of a job's part: `address(job_id)`, `address(job_id, "results", name)`.
Address = Callable[..., str]

for _prefix, _namespace in (("uws", UWS), ("xlink", XLINK), ("xsi", XSI), ("s", OWN)):
    ElementTree.register_namespace(_prefix, _namespace)


def answer(root: Element) -> Response:
    """Return a document as the answer to a request; nothing of a job is kept by caches."""
    content = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return Response(content, mimetype="text/xml", headers={"Cache-Control": "no-store"})


def jobs_document(jobs: Iterable[Job], address: Address) -> Element:
    """Return the list of jobs."""
    root = _root("jobs")
    for job in jobs:
        reference = SubElement(root, f"{{{UWS}}}jobref", {"id": job.job_id})
        _link(reference, address(job.job_id))
        _text(reference, "phase", job.phase)
        if job.run_id:
            _text(reference, "runId", job.run_id)
        _optional(reference, "ownerId", job.owner)
        _text(reference, "creationTime", utc(job.created_utc))
    return root


def job_document(job: Job, results: Iterable[ResultFile], address: Address) -> Element:
    """Return all of a job; the order of the elements is that of the schema."""
    root = _root("job")
    _text(root, "jobId", job.job_id)
    if job.run_id:
        _text(root, "runId", job.run_id)
    _optional(root, "ownerId", job.owner)
    _text(root, "phase", job.phase)
    _optional(root, "quote", None)
    _text(root, "creationTime", utc(job.created_utc))
    _optional(root, "startTime", utc(job.started_utc))
    _optional(root, "endTime", utc(job.ended_utc))
    _text(root, "executionDuration", str(job.execution_duration_s))
    _optional(root, "destruction", utc(job.destruction_utc))
    root.append(parameters_document(job))
    root.append(results_document(job, results, address))
    if job.phase is Phase.ERROR:
        summary = SubElement(root, f"{{{UWS}}}errorSummary", {"type": _error_type(job), "hasDetail": "true"})
        _text(summary, "message", job.error or "The job failed without a word; its log may say why.")
    _job_info(root, job)
    return root


def parameters_document(job: Job) -> Element:
    """Return the parameters: a run's keys as they are written in a configuration, those of other kinds likewise."""
    root = Element(f"{{{UWS}}}parameters")
    shown = job.parameters.get("configuration") if job.kind == "run" else job.parameters
    for name, value in (shown or {}).items():
        element = SubElement(root, f"{{{UWS}}}parameter", {"id": _possible(str(name))})
        element.text = _possible(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
    return root


def results_document(job: Job, results: Iterable[ResultFile], address: Address) -> Element:
    """Return the list of result files with size and type."""
    root = Element(f"{{{UWS}}}results")
    for file in results:
        attributes = {"id": _possible(file.name), "size": str(file.size), "mime-type": file.mime_type}
        _link(SubElement(root, f"{{{UWS}}}result", attributes), address(job.job_id, "results", file.name))
    return root


def utc(moment: str | None) -> str | None:
    """Return a moment of the registry as UWS wants it: UTC, marked by Z."""
    if moment is None:
        return None
    time = datetime.fromisoformat(moment).astimezone(UTC)
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _error_type(job: Job) -> str:
    """Name a failure that may not happen again: the worker vanished, nothing was wrong with the input."""
    return "transient" if job.is_lost else "fatal"


def _job_info(root: Element, job: Job) -> None:
    info = SubElement(root, f"{{{UWS}}}jobInfo")
    facts: dict[str, Any] = {"kind": job.kind, "title": job.title, "session": job.session_id, "attempt": job.attempt}
    facts |= {"stage": job.stage, "done": job.done, "total": job.total, "message": job.message}
    facts |= {"resumable": str(job.is_resumable).lower()}
    for name, value in facts.items():
        if value not in (None, ""):
            SubElement(info, f"{{{OWN}}}{name}").text = _possible(str(value))


def _root(name: str) -> Element:
    return Element(f"{{{UWS}}}{name}", {"version": VERSION})


def _text(parent: Element, name: str, text: str | None) -> None:
    SubElement(parent, f"{{{UWS}}}{name}").text = _possible(text or "")


def _optional(parent: Element, name: str, text: str | None) -> None:
    """Write an element that is nil where nothing is known."""
    if text:
        _text(parent, name, text)
    else:
        SubElement(parent, f"{{{UWS}}}{name}", {f"{{{XSI}}}nil": "true"})


def _link(element: Element, target: str) -> None:
    element.set(f"{{{XLINK}}}type", "simple")
    element.set(f"{{{XLINK}}}href", target)


def _possible(text: str) -> str:
    return _IMPOSSIBLE.sub("\ufffd", text)

"""Result files: of an iteration of a session, and of a job.

::

    GET /api/sessions/SESSION/iterations/FOLDER/FILE     FOLDER as 002, or 002.1 for an older version of it
    GET /api/jobs/JOB/files/FILE                         log.txt, config.json, history.jsonl, results/…
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, send_file

from al_core.errors import ALCoreError
from al_core.jobs.job import RESULTS_FOLDER

if TYPE_CHECKING:
    from al_core.services import Services

#: What a browser is told that a file is; everything is downloaded, nothing is shown by the browser itself.
TYPES = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".jsonl": "application/x-ndjson",
    ".keras": "application/zip",
    ".parquet": "application/vnd.apache.parquet",
    ".txt": "text/plain",
    ".zip": "application/zip",
}
_FOLDER = re.compile(r"\d{1,6}(\.\d{1,6})?")
#: Files of a job beside its results.
JOB_FILES = ("log.txt", "config.json", "history.jsonl")


def blueprint(services: "Services") -> Blueprint:
    """Return the routes."""
    routes = Blueprint("downloads", __name__)

    @routes.get("/api/sessions/<session_id>/iterations/<folder>/<path:name>")
    def iteration_file(session_id: str, folder: str, name: str) -> Response:
        if not _FOLDER.fullmatch(folder):
            abort(404, "There is no such iteration.")
        try:
            root = services.sessions.folder(session_id) / "iterations" / folder
        except ALCoreError as error:
            abort(404, str(error))
        return sent(root, name, f"{session_id}-{folder}-")

    @routes.get("/api/jobs/<job_id>/files/<path:name>")
    def job_file(job_id: str, name: str) -> Response:
        try:
            folder = services.jobs.peek(job_id).folder
        except ALCoreError as error:
            abort(404, str(error))
        if name in JOB_FILES:
            return sent(folder, name, f"{job_id}-")
        return sent(folder / RESULTS_FOLDER, name.removeprefix(f"{RESULTS_FOLDER}/"), f"{job_id}-")

    return routes


def sent(root: Path, name: str, prefix: str = "") -> Response:
    """Return a file below `root` as a download; anything else is not found.

    Links are followed before the check, so none leads out; hidden and unfinished files do not exist.
    """
    if "\0" in name:
        abort(404, "There is no such file.")
    root = root.resolve()
    path = (root / name).resolve()
    is_inside = path.is_relative_to(root) and not any(part.startswith(".") for part in path.relative_to(root).parts)
    if not is_inside or not path.is_file():
        abort(404, "There is no such file.")
    kind = TYPES.get(path.suffix.lower(), "application/octet-stream")
    answer = send_file(path, mimetype=kind, as_attachment=True, download_name=prefix + path.name, conditional=True)
    answer.headers["Cache-Control"] = "no-cache"
    return answer

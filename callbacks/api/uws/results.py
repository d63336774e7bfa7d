"""The files that a job left, under names that are looked up and never built into a path."""

import json
import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from al_core.jobs import Job
from al_core.jobs.job import LOG_FILE, RESULTS_FOLDER
from al_core.runs.inputs import ITERATION_MANIFEST

#: What is read first; the rest follows by name.
FIRST = ("results.zip",)
#: Types that `mimetypes` lacks or that differ from system to system.
TYPES = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".keras": "application/zip",
    ".parquet": "application/vnd.apache.parquet",
    ".txt": "text/plain",
    ".zip": "application/zip",
}


@dataclass(frozen=True)
class ResultFile:
    """A result: its name is its path below the folder of the results."""

    name: str
    path: Path
    size: int

    @property
    def mime_type(self) -> str:
        """Media type by the name; unknown ones are bytes."""
        known = TYPES.get(self.path.suffix.lower())
        return known or mimetypes.guess_type(self.path.name)[0] or "application/octet-stream"


def result_files(job: Job) -> list[ResultFile]:
    """Return the results of a job that is at its end, its log last; empty before that."""
    if not job.is_ended:
        return []
    files = sorted(_found(job), key=lambda file: (file.name not in FIRST, file.name))
    log = _file(job.folder, LOG_FILE)
    return [*files, log] if log and log.size else files


def result_file(job: Job, name: str) -> ResultFile | None:
    """Return the result of that name, None if the job has none."""
    return next((file for file in result_files(job) if file.name == name), None)


def _found(job: Job) -> Iterator[ResultFile]:
    """Yield the files that a finished job names, or all of its own folder of results."""
    folder = _own_folder(Path(str(job.result.get("folder") or job.folder / RESULTS_FOLDER)), job.job_id)
    named = job.result.get("files")
    names = named if named is not None else _all_below(folder)
    for name in names:
        file = _file(folder, str(name))
        if file is not None:
            yield file


def _own_folder(folder: Path, job_id: str) -> Path:
    """Return where the results of a job are now: an iteration that was trained again moved the old ones to `NNN.1`."""
    if _maker(folder) in (None, job_id):
        return folder
    older = (path for path in folder.parent.glob(f"{folder.name}.*") if _maker(path) == job_id)
    return next(older, folder.parent / f"{folder.name}.gone")


def _maker(folder: Path) -> str | None:
    """Return the job that made an iteration, None where that is not written down."""
    try:
        manifest = folder / ITERATION_MANIFEST
        return _maker_in(manifest, manifest.stat().st_mtime_ns)
    except (OSError, ValueError):
        return None


@lru_cache(maxsize=256)
def _maker_in(manifest: Path, _changed_ns: int) -> str | None:
    content = json.loads(manifest.read_text(encoding="utf-8"))
    return content.get("job_id") if isinstance(content, dict) else None


def _all_below(folder: Path) -> list[str]:
    return [str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()] if folder.is_dir() else []


def _file(folder: Path, name: str) -> ResultFile | None:
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file():
        return None
    return ResultFile(name, path, path.stat().st_size)

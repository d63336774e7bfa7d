"""Addresses of result files; `callbacks/api/downloads.py` answers them."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from al_core.jobs import Job


class ResultFile(NamedTuple):
    """A file that can be downloaded: its name, address and size."""

    name: str
    href: str
    n_bytes: int | None


def iteration_file_url(session_id: str, folder: str, name: str) -> str:
    """Return the address of a file of an iteration; `folder` is the name of its folder, such as `002` or `001.1`."""
    return f"/api/sessions/{quote(session_id, safe='')}/iterations/{quote(folder, safe='')}/{quote(name, safe='/')}"


def job_file_url(job: Job | str, name: str) -> str:
    """Return the address of a file of a job: `log.txt`, or a result below `results/`."""
    job_id = job if isinstance(job, str) else job.job_id
    return f"/api/jobs/{quote(job_id, safe='')}/files/{quote(name, safe='/')}"


def files_of(session_id: str, folder: Path, names: Iterable[str] | None = None) -> list[ResultFile]:
    """Return the files of an iteration, everything in one first."""
    found = [path.name for path in folder.iterdir() if path.is_file()] if names is None else list(names)
    order = sorted(found, key=lambda name: (name != "results.zip", name))
    made = []
    for name in order:
        path = folder / name
        size = path.stat().st_size if path.is_file() else None
        made.append(ResultFile(name, iteration_file_url(session_id, folder.name, name), size))
    return [file for file in made if file.n_bytes is not None]

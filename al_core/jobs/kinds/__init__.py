"""The kinds of jobs. A new one is a module here and a line in `KINDS`."""

from pathlib import Path

from al_core.jobs.job import CHECKPOINT_FOLDER
from al_core.jobs.kinds.base import JobKind, Resumable
from al_core.jobs.kinds.candidates import ExportCandidatesKind
from al_core.jobs.kinds.demo import DemoKind
from al_core.jobs.kinds.importing import ImportKind, TrainingSetKind, UnpackKind
from al_core.jobs.kinds.index import IndexKind
from al_core.jobs.kinds.mirroring import MirrorKind
from al_core.jobs.kinds.run import RunKind

#: Every kind by name.
KINDS: dict[str, JobKind] = {
    kind.name: kind
    for kind in (
        RunKind(),
        DemoKind(),
        ImportKind(),
        IndexKind(),
        MirrorKind(),
        UnpackKind(),
        TrainingSetKind(),
        ExportCandidatesKind(),
    )
}

__all__ = ["KINDS", "JobKind", "outlook"]


def outlook(kind_name: str, folder: Path) -> str:
    """Return what `resume` would do with a job, from its folder: the end of a sentence."""
    kind = KINDS.get(kind_name)
    point = kind.resume_point(folder / CHECKPOINT_FOLDER) if isinstance(kind, Resumable) else None
    return f"resume goes on from {point}" if point else "resume starts it again"

"""The kinds of jobs. A new one is a module here and a line in `KINDS`."""

from al_core.jobs.kinds.base import JobKind
from al_core.jobs.kinds.run import RunKind

#: Every kind by name.
KINDS: dict[str, JobKind] = {kind.name: kind for kind in (RunKind(),)}

__all__ = ["KINDS", "JobKind"]

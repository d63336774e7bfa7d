"""`mirror`: an index of metadata to Elasticsearch."""

from pathlib import Path
from typing import Any

from al_core.jobs.context import JobContext

#: Marks, in the folder of the checkpoint, that an attempt has begun.
_BEGUN = "mirror.begun"


class MirrorKind:
    """Parameters: `index`, its name, or null for all; `afresh`: rows that are there already are put again."""

    name = "mirror"
    label = "Mirror"
    is_heavy = False
    is_restartable = True

    def execute(self, context: JobContext) -> dict[str, Any]:
        """Bring rows, changes and what sessions say; searches go on meanwhile, and see a new index once it is whole."""
        from al_core.mirroring import mirror

        told = context.job.parameters
        # Only a first attempt begins afresh: a later one goes on with what that has put.
        afresh = bool(told.get("afresh")) and not (context.checkpoint / _BEGUN).exists()
        (context.checkpoint / _BEGUN).touch()
        done = mirror(context.settings, told.get("index"), context.progress, afresh=afresh)
        return {
            "indices": [one.name for one in done],
            "n_rows": sum(one.n_rows for one in done),
            "files": [],
            "lines": [f"{one.name}: {one.n_rows} rows {'built' if one.was_built else 'in step'}." for one in done],
        }

    def resume_point(self, folder: Path) -> str | None:
        """Say that rows that arrived stay, if any did."""
        return "the rows that Elasticsearch has" if (folder / _BEGUN).exists() else None

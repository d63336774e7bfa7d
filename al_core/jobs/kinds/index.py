"""`index`: metadata into an index that can be searched."""

import shutil
from pathlib import Path
from typing import Any

from al_core.jobs.context import JobContext


class IndexKind:
    """Parameters: those of `al_core.metadata.importing.orders.IndexOrder`, its mapping written out."""

    name = "index"
    label = "Index"
    is_heavy = True
    is_restartable = True

    def execute(self, context: JobContext) -> dict[str, Any]:
        """Import, going on where an earlier attempt stopped."""
        from al_core.metadata.importing.orders import IndexOrder, carry_out
        from al_core.mirroring import bring_to_backend

        order = IndexOrder.from_dict(context.job.parameters)
        (context.checkpoint / _BEGUN).touch()
        report = carry_out(context.settings.workspace, order, context.progress)
        notice = bring_to_backend(context.settings, report.name, context.progress)
        if report.n_rejected and report.rejected_path.is_file():
            shutil.copyfile(report.rejected_path, context.results / "rejected.csv")
        rejected = [f"{source}, {row}: {reason}" for source, row, reason in report.rejected[:20]]
        return {
            "folder": str(report.rejected_path.parent),
            "index": report.name,
            "n_rows": report.n_rows,
            "n_rejected": report.n_rejected,
            "resumed_at": report.resumed_at,
            "files": ["rejected.csv"] if report.n_rejected else [],
            "lines": [f"{report.n_rows} rows in the index {report.name}, {report.n_rejected} rejected."],
            "notices": [*([notice] if notice else []), *rejected],
        }

    def resume_point(self, folder: Path) -> str | None:
        """Say that rows that were taken in are kept, if an attempt has begun."""
        return "the rows that were read" if (folder / _BEGUN).exists() else None


#: Marks, in the folder of the checkpoint, that an attempt has begun.
_BEGUN = "index.begun"

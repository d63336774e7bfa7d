"""`export-candidates`: all results of a search as a file."""

from typing import Any

from al_core.jobs.context import JobContext


class ExportCandidatesKind:
    """Parameters: those of `al_core.candidates.exporting.ExportOrder`."""

    name = "export-candidates"
    label = "Export"
    is_heavy = False
    is_restartable = True

    def execute(self, context: JobContext) -> dict[str, Any]:
        """Write the file into the results of the job."""
        from al_core.candidates.export_job import run_export

        context.progress.stage("Export")
        done = run_export(
            context.settings, context.job.parameters, context.results, context.checkpoint / "rows", context.progress
        )
        lacks = [f"{done.n_missing:,} spectra are not as they were observed; missing.csv says why."]
        return {
            "folder": str(done.path.parent),
            "files": [done.path.name],
            "n_rows": done.n_rows,
            "n_missing": done.n_missing,
            "lines": [f"{done.n_rows:,} rows in {done.path.name}."],
            "notices": lacks if done.n_missing else [],
        }

"""`run`: one iteration of active learning."""

import json
from pathlib import Path
from typing import Any

from al_core.checkpoint import Checkpoint, marker_path, n_rows_of
from al_core.jobs.context import JobContext
from al_core.jobs.job import RESULTS_FOLDER
from al_core.models.training_state import SCORES, TRAINING


class RunKind:
    """Parameters: `configuration`, the keys of a configuration with absolute paths; `output`, a folder or null."""

    name = "run"
    label = "Run"
    is_heavy = True

    def execute(self, context: JobContext) -> dict[str, Any]:
        """Run the iteration into `output`; without one into the job's own results."""
        from al_core.runs.run import Support, published, run_configuration

        parameters, job_id = context.job.parameters, context.job.job_id
        output = Path(parameters["output"]) if parameters.get("output") else context.folder / RESULTS_FOLDER
        summary = published(output, job_id)
        if summary is None:
            config = context.folder / "config.json"
            config.write_text(json.dumps(parameters["configuration"], indent=2) + "\n", encoding="utf-8")
            support = Support(
                job_id=job_id,
                keeps_previous=True,
                checkpoint=context.checkpoint,
                on_epoch=context.epoch,
                before_publishing=context.begin_publishing,
            )
            summary = run_configuration(config, context.settings, output, context.progress, support=support)
        for line in (*summary.notices, *summary.lines):
            context.log(line)
        return {
            "folder": str(summary.output),
            "files": list(summary.files),
            "lines": list(summary.lines),
            "notices": list(summary.notices),
        }

    def resume_point(self, folder: Path) -> str | None:
        """Return the epoch of the checkpoint, or how far the pool was scored."""
        checkpoint = Checkpoint(folder)
        n_scored = n_rows_of(marker_path(folder, SCORES))
        if n_scored:
            return f"spectrum {n_scored + 1} of the pool"
        epoch = checkpoint.state_of(TRAINING).get("epoch")
        return f"epoch {epoch + 1}" if epoch else None

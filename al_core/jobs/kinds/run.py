"""`run`: one iteration of active learning."""

import json
from pathlib import Path
from typing import Any

from al_core.jobs.context import JobContext


class RunKind:
    """Parameters: `configuration`, the keys of a configuration with absolute paths; `output`, a folder or null."""

    name = "run"
    label = "Run"
    is_heavy = True

    def execute(self, context: JobContext) -> dict[str, Any]:
        """Run the iteration into `output`; without one into the job's own results."""
        from al_core.runs.run import run_configuration

        parameters = context.job.parameters
        config = context.folder / "config.json"
        config.write_text(json.dumps(parameters["configuration"], indent=2) + "\n", encoding="utf-8")
        output = Path(parameters["output"]) if parameters.get("output") else context.results
        summary = run_configuration(config, context.settings, output, context.progress)
        return {
            "folder": str(summary.output),
            "files": list(summary.files),
            "lines": list(summary.lines),
            "notices": list(summary.notices),
        }

    def resume_point(self, folder: Path) -> str | None:
        """Return the epoch of the checkpoint."""
        return None

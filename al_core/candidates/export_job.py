"""What the job `export-candidates` does with its parameters."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from al_core.candidates.exporting import ZIP, Exported, ExportOrder, export
from al_core.progress import Progress
from al_core.settings import Settings


def run_export(
    settings: Settings, parameters: Mapping[str, Any], output: Path, scratch: Path, progress: Progress
) -> Exported:
    """Export with the services of a workspace; see `al_core.candidates.exporting.export`."""
    from al_core.services import build_services

    services = build_services(settings)
    order = ExportOrder.from_dict(parameters)
    session = services.sessions.get(order.session) if order.session else None
    pool = services.labeling.require_pool(session) if session is not None and order.format == ZIP else None
    return export(order, services.metadata, session, pool, output, scratch, progress)

"""`export`: labels, spectra, journal and predictions of a session as files."""

import argparse
from pathlib import Path

from al_core.commands.printing import show
from al_core.settings import load_settings

NAME = "export"
HELP = "write labels, labeled spectra, journal and predictions of a session into a folder"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("session", metavar="SESSION", help="id of the session: the name of its folder")
    parser.add_argument("--output", type=Path, metavar="DIR", required=True, help="folder of the files")


def run(arguments: argparse.Namespace) -> None:
    """Write the files and name them."""
    from al_core.labeling import Labeling
    from al_core.labeling.bundle import export_session
    from al_core.library import Library
    from al_core.sessions import Sessions

    settings = load_settings()
    labeling = Labeling(Sessions(settings.workspace), Library(settings.workspace, settings))
    files = export_session(labeling, arguments.session, arguments.output)
    show([f"Exported to {arguments.output}", *(f"  {path.name}" for path in files)])

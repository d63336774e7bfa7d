"""`run`: one iteration from a configuration file."""

import argparse
from pathlib import Path

from al_core.commands.printing import console_progress, show
from al_core.settings import load_settings

NAME = "run"
HELP = "run one iteration of active learning from a configuration file"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("config", type=Path, metavar="CONFIG.json", help="configuration of the thesis's form")
    parser.add_argument("--output", type=Path, metavar="DIR", help="folder of the results (default: in the workspace)")
    parser.add_argument("--predictions-csv", action="store_true", help="write the predictions as CSV as well")


def run(arguments: argparse.Namespace) -> None:
    """Run the iteration and say what was written where."""
    from al_core.runs.run import run_configuration

    with console_progress() as progress:
        summary = run_configuration(
            arguments.config,
            load_settings(),
            arguments.output,
            progress,
            overrides={"predictions_csv": True} if arguments.predictions_csv else {},
        )
    show([f"Note: {notice}" for notice in summary.notices])
    show(summary.lines)
    show([f"Results: {summary.output}", *(f"  {name}" for name in summary.files)])

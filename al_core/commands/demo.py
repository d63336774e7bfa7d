"""`demo`: the demo workspace, from a simulated survey to a session with one finished iteration."""

import argparse

from al_core.commands.printing import console_progress, show
from al_core.settings import load_settings

NAME = "demo"
HELP = "build the demo workspace: a simulated survey, its pool, and a session with one iteration"
#: As in `al_core.demo`, which is imported only where it is needed: `--help` is quick.
N_SPECTRA = 10_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--spectra", type=int, default=N_SPECTRA, metavar="N", help=f"(default: {N_SPECTRA})")


def run(arguments: argparse.Namespace) -> None:
    """Build what is missing; what is there already is kept."""
    from al_core.demo import SESSION_ID, demo_folder, ensure_demo

    settings = load_settings()
    output = settings.workspace / "sessions" / SESSION_ID / "iterations" / "001"
    if (output / "manifest.json").is_file():
        show([f"The demo is there already: {output}"])
    with console_progress() as progress:
        ensure_demo(settings, progress, n_spectra=arguments.spectra)
    show(
        [
            "All of its spectra are simulated, with known truth.",
            f"  survey and truth:      {demo_folder(settings)}",
            f"  results of iteration:  {output}",
            f"  spectra to label:      {output / 'to_label.csv'}",
            f"  the next iteration:    python -m al_core run {output / 'new_config.json'}",
        ]
    )

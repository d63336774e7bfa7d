"""`mirror`: indices to Elasticsearch."""

import argparse

from al_core.commands.printing import console_progress, show
from al_core.settings import load_settings

NAME = "mirror"
HELP = "bring indices, their changes, labels and predictions to Elasticsearch"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("name", nargs="?", metavar="NAME", help="one index (default: all)")
    parser.add_argument("--rebuild", action="store_true", help="build anew what is there; searches go on meanwhile")


def run(arguments: argparse.Namespace) -> None:
    """Mirror, and say how many rows Elasticsearch has."""
    from al_core.mirroring import mirror

    with console_progress() as progress:
        done = mirror(load_settings(), arguments.name, progress, afresh=arguments.rebuild)
    show([f"{one.name}: {one.n_rows} rows {'built' if one.was_built else 'in step'}" for one in done])
    show([] if done else ["There is no index yet: python -m al_core index CSV --index NAME."])

"""The command line: `python -m al_core COMMAND`."""

import argparse
import logging
import sys
from collections.abc import Sequence

import al_core
from al_core.commands import COMMANDS
from al_core.errors import ALCoreError, CancelledError

#: Exit codes: 0 done, 2 the input cannot be used, 130 interrupted.
UNUSABLE, INTERRUPTED = 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit code, having written a one-line error if it is not 0."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    parsed = build_parser().parse_args(arguments)
    try:
        parsed.run(parsed)
    except (KeyboardInterrupt, CancelledError):
        sys.stderr.write("\nInterrupted. What was finished is kept; the same command goes on.\n")
        return INTERRUPTED
    except ALCoreError as error:
        sys.stderr.write(f"error: {' '.join(str(error).split())}\n")
        return UNUSABLE
    except BrokenPipeError:
        return 0
    return 0


def build_parser() -> argparse.ArgumentParser:
    """Return the parser with every command of `COMMANDS`."""
    parser = argparse.ArgumentParser(
        prog="python -m al_core", description="Find rare objects among survey spectra by active learning."
    )
    parser.add_argument("--version", action="version", version=f"Spectrolabe {al_core.__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for command in COMMANDS:
        sub = commands.add_parser(command.NAME, help=command.HELP, description=command.HELP)
        command.add_arguments(sub)
        sub.set_defaults(run=command.run)
    return parser

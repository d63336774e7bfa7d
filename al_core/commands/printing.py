"""What commands write: results to standard output, progress to standard error."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from al_core.console import ConsoleProgress


def show(lines: Iterable[str]) -> None:
    """Write lines of results."""
    for line in lines:
        sys.stdout.write(line + "\n")
    sys.stdout.flush()


@contextmanager
def console_progress() -> Iterator[ConsoleProgress]:
    """Give a progress display that is closed whatever happens."""
    progress = ConsoleProgress()
    try:
        yield progress
    finally:
        progress.close()

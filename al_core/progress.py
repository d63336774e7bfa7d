"""How a long function tells what it has done so far, and how it learns that it should stop."""

import time
from enum import StrEnum
from typing import Protocol, runtime_checkable

#: Inner loops report so often: seldom enough to cost nothing, often enough to stop at once when asked to.
SECONDS_BETWEEN_REPORTS = 0.1


class Stage(StrEnum):
    """The stages of an iteration, in order."""

    LOAD = "Load"
    BALANCE = "Balance"
    TRAIN = "Train"
    SCORE = "Score pool"
    CHOOSE = "Choose batch"
    PUBLISH = "Publish"


class Progress(Protocol):
    """Called now and then by a long function; may raise `CancelledError` to stop it."""

    def __call__(self, done: int, total: int | None, message: str, /) -> None:
        """Report `done` of `total` units (None: unknown) of the step that `message` names."""
        ...


@runtime_checkable
class StagedProgress(Progress, Protocol):
    """A `Progress` that also wants to know at which stage the work is."""

    def stage(self, name: str) -> None:
        """Note that a stage begins; what is reported from here on belongs to it."""
        ...


def enter_stage(progress: Progress, name: str) -> None:
    """Tell that a stage begins to a progress that wants to know, and give every one the chance to stop there."""
    if isinstance(progress, StagedProgress):
        progress.stage(name)


def no_progress(done: int, total: int | None, message: str) -> None:
    """Report nothing."""


class Throttled:
    """A `Progress` for inner loops: hands on at most one report in a tenth of a second."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._not_before = 0.0

    def __call__(self, done: int, total: int | None, message: str) -> None:
        """See `Progress`."""
        now = time.monotonic()
        if now >= self._not_before:
            self._not_before = now + SECONDS_BETWEEN_REPORTS
            self._progress(done, total, message)

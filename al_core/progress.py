"""How a long function tells what it has done so far, and how it learns that it should stop."""

from typing import Protocol


class Progress(Protocol):
    """Called now and then by a long function; may raise `CancelledError` to stop it."""

    def __call__(self, done: int, total: int | None, message: str, /) -> None:
        """Report `done` of `total` units (None: unknown) of the step that `message` names."""
        ...


def no_progress(done: int, total: int | None, message: str) -> None:
    """Report nothing."""

"""What a kind of job is."""

from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from al_core.jobs.context import JobContext


class JobKind(Protocol):
    """One sort of long task. The web server imports it too: what is heavy is imported inside `execute`.

    Attributes
    ----------
    name : str
        As it is stored.
    label : str
        As it is shown: "Run".
    is_heavy : bool
        It needs the machine for itself: at most `parallel_jobs` of these execute at once, others do not wait.
    """

    name: str
    label: str
    is_heavy: bool

    def execute(self, context: JobContext) -> dict[str, Any]:
        """Do the work and return its result, which JSON can hold.

        Raises
        ------
        ALCoreError
            What the user can mend; its text becomes the job's error.
        CancelledError
            Passed on from `context.progress`, never swallowed.
        """
        ...


@runtime_checkable
class Resumable(Protocol):
    """A kind whose next attempt goes on where the last one stopped, and can say where that is."""

    def resume_point(self, folder: Path) -> str | None:
        """Return what an attempt would go on from ("epoch 12"), read from the checkpoint's folder; None: the start."""
        ...

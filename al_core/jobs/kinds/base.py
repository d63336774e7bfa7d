"""What a kind of job is."""

from pathlib import Path
from typing import Any, Protocol

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
    is_restartable : bool
        It may be executed again after an attempt that was not complete, going on from a checkpoint or from the start.
    """

    name: str
    label: str
    is_heavy: bool
    is_restartable: bool

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

    def resume_point(self, folder: Path) -> str | None:
        """Return from where an attempt would go on ("epoch 12"), from the job's folder; None: from the start."""
        ...

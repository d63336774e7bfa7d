"""Long polls: a request that waits until the phase of its job changes, without holding all threads of the server."""

import threading

from al_core.jobs import Job, JobRegistry, Phase

#: Requests that wait at once in one server process, of its eight threads; one more is answered at once.
MOST_WAITING = 4
#: The longest wait in seconds, also of WAIT=-1: below the patience of usual proxies (60 s) and clients.
LONGEST_WAIT_S = 50
#: Phases that can change by themselves or by the client; a job in another is answered at once (UWS 1.1, 2.2.1.2).
MAY_CHANGE = (Phase.PENDING, Phase.QUEUED, Phase.EXECUTING)


class Waiting:
    """The places for requests that wait."""

    def __init__(self, jobs: JobRegistry, places: int = MOST_WAITING, longest_s: float = LONGEST_WAIT_S) -> None:
        self._jobs = jobs
        self._places = threading.BoundedSemaphore(places)
        self._longest_s = longest_s

    def wait(self, job: Job, seconds: int, phase: str | None = None) -> Job:
        """Return the job once its phase is no longer what it is, or after `seconds` (-1: as long as may be).

        A client that names a `phase` waits only while the job is in it.
        """
        if seconds == 0 or job.phase not in MAY_CHANGE or (phase is not None and phase != job.phase):
            return job
        if not self._places.acquire(blocking=False):
            return job
        try:
            limit = self._longest_s if seconds < 0 else min(seconds, self._longest_s)
            return self._jobs.wait(job.job_id, limit, job.phase)
        finally:
            self._places.release()

"""Long tasks that outlive the page, the server and their own process: the registry, and what each kind does."""

from al_core.jobs.job import ACTIVE, ENDED, Job, Phase
from al_core.jobs.registry import JobRegistry

__all__ = ["ACTIVE", "ENDED", "Job", "JobRegistry", "Phase"]

"""A run at one moment, as the page shows it: plain data that a process may hand to the browser."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import exp, log
from typing import Any

from al_core.jobs import Job, JobRegistry, Phase
from al_core.runs.keys import Keys

STAGES = ("Load", "Balance", "Train", "Score pool", "Choose batch", "Publish")
#: Lines of the log that the page shows; the whole log can be downloaded.
LOG_LINES = 400
#: Epochs whose median is the speed.
_RECENT = 8

Json = dict[str, Any]


def snapshot_of(jobs: JobRegistry, job: Job, waits_for: str | None = None) -> Json:
    """Return what the page shows of a run; reads the job's folder, starts and settles nothing."""
    keys = dict(job.parameters.get("configuration") or {})
    text, _ = jobs.log(job.job_id)
    names = ("job_id", "attempt", "stage", "done", "total", "message", "error", "is_lost", "is_resumable", "title")
    moments = ("created_utc", "started_utc", "ended_utc", "cancel_requested", "result", "session_id")
    shown: Json = {name: getattr(job, name) for name in (*names, *moments)}
    return shown | {
        "phase": str(job.phase),
        "keys": {name: keys.get(name, Keys.model_fields[name].default) for name in _SHOWN_KEYS},
        "epochs": jobs.history(job.job_id),
        "log": text.splitlines()[-LOG_LINES:],
        "waits_for": waits_for,
    }


_SHOWN_KEYS = (
    "iteration_num",
    "run_active_learning",
    "max_epochs",
    "patience",
    "min_delta",
    "stopping",
    "balance",
    "batch_size",
)


@dataclass(frozen=True)
class Live:
    """A snapshot with what follows from it."""

    data: Mapping[str, Any]
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def phase(self) -> Phase:
        """Phase of the job."""
        return Phase(self.data["phase"])

    @property
    def is_active(self) -> bool:
        """Whether it waits for a worker or has one."""
        return self.phase in (Phase.QUEUED, Phase.EXECUTING)

    @property
    def iteration(self) -> int:
        """Number of the iteration."""
        return int(self.data["keys"]["iteration_num"])

    @property
    def epochs(self) -> list[dict[str, float]]:
        """Numbers of the epochs so far."""
        return list(self.data["epochs"])

    @property
    def watched(self) -> str:
        """The loss that decides when to stop."""
        return "val_loss" if self.epochs and "val_loss" in self.epochs[-1] else "loss"

    @property
    def best(self) -> dict[str, float] | None:
        """The epoch whose weights would be kept now."""
        known = [epoch for epoch in self.epochs if self.watched in epoch]
        return min(known, key=lambda epoch: epoch[self.watched]) if known else None

    @property
    def seconds_per_epoch(self) -> float | None:
        """Median of the last epochs."""
        times = sorted(float(epoch["seconds"]) for epoch in self.epochs[-_RECENT:] if "seconds" in epoch)
        return times[len(times) // 2] if times else None

    @property
    def expected_stop(self) -> int | None:
        """The epoch near which training is expected to stop, None while that cannot be told."""
        keys = self.data["keys"]
        values = [float(epoch[self.watched]) for epoch in self.epochs if self.watched in epoch]
        return expected_stop(values, int(keys["patience"]), float(keys["min_delta"]), int(keys["max_epochs"]))

    @property
    def seconds_left(self) -> float | None:
        """Seconds that the current stage takes yet, None while that cannot be told."""
        if self.data["stage"] == "Train":
            stop, each = self.expected_stop, self.seconds_per_epoch
            return None if stop is None or each is None else max(stop - len(self.epochs), 0) * each
        done, total, past = int(self.data["done"]), self.data["total"], self.stage_seconds
        return past * (total - done) / done if total and done and past and past > 2 else None

    @property
    def stage_seconds(self) -> float | None:
        """Seconds since the current stage began, by the log."""
        for line in reversed(self.data["log"]):
            moment, _, rest = line.partition("  ")
            if rest.startswith(f"{self.data['stage']}  begins"):
                return self._seconds_since(moment)
        return None

    def _seconds_since(self, moment: str) -> float | None:
        try:
            then = datetime.strptime(moment, "%H:%M:%S").replace(tzinfo=UTC)
        except ValueError:
            return None
        return (self.now - then).total_seconds() % 86400

    @property
    def seconds(self) -> float | None:
        """Seconds from the start to the end, or to now."""
        if self.data["started_utc"] is None:
            return None
        end = self.data["ended_utc"]
        until = datetime.fromisoformat(end) if end else self.now
        return max((until - datetime.fromisoformat(self.data["started_utc"])).total_seconds(), 0.0)

    @property
    def stage_share(self) -> float | None:
        """How far the current stage is, 0 to 1."""
        if self.data["stage"] == "Train":
            stop = self.expected_stop
            return None if not stop else len(self.epochs) / stop
        total = self.data["total"]
        return None if not total else int(self.data["done"]) / total


def expected_stop(losses: list[float], patience: int, min_delta: float, most: int) -> int | None:
    """Return the epoch at which early stopping is expected, if the loss goes on falling as it did lately.

    The best loss is taken to fall by a constant factor an epoch, that of the last third of the epochs. It stops
    `patience` epochs after the fall of so many epochs has become smaller than `min_delta`.
    """
    if len(losses) < 8:
        return None
    best, n = [min(losses[: k + 1]) for k in range(len(losses))], len(losses)
    span = max(4, n // 3)
    first, last = best[-1 - span], best[-1]
    last_best = best.index(last) + 1
    if last <= 0 or first <= last:
        return min(last_best + patience, most)
    rate = log(first / last) / span
    fall = last * (1 - exp(-rate * patience))
    further = log(fall / min_delta) / rate if min_delta > 0 and fall > min_delta else 0.0
    return int(min(max(n + further, last_best) + patience if further else last_best + patience, most))

"""What the list of sessions shows of each: what waits, labels, precision with its doubt, what was found."""

import sqlite3
import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from al_core.jobs.job import Job, Phase
from al_core.performance.intervals import Share, exact_share
from al_core.sessions.iterations import IterationInfo, read_last_iteration
from al_core.sessions.session import Session

#: The kinds of a queue: chosen by the strategy, and drawn at random to judge the network.
BATCH, ESTIMATION = "oracle", "perf-est"
#: Fewer timed labels than this give no speed.
_LEAST_TIMED = 5


class Found(NamedTuple):
    """Spectra labeled as a class of interest, up to and with the labels of an iteration's queue."""

    iteration: int
    n_found: int
    n_labels: int


@dataclass(frozen=True)
class SessionSummary:
    """A session at one moment.

    Attributes
    ----------
    session : Session
    pool_size : int or None
        Spectra of the pool, as far as an iteration says.
    iteration : int or None
        Number of the last iteration, None before the first.
    last : IterationInfo or None
        That iteration.
    n_labels : int
        Spectra with a label.
    n_waiting : int
        Spectra of the last queue without label, unsure or bad data.
    waiting : dict
        The same by kind of queue.
    n_answered : int
        Spectra of the last queue that have one.
    active, failed : Job or None
        The run that is queued or executing; the last run, if it failed.
    precision : Share or None
        Of the labeled spectra of the last estimation sample that the network calls interesting, those that are.
    found : tuple of Found
    seconds_per_label : float or None
        Median of the latest timed labels.
    changed_utc : str
        When it was edited, labeled or trained last.
    """

    session: Session
    pool_size: int | None
    iteration: int | None
    last: IterationInfo | None
    n_labels: int
    n_waiting: int
    waiting: dict[str, int]
    n_answered: int
    active: Job | None
    failed: Job | None
    precision: Share | None
    found: tuple[Found, ...]
    seconds_per_label: float | None
    changed_utc: str

    @property
    def n_sample_left(self) -> int:
        """Spectra of the last estimation sample that wait for a label."""
        return self.waiting.get(ESTIMATION, 0)

    @property
    def is_ready_to_train(self) -> bool:
        """Whether everything of the last queue was answered and nothing runs."""
        return self.last is not None and self.n_waiting == 0 and self.active is None


#: Stands for the class of a spectrum that was called bad data: an answer, and of no class.
_BAD = ""


class _Answers(NamedTuple):
    """What the journal says.

    `classes` holds the class of each spectrum, `_BAD`, or None for unsure, which is a missing answer; `iterations` the
    iteration in whose queue it was.
    """

    classes: dict[str, str | None]
    iterations: dict[str, int]
    seconds: float | None
    changed_utc: str | None


def summarize(connection: sqlite3.Connection, folder: Path, session: Session, jobs: Iterable[Job]) -> SessionSummary:
    """Return the summary of a session from its database and a few small files.

    Parameters
    ----------
    connection : sqlite3.Connection
        Its open database.
    folder : Path
    session : Session
    jobs : iterable of Job
        Its runs, newest first.
    """
    runs = list(jobs)
    numbers, last = read_last_iteration(folder)
    answers = _answers(connection)
    queue = {} if last is None else last.queue
    waiting = {kind: sum(name not in answers.classes for name in names) for kind, names in queue.items()}
    active = next((job for job in runs if job.is_active), None)
    changed = [session.changed_utc, answers.changed_utc, last and last.created_utc, runs[0].ended_utc if runs else None]
    return SessionSummary(
        session=session,
        pool_size=None if last is None else last.pool_size,
        iteration=None if last is None else last.number,
        last=last,
        n_labels=sum(bool(class_id) for class_id in answers.classes.values()),
        n_waiting=sum(waiting.values()),
        waiting=waiting,
        n_answered=sum(map(len, queue.values())) - sum(waiting.values()),
        active=active,
        failed=runs[0] if runs and active is None and runs[0].phase == Phase.ERROR else None,
        precision=None if last is None else _precision(session, last, answers.classes),
        found=tuple(_found(session, numbers, answers)),
        seconds_per_label=answers.seconds,
        changed_utc=max(text for text in changed if text),
    )


def _answers(connection: sqlite3.Connection) -> _Answers:
    rows = connection.execute("SELECT spectrum_id, kind, class_id, iteration FROM current_labels").fetchall()
    times = connection.execute(
        "SELECT duration_ms FROM events WHERE duration_ms IS NOT NULL AND kind = 'label' "
        "ORDER BY sequence DESC LIMIT 100"
    ).fetchall()
    last = connection.execute("SELECT created_utc FROM events ORDER BY sequence DESC LIMIT 1").fetchone()
    return _Answers(
        {name: _BAD if kind == "bad" else class_id for name, kind, class_id, _ in rows},
        {name: iteration or 0 for name, _, _, iteration in rows},
        statistics.median(row[0] for row in times) / 1000 if len(times) >= _LEAST_TIMED else None,
        None if last is None else str(last[0]),
    )


def _precision(session: Session, info: IterationInfo, labels: Mapping[str, str | None]) -> Share | None:
    predictions = _sample_predictions(info)
    if not predictions:
        return None
    interesting = {k for k, name in enumerate(info.classes) if name in info.candidate_classes}
    called = [labels.get(name) for name, k in predictions.items() if k in interesting]
    answered = [label for label in called if label is not None]
    wanted = _wanted(session)
    return exact_share(sum(label in wanted for label in answered), len(answered))


def _sample_predictions(info: IterationInfo) -> dict[str, int]:
    """Return the predictions of the estimation sample; empty where nothing was predicted."""
    if info.n_epochs == 0:
        return {}
    return {name: k for name, k in info.estimation_predictions().items() if k < len(info.classes)}


def _wanted(session: Session) -> set[str]:
    return {one.class_id for one in session.classes if one.is_candidate}


def _found(session: Session, iterations: Iterable[int], answers: _Answers) -> Iterator[Found]:
    wanted = _wanted(session)
    labels, finds = Counter[int](), Counter[int]()
    for name, class_id in answers.classes.items():
        if class_id:
            labels[answers.iterations[name]] += 1
            finds[answers.iterations[name]] += class_id in wanted
    for iteration in iterations:
        n_found = sum(count for number, count in finds.items() if number <= iteration)
        yield Found(iteration, n_found, sum(count for number, count in labels.items() if number <= iteration))

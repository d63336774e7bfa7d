"""The performance of a session: its iterations, samples and labels, gathered for the plain statistics beside this."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl

from al_core.errors import SessionError
from al_core.performance.counts import BAD, LABEL, UNSURE, Answer, SampleCounts, count_sample
from al_core.performance.figures import Figure, accuracy, agreement, lower_limit_of
from al_core.performance.predictions import PREDICTIONS, PoolPredictions, kappa, pool_predictions
from al_core.sessions import IterationInfo, Session, Sessions

#: Sets of labels, as queues are called in the journal; a label of another queue, or of none, is in no set.
SETS = ("oracle", "perf-est", "candidates", "picked", "repeat", "import")
#: The set that figures rest on.
ESTIMATION = "perf-est"
#: A class that an iteration knew and the session does not: its id is lost, its place stays.
_LOST = "lost-{}"


@dataclass(frozen=True, eq=False)
class IterationPerformance:
    """What is known of an iteration's network.

    Attributes
    ----------
    info : IterationInfo
    classes : tuple of str
        Ids of the classes that it predicts, by position.
    interesting : tuple of str
        Those of interest then.
    counts : SampleCounts or None
        Its own estimation sample; None where it has none.
    n_training : int
        Labeled spectra that it was trained on.
    predicted : dict or None
        Spectra of the pool outside the training set by class; None where nothing was predicted.
    changed : float or None
        Share of the spectra whose class is not that of the iteration before.
    kappa : float or None
        Cohen's kappa with the iteration before, over the whole pool.
    problem : str or None
        Why predictions could not be counted.
    """

    info: IterationInfo
    classes: tuple[str, ...]
    interesting: tuple[str, ...]
    counts: SampleCounts | None
    n_training: int
    predicted: dict[str, int] | None = None
    changed: float | None = None
    kappa: float | None = None
    problem: str | None = None

    @property
    def number(self) -> int:
        """Number of the iteration."""
        return self.info.number

    @property
    def has_labels(self) -> bool:
        """Whether a figure can rest on anything."""
        return self.counts is not None and self.counts.n_answered > 0

    def accuracy(self) -> Figure | None:
        """Return its accuracy over the pool."""
        return accuracy(self.counts) if self.counts is not None and self.has_labels else None

    def agreement(self, session: Session) -> Figure | None:
        """Return the predecessor's figure."""
        if self.counts is None or not self.has_labels:
            return None
        known = set(self.counts.classes)
        wanted = [one.class_id for one in session.classes if one.is_candidate and one.class_id in known]
        return agreement(self.counts, self.interesting, wanted)

    def agreement_limit(self, session: Session) -> float | None:
        """Return its one-sided lower 95 % limit."""
        figure = self.agreement(session)
        return None if figure is None or figure.value is None else lower_limit_of(figure)


@dataclass(frozen=True)
class LabelCount:
    """What was said in one set: `set_name` is one of `SETS`, None for what is in none."""

    set_name: str | None
    by_class: dict[str, int]
    n_bad: int
    n_unsure: int

    @property
    def n_labels(self) -> int:
        """Spectra with a class."""
        return sum(self.by_class.values())


@dataclass(frozen=True, eq=False)
class SessionPerformance:
    """Everything that the page Performance shows of a session."""

    session: Session
    iterations: tuple[IterationPerformance, ...]
    labels: tuple[LabelCount, ...] = field(default=())

    @property
    def predicted(self) -> tuple[IterationPerformance, ...]:
        """Iterations with a network."""
        return tuple(one for one in self.iterations if one.info.n_epochs > 0)

    def chosen(self, number: int | None) -> IterationPerformance | None:
        """Return an iteration by its number; without one, the last that has labels, else the last."""
        found = [one for one in self.predicted if one.number == number]
        labeled = [one for one in self.predicted if one.has_labels]
        return next(iter([*found, *reversed(labeled), *reversed(self.predicted)]), None)


def session_performance(sessions: Sessions, session_id: str, *, with_predictions: bool = True) -> SessionPerformance:
    """Gather the performance of a session.

    Parameters
    ----------
    sessions : Sessions
    session_id : str
    with_predictions : bool
        Whether the predictions of the whole pool are counted, too.

    Raises
    ------
    SessionError
        If the session cannot be read.
    """
    session = sessions.get(session_id)
    answers, labels = _answers(sessions, session)
    found: list[IterationPerformance] = []
    for info in sessions.iterations(session_id):
        if info.is_current:
            one = _iteration(info, _class_ids(sessions, session, info), session, answers)
            found.append(_with_predictions(one, found[-1] if found else None) if with_predictions else one)
    return SessionPerformance(session, tuple(found), labels)


@dataclass(frozen=True)
class Blindness:
    """How the answers of a sample came about: `n_blind` without the network's guess in view, `n_seen` with it.

    What was not recorded (labels from files, for instance) is in neither.
    """

    n_blind: int
    n_seen: int


def blindness_of(sessions: Sessions, session_id: str, one: IterationPerformance) -> Blindness:
    """Return how many answers of an iteration's sample were given blind, as far as the journal says."""
    journal = sessions.journal(session_id)
    sample = list(one.info.queue.get(ESTIMATION, ()))
    counting = journal.current().filter(pl.col("spectrum_id").is_in(sample))["event_id"].to_list()
    events = journal.events().filter(pl.col("event_id").is_in(counting) & pl.col("shown").is_not_null())
    shown = [json.loads(text) for text in events["shown"]]
    n_seen = sum(bool(one.get("guess")) for one in shown)
    return Blindness(sum(bool(one.get("blind")) and not one.get("guess") for one in shown), n_seen)


def _answers(sessions: Sessions, session: Session) -> tuple[dict[str, Answer], tuple[LabelCount, ...]]:
    rows = sessions.journal(session.session_id).current().select("spectrum_id", "kind", "class_id", "queue").rows()
    answers = {name: Answer(kind, class_id) for name, kind, class_id, _ in rows}
    said: dict[str | None, Counter[tuple[str, str | None]]] = {}
    for _, kind, class_id, queue in rows:
        said.setdefault(queue if queue in SETS else None, Counter())[kind, class_id] += 1
    return answers, tuple(_label_count(queue, said[queue]) for queue in sorted(said, key=_order))


def _label_count(queue: str | None, said: Mapping[tuple[str, str | None], int]) -> LabelCount:
    classes = {class_id: n for (kind, class_id), n in said.items() if kind == LABEL and class_id}
    bad, unsure = (sum(n for (kind, _), n in said.items() if kind == wanted) for wanted in (BAD, UNSURE))
    return LabelCount(queue, classes, bad, unsure)


def _order(queue: str | None) -> int:
    return len(SETS) if queue is None else SETS.index(queue)


def _class_ids(sessions: Sessions, session: Session, info: IterationInfo) -> tuple[str, ...]:
    found = sessions.class_ids(session.session_id, info)
    return tuple(_LOST.format(k) if class_id is None else class_id for k, class_id in enumerate(found))


def _iteration(
    info: IterationInfo, classes: tuple[str, ...], session: Session, answers: Mapping[str, Answer]
) -> IterationPerformance:
    known = dict(zip(info.classes, classes, strict=True))
    counts = None
    if info.n_epochs > 0:
        sample = {name: classes[k] for name, k in info.estimation_predictions().items() if k < len(classes)}
        names = [*(one.class_id for one in session.classes), *classes]
        counts = count_sample(sample, answers, names) if sample else None
    interesting = tuple(known[name] for name in info.candidate_classes if name in known)
    return IterationPerformance(info, classes, interesting, counts, sum(info.training_counts.values()))


def _with_predictions(one: IterationPerformance, before: IterationPerformance | None) -> IterationPerformance:
    if not (one.info.folder / PREDICTIONS).is_file():
        return one
    try:
        found = _pool_predictions(one, before)
    except SessionError as error:
        return replace(one, problem=str(error))
    predicted = {class_id: int(n) for class_id, n in zip(one.classes, found.pool, strict=True)}
    if found.changes is None or before is None:
        return replace(one, predicted=predicted)
    square = _square(found, before.classes, one.classes)
    total = int(square.sum())
    changed = 1 - float(np.trace(square)) / total if total else None
    return replace(one, predicted=predicted, changed=changed, kappa=kappa(square))


def _pool_predictions(one: IterationPerformance, before: IterationPerformance | None) -> PoolPredictions:
    folder, n_classes = one.info.folder, len(one.classes)
    if before is None:
        return pool_predictions(folder, n_classes)
    return pool_predictions(folder, n_classes, before.info.folder, len(before.classes))


def _square(
    found: PoolPredictions, before: Sequence[str], now: Sequence[str]
) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """Return the changes with the same classes in rows and columns: one may have come or gone in between."""
    assert found.changes is not None
    names = list(dict.fromkeys([*before, *now]))
    square = np.zeros((len(names), len(names)), np.int64)
    rows, columns = [names.index(name) for name in before], [names.index(name) for name in now]
    square[np.ix_(rows, columns)] = found.changes
    return square

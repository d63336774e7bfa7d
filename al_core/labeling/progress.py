"""What the end of a list shows: counts, time per spectrum, agreement with the network, agreement with oneself."""

import statistics
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from al_core.labeling.items import Answer, LabelQueue
from al_core.labeling.predictions import Predictions
from al_core.labeling.state import JournalState
from al_core.pools import Pool
from al_core.sessions import IterationInfo, Session, Share, exact_share
from al_core.sessions.database import session_database

_DURATIONS = """
    SELECT spectrum_id, class_id, duration_ms FROM events
    WHERE duration_ms IS NOT NULL AND kind IN ('label', 'unsure', 'bad')
      AND event_id NOT IN (SELECT event_id FROM undone)
"""
#: A spectrum that was looked at for longer was left standing: it says nothing about speed.
LONGEST_LOOK_MS = 10 * 60 * 1000


@dataclass(frozen=True)
class ListProgress:
    """How far a list is, and what it says.

    Attributes
    ----------
    n, n_answered, n_skipped : int
        Spectra of the list.
    by_class : dict
        Labels by class id; beside them "unsure" and "bad".
    by_kind : dict
        See `LabelQueue.counts`.
    n_timed : int
    seconds : float or None
        Median time that a spectrum of the list was looked at.
    seconds_by_class : dict
        The same by class id.
    seconds_total : float
    agreement : Share or None
        Of the answered spectra of the estimation sample, those whose label is what the network predicted, with the
        exact 95 % interval. Bad data is a class of its own, which no network predicts; unsure is a missing answer. None
        without a network.
    n_sample, n_sample_left : int
        Spectra of the estimation sample, and those without an answer.
    consistency : Share or None
        Of the blind repeats, those that were answered as the first time. None without any.
    """

    n: int
    n_answered: int
    n_skipped: int
    by_class: dict[str, int]
    by_kind: dict[str, dict[str, int]]
    n_timed: int
    seconds: float | None
    seconds_by_class: dict[str, float]
    seconds_total: float
    agreement: Share | None
    n_sample: int
    n_sample_left: int
    consistency: Share | None


def progress_of(
    folder: Path,
    session: Session,
    queue: LabelQueue,
    state: JournalState,
    info: IterationInfo | None,
    pool: Pool | None,
    predictions: Predictions | None,
) -> ListProgress:
    """Return how far a queue is; `info`, `pool` and `predictions` are those of its iteration."""
    items = [item for item in queue.items if item.kind != "repeat"]
    answers = [item.answer for item in items if item.answer is not None]
    sample = [] if info is None else list(info.queue.get("perf-est", ()))
    times = _times(folder, {item.spectrum_id for item in items})
    return ListProgress(
        n=len(items),
        n_answered=len(answers),
        n_skipped=sum(item.is_skipped for item in items),
        by_class=_by_class(session, answers),
        by_kind=queue.counts(),
        n_timed=len(times),
        seconds=_median(ms for _, ms in times),
        seconds_by_class=_seconds_by_class(times),
        seconds_total=round(sum(ms for _, ms in times) / 1000, 1),
        agreement=_agreement(sample, state, pool, predictions),
        n_sample=len(sample),
        n_sample_left=sum(name not in state.answers for name in sample),
        consistency=_consistency(state),
    )


def _by_class(session: Session, answers: Iterable[Answer]) -> dict[str, int]:
    found = Counter(answer.class_id or answer.kind for answer in answers)
    return {name: found[name] for name in [*(one.class_id for one in session.classes), "unsure", "bad"]}


def _times(folder: Path, spectrum_ids: set[str]) -> list[tuple[str, int]]:
    with session_database(folder) as connection:
        rows = connection.execute(_DURATIONS).fetchall()
    return [
        (str(class_id or ""), int(ms)) for name, class_id, ms in rows if name in spectrum_ids and ms <= LONGEST_LOOK_MS
    ]


def _median(times: Iterable[int]) -> float | None:
    found = list(times)
    return round(statistics.median(found) / 1000, 2) if found else None


def _seconds_by_class(times: list[tuple[str, int]]) -> dict[str, float]:
    found: dict[str, list[int]] = {}
    for class_id, ms in times:
        found.setdefault(class_id, []).append(ms)
    return {name: round(statistics.median(values) / 1000, 2) for name, values in found.items() if name}


def _agreement(
    sample: list[str], state: JournalState, pool: Pool | None, predictions: Predictions | None
) -> Share | None:
    if pool is None or predictions is None:
        return None
    answered = [name for name in sample if name in state.answers and state.answers[name].kind != "unsure"]
    rows = pool.find(answered) if answered else np.empty(0, np.int64)
    known = [(name, row) for name, row in zip(answered, rows.tolist(), strict=True) if row >= 0]
    predicted = [predictions.class_ids[int(np.argmax(predictions.proba[row]))] for _, row in known]
    right = sum(state.answers[name].class_id == one for (name, _), one in zip(known, predicted, strict=True))
    return exact_share(right, len(known))


def _consistency(state: JournalState) -> Share | None:
    pairs = [(state.answers[name], again) for name, again in state.repeats.items() if name in state.answers]
    if not pairs:
        return None
    same = sum((first.kind, first.class_id) == (again.kind, again.class_id) for first, again in pairs)
    return exact_share(same, len(pairs))

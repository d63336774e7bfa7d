"""Figures of a network from a simple random sample of the unlabeled pool, each with an interval that holds.

A figure that is a share of spectra has the exact interval of Clopper and Pearson: given how many of the sample are
predicted (or labeled) k, those that are right are binomial, and without replacement only closer to their mean. F1 is
such a share in disguise: F1 = 2 J / (1 + J) with J = both / (predicted k or labeled k), so its interval is that of J,
transformed. A mean over K classes takes each interval at a confidence of 1 - 0.05 / K (Bonferroni): all hold
at once, so their mean holds. Everything here is wide where a class is rare; a stratified sample will do better.

"Unsure" is a missing answer. Where it is more than 2 % of the answers behind a figure, limits are computed twice, with
every unsure answer right and every one wrong, and the outer ones count.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from al_core.performance.counts import SampleCounts
from al_core.performance.intervals import exact_share, lower_limit

EXACT, TRANSFORMED, BONFERRONI = "Clopper-Pearson", "Clopper-Pearson, transformed", "Clopper-Pearson, Bonferroni"
CONFIDENCE = 0.95
#: Share of missing answers that may be passed over.
UNSURE_PASSED_OVER = 0.02
#: Half widths up to which a figure is enough, and rough; above it no value is shown.
ENOUGH, ROUGH = 0.10, 0.20
#: Labels below which no value is shown: of predictions, and of objects of a class (for recall).
LEAST_LABELS, LEAST_OBJECTS = 10, 5


class FigureState(StrEnum):
    """How far a figure may be trusted."""

    ENOUGH = "enough"
    ROUGH = "rough"
    TOO_FEW = "too few"
    NOT_DETERMINED = "not determined"


@dataclass(frozen=True)
class Figure:
    """A figure, its 95 % interval, and what both rest on.

    Attributes
    ----------
    name : str
        "accuracy", "balanced accuracy", "macro-F1", "precision", "recall", "F1" or "agreement on predicted positives".
    class_id : str or None
        The class that it is of.
    value : float or None
        None where it would be 0/0.
    low, high : float
        Limits of the interval; 0 and 1 where nothing is known.
    n : int
        Labels that it rests on.
    n_right : int or None
        Those of them that are right, where the figure is a share.
    n_unsure : int
        Missing answers among the spectra that it is about.
    method : str
        Of the interval.
    least : int
        Labels below which no value is shown.
    """

    name: str
    class_id: str | None
    value: float | None
    low: float
    high: float
    n: int
    n_right: int | None = None
    n_unsure: int = 0
    method: str = EXACT
    least: int = LEAST_LABELS

    @property
    def half_width(self) -> float:
        """Half of the interval's width."""
        return (self.high - self.low) / 2

    @property
    def state(self) -> FigureState:
        """How far it may be trusted."""
        if self.value is None:
            return FigureState.NOT_DETERMINED
        if self.n < self.least or self.half_width > ROUGH:
            return FigureState.TOO_FEW
        return FigureState.ENOUGH if self.half_width <= ENOUGH else FigureState.ROUGH


@dataclass(frozen=True)
class _Case:
    """A share with its missing answers: those that make it larger if right, and those that make it smaller if wrong."""

    n_right: int
    n: int
    unsure_up: int
    unsure_down: int

    def limits(self, confidence: float) -> tuple[float, float]:
        missing = max(self.unsure_up, self.unsure_down)
        if missing <= UNSURE_PASSED_OVER * (self.n + missing):
            share = exact_share(self.n_right, self.n, confidence)
            return share.low, share.high
        low = exact_share(self.n_right, self.n + self.unsure_down, confidence).low
        return low, exact_share(self.n_right + self.unsure_up, self.n + self.unsure_up, confidence).high

    @property
    def value(self) -> float | None:
        return self.n_right / self.n if self.n else None


def accuracy(counts: SampleCounts) -> Figure:
    """Return the share of the pool whose prediction is right."""
    case = _Case(counts.n_right, counts.n_answered, counts.n_unsure, counts.n_unsure)
    return _share("accuracy", None, case, counts.n_unsure)


def precision(counts: SampleCounts, class_id: str) -> Figure:
    """Return the share of the spectra predicted `class_id` that are of it."""
    return _share("precision", class_id, _precision(counts, class_id), counts.n_unsure_predicted([class_id]))


def recall(counts: SampleCounts, class_id: str) -> Figure:
    """Return the share of the pool's spectra of `class_id` that are predicted so."""
    return _share("recall", class_id, _recall(counts, class_id), counts.n_unsure, least=LEAST_OBJECTS)


def f1(counts: SampleCounts, class_id: str) -> Figure:
    """Return F1, the harmonic mean of precision and recall."""
    case = _joint(counts, class_id)
    low, high = (_f1_of(limit) for limit in case.limits(CONFIDENCE))
    value = None if case.value is None else _f1_of(case.value)
    return Figure("F1", class_id, value, low, high, case.n, None, counts.n_unsure, TRANSFORMED)


def balanced_accuracy(counts: SampleCounts, classes: Sequence[str]) -> Figure:
    """Return the mean of the recall of every class; not determined while a class has no label."""
    return _mean("balanced accuracy", counts, [_recall(counts, one) for one in classes], _same)


def macro_f1(counts: SampleCounts, classes: Sequence[str]) -> Figure:
    """Return the mean of F1 of every class; not determined while a class is neither predicted nor labeled."""
    return _mean("macro-F1", counts, [_joint(counts, one) for one in classes], _f1_of)


def agreement(counts: SampleCounts, predicted: Sequence[str], wanted: Sequence[str]) -> Figure:
    """Return the predecessor's figure: of the spectra predicted interesting, the share that the person called so.

    It called this accuracy; it is a precision of all classes of interest together.
    """
    n, unsure = counts.n_predicted(predicted), counts.n_unsure_predicted(predicted)
    case = _Case(counts.n_confirmed(predicted, wanted), n, unsure, unsure)
    return _share("agreement on predicted positives", None, case, unsure)


def pool_figures(counts: SampleCounts, classes: Sequence[str]) -> list[Figure]:
    """Return the figures over all classes of `classes`."""
    return [accuracy(counts), balanced_accuracy(counts, classes), macro_f1(counts, classes)]


def class_figures(counts: SampleCounts, class_id: str) -> list[Figure]:
    """Return the figures of one class."""
    return [precision(counts, class_id), recall(counts, class_id), f1(counts, class_id)]


def majority_share(counts: SampleCounts) -> tuple[str, float] | None:
    """Return the class with most labels and the accuracy of calling everything so; None without labels."""
    if not counts.labeled.sum():
        return None
    sums = counts.labeled.sum(axis=1)
    return counts.classes[int(sums.argmax())], float(sums.max()) / counts.n_answered


def _precision(counts: SampleCounts, class_id: str) -> _Case:
    k, unsure = counts.position(class_id), counts.n_unsure_predicted([class_id])
    return _Case(int(counts.labeled[k, k]), counts.n_predicted([class_id]), unsure, unsure)


def _recall(counts: SampleCounts, class_id: str) -> _Case:
    """Unsure spectra predicted k could be found ones, the others missed ones."""
    k, found = counts.position(class_id), counts.n_unsure_predicted([class_id])
    return _Case(int(counts.labeled[k, k]), counts.n_labeled([class_id]), found, counts.n_unsure - found)


def _joint(counts: SampleCounts, class_id: str) -> _Case:
    k, found = counts.position(class_id), counts.n_unsure_predicted([class_id])
    both = int(counts.labeled[k, k])
    either = counts.n_predicted([class_id]) + counts.n_labeled([class_id]) - both
    return _Case(both, either, found, counts.n_unsure)


def _share(name: str, class_id: str | None, case: _Case, n_unsure: int, least: int = LEAST_LABELS) -> Figure:
    low, high = case.limits(CONFIDENCE)
    return Figure(name, class_id, case.value, low, high, case.n, case.n_right, n_unsure, EXACT, least)


def _mean(name: str, counts: SampleCounts, cases: list[_Case], of: Callable[[float], float]) -> Figure:
    limits = [case.limits(1 - (1 - CONFIDENCE) / len(cases)) for case in cases]
    low, high = (sum(of(pair[side]) for pair in limits) / len(cases) for side in (0, 1))
    values = [case.value for case in cases]
    known = [of(value) for value in values if value is not None]
    value = sum(known) / len(cases) if len(known) == len(cases) else None
    return Figure(name, None, value, low, high, counts.n_answered, None, counts.n_unsure, BONFERRONI)


def _f1_of(share: float) -> float:
    return 2 * share / (1 + share)


def _same(share: float) -> float:
    return share


def lower_limit_of(figure: Figure) -> float:
    """Return the one-sided lower 95 % limit of a figure that is a share of spectra; missing answers count as wrong."""
    return lower_limit(figure.n_right or 0, figure.n + figure.n_unsure) if figure.n else 0.0

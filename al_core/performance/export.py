"""All numbers of a session's performance as plain data: one object for JSON, one long table for CSV."""

from collections.abc import Iterator
from typing import Any

from al_core.performance.figures import Figure, class_figures, majority_share, pool_figures
from al_core.performance.gathering import IterationPerformance, SessionPerformance

SCHEMA = 1
#: Columns of `table`.
COLUMNS = ("iteration", "figure", "class", "value", "low", "high", "labels", "right", "unsure", "method", "note")


def document(performance: SessionPerformance) -> dict[str, Any]:
    """Return everything as one object; classes stand under their names of today."""
    names = class_names(performance)
    session = performance.session
    return {
        "schema": SCHEMA,
        "session": session.session_id,
        "name": session.name,
        "simulated": session.simulated,
        "confidence": 0.95,
        "sample": "simple random sample of the unlabeled pool, drawn anew in each iteration",
        "classes": [{"id": one.class_id, "name": one.name, "of_interest": one.is_candidate} for one in session.classes],
        "iterations": [_iteration(performance, one, names) for one in performance.iterations],
        "labels": [
            {
                "set": one.set_name,
                "classes": {names.get(class_id, class_id): n for class_id, n in one.by_class.items()},
                "bad_data": one.n_bad,
                "unsure": one.n_unsure,
            }
            for one in performance.labels
        ],
    }


def table(performance: SessionPerformance) -> Iterator[tuple[Any, ...]]:
    """Yield `COLUMNS` and then one row a number; an empty value is not determined."""
    names = class_names(performance)
    yield COLUMNS
    for one in performance.iterations:
        for figure in all_figures(performance, one):
            limits = (figure.low, figure.high, figure.n, figure.n_right, figure.n_unsure, figure.method)
            yield (one.number, figure.name, _name(figure, names), figure.value, *limits, str(figure.state))
        yield from (_plain(one, *row) for row in _counts(performance, one, names))
    for said in performance.labels:
        for class_id, n in said.by_class.items():
            yield ("", "labels", names.get(class_id, class_id), n, *[""] * 6, said.set_name or "no queue")


def all_figures(performance: SessionPerformance, one: IterationPerformance) -> list[Figure]:
    """Return every figure of an iteration; none without labels of its sample."""
    agreement = one.agreement(performance.session)
    if one.counts is None or agreement is None:
        return []
    single = [figure for class_id in one.classes for figure in class_figures(one.counts, class_id)]
    return [*pool_figures(one.counts, one.classes), *single, agreement]


def class_names(performance: SessionPerformance) -> dict[str, str]:
    """Return the name of each class, of those that are gone as their last iteration called them."""
    names = {class_id: name for one in performance.iterations for class_id, name in _pairs(one)}
    return names | {one.class_id: one.name for one in performance.session.classes}


def _pairs(one: IterationPerformance) -> Iterator[tuple[str, str]]:
    return zip(one.classes, one.info.classes, strict=True)


def _iteration(performance: SessionPerformance, one: IterationPerformance, names: dict[str, str]) -> dict[str, Any]:
    counts = one.counts
    figures = all_figures(performance, one)
    return {
        "iteration": one.number,
        "folder": one.info.folder.name,
        "created_utc": one.info.created_utc,
        "strategy": one.info.strategy,
        "labels_in_training_set": one.n_training,
        "predicted": None if one.predicted is None else {names[c]: n for c, n in one.predicted.items()},
        "changed_class": one.changed,
        "kappa_with_previous": one.kappa,
        "agreement_lower_limit": one.agreement_limit(performance.session),
        "majority_share": None if counts is None or (most := majority_share(counts)) is None else most[1],
        "figures": [_figure(figure, names) for figure in figures],
        "confusion": None if counts is None else _confusion(one, names),
    }


def _figure(figure: Figure, names: dict[str, str]) -> dict[str, Any]:
    plain = {key: value for key, value in vars(figure).items() if key not in ("class_id", "least")}
    return {**plain, "class": _name(figure, names) or None, "state": str(figure.state)}


def _confusion(one: IterationPerformance, names: dict[str, str]) -> dict[str, Any]:
    counts = one.counts
    assert counts is not None
    return {
        "classes": [names.get(class_id, class_id) for class_id in counts.classes],
        "rows": "labels",
        "columns": "predictions",
        "counts": counts.labeled.tolist(),
        "bad_data": counts.bad.tolist(),
        "unsure": counts.unsure.tolist(),
        "waiting": counts.n_waiting,
    }


def _counts(
    performance: SessionPerformance, one: IterationPerformance, names: dict[str, str]
) -> Iterator[tuple[str, str, Any, str]]:
    yield "labels in training set", "", one.n_training, ""
    for class_id, n in (one.predicted or {}).items():
        yield "predicted spectra", names[class_id], n, "without the training set"
    if one.changed is not None:
        yield "changed class", "", one.changed, "share of the pool, since the iteration before"
        yield "kappa with previous", "", one.kappa, ""
    limit = one.agreement_limit(performance.session)
    if limit is not None:
        yield "agreement on predicted positives, lower limit", "", limit, "one-sided, 95 %"
    if one.counts is not None:
        yield from _cells(one, names)


def _cells(one: IterationPerformance, names: dict[str, str]) -> Iterator[tuple[str, str, Any, str]]:
    counts = one.counts
    assert counts is not None
    rows = [*zip(counts.classes, counts.labeled, strict=True), ("bad data", counts.bad), ("unsure", counts.unsure)]
    for label, row in rows:
        for predicted, n in zip(counts.classes, row.tolist(), strict=True):
            said = f"predicted {names.get(predicted, predicted)}"
            yield "confusion count", names.get(label, label), n, said


def _plain(one: IterationPerformance, figure: str, class_name: str, value: Any, note: str) -> tuple[Any, ...]:
    return (one.number, figure, class_name, value, *[""] * 6, note)


def _name(figure: Figure, names: dict[str, str]) -> str:
    return "" if figure.class_id is None else names.get(figure.class_id, figure.class_id)

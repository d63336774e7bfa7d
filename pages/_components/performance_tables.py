"""The tables of the page Performance: predicted classes by iteration, labels by set and class."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from al_core.performance.gathering import IterationPerformance, SessionPerformance
from pages._components.chips import class_name
from pages._components.performance_words import SETS, limits_text, value_text
from pages._components.tables import data_table
from pages._components.text import count, decimal

Rows = Mapping[str, int]


def predictions_table(
    found: SessionPerformance, chosen: IterationPerformance, names: Mapping[str, str], rows: Rows
) -> Component:
    """Return how the pool divides into classes, newest iteration first."""
    listed = list(dict.fromkeys(class_id for one in reversed(found.predicted) for class_id in one.classes))
    heads: list[Any] = ["Iteration", ("Trained on", "number")]
    heads += [(class_name(rows.get(class_id, 1), names[class_id]), "number") for class_id in listed]
    heads += [("Changed class", "number"), ("κ with previous", "number")]
    heads += [("Agreement on predicted positives", "number"), ("Lower 95 % limit", "number"), ("Labels", "number")]
    cells = [_iteration_cells(found, one, listed) for one in reversed(found.predicted)]
    made = data_table("Predicted class, by iteration", heads, cells, class_name="perf-iterations")
    for row, one in zip(made.children.children[2].children, reversed(found.predicted), strict=True):
        if one.number == chosen.number:
            row.className = "row-current"
    return made


def _iteration_cells(found: SessionPerformance, one: IterationPerformance, listed: Sequence[str]) -> list[Any]:
    predicted = one.predicted or {}
    counts = [count(predicted[class_id]) if class_id in predicted else None for class_id in listed]
    changed = None if one.changed is None else f"{100 * one.changed:.1f} %"
    kappa = None if one.kappa is None else decimal(one.kappa)
    name: Any = html.Strong(str(one.number))
    return [name, count(one.n_training), *counts, changed, kappa, *_agreement(found, one)]


def _agreement(found: SessionPerformance, one: IterationPerformance) -> list[Any]:
    figure, limit = one.agreement(found.session), one.agreement_limit(found.session)
    if figure is None:
        return [None, None, None]
    value: Any = value_text(figure)
    if value is None and figure.value is not None:
        value = html.Span(limits_text(figure), className="quiet", title="Too few labels for one value")
    return [value, None if limit is None else decimal(limit), count(figure.n)]


def labels_table(
    found: SessionPerformance, chosen: IterationPerformance | None, names: Mapping[str, str], rows: Rows
) -> Component:
    """Return what was labeled by class and set, and what the chosen iteration was trained on."""
    sets = [SETS.get(one.set_name or "", "Other") for one in found.labels]
    heads: list[Any] = ["Class", *((name, "number") for name in sets)]
    heads += [("All", "number")] if len(sets) != 1 else []
    heads += [("In training", "number")] if chosen is not None else []
    classes = [one.class_id for one in found.session.classes]
    cells = [[class_name(rows[c], names[c]), *_class_cells(found, chosen, c)] for c in classes]
    others = [("Bad data", [one.n_bad for one in found.labels]), ("Unsure", [one.n_unsure for one in found.labels])]
    cells += [[word, *_cells(numbers), *_nothing(chosen)] for word, numbers in others if sum(numbers)]
    total = [one.n_labels for one in found.labels]
    trained = [] if chosen is None else [html.Strong(count(chosen.n_training))]
    cells.append([html.Strong("Labels"), *(html.Strong(text or "0") for text in _cells(total)), *trained])
    caption = "Labels by class and set" + (
        "" if chosen is None else f"; in the training set of iteration {chosen.number}"
    )
    return data_table(caption, heads, cells, class_name="perf-labels")


def _class_cells(found: SessionPerformance, chosen: IterationPerformance | None, class_id: str) -> list[str | None]:
    numbers = _cells([one.by_class.get(class_id, 0) for one in found.labels])
    if chosen is None:
        return numbers
    trained = dict(zip(chosen.classes, chosen.info.classes, strict=True)).get(class_id)
    return [*numbers, *_cells([chosen.info.training_counts.get(trained or "", 0)])]


def _cells(numbers: Sequence[int]) -> list[str | None]:
    """Return counts, and their sum behind several."""
    shown = [*numbers, sum(numbers)] if len(numbers) > 1 else list(numbers)
    return [count(number) if number else None for number in shown]


def _nothing(chosen: IterationPerformance | None) -> list[None]:
    return [] if chosen is None else [None]

"""The tables of the page Performance: predicted classes by iteration, labels by set and class."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from al_core.performance.gathering import IterationPerformance, LabelCount, SessionPerformance
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


def labels_table(found: SessionPerformance, names: Mapping[str, str], rows: Rows) -> Component:
    """Return what was labeled, by set and class."""
    classes = [one.class_id for one in found.session.classes]
    heads: list[Any] = ["Set", *((class_name(rows[c], names[c]), "number") for c in classes)]
    heads += [("Bad data", "number"), ("Unsure", "number"), ("Labels", "number")]
    cells = [[SETS.get(one.set_name or "", "Other"), *_label_cells(one, classes)] for one in found.labels]
    if len(found.labels) > 1:
        cells.append([html.Strong("All"), *_label_cells(_sum(found.labels), classes)])
    return data_table("Labels by set and class", heads, cells, class_name="perf-labels")


def _label_cells(one: LabelCount, classes: Sequence[str]) -> list[Any]:
    numbers = [*(one.by_class.get(class_id, 0) for class_id in classes), one.n_bad, one.n_unsure]
    return [*(count(number) if number else None for number in numbers), html.Strong(count(one.n_labels))]


def _sum(labels: Sequence[LabelCount]) -> LabelCount:
    classes = dict.fromkeys(class_id for one in labels for class_id in one.by_class)
    by_class = {class_id: sum(one.by_class.get(class_id, 0) for one in labels) for class_id in classes}
    return LabelCount(None, by_class, sum(one.n_bad for one in labels), sum(one.n_unsure for one in labels))

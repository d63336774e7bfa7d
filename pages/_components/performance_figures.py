"""The card "Over the whole pool": each figure with value, interval, labels, and dot and bar on one axis."""

from collections.abc import Mapping, Sequence
from math import floor
from typing import Any

from dash import html
from dash.development.base_component import Component

from al_core.performance.figures import Figure, FigureState
from pages._components.chips import class_name
from pages._components.performance_words import digits_of, limits_text, sentence_of, title_of, value_text, why_not
from pages._components.tables import data_table
from pages._components.text import count, counted, decimal

Rows = Mapping[str, int]


def figure_rows(figures: Sequence[Figure], names: Mapping[str, str], rows: Rows) -> Component:
    """Return the figures below each other on one axis; `rows` has the palette's row of each class."""
    low = _start(figures)
    marks = [_axis_mark(tick, low) for tick in _ticks(low)]
    lines = [_line(figure, names, rows, low) for figure in figures]
    axis = [html.Span(className="perf-text"), html.Div(marks, className="perf-axis")]
    return html.Div([*lines, html.Div(axis, className="perf-row", **{"aria-hidden": "true"})], className="perf-rows")


def figure_table(figures: Sequence[Figure], names: Mapping[str, str]) -> Component:
    """Return the same numbers, and how they were computed, as a table."""
    heads: list[Any] = ["Figure", ("Value", "number"), ("Low", "number"), ("High", "number")]
    heads += [("Right", "number"), ("Labels", "number"), ("Unsure", "number"), "State", "Method"]
    cells = [_cells(figure, names) for figure in figures]
    return data_table("Figures over the whole pool, with 95 % intervals", heads, cells)


def _cells(figure: Figure, names: Mapping[str, str]) -> list[Any]:
    numbers = [decimal(number, max(3, digits_of(figure))) for number in (figure.value, figure.low, figure.high)]
    right = None if figure.n_right is None else count(figure.n_right)
    about = [right, count(figure.n), count(figure.n_unsure)]
    return [title_of(figure, names), *numbers, *about, str(figure.state), figure.method]


def _line(figure: Figure, names: Mapping[str, str], rows: Rows, low: float) -> Component:
    state = figure.state.replace(" ", "-")
    value, limits = value_text(figure), html.Span(limits_text(figure), className="perf-limits")
    if figure.state == FigureState.NOT_DETERMINED:
        limits = html.Span("not determined", className="perf-limits", title=why_not(figure, names))
    inside = [
        html.Div(_title(figure, names, rows), className="perf-name"),
        html.Strong(value or "", className="perf-value"),
        limits,
        html.Span(counted(figure.n, "label"), className="perf-n"),
    ]
    seen = html.Div(inside, className="perf-text", **{"aria-hidden": "true"})
    said = html.Span(sentence_of(figure, names), className="visually-hidden")
    return html.Div([said, seen, _bar(figure, low)], className=f"perf-row perf-{state}")


def _title(figure: Figure, names: Mapping[str, str], rows: Rows) -> Any:
    name = figure.name[0].upper() + figure.name[1:]
    if figure.class_id is None:
        return name
    mark = class_name(rows.get(figure.class_id, 1), names.get(figure.class_id, "removed class"))
    return html.Span([f"{name}, ", mark], className="perf-class")


def _bar(figure: Figure, low: float) -> Component:
    parts = []
    if figure.state != FigureState.NOT_DETERMINED:
        left, right = _place(figure.low, low), _place(figure.high, low)
        parts.append(html.Span(className="perf-bar", style={"left": f"{left:.2f}%", "width": f"{right - left:.2f}%"}))
    if value_text(figure) is not None and figure.value is not None:
        parts.append(html.Span(className="perf-dot", style={"left": f"{_place(figure.value, low):.2f}%"}))
    return html.Div(parts, className="perf-line", **{"aria-hidden": "true"})


def _axis_mark(tick: float, low: float) -> Component:
    return html.Span(f"{tick:g}", style={"left": f"{_place(tick, low):.2f}%"})


def _start(figures: Sequence[Figure]) -> float:
    """Return where the axis begins: a round number below all limits that are known."""
    known = [figure.low for figure in figures if figure.state != FigureState.NOT_DETERMINED]
    return min(0.9, max(0.0, floor(10 * min(known, default=0.0)) / 10))


def _ticks(low: float) -> list[float]:
    step = 0.2 if low < 0.4 else 0.1 if low < 0.8 else 0.05
    first = round(low / step) if abs(low / step - round(low / step)) < 1e-9 else floor(low / step) + 1
    return [round(k * step, 2) for k in range(first, round(1 / step) + 1)]


def _place(value: float, low: float) -> float:
    return 100 * min(max((value - low) / (1 - low), 0.0), 1.0)

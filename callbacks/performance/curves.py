"""The learning curve: a figure of each iteration's own random sample, against the labels it was trained on."""

from math import floor
from typing import Any

import plotly.graph_objects as go
from dash import html

from al_core.performance.export import class_names
from al_core.performance.figures import Figure, FigureState, accuracy, precision, recall
from al_core.performance.gathering import IterationPerformance, SessionPerformance
from callbacks.figures import STATISTICS_WIDTH, apply_theme
from callbacks.theme import CLASS_SYMBOLS, class_color, color
from pages._components.chips import class_name
from pages._components.performance_words import limits_text, title_of, value_text
from pages._components.tables import data_table
from pages._components.text import count, decimal

Point = tuple[IterationPerformance, Figure]


def curve_view(found: SessionPerformance, view: str) -> tuple[go.Figure, str, Any, Any]:
    """Return figure, sentence, table and legend of the curve of `view`: accuracy, precision or recall."""
    names, curves = class_names(found), curves_of(found, view)
    figure, sentence = curve_figure(found, view, curves), sentence_of(view, curves, names)
    return figure, sentence, table_of(view, curves, names), legend_of(found, view)


def legend_of(found: SessionPerformance, view: str) -> Any:
    """Return what is drawn, in words above the plot."""
    if view == "accuracy":
        return html.Span("Accuracy with its 95 % interval; dots where the labels carry a value")
    return [class_name(one.color_row, one.name) for one in found.session.classes if one.is_candidate]


def curves_of(found: SessionPerformance, view: str) -> list[list[Point]]:
    """Return the points of each curve: one for accuracy, one a class of interest for the others."""
    labeled = [one for one in found.predicted if one.has_labels]
    if view == "accuracy":
        return [[(one, accuracy(one.counts)) for one in labeled if one.counts is not None]]
    figure = {"precision": precision, "recall": recall}[view]
    classes = [one.class_id for one in found.session.classes if one.is_candidate]
    return [
        [(one, figure(one.counts, name)) for one in labeled if one.counts is not None and name in one.classes]
        for name in classes
    ]


def curve_figure(found: SessionPerformance, view: str, curves: list[list[Point]]) -> go.Figure:
    """Return the figure: interval as band or bars, values where the labels carry them."""
    figure = go.Figure()
    rows = {one.class_id: one.color_row for one in found.session.classes}
    names = class_names(found)
    for place, points in enumerate(curves):
        if points and view == "accuracy":
            _add_band(figure, points)
        elif points:
            class_id = points[0][1].class_id or ""
            _add_bars(figure, points, names[class_id], rows.get(class_id, 1), place - (len(curves) - 1) / 2)
    apply_theme(figure, x="Labels in the training set", y=f"{view.capitalize()}, whole pool", uirevision=view)
    known = [one for points in curves for one in points]
    shown = [f.low for _, f in known if f.state != FigureState.NOT_DETERMINED]
    lowest = max(0.0, floor(10 * min(shown, default=0.0) - 0.5) / 10)
    figure.update_layout(yaxis={"range": [lowest, 1.02], "tickformat": ".1f" if lowest < 0.75 else ".2f"})
    figure.update_xaxes(range=_x_range([one.n_training for one, _ in known]), tickformat=",d")
    if not shown:
        note = {"text": "No label of a sample says anything about it yet", "showarrow": False}
        figure.add_annotation(xref="paper", yref="paper", x=0.5, y=0.5, font={"color": color("text-2")}, **note)
    return figure


def _x_range(numbers: list[int]) -> list[float]:
    if not numbers:
        return [0, 1]
    room = max(0.06 * (max(numbers) - min(numbers)), 0.02 * max(numbers), 5)
    return [min(numbers) - room, max(numbers) + room]


def _add_band(figure: go.Figure, points: list[Point]) -> None:
    x = [one.n_training for one, _ in points]
    if len(points) == 1:
        _add_bar(figure, points, color("trace"), 0)
    else:
        edge = {"x": x, "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
        figure.add_trace(go.Scatter(y=[f.low for _, f in points], **edge))
        figure.add_trace(go.Scatter(y=[f.high for _, f in points], fill="tonexty", fillcolor=color("band"), **edge))
    _add_values(figure, points, x, "accuracy", color("trace"), "circle")


def _add_bars(figure: go.Figure, points: list[Point], name: str, row: int, shift: float) -> None:
    """Bars instead of bands where there are several classes; each a little beside the other."""
    numbers = [one.n_training for one, _ in points]
    step = shift * 0.012 * (max(numbers) - min(numbers) or max(numbers))
    _add_bar(figure, points, class_color(row), step)
    x = [number + step for number in numbers]
    _add_values(figure, points, x, name, class_color(row), CLASS_SYMBOLS[row])


def _add_bar(figure: go.Figure, points: list[Point], tone: str, step: float) -> None:
    for one, found in points:
        if found.state != FigureState.NOT_DETERMINED:
            x = [one.n_training + step] * 2
            bar = {"x": x, "y": [found.low, found.high], "hoverinfo": "skip"}
            figure.add_trace(go.Scatter(mode="lines", line={"color": tone, "width": 5}, opacity=0.22, **bar))
            caps = {"symbol": "line-ew-open", "size": 9, "color": tone, "line": {"width": 1.5, "color": tone}}
            figure.add_trace(go.Scatter(mode="markers", marker=caps, **bar))


def _add_values(figure: go.Figure, points: list[Point], x: list[Any], name: str, tone: str, symbol: str) -> None:
    values = [found.value if value_text(found) is not None else None for _, found in points]
    hover = [f"iteration {one.number}: {name} {_hover(found)}" for one, found in points]
    figure.add_trace(
        go.Scatter(
            x=x,
            y=values,
            mode="lines+markers",
            line={"color": tone, "width": STATISTICS_WIDTH},
            marker={"color": tone, "size": 9, "symbol": symbol},
            text=hover,
            hovertemplate="%{text}<extra></extra>",
        )
    )


def _hover(found: Figure) -> str:
    value = value_text(found)
    limits = limits_text(found) if value is None else f"{value} ({limits_text(found)})"
    return f"{limits}, n = {found.n}"


def sentence_of(view: str, curves: list[list[Point]], names: dict[str, str]) -> str:
    """Return what the plot shows, for who does not see it."""
    parts = []
    for points in curves:
        said = [f"iteration {one.number} {_said(found)}" for one, found in points]
        title = title_of(points[0][1], names) if points else view.capitalize()
        parts.append(f"{title} by labels in the training set: {', '.join(said) or 'nothing yet'}.")
    return " ".join(parts) or f"{view.capitalize()}: no class of interest."


def _said(found: Figure) -> str:
    if found.state == FigureState.NOT_DETERMINED:
        return "not determined"
    value = value_text(found)
    if value is None:
        return f"between {decimal(found.low)} and {decimal(found.high)}"
    return f"{value} ({limits_text(found)})"


def table_of(view: str, curves: list[list[Point]], names: dict[str, str]) -> Any:
    """Return the numbers of the plot."""
    heads: list[Any] = [("Iteration", "text"), "Figure", ("Trained on", "number"), ("Value", "number")]
    heads += [("Low", "number"), ("High", "number"), ("Labels", "number")]
    cells = [
        [
            str(one.number),
            title_of(found, names),
            count(one.n_training),
            *(decimal(number, 3) for number in (found.value, found.low, found.high)),
            count(found.n),
        ]
        for points in curves
        for one, found in points
    ]
    return data_table(f"Learning curve, {view}", heads, cells)

"""Figures of the page Train: curves of one run, and of two runs over each other."""

from collections.abc import Mapping, Sequence
from math import ceil, floor, log10
from typing import Any

import plotly.graph_objects as go

from callbacks.figures import STATISTICS_WIDTH, apply_theme
from callbacks.theme import color

Epochs = Sequence[Mapping[str, float]]


def _numbers(epochs: Epochs, name: str) -> tuple[list[int], list[float]]:
    known = [(int(epoch["epoch"]), float(epoch[name])) for epoch in epochs if name in epoch]
    return [k for k, _ in known], [value for _, value in known]


def curves_figure(
    epochs: Epochs, *, best: int | None = None, stop: int | None = None, revision: str = "", most: int | None = None
) -> go.Figure:
    """Return loss (logarithmic) and accuracy of the epochs so far.

    Parameters
    ----------
    epochs : sequence of mapping
        `epoch` from 1, `loss`, `accuracy`, and `val_loss`, `val_accuracy` where a part was set aside.
    best : int, optional
        Epoch whose weights are kept.
    stop : int, optional
        Epoch near which the run is expected to stop; what lies between is shaded.
    revision : str
        What the figure shows; the zoom is kept while it stays the same.
    most : int, optional
        Last epoch of the axis at least.
    """
    figure = go.Figure()
    watched = "val_loss" if any("val_loss" in epoch for epoch in epochs) else "loss"
    if watched == "val_loss":
        figure.add_trace(_line(epochs, "loss", "Loss, training", color("control"), "dash"))
    figure.add_trace(_line(epochs, watched, "Loss", color("trace"), "solid"))
    shown = "val_accuracy" if watched == "val_loss" else "accuracy"
    figure.add_trace(_line(epochs, shown, "Accuracy", color("random"), "dot", axis="y2"))
    last = max((int(epoch["epoch"]) for epoch in epochs), default=0)
    if best is not None:
        _mark_best(figure, epochs, watched, best)
    if stop is not None and stop > last:
        _shade(figure, last, stop)
    apply_theme(figure, x="Epoch", y="Loss (cross-entropy)", uirevision=revision)
    end = max(last, stop or 0, most or 0, 10)
    lowest = _floor(epochs, shown)
    name = "Accuracy, set aside" if watched == "val_loss" else "Accuracy, training"
    figure.update_layout(
        margin={"l": 60, "r": 60, "t": 10, "b": 42},
        yaxis=_log_axis(_numbers(epochs, "loss")[1] + _numbers(epochs, watched)[1]),
        yaxis2={
            "overlaying": "y",
            "side": "right",
            "showgrid": False,
            "range": [lowest, 1.003],
            "tickmode": "linear",
            "tickformat": ".1f" if lowest < 0.75 else ".2f",
            "tick0": 0,
            "dtick": 0.1 if lowest < 0.75 else 0.05,
            "title": {"text": name, "font": {"color": color("random"), "size": 12}, "standoff": 6},
            "tickfont": {"color": color("random")},
            "linecolor": color("random"),
            "tickcolor": color("random"),
        },
        xaxis={"range": [0, end * 1.01], "tickformat": "d"},
    )
    figure.update_xaxes(title_font_size=12)
    figure.update_yaxes(title_font_size=12)
    return figure


def _log_axis(values: Sequence[float]) -> dict[str, Any]:
    """Return a logarithmic axis with round ticks: 1, 2, 5 within two decades, else the decades alone."""
    known = [value for value in values if value > 0]
    low, high = min(known, default=0.1), max(known, default=1.0)
    first, last = floor(log10(low)), ceil(log10(high))
    steps = (1, 2, 5) if last - first <= 2 else (1,)
    ticks = [step * 10.0**decade for decade in range(first - 1, last + 1) for step in steps]
    shown = [tick for tick in ticks if low / 2.5 <= tick <= high * 2.5]
    texts = [f"{tick:.6f}".rstrip("0").rstrip(".") for tick in shown]
    margin = max(0.12, 0.14 * (log10(high) - log10(low)))  # below, where the word "best" stands
    bottom, top = log10(low) - margin, log10(high) + 0.08
    return {"type": "log", "tickmode": "array", "tickvals": shown, "ticktext": texts, "range": [bottom, top]}


def _floor(epochs: Epochs, name: str) -> float:
    """Return where the axis of the accuracy begins: a tenth below the smallest."""
    _, values = _numbers(epochs, name)
    return max(0.0, floor(min(values, default=0.6) * 10 - 0.5) / 10)


def _line(epochs: Epochs, name: str, label: str, tone: str, dash: str, axis: str = "y") -> go.Scatter:
    x, y = _numbers(epochs, name)
    return go.Scatter(
        x=x,
        y=y,
        name=label,
        mode="lines" if len(x) > 1 else "markers",
        yaxis=axis,
        line={"color": tone, "width": STATISTICS_WIDTH, "dash": dash},
        marker={"color": tone, "size": 6},
        hovertemplate=f"{label} %{{y:.4f}}<extra></extra>",
    )


def _mark_best(figure: go.Figure, epochs: Epochs, name: str, best: int) -> None:
    value = next((float(epoch[name]) for epoch in epochs if int(epoch["epoch"]) == best and name in epoch), None)
    if value is None:
        return
    marker = {"symbol": "circle", "size": 9, "color": color("surface"), "line": {"color": color("accent"), "width": 2}}
    figure.add_trace(
        go.Scatter(
            x=[best],
            y=[value],
            mode="markers+text",
            text=["best"],
            textposition="bottom center",
            textfont={"color": color("accent"), "size": 12},
            marker=marker,
            hovertemplate=f"best, epoch {best}<extra></extra>",
            cliponaxis=False,
        )
    )


def _shade(figure: go.Figure, first: int, last: int) -> None:
    figure.add_vrect(x0=first, x1=last, fillcolor=color("surface-2"), opacity=0.7, line_width=0, layer="below")
    note = {"text": f"expected to stop near {last}", "showarrow": False, "yref": "paper", "y": 0.92}
    figure.add_annotation(x=(first + last) / 2, font={"color": color("text-3"), "size": 12}, **note)


def compared_curves(first: Epochs, second: Epochs, names: tuple[str, str]) -> go.Figure:
    """Return the losses of two runs over each other; the second is dashed."""
    figure = go.Figure()
    for epochs, name, tone, dash in ((first, names[0], "trace", "solid"), (second, names[1], "accent", "dash")):
        watched = "val_loss" if any("val_loss" in epoch for epoch in epochs) else "loss"
        line = _line(epochs, watched, name, color(tone), dash)
        figure.add_trace(line)
        x, y = _numbers(epochs, watched)
        if x:
            figure.add_trace(_end_name(x[-1], y[-1], name, color(tone)))
    apply_theme(figure, x="Epoch", y="Loss (cross-entropy)", uirevision=" ".join(names))
    losses = [
        value for epochs in (first, second) for name in ("loss", "val_loss") for value in _numbers(epochs, name)[1]
    ]
    figure.update_layout(yaxis=_log_axis(losses), margin={"l": 60, "r": 90, "t": 10, "b": 42})
    figure.update_xaxes(title_font_size=12)
    figure.update_yaxes(title_font_size=12)
    return figure


def _end_name(x: float, y: float, name: str, tone: str) -> go.Scatter:
    """Return a name at the end of a line, instead of a legend."""
    return go.Scatter(
        x=[x],
        y=[y],
        mode="text",
        text=[f" {name}"],
        textposition="middle right",
        textfont={"color": tone, "size": 12},
        hoverinfo="skip",
        cliponaxis=False,
    )

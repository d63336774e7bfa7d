"""Two runs beside each other."""

import json
from typing import Any

from dash import html

from al_core.performance.intervals import Share
from al_core.sessions.comparison import PredictionChange, RunComparison, RunSide
from callbacks import ids
from callbacks.train.figures import compared_curves
from pages._components.cards import section
from pages._components.figure_cards import plot
from pages._components.tables import data_table
from pages._components.text import MISSING, count, counted, decimal, duration, interval_text

PLOT_ID = f"{ids.TRAIN_COMPARE_BODY}-curves"


def comparison_view(found: RunComparison, names: tuple[str, str]) -> Any:
    """Return the comparison; `names` are what the runs are called."""
    parts = [_summary(found, names), _configuration(found, names)]
    if found.first.epochs or found.second.epochs:
        parts.append(section("Training", _curves(found, names)))
    if found.changes is not None:
        parts.append(section("Predictions", _changes(found.changes, names)))
    return html.Div(parts, className="train-comparison")


def _summary(found: RunComparison, names: tuple[str, str]) -> Any:
    sides = (found.first, found.second)
    rows = [
        ["Precision", *(_share(side.performance.precision) for side in sides)],
        ["Accuracy", *(_share(side.performance.accuracy) for side in sides)],
        ["Labeled spectra", *(_number(sum(side.info.training_counts.values())) for side in sides)],
        ["Epochs, best", *(_epochs(side) for side in sides)],
        ["Candidates", *(_number(side.info.n_candidates) for side in sides)],
        ["Time", *(duration(side.info.seconds) for side in sides)],
    ]
    both, first, second = found.overlap
    overlap = (
        f"{counted(both, 'spectrum', 'spectra')} of {count(first)} and {count(second)} to label are in both queues."
    )
    table = data_table("Results", ["", (names[0], "number"), (names[1], "number")], rows)
    return section("Results", html.Div([table, html.P(overlap, className="secondary small train-after")]))


def _share(share: Share | None) -> Any:
    if share is None or share.value is None:
        return html.Span("no labels of its sample yet", className="quiet")
    value = f"{decimal(share.value)}  " if share.is_enough else ""
    note = html.Span(f"  of {share.n}", className="quiet")
    return html.Span([html.Strong(value), interval_text(share.low, share.high), note])


def _number(value: int | None) -> str:
    return count(value) if value else MISSING


def _epochs(side: RunSide) -> str:
    return f"{len(side.epochs)}, {side.best_epoch}" if side.epochs else MISSING


def _configuration(found: RunComparison, names: tuple[str, str]) -> Any:
    if not found.differences:
        return section("Configuration", html.P("Both ran with the same configuration.", className="secondary"))
    rows = [[html.Code(key), *(_value(value) for value in pair)] for key, pair in found.differences.items()]
    return section("Configuration", data_table("Keys that differ", ["Key", *names], rows))


def _value(value: Any) -> Any:
    text = "not given" if value is None else json.dumps(value, ensure_ascii=False)
    if len(text) > 48 and "/" in text:
        return html.Code("…/" + text.strip('"').rsplit("/", 1)[-1], title=text)
    return html.Code(text)


def _curves(found: RunComparison, names: tuple[str, str]) -> Any:
    figure = compared_curves(found.first.epochs, found.second.epochs, names)
    said = [
        f"{name}: {counted(len(side.epochs), 'epoch')}, best {side.best_epoch}"
        for name, side in zip(names, (found.first, found.second), strict=True)
    ]
    heads: list[Any] = [("Epoch", "number"), (names[0], "number"), (names[1], "number")]
    length = max(len(found.first.epochs), len(found.second.epochs))
    rows = [[k + 1, _loss(found.first, k), _loss(found.second, k)] for k in range(length)]
    return plot(
        PLOT_ID, "Losses of two runs. " + "; ".join(said), figure=figure, data=data_table("Losses", heads, rows)
    )


def _loss(side: RunSide, k: int) -> str:
    return decimal(side.epochs[k].get("val_loss", side.epochs[k].get("loss")), 4) if k < len(side.epochs) else MISSING


def _changes(found: PredictionChange, names: tuple[str, str]) -> Any:
    share = found.n_changed / found.n_compared if found.n_compared else 0.0
    text = f"{count(found.n_changed)} of {count(found.n_compared)} spectra changed class ({100 * share:.1f} %)."
    heads: list[Any] = [f"{names[0]} ↓  {names[1]} →", *((name, "number") for name in found.classes)]
    rows = [
        [name, *(_cell(int(found.counts[k, j]), k == j) for j in range(len(found.classes)))]
        for k, name in enumerate(found.classes)
    ]
    return html.Div([html.P(text), data_table("Predictions that changed class", heads, rows)], className="stack")


def _cell(value: int, is_same: bool) -> Any:
    return html.Span(count(value), className="quiet" if is_same or not value else "strong")

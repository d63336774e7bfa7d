"""A stored network: its layers, what its weights are like, and its first filters."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from dash import html

from al_core.models.inspection import LayerInfo, NetworkView, WeightStatistics
from al_core.sessions.iterations import IterationInfo
from callbacks.train.urls import ResultFile
from pages._components.buttons import button
from pages._components.cards import facts, section
from pages._components.graphics import sparkline
from pages._components.tables import data_table
from pages._components.text import MISSING, count, decimal, file_size


def network_view(network: NetworkView, info: IterationInfo, files: Sequence[ResultFile]) -> Any:
    """Return the content of the drawer."""
    links = [button(f"{file.name}, {file_size(file.n_bytes or 0)}", icon="download", href=file.href) for file in files]
    return html.Div(
        [
            section("Card", html.Div([_card(network, info), html.Div(links, className="tools train-after")])),
            section("Layers and weights", _layers(network), count=f"{count(network.n_parameters)} parameters"),
            section("Filters of the first convolution", _filters(network), count=_filter_count(network)),
        ],
        className="train-network-body",
    )


def _card(network: NetworkView, info: IterationInfo) -> Any:
    card, history = network.card, network.card.get("history") or {}
    versions = card.get("versions") or {}
    grid = card.get("grid") or []
    rows: list[tuple[Any, Any]] = [
        ("Spectra in an epoch", f"{count(history.get('n_trained'))}, those that balancing made included"),
        ("Labeled spectra", ", ".join(f"{count(n)} {name}" for name, n in info.training_counts.items())),
        ("Epochs", f"{len(history.get('epochs') or [])}, weights of epoch {history.get('best_epoch', MISSING)}"),
        ("Grid", f"{len(grid)} points, {grid[0]:,.0f} to {grid[-1]:,.0f} Å, vacuum" if grid else MISSING),
        ("Scaling", str(card.get("scaling", MISSING))),
        ("Seed of training", str(card.get("seed", MISSING))),
        ("Made with", ", ".join(f"{name} {version}" for name, version in versions.items())),
    ]
    return facts(rows)


def _layers(network: NetworkView) -> Any:
    heads: list[Any] = [
        "Layer",
        ("Output", "number"),
        ("Weights", "number"),
        ("Min", "number"),
        ("Max", "number"),
        ("Mean", "number"),
        ("Std", "number"),
        ("Zeros", "number"),
        "Spread",
    ]
    rows = [row for layer in network.layers for row in _layer_rows(layer)]
    return data_table("Layers and their weights", heads, rows, class_name="train-layers")


def _layer_rows(layer: LayerInfo) -> list[list[Any]]:
    name = html.Span([layer.kind, html.Span(layer.details, className="quiet small train-details")])
    shape = " × ".join(map(str, layer.output_shape))
    if not layer.weights:
        return [[name, shape, *[None] * 7]]
    kernel, *others = layer.weights
    return [[name, shape, *_weights(kernel)], *([_indented(one), "", *_weights(one)] for one in others)]


def _indented(one: WeightStatistics) -> Any:
    return html.Span(one.name, className="quiet train-indented")


def _weights(one: WeightStatistics) -> list[Any]:
    spread = sparkline(one.counts, name=f"{one.name}: {_range(one)}", width=92, height=22, axis=(0, max(one.counts)))
    numbers = [decimal(value, 3) for value in (one.minimum, one.maximum, one.mean, one.std)]
    return [count(int(np.prod(one.shape))), *numbers, f"{100 * one.zero_share:.0f} %", spread]


def _range(one: WeightStatistics) -> str:
    return f"from {decimal(one.minimum, 3)} to {decimal(one.maximum, 3)}, mean {decimal(one.mean, 3)}"


def _filter_count(network: NetworkView) -> str:
    return f"{network.filters.shape[0]} filters of {network.filters.shape[1]} points" if network.filters.size else ""


def _filters(network: NetworkView) -> Any:
    """Return each filter as a small line, all on one axis, those with the largest weights first."""
    if not network.filters.size:
        return html.P("It has no convolution on the spectrum itself.", className="secondary")
    order = np.argsort(-np.abs(network.filters).max(axis=1), kind="stable")
    edge = float(np.abs(network.filters).max()) or 1.0
    cells = [_filter(int(k), network.filters[k].tolist(), edge) for k in order]
    note = f"All on one axis, −{edge:.2f} to {edge:.2f}; those with the largest weights first."
    return html.Div([html.P(note, className="quiet small"), html.Div(cells, className="train-filters")])


def _filter(number: int, values: list[float], edge: float) -> Any:
    text = ", ".join(decimal(value, 2) for value in values)
    line = sparkline(values, name=f"Filter {number + 1}: {text}", width=56, height=40, axis=(-edge, edge))
    return html.Div([line, html.Span(str(number + 1), className="quiet small")], className="train-filter", title=text)

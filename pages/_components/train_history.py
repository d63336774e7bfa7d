"""The history of a session's runs as a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from al_core.performance.intervals import Share
from callbacks import ids
from pages._components.buttons import button, menu_line, row_menu
from pages._components.icons import icon
from pages._components.states import empty_state
from pages._components.tables import data_table
from pages._components.text import count, decimal, duration, file_size, interval_text

_ICONS = {"done": "check", "failed": "circle-x", "lost": "triangle-alert", "canceled": "ban"}


@dataclass(frozen=True)
class HistoryRow:
    """One run: an iteration with its folder, or one that ended early, without."""

    folder: str | None
    title: str
    balance: str | None
    n_labels: int | None
    precision: Share | None
    seconds: float | None
    state: str
    created_utc: str
    has_network: bool
    files: tuple[Any, ...]


def history_table(rows: Sequence[HistoryRow], checked: set[str]) -> Component:
    """Return the table; the runs that were checked stay so."""
    if not rows:
        text = "Every run stays here with its results: precision, time, files and its network."
        return html.Div(empty_state("history", "No run yet", text), className="panel-body")
    heads: list[Any] = [
        "",
        "Run",
        "Balance",
        ("Labels", "number"),
        ("Precision, 95 %", "number"),
        ("Time", "number"),
        "State",
        "",
    ]
    return data_table("Runs of this session", heads, [_cells(row, checked) for row in rows], class_name="train-history")


def _cells(row: HistoryRow, checked: set[str]) -> list[Any]:
    labels = None if row.n_labels is None else count(row.n_labels)
    time = None if row.seconds is None else duration(row.seconds)
    state = html.Span([icon(_ICONS[row.state]), row.state], className=f"train-state train-state-{row.state}")
    return [_check(row, checked), row.title, row.balance, labels, _precision(row.precision), time, state, _menu(row)]


def _check(row: HistoryRow, checked: set[str]) -> Any:
    if row.folder is None:
        return ""
    name = html.Span(f"Compare {row.title}", className="visually-hidden")
    return dbc.Checkbox(id=ids.train_history_check(row.folder), value=row.folder in checked, label=name)


def _precision(share: Share | None) -> Any:
    if share is None or share.value is None:
        return None
    interval = interval_text(share.low, share.high)
    value = [html.Strong(decimal(share.value)), " "] if share.is_enough else []
    return html.Span([*value, interval], title=f"{share.n_right} of {share.n} labeled spectra")


def _menu(row: HistoryRow) -> Any:
    if row.folder is None:
        return ""
    items: list[Component] = []
    if row.has_network:
        items = [button("Look at the network", kind="plain", id=ids.train_action("network", row.folder)), menu_line()]
    items += [
        html.A(
            [file.name, html.Span(file_size(file.n_bytes), className="quiet menu-end-text")],
            href=file.href,
            className="menu-item",
            download="",
        )
        for file in row.files
    ]
    return row_menu(*items, name=f"{row.title}: network and files")

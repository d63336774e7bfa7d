"""Pieces of the run card: times, lines of the log, files."""

from collections.abc import Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from pages._components.buttons import menu
from pages._components.icons import icon
from pages._components.text import file_size


def local_time(utc: str | None) -> Component:
    """Return a moment as UTC, which the browser turns into the reader's own clock."""
    if utc is None:
        return html.Span("—")
    return html.Time(f"{utc[11:16]} UTC", dateTime=utc, className="local-time")


def log_lines(lines: Sequence[str]) -> list[Component]:
    """Return the lines of a log in columns: time, stage, message."""
    return [_log_line(line) for line in lines]


def _log_line(line: str) -> Component:
    moment, _, rest = line.partition("  ")
    stage, separator, message = rest.partition("  ")
    if len(moment) != 8 or moment[2:3] != ":" or not separator:
        return html.Div(line, className="log-line log-plain")
    return html.Div(
        [
            html.Span(f"{moment}  ", className="log-time"),
            html.Span(f"{stage}  ", className="log-stage"),
            html.Span(message, className="log-message"),
        ],
        className="log-line",
    )


def downloads(files: Sequence[Any]) -> Component | None:
    """Return the menu of files to download; `files` have `name`, `href` and `n_bytes`."""
    if not files:
        return None
    links = [
        html.A(
            [html.Span(file.name), html.Span(file_size(file.n_bytes), className="quiet menu-end-text")],
            href=file.href,
            className="menu-item",
            download="",
        )
        for file in files
    ]
    label = html.Span([icon("download"), f"{len(files)} files"], className="row-line")
    return menu(label, *links, class_name="train-downloads")

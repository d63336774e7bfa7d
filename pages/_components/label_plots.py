"""The middle of the page Label: which spectrum it is, the window that the network sees, the full range."""

from typing import Any

from dash import html
from dash.development.base_component import Component

from pages._components.buttons import menu
from pages._components.icons import icon
from pages._components.label_controls import choice, command, switch

SMOOTHING = [("none", "No smoothing"), ("gauss", "Gauss"), ("box", "Ivar box")]
UNITS = [("angstrom", "Å"), ("nm", "nm"), ("velocity", "km/s")]


def plots() -> Component:
    """Return title and plots; assets/label draws into them."""
    head = html.Div(
        [
            html.Div(
                [html.Div(id="label-title", className="label-title"), html.Div(id="label-chips", className="tools")],
                className="label-head-line",
            ),
            html.Div(id="label-subtitle", className="label-subtitle"),
        ],
        className="label-head",
    )
    return html.Div(
        [
            head,
            html.Div([_window(), _full()], id="label-plots", className="label-plots", **{"data-layout": "stacked"}),
            html.Div(id="label-several", className="label-several", hidden=True),
            html.Div(id="label-instead", className="label-instead", hidden=True),
        ],
        className="label-main",
        id="label-main",
    )


def _window() -> Component:
    tools = [
        switch("means", "Class means", key="M"),
        switch("nearest", "Nearest", key="N"),
        switch("last", "Previous", key="P"),
        switch("epochs", "Same star", key="O", id="label-epochs", hidden=True),
        _save("window"),
    ]
    return _card("window", "Window", "what the network sees", tools, "Overlays")


def _full() -> Component:
    tools = [
        choice("smooth", SMOOTHING, about="Smoothing, of the picture only"),
        html.Span(id="label-width"),
        switch("lines", "Lines", key="L"),
        html.Span(id="label-families"),
        html.Span(id="label-velocity"),
        choice("unit", UNITS, about="Unit of the axis"),
        _save("full"),
    ]
    return _card("full", "Full range", "as observed", tools, "Lines")


def _save(name: str) -> Component:
    items = [
        html.Button(f"Save as {kind}", type="button", className="button button-plain", **{"data-command": command})
        for kind, command in (("PNG", f"png:{name}"), ("SVG", f"svg:{name}"))
    ]
    table = html.Button("Data as a table", type="button", className="button button-plain")
    setattr(table, "data-command", f"table:{name}")
    return menu(icon("download"), *items, table, name="Save the plot", class_name="menu-end label-save")


def _card(name: str, title: str, subtitle: str, tools: list[Any], more: str) -> Component:
    head = html.Div(
        [
            html.Div(
                [
                    html.H2(title, className="card-title", id=f"label-{name}-title"),
                    html.Span(subtitle, className="card-subtitle", id=f"label-{name}-subtitle"),
                ],
                className="panel-head-title",
            ),
            command(f"tools:{name}", more, class_name="label-more", icon_after="chevron-down"),
            html.Div(tools, className="tools label-tools"),
        ],
        className="panel-head",
    )
    chart = html.Div(id=f"label-{name}-chart", className="label-chart")
    table = html.Div(id=f"label-{name}-table", className="label-table", hidden=True)
    return html.Section([head, chart, table], className="panel label-card", id=f"label-{name}-card")

"""The right column of the page Label: guess, confidence, metadata, links, what was labeled last."""

from typing import Any

from dash import html
from dash.development.base_component import Component

from pages._components.icons import icon
from pages._components.label_controls import command


def side() -> Component:
    """Return the column; assets/label fills it."""
    columns = html.Button(
        ["Columns", icon("sliders-horizontal")],
        type="button",
        className="label-quiet-button",
        **{"data-command": "columns"},
    )
    undo = command("undo", "Undo", class_name="label-quiet-button", key="Z")
    parts = [
        _part("guess", "Network’s guess", html.Span(id="label-guess-note", className="small quiet")),
        _part("confidence", "Confidence of your label", html.Span(id="label-confidence-keys", className="label-caps")),
        _part("metadata", "Metadata", columns, grows=True),
        _part("nearest", "Nearest labeled", html.Span("by the window", className="small quiet"), hidden=True),
        _part("links", "Elsewhere", html.Span("opens a new tab", className="small quiet")),
        _part("recent", "Just labeled", undo),
    ]
    return html.Aside(parts, id="label-side", className="label-side", **{"aria-label": "About this spectrum"})


def _part(name: str, title: str, end: Any, *, grows: bool = False, hidden: bool = False) -> Component:
    heading = html.H2(title, className="section-title", id=f"label-{name}-title")
    class_name = "label-part label-part-grows" if grows else "label-part"
    inside = [html.Div([heading, end], className="between"), html.Div(id=f"label-{name}")]
    return html.Section(inside, className=class_name, id=f"label-{name}-part", hidden=hidden)

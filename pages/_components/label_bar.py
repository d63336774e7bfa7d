"""The bar above the page Label: how far one is, whether it is saved, how it is shown."""

from dash import html
from dash.development.base_component import Component

from pages._components.label_controls import choice, command, switch
from pages._components.label_grid import view_choice

#: How the spectra stand: below or beside each other, or many at once (thesis of the predecessor, Fig. 3.8).
LAYOUTS = [("stacked", "Stacked"), ("beside", "Side by side"), ("several", "Several")]


def status_bar() -> Component:
    """Return the bar."""
    parts = html.Div(
        [html.Span(className="label-bar-done"), html.Span(className="label-bar-skipped")],
        id="label-progress",
        className="label-progress",
        role="progressbar",
        **{"aria-label": "Labeled", "aria-valuemin": "0", "aria-valuemax": "100"},
    )
    left = [
        html.Div(id="label-where", className="label-where"),
        parts,
        html.Div(id="label-done", className="label-done"),
        html.Div(id="label-left", className="label-left"),
    ]
    right = [
        html.Div(id="label-saved", className="label-saved"),
        html.Span(className="label-rule"),
        view_choice(),
        switch("guess", "Guess shown", key="G", icon="eye", id="label-guess-switch"),
        choice("layout", LAYOUTS, about="Arrangement of the plots"),
        command("keys", "Keys", class_name="button button-soft button-small", icon="keyboard", key="?"),
        command("queue", "Queue", class_name="button button-soft button-small label-for-narrow", icon="list"),
        command("side", "Details", class_name="button button-soft button-small label-for-narrow", icon="info"),
    ]
    return html.Div(
        [html.Div(left, className="label-bar-part"), html.Div(right, className="label-bar-part label-bar-end")],
        className="label-bar",
        id="label-bar",
    )

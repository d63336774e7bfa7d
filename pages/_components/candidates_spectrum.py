"""The panel of one spectrum beside the results."""

from dash import html
from dash.development.base_component import Component

from pages._components.candidates_controls import icon_act


def spectrum_panel() -> Component:
    """Return the panel, closed."""
    head = html.Div(
        [
            html.Div(
                [
                    html.H2(id="candidates-spectrum-title", className="candidates-spectrum-title", tabIndex="-1"),
                    html.Div(id="candidates-spectrum-subtitle", className="candidates-spectrum-subtitle"),
                ],
                className="candidates-spectrum-names",
            ),
            html.Div(
                [
                    icon_act("previous", "Spectrum above", "chevron-up"),
                    icon_act("next", "Spectrum below", "chevron-down"),
                    icon_act("close-spectrum", "Close the spectrum", "x"),
                ],
                className="tools",
            ),
        ],
        className="candidates-spectrum-head",
    )
    charts = html.Div(
        [
            html.Div(id="candidates-window-chart", className="label-chart candidates-chart"),
            html.Div(id="candidates-full-chart", className="label-chart candidates-chart"),
        ],
        id="candidates-charts",
        className="candidates-charts",
    )
    body = html.Div(
        [
            html.Div(id="candidates-spectrum-note", className="candidates-spectrum-note"),
            charts,
            html.Div(id="candidates-spectrum-labels"),
            html.Div(id="candidates-spectrum-facts"),
        ],
        className="candidates-spectrum-body",
    )
    return html.Aside(
        [head, body],
        id="candidates-spectrum",
        className="candidates-spectrum",
        hidden=True,
        **{"aria-label": "Spectrum"},
    )

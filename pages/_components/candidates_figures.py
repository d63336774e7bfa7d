"""The two figures above the results: where they are on the sky, and how a number is distributed."""

from dash import html
from dash.development.base_component import Component

from pages._components.candidates_controls import act


def figures() -> Component:
    """Return the cards; assets/candidates draws into them."""
    sky = html.Section(
        [
            html.Div(
                [
                    html.H2("Sky, ICRS", className="candidates-card-title"),
                    act("area", "Area", icon="lasso", class_name="button-small candidates-round"),
                ],
                className="candidates-card-head",
            ),
            html.Div(id="candidates-sky", className="candidates-sky"),
        ],
        className="panel candidates-card",
        **{"aria-label": "Sky map"},
    )
    histogram = html.Section(
        [
            html.Div(
                [
                    html.Div(id="candidates-field", className="candidates-field"),
                    html.Div(id="candidates-expected", className="candidates-expected"),
                ],
                className="candidates-card-head",
            ),
            html.Div(id="candidates-histogram", className="candidates-histogram"),
        ],
        className="panel candidates-card",
        **{"aria-label": "Histogram"},
    )
    toggle = act("figures", "Sky and histogram", kind="plain", icon="chart-column", class_name="button-small")
    return html.Div(
        [
            html.Div(toggle, className="candidates-figures-toggle"),
            html.Div([sky, histogram], id="candidates-cards", className="candidates-cards"),
        ],
        id="candidates-figures",
        className="candidates-figures",
    )

"""The queue of the page Label: what was labeled, what is now, what comes."""

from dash import html
from dash.development.base_component import Component

from pages._components.buttons import menu
from pages._components.icons import icon

#: Orders as the server knows them.
ORDERS = [("mixed", "Mixed order"), ("uncertain", "Most uncertain first"), ("thesis", "As in the thesis")]


def queue() -> Component:
    """Return the column; its rows are drawn in the browser."""
    label = html.Span([html.Span("Mixed order", id="label-order-name"), icon("chevron-down")], className="row-line")
    orders = [
        html.Button(text, type="button", className="button button-plain", **{"data-command": f"order:{value}"})
        for value, text in ORDERS
    ]
    head = html.Div(
        [
            html.H2("Queue", className="card-title"),
            menu(label, *orders, class_name="menu-end label-order"),
        ],
        className="between label-queue-head",
    )
    source = html.Button(
        [
            html.Span("What to label", className="visually-hidden"),
            html.Span(id="label-source-name", className="label-source-name"),
            html.Span(id="label-source-count", className="label-source-n"),
            icon("chevron-down"),
        ],
        type="button",
        className="label-source",
        title="What to label",
        **{"data-command": "sources", "aria-haspopup": "dialog"},
    )
    filters = html.Div(id="label-filters", className="label-filters", role="group", **{"aria-label": "Show"})
    rows = html.Div(
        html.Div(id="label-rows", className="label-rows", role="list"),
        id="label-list",
        className="label-list",
        tabIndex="-1",
        role="region",
        **{"aria-label": "Spectra of the queue"},
    )
    return html.Aside(
        [head, source, filters, rows], id="label-queue", className="label-queue", **{"aria-label": "Queue"}
    )

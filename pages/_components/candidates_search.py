"""The search box of the page Candidates, its tools, and the line below: how many, how quick, from where."""

from dash import html
from dash.development.base_component import Component

from pages._components.buttons import key_hint, menu
from pages._components.candidates_controls import act, icon_act, view
from pages._components.icons import icon


def search_line() -> Component:
    """Return the search box with its chips, the button of the builder and the menu of saved searches."""
    box = [
        icon("search"),
        html.Div(
            [
                html.Ul(id="candidates-chips", className="candidates-chips", **{"aria-label": "Conditions"}),
                html.Div(id="candidates-input-host", className="candidates-input-host"),
            ],
            className="candidates-box-inside",
        ),
        key_hint("/"),
    ]
    saved = menu(
        html.Span(
            [icon("bookmark"), "Saved", html.Span(id="candidates-n-saved"), icon("chevron-down")],
            className="row-line",
        ),
        html.Div(id="candidates-saved"),
        class_name="menu-end candidates-saved",
    )
    facets = act("facets", "Filters", kind="outline", icon="funnel", class_name="candidates-for-narrow")
    return html.Div(
        [
            html.Div(box, id="candidates-box", className="candidates-box", role="search"),
            facets,
            act("builder", "Builder", kind="outline", icon="sliders-horizontal", class_name="candidates-tool"),
            saved,
            html.Ul(
                id="candidates-suggestions",
                className="candidates-suggestions",
                hidden=True,
                role="listbox",
                **{"aria-label": "Suggestions"},
            ),
        ],
        className="candidates-search",
    )


def status_line() -> Component:
    """Return the line that says how many rows were found, and which backend said so."""
    left = [
        html.Div(id="candidates-count", className="candidates-count"),
        view([("spectra", "Spectra"), ("statistics", "Statistics")]),
        icon_act("columns", "Columns of the table", "columns-3", class_name="candidates-columns"),
    ]
    backend = html.Button(
        id="candidates-backend",
        className="candidates-backend",
        type="button",
        **{"data-act": "backend", "aria-haspopup": "dialog"},
    )
    return html.Div(
        [html.Div(left, className="candidates-status-left"), backend],
        id="candidates-status",
        className="candidates-status",
    )

"""The column of facets: what values the results have, and how many of each."""

from dash import html
from dash.development.base_component import Component

from pages._components.candidates_controls import act, icon_act


def facets() -> Component:
    """Return the column; on narrow screens it is a drawer."""
    head = html.Div(
        [html.H2("Filters", className="candidates-drawer-title"), icon_act("facets", "Close the filters", "x")],
        className="candidates-facets-head",
    )
    inside = [
        head,
        html.Div(id="candidates-facets-list"),
        html.Div(
            act("add-facet", "Add a field…", kind="plain", icon="plus", class_name="button-small"),
            className="candidates-facets-foot",
        ),
    ]
    return html.Aside(inside, id="candidates-facets", className="candidates-facets", **{"aria-label": "Filters"})

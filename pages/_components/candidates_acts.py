"""The bar of what is done with all results at once."""

from dash import html
from dash.development.base_component import Component

from pages._components.candidates_controls import act, icon_act


def act_bar() -> Component:
    """Return the bar; assets/candidates says in it which results are meant."""
    acts = [
        act("label-all", "Label…", kind="bar", icon="tag"),
        act("queue-all", "Queue for labeling", kind="bar", icon="list-plus"),
        act("export", "Export…", kind="bar-main", icon="download"),
        icon_act("hide-bar", "Hide this bar", "x", class_name="button-bar-plain"),
    ]
    inside = [
        html.Div(id="candidates-meant", className="candidates-meant"),
        html.Div(id="candidates-job", className="candidates-job", role="status", **{"aria-live": "polite"}),
        html.Div(acts, className="candidates-act-buttons", role="group", **{"aria-label": "All results"}),
    ]
    return html.Div(inside, id="candidates-act", className="candidates-act", hidden=True)

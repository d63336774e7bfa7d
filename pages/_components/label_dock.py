"""The dock of the page Label: classes and what else one can say, at a place that never moves."""

from dash import html
from dash.development.base_component import Component

from pages._components.label_controls import command

#: Command, word, key.
ACTIONS = [
    ("unsure", "Unsure", "U"),
    ("bad", "Bad data", "B"),
    ("skip", "Skip", "S"),
    ("back", "Back", "←"),
    ("undo", "Undo", "Z"),
    ("comment", "Comment", "C"),
]


def dock() -> Component:
    """Return the dock; the classes of the session are drawn in the browser."""
    actions = [command(name, word, class_name="label-action", key=key) for name, word, key in ACTIONS]
    inside = [
        html.Div(id="label-comment", className="label-comment", hidden=True),
        html.Div(
            [
                html.Div(id="label-classes", className="label-classes", role="group", **{"aria-label": "Classes"}),
                html.Div(actions, className="label-actions", role="group", **{"aria-label": "Other answers"}),
            ],
            className="label-dock-row",
        ),
    ]
    return html.Div(inside, id="label-dock", className="label-dock")

"""The configuration as JSON: a text field with line numbers, colors and errors at their lines."""

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from callbacks import ids


def json_editor() -> Component:
    """Return the editor; assets/json-editor.js paints it from its text."""
    area = dbc.Textarea(
        id=ids.TRAIN_JSON_TEXT,
        value="",
        spellcheck=False,
        wrap="off",
        class_name="json-text",
        submit_on_enter=False,
    )
    label = html.Label("Configuration as JSON", htmlFor=ids.TRAIN_JSON_TEXT, className="visually-hidden")
    painted = html.Pre(className="json-paint", **{"aria-hidden": "true"})
    numbers = html.Div(className="json-lines", **{"aria-hidden": "true"})
    return html.Div(
        [label, numbers, html.Div([painted, area], className="json-area")], id=ids.TRAIN_EDITOR, className="json-editor"
    )

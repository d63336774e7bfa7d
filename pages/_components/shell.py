"""What is around every page."""

import dash
from dash import dcc, html
from dash.development.base_component import Component

from callbacks import ids


def shell() -> Component:
    """Return the layout of the application."""
    return html.Div(
        [
            dcc.Location(id=ids.SHELL_LOCATION, refresh="callback-nav"),
            dcc.Store(id=ids.SESSION_STORE),
            dcc.Store(id=ids.THEME_STORE),
            dcc.Store(id=ids.STATUS_STORE),
            dcc.Store(id=ids.TOAST_STORE),
            html.Div(id=ids.SHELL_NOTICES),
            html.Main(dash.page_container, id="main"),
        ]
    )

"""The page Train."""

import dash
from dash import html
from dash.development.base_component import Component

dash.register_page(__name__, path="/train", name="Train", title="Train · Spectrolabe")


def layout(session: str | None = None, **_query: str) -> Component:
    """Return the page's skeleton."""
    return html.H1("Train", className="page-title", **{"data-session": session})

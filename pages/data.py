"""The page Data."""

import dash
from dash import html
from dash.development.base_component import Component

dash.register_page(__name__, path="/data", name="Data", title="Data · Spectrolabe")


def layout(session: str | None = None, **_query: str) -> Component:
    """Return the page's skeleton."""
    return html.H1("Data", className="page-title", **{"data-session": session})

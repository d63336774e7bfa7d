"""What stands at an address that no page has; Dash finds it by its name."""

import dash
from dash import html
from dash.development.base_component import Component

from pages._components import button, empty_state

dash.register_page(__name__, title="Not found · Spectrolabe")


def layout(**_query: str) -> Component:
    """Return the page."""
    sentence = "No page of Spectrolabe is at this address. It may have been mistyped, or come from another version."
    back = button("Go to the sessions", kind="primary", href="/")
    return html.Div(empty_state("search-x", "Nothing is here", sentence, back, big=True), className="page page-fill")

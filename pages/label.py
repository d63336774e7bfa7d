"""The page Label: one key answers a spectrum, and the next one is there. What moves on it stands in assets/label."""

import dash
from dash import html
from dash.development.base_component import Component

from pages._components.buttons import button
from pages._components.label_bar import status_bar
from pages._components.label_dock import dock
from pages._components.label_plots import plots
from pages._components.label_queue import queue
from pages._components.label_side import side
from pages._components.states import empty_state

dash.register_page(__name__, path="/label", name="Label", title="Label · Spectrolabe")


def layout(session: str | None = None, view: str | None = None, **_query: str) -> Component:
    """Return the page's skeleton.

    Parameters
    ----------
    session : str, optional
        Whose spectra are labeled.
    view : str, optional
        "grid" opens the table of all metadata.
    """
    if not session:
        text = "Labels belong to a session: its spectra and its classes."
        choose = button("Choose a session", kind="primary", href="/")
        return html.Div(empty_state("layers", "No session is open", text, choose, big=True), className="page page-fill")
    parts = [
        html.H1("Label", className="visually-hidden"),
        html.Div(id="label-banner"),
        status_bar(),
        html.Div([queue(), html.Div([plots(), dock()], className="label-center"), side()], className="label-columns"),
        html.Div(id="label-grid", hidden=True),
        html.Div(id="label-live", className="visually-hidden", **{"aria-live": "polite"}),
        html.Div(id="label-alert", className="visually-hidden", role="alert"),
        html.Div(id="label-over"),
    ]
    return html.Div(
        parts, id="label-page", className="label-page", **{"data-session": session, "data-view": view or "label"}
    )

"""The page Label: one key answers a spectrum, and the next one is there. What moves on it stands in assets/label."""

import dash
from dash import html
from dash.development.base_component import Component

from pages._components.buttons import button
from pages._components.label_bar import status_bar
from pages._components.label_dock import dock
from pages._components.label_grid import table_view
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
        "table" opens the table of all metadata.
    """
    is_table = view == "table"
    if not session:
        text = "Labels belong to a session: its spectra and its classes."
        choose = button("Choose a session", kind="primary", href="/")
        return html.Div(empty_state("layers", "No session is open", text, choose, big=True), className="page page-fill")
    parts = [
        html.H1("Label", className="visually-hidden"),
        html.Div(id="label-banner"),
        status_bar(),
        html.Div(
            [queue(), table_view(is_open=is_table), html.Div([plots(), dock()], className="label-center"), side()],
            className="label-columns",
        ),
        html.Div(id="label-live", className="visually-hidden", **{"aria-live": "polite"}),
        html.Div(id="label-alert", className="visually-hidden", role="alert"),
        html.Div(id="label-over"),
    ]
    return html.Div(
        parts,
        id="label-page",
        className="label-page",
        **{"data-session": session, "data-view": "table" if is_table else "spectrum"},
    )

"""The page Candidates: one search over an index of metadata; what moves on it stands in assets/candidates."""

import dash
from dash import html
from dash.development.base_component import Component

from pages._components.candidates_acts import act_bar
from pages._components.candidates_facets import facets
from pages._components.candidates_figures import figures
from pages._components.candidates_search import search_line, status_line
from pages._components.candidates_spectrum import spectrum_panel
from pages._components.candidates_table import statistics, table

dash.register_page(__name__, path="/candidates", name="Candidates", title="Candidates · Spectrolabe")


def layout(session: str | None = None, **_query: str) -> Component:
    """Return the page's skeleton.

    Parameters
    ----------
    session : str, optional
        Whose labels and predictions are searched together with the metadata. Query, order and columns stand in the
        URL, too; the browser reads them.
    """
    main = [
        search_line(),
        html.Div(id="candidates-error", className="candidates-error", role="alert"),
        status_line(),
        html.Div(id="candidates-banner", className="candidates-banner"),
        figures(),
        table(),
        statistics(),
        act_bar(),
    ]
    parts = [
        html.H1("Candidates", className="visually-hidden"),
        facets(),
        html.Section(main, id="candidates-main", className="candidates-main", **{"aria-label": "Results"}),
        spectrum_panel(),
        html.Div(id="candidates-instead", className="candidates-instead", hidden=True),
        html.Div(id="candidates-live", className="visually-hidden", role="status", **{"aria-live": "polite"}),
    ]
    return html.Div(parts, id="candidates-page", className="candidates-page", **{"data-session": session or ""})

"""The page Performance: how good the network is, where it errs, and what each figure rests on."""

from urllib.parse import quote

import dash
from dash import dcc, html
from dash.development.base_component import Component

from callbacks import ids
from pages._components.buttons import button
from pages._components.cards import page_head
from pages._components.performance_downloads import downloads
from pages._components.states import empty_state, skeleton

dash.register_page(__name__, path="/performance", name="Performance", title="Performance · Spectrolabe")


def layout(session: str | None = None, iteration: str | None = None, **_query: str) -> Component:
    """Return the page's skeleton.

    Parameters
    ----------
    session : str, optional
    iteration : str, optional
        Number of the iteration that is shown first; without it, the last one with labels.
    """
    if not session:
        text = "Figures belong to a session: its network, its labels and its random sample."
        choose = button("Choose a session", kind="primary", href="/")
        return html.Div(empty_state("layers", "No session is open", text, choose, big=True), className="page")
    head = page_head(
        "Performance",
        html.Div(id=ids.PERFORMANCE_SELECTOR, className="row-line"),
        downloads(quote(session, safe="")),
        note=html.Span([html.Span(id=ids.PERFORMANCE_NOTE, className="row-line"), _news()], className="row-line"),
    )
    return html.Div(
        [
            dcc.Store(id=ids.PERFORMANCE_SESSION_STORE, data=session),
            dcc.Store(id=ids.PERFORMANCE_ITERATION_STORE, data=iteration),
            dcc.Store(id=ids.PERFORMANCE_SHOWN_STORE),
            dcc.Store(id=ids.PERFORMANCE_STAMP_STORE),
            head,
            html.Div(skeleton("figures", 4), id=ids.PERFORMANCE_BODY, className="perf"),
        ],
        className="page perf-page",
    )


def _news() -> Component:
    text = html.Span(id=ids.PERFORMANCE_NEWS_TEXT, role="status")
    refresh = button("Refresh", kind="soft", id=ids.PERFORMANCE_REFRESH, icon="refresh-cw", small=True)
    return html.Span([text, refresh], id=ids.PERFORMANCE_NEWS, className="perf-news", hidden=True)

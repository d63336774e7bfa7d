"""The page Sessions: what waits, all sessions, and the ways to begin."""

import dash
from dash import dcc, html
from dash.development.base_component import Component

from callbacks import ids
from pages._components.buttons import button
from pages._components.cards import page_head
from pages._components.fields import search_field
from pages._components.sessions_dialogs import sessions_dialogs
from pages._components.sessions_form import sessions_form
from pages._components.states import skeleton

dash.register_page(__name__, path="/", name="Sessions", title="Sessions · Spectrolabe", order=0)

#: How often the list is drawn anew while a run or the demo goes on.
REFRESH_MS = 2000


def layout(session: str | None = None, archived: str | None = None, q: str | None = None, **_query: str) -> Component:
    """Return the page's skeleton.

    Parameters
    ----------
    session : str, optional
        Session of the address; its row is marked.
    archived : str, optional
        "1" shows the archived sessions.
    q : str, optional
        What is searched for.
    """
    stores = [
        dcc.Store(id=ids.SESSIONS_LIST_STORE),
        dcc.Store(id=ids.SESSIONS_CHANGED_STORE),
        dcc.Store(id=ids.SESSIONS_VIEW_STORE, data={"archived": archived == "1", "session": session}),
        dcc.Store(id=ids.SESSIONS_UNDO_STORE),
        dcc.Store(id=ids.SESSIONS_DEMO_STORE),
        dcc.Store(id=ids.SESSIONS_TARGET_STORE),
        dcc.Store(id=ids.SESSIONS_FORM_ORDER_STORE),
        dcc.Interval(id=ids.SESSIONS_TICK, interval=REFRESH_MS, disabled=True),
    ]
    search = search_field(ids.SESSIONS_SEARCH, "Find a session")
    search.children[2].value = q or ""
    head = page_head(
        "Archived sessions" if archived == "1" else "Sessions",
        search,
        html.Span(id=ids.SESSIONS_ARCHIVED_LINK),
        button("New session", kind="primary", icon="plus", id=ids.sessions_action("new", "")),
    )
    inside = [
        html.Div(id=ids.SESSIONS_NOTICE),
        html.Div(head, id=ids.SESSIONS_HEAD, hidden=True),
        html.Div(html.Div(skeleton("rows", 5), className="sessions-loading"), id=ids.SESSIONS_LIST),
        *sessions_dialogs(),
        sessions_form(),
        *stores,
    ]
    return html.Div(inside, className="page page-reading sessions-page")

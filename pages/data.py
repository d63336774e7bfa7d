"""The page Data: pools, training sets, files on their way, recipes; what is chosen stands on the right."""

import dash
from dash import dcc, html
from dash.development.base_component import Component

from callbacks import ids
from pages._components.buttons import button
from pages._components.cards import page_head
from pages._components.data_files import files_card
from pages._components.dialogs import confirm_dialog
from pages._components.states import skeleton

dash.register_page(__name__, path="/data", name="Data", title="Data · Spectrolabe")


def layout(session: str | None = None, show: str | None = None, **_query: str) -> Component:
    """Return the page's skeleton; `show=pool:NAME` opens it with that pool."""
    kind, _, name = (show or "").partition(":")
    shown = (
        {"kind": kind, "name": name}
        if kind in ("pool", "training", "recipe", "index", "job", "add")
        else {"kind": None}
    )
    left = html.Div(
        [
            html.Div(id=ids.DATA_JOBS_LIST),
            files_card(),
            html.Div(skeleton("card"), id=ids.DATA_LISTS, className="stack"),
        ],
        className="stack",
    )
    right = html.Section(skeleton("card"), id=ids.DATA_DETAIL, className="data-detail", **{"aria-label": "Details"})
    return html.Div(
        [
            *_stores(session, shown),
            page_head("Data", button("Add data", kind="primary", icon="plus", id=ids.DATA_ADD_BUTTON)),
            html.Div(id=ids.DATA_NOTICE, className="data-notice"),
            html.Div([left, right], className="list-detail data-columns"),
            _delete_dialog(),
        ],
        className="page",
    )


def _stores(session: str | None, shown: dict[str, str | None]) -> list[Component]:
    return [
        dcc.Store(id=ids.DATA_SESSION_STORE, data=session),
        dcc.Store(id=ids.DATA_SHOWN_STORE, data=shown),
        dcc.Store(id=ids.DATA_UPLOAD_STORE),
        dcc.Store(id=ids.DATA_CHANGED_STORE, data=0),
        dcc.Store(id=ids.DATA_DELETE_STORE),
        dcc.Interval(id=ids.DATA_INTERVAL, interval=1000, disabled=True),
    ]


def _delete_dialog() -> Component:
    return confirm_dialog(
        ids.DATA_DELETE_DIALOG,
        "Delete",
        None,
        confirm="Delete",
        confirm_id=ids.DATA_DELETE_CONFIRM_BUTTON,
        cancel_id=ids.DATA_DELETE_CANCEL_BUTTON,
        error_id=ids.DATA_DELETE_ERROR,
        title_id=ids.DATA_DELETE_TITLE,
        text_id=ids.DATA_DELETE_TEXT,
    )

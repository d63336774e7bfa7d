"""Dialogs and drawers, on top of the page."""

from typing import Any

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from pages._components.buttons import Id, button, dom_id
from pages._components.fields import error_slot


def dialog(
    id: Id,
    title: str,
    body: Any,
    *actions: Component,
    error_id: Id | None = None,
    wide: bool = False,
    title_id: Id | None = None,
) -> Component:
    """Return a dialog; open and close it by `is_open`. Actions stand at the bottom right, the main one last."""
    heading_id = title_id or _part(id, "title")
    inside = [
        dbc.ModalHeader(html.H2(title, className="dialog-title", id=heading_id), close_button=True),
        dbc.ModalBody([body, error_slot(error_id)] if error_id is not None else body),
    ]
    if actions:
        inside.append(dbc.ModalFooter(list(actions)))
    return dbc.Modal(
        inside,
        id=id,
        is_open=False,
        centered=True,
        scrollable=True,
        size="lg" if wide else None,
        labelledby=dom_id(heading_id),
    )


def confirm_dialog(
    id: Id,
    title: str,
    text: Any,
    *,
    confirm: str,
    confirm_id: Id,
    cancel_id: Id,
    error_id: Id | None = None,
    danger: bool = True,
    title_id: Id | None = None,
    text_id: Id | None = None,
) -> Component:
    """Return a dialog that asks before something is done; title and `confirm` name the object (*Delete "Be stars"*).

    Where the object is known only later, a callback writes the children of `title_id` and `text_id`.
    """
    body = html.Div(text, className="dialog-text", **({} if text_id is None else {"id": text_id}))
    actions = [
        button("Keep it" if danger else "Cancel", kind="soft", id=cancel_id),
        button(confirm, kind="danger" if danger else "primary", id=confirm_id),
    ]
    return dialog(id, title, body, *actions, error_id=error_id, title_id=title_id)


def drawer(id: Id, title: str, body: Any, *, side: str = "end") -> Component:
    """Return a drawer from the side ("end", "start") or from below ("bottom"); open it by `is_open`."""
    heading_id = _part(id, "title")
    heading = html.Span(title, id=heading_id)
    return dbc.Offcanvas(body, id=id, title=heading, placement=side, is_open=False, labelledby=dom_id(heading_id))


def _part(id: Id, part: str) -> Id:
    return {**id, "part": part} if isinstance(id, dict) else f"{id}-{part}"

"""Rows of the lists of the page Data."""

from typing import Any

from dash import html
from dash.development.base_component import Component

from pages._components.icons import icon


def list_row(
    title: Any,
    about: Any,
    action: dict[str, str] | None,
    *,
    is_current: bool = False,
    icon_name: str | None = None,
    below: Component | None = None,
    chips: list[Component] | None = None,
    end: Component | None = None,
) -> Component:
    """Return a row that opens something when `action` is given; `end` is a button beside it, `below` a graphic."""
    words = [icon(icon_name) if icon_name else None, html.Span(title, className="data-row-title"), *(chips or [])]
    words.append(html.Span(about, className="data-row-about") if about else None)
    inside = [html.Span([part for part in words if part is not None], className="data-row-line"), below]
    known = {"aria-current": "true"} if is_current else {}
    content = [part for part in inside if part is not None]
    main = (
        html.Div(content, className="data-row-main")
        if action is None
        else html.Button(content, id=action, type="button", className="data-row-main data-row-button", **known)
    )
    return html.Li([main, end] if end is not None else main, className="data-row")

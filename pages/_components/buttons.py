"""Buttons and what works like them."""

from collections.abc import Sequence
from typing import Any, Literal

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash._utils import stringify_id
from dash.development.base_component import Component

from pages._components.icons import icon as icon_of

Id = str | dict[str, Any]
Kind = Literal["primary", "outline", "soft", "plain", "danger"]


def button(
    text: str,
    *,
    kind: Kind = "outline",
    id: Id | None = None,
    icon: str | None = None,
    icon_after: str | None = None,
    key: str | None = None,
    href: str | None = None,
    small: bool = False,
    disabled: bool = False,
    why: str | None = None,
    title: str | None = None,
) -> Component:
    """Return a button, or a link that looks like one when `href` is given.

    One `primary` per view, `outline` for real alternatives, `soft` for tools, `plain` for the rest, `danger` (red text)
    for what destroys, which a dialog then confirms. `why` says beside the button why it is disabled.
    """
    inside = [icon_of(icon) if icon else None, html.Span(text), key_hint(key) if key else None]
    inside.append(icon_of(icon_after) if icon_after else None)
    children = [child for child in inside if child is not None]
    data = {"data-key": key} if key else {}
    made = _clickable(children, _class(kind, small), id=id, href=href, disabled=disabled, title=title, data=data)
    return html.Span([made, html.Span(why, className="button-why")], className="button-row") if why else made


def icon_button(
    icon: str,
    name: str,
    *,
    id: Id | None = None,
    href: str | None = None,
    kind: Kind = "plain",
    disabled: bool = False,
) -> Component:
    """Return a button that is an icon; `name` is what screen readers and the tooltip say."""
    class_name = f"{_class(kind, False)} button-icon"
    inside = [icon_of(icon), html.Span(name, className="visually-hidden")]
    return _clickable(inside, class_name, id=id, href=href, disabled=disabled, title=name)


def key_hint(key: str) -> Component:
    """Return the cap of a key, always the last thing in its control."""
    return html.Kbd(key, className="key-cap")


def segmented(
    id: Id,
    options: Sequence[str | dict[str, Any]],
    value: Any,
    *,
    name: str,
    persistence: bool = False,
) -> Component:
    """Return 2-4 exclusive views side by side; the id has a `value`. `name` is what the choice is about."""
    group = dbc.RadioItems(
        options=[{"label": o, "value": o} if isinstance(o, str) else o for o in options],
        value=value,
        id=id,
        inline=True,
        class_name="segmented",
        input_class_name="btn-check",
        label_class_name="segment",
        persistence=persistence,
        persistence_type="local",
    )
    return html.Div(group, role="radiogroup", **{"aria-label": name})


def toggle_pill(id: Id, text: str, *, value: bool = False, key: str | None = None) -> Component:
    """Return a pill that switches an overlay on and off; the id has a boolean `value`."""
    inside = [text, key_hint(key)] if key else text
    label = html.Span(inside, className="pill-text", **({"data-key": key} if key else {}))
    return dbc.Checkbox(id=id, value=value, label=label, class_name="pill", input_class_name="btn-check")


def menu(label: str | Component, *items: Component, name: str | None = None, class_name: str = "") -> Component:
    """Return a button that opens a list of actions (`button(kind="plain")`, links, or `menu_line()`).

    It closes with Escape, on a click elsewhere and after a choice. `name` is needed where the label is an icon.
    """
    inside = [label, html.Span(name, className="visually-hidden")] if name else [label]
    summary = html.Summary(inside, className="menu-button", title=name)
    return html.Details([summary, html.Div(list(items), className="menu-list")], className=f"menu {class_name}".strip())


def row_menu(*items: Component, name: str) -> Component:
    """Return the `⋯` menu of a row; `name` says of which."""
    return menu(icon_of("ellipsis"), *items, name=name, class_name="menu-row menu-end")


def menu_line() -> Component:
    """Return a hairline between the items of a menu."""
    return html.Hr(className="menu-line")


def dom_id(id: Id) -> str:
    """Return an id as it stands in the document."""
    return str(stringify_id(id))


def _class(kind: Kind, small: bool) -> str:
    return f"button button-{kind}" + (" button-small" if small else "")


def _clickable(
    children: list[Any],
    class_name: str,
    *,
    id: Id | None,
    href: str | None,
    disabled: bool,
    title: str | None,
    data: dict[str, str] | None = None,
) -> Component:
    known: dict[str, Any] = {name: value for name, value in {"id": id, "title": title}.items() if value is not None}
    if href is None:
        return html.Button(children, className=class_name, disabled=disabled, type="button", **known, **(data or {}))
    is_ours = href.startswith("/") and not href.startswith("/api/")
    return dcc.Link(children, href=href, className=class_name, refresh=not is_ours, **known)

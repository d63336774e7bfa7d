"""Controls of the page Candidates: each names what it does, and assets/candidates does it."""

from typing import Any

from dash import html
from dash.development.base_component import Component

from pages._components.icons import icon as icon_of


def act(
    name: str, text: str, *, kind: str = "soft", icon: str | None = None, class_name: str = "", **more: Any
) -> Component:
    """Return a button; `kind` as of `button`."""
    inside = [icon_of(icon)] if icon else []
    inside.append(html.Span(text, className="candidates-word"))
    return html.Button(
        inside, type="button", className=f"button button-{kind} {class_name}".strip(), **{"data-act": name}, **more
    )


def icon_act(name: str, text: str, icon: str, *, class_name: str = "", **more: Any) -> Component:
    """Return a button that is an icon; `text` is its name."""
    return html.Button(
        [icon_of(icon), html.Span(text, className="visually-hidden")],
        type="button",
        className=f"button button-plain button-icon {class_name}".strip(),
        title=text,
        **{"data-act": name},
        **more,
    )


def view(options: list[tuple[str, str]]) -> Component:
    """Return exclusive views side by side: (value, text)."""
    buttons = [
        html.Button(
            text,
            type="button",
            className="segment",
            **{"data-act": f"view:{value}", "aria-pressed": "true" if number == 0 else "false"},
        )
        for number, (value, text) in enumerate(options)
    ]
    return html.Div(buttons, id="candidates-view", className="segmented", role="group", **{"aria-label": "View"})

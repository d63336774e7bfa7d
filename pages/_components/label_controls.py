"""Controls of the page Label: they name a command, and assets/label carries it out, for mouse and keys alike."""

from typing import Any

from dash import html
from dash.development.base_component import Component

from pages._components.icons import icon as icon_of


def command(
    name: str,
    text: str,
    *,
    class_name: str,
    icon: str | None = None,
    icon_after: str | None = None,
    key: str | None = None,
    **more: Any,
) -> Component:
    """Return a button of a command; `key` is the cap until the person's own keys are known."""
    inside: list[Any] = [icon_of(icon)] if icon else []
    inside.append(html.Span(text, className="label-word"))
    if key:
        inside.append(html.Kbd(key, className="key-cap", **{"data-key-of": name}))
    inside += [icon_of(icon_after)] if icon_after else []
    return html.Button(inside, type="button", className=class_name, **{"data-command": name}, **more)


def switch(name: str, text: str, *, key: str | None = None, icon: str | None = None, **more: Any) -> Component:
    """Return the pill of a command that switches something on and off."""
    return command(name, text, class_name="label-pill", icon=icon, key=key, **{"aria-pressed": "false"}, **more)


def choice(name: str, options: list[tuple[str, str]], *, about: str) -> Component:
    """Return exclusive views side by side: (value, text); `about` is what is chosen."""
    buttons = [
        html.Button(text, type="button", className="segment", **{"data-command": f"{name}:{value}"})
        for value, text in options
    ]
    return html.Div(buttons, className="segmented", role="group", id=f"label-{name}", **{"aria-label": about})

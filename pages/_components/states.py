"""States of a page or card: banner, empty, failed, loading."""

from typing import Any, Literal

from dash import html
from dash.development.base_component import Component

from pages._components.icons import icon as icon_of

BANNER_ICONS = {"waiting": "clock", "failed": "circle-x", "away": "cloud-off"}


def banner(
    kind: Literal["waiting", "failed", "away"],
    bold: str,
    text: Any = None,
    action: Component | list[Component] | None = None,
) -> Component:
    """Return a banner: a bold fact, its plain consequence, one action. Brass: you can go on; red: something failed."""
    inside = [icon_of(BANNER_ICONS[kind]), html.Div([html.Strong(bold), " ", text], className="banner-text")]
    inside.append(html.Div(action, className="tools") if action is not None else None)
    class_name = f"banner banner-{'failed' if kind == 'failed' else 'waiting'}"
    role = "alert" if kind == "failed" else "status"
    return html.Div([part for part in inside if part is not None], className=class_name, role=role)


def error_text(text: str) -> Component:
    """Return the error of a control, to stand below it."""
    return html.Div(text, className="field-error", role="alert")


def note_text(text: Any, *, kind: Literal["done", "waiting", "failed", "quiet"] = "quiet") -> Component:
    """Return a short line that says how things are, with its icon: `✓ Saved 21:04:37`."""
    icons = {"done": "check", "waiting": "clock", "failed": "circle-x", "quiet": None}
    name = icons[kind]
    return html.Span([icon_of(name) if name else None, html.Span(text)], className=f"note note-{kind}")


def empty_state(icon: str, title: str, sentence: Any, *actions: Component, big: bool = False) -> Component:
    """Return what stands where nothing is yet: icon, title, one sentence with numbers, one button.

    `big` is for a page that is empty as a whole: its title is the h1.
    """
    heading = html.H1(title, className="empty-title-big") if big else html.H2(title, className="empty-title")
    inside = [icon_of(icon, size=26), heading, html.P(sentence, className="empty-text")]
    return html.Div([*inside, html.Div(list(actions), className="empty-actions")], className="empty-state")


def failed_state(title: str, text: Any, *actions: Component, report_id: str | None = None) -> Component:
    """Return what stands in place of a thing that failed: what was expected and found, and the next step."""
    head = html.Div([icon_of("circle-x"), html.H2(title, className="card-title")], className="failed-head")
    inside: list[Component] = [head, html.P(text, className="failed-text")]
    if report_id is not None:
        inside.append(html.P(["Report id ", html.Code(report_id)], className="failed-report"))
    return html.Div([*inside, html.Div(list(actions), className="tools")], className="failed-state", role="alert")


def skeleton(shape: Literal["text", "card", "rows", "plot", "figures"] = "text", n: int = 3) -> Component:
    """Return the shape of what is being loaded; it appears after 150 ms."""
    widths = ("45%", "80%", "65%", "72%", "55%")
    if shape == "plot":
        bars = [html.Div(className="bone bone-plot")]
    elif shape == "rows":
        bars = [html.Div(className="bone bone-row") for _ in range(n)]
    elif shape == "card":
        bars = [_bone("45%"), html.Div(className="bone bone-plot"), _bone("30%")]
    elif shape == "figures":
        bars = [html.Div([_bone("60%"), _bone("80%", 22)], className="bone-group") for _ in range(n)]
    else:
        bars = [_bone(widths[k % len(widths)]) for k in range(n)]
    known = html.Span("Loading", className="visually-hidden")
    return html.Div([known, *bars], className=f"skeleton skeleton-{shape}", **{"aria-busy": "true"})


def _bone(width: str, height: int = 12) -> Component:
    return html.Div(className="bone", style={"width": width, "height": f"{height}px"})

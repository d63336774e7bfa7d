"""States of a page or card: banner, empty, failed, loading."""

from dash import html
from dash.development.base_component import Component


def error_text(text: str) -> Component:
    return html.Div(text, className="field-error", role="alert")


def banner(kind: str, bold: str, text: str = "", action: Component | None = None) -> Component:
    return html.Div([html.Strong(bold), " ", text, action], className=f"banner banner-{kind}")

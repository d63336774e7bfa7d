"""Cards, heads of pages, key figures."""

from typing import Any

from dash import html
from dash.development.base_component import Component

Children = Any


def page_head(title: Children, *tools: Component, note: Children = None) -> Component:
    """Return the head of a page: its title (the one h1), a note beside it, tools on the right."""
    left = html.Div([html.H1(title, className="page-title"), note], className="page-head-title")
    return html.Div([left, html.Div(list(tools), className="tools")], className="page-head")


def card(
    title: Children,
    body: Children,
    *,
    tools: Children = None,
    subtitle: Children = None,
    flush: bool = False,
    foot: Children = None,
    id: str | dict[str, Any] | None = None,
) -> Component:
    """Return a card; without a title it has no head. `flush` takes the padding away, for tables and grids."""
    head = None
    if title is not None:
        left = [html.H2(title, className="card-title")]
        left += [html.Span(subtitle, className="card-subtitle")] if subtitle is not None else []
        right = [html.Div(tools, className="tools")] if tools is not None else []
        head = html.Div([html.Div(left, className="panel-head-title"), *right], className="panel-head")
    inside = [head, html.Div(body, className="panel-body panel-flush" if flush else "panel-body")]
    inside.append(html.Div(foot, className="panel-foot") if foot is not None else None)
    known = {} if id is None else {"id": id}
    return html.Section([part for part in inside if part is not None], className="panel", **known)


def section(title: Children, body: Children, *, count: Children = None) -> Component:
    """Return a part of a card's form under a small title, with a hairline above all but the first."""
    head = [html.H3(title, className="section-title")] + ([html.Span(count, className="quiet")] if count else [])
    return html.Div([html.Div(head, className="section-head"), body], className="section")


def key_figure(label: str, value: Children, note: Children = None) -> Component:
    """Return a figure with its label above and its note (interval, number of labels) below."""
    inside = [html.Div(label, className="figure-label"), html.Div(value, className="figure-value")]
    return html.Div([*inside, html.Div(note, className="figure-note")], className="key-figure")


def key_figures(*figures: Component) -> Component:
    """Return key figures side by side."""
    return html.Div(list(figures), className="key-figures")


def facts(rows: list[tuple[Children, Children]]) -> Component:
    """Return names and values in two columns, as metadata are shown."""
    pairs = [html.Div([html.Dt(name), html.Dd(value)], className="fact") for name, value in rows]
    return html.Dl(pairs, className="facts")

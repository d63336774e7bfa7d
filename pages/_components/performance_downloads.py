"""The menu "Figures and data" of the page Performance."""

from dash import html
from dash.development.base_component import Component

from pages._components.buttons import menu, menu_line
from pages._components.icons import icon

#: Word, address without the session.
NUMBERS = (("All numbers, CSV", "/api/performance?format=csv"), ("All numbers, JSON", "/api/performance?format=json"))
LABELS = (
    ("Labels, CSV", "/api/labels/export?what=labels&format=csv"),
    ("Labeled spectra, CSV", "/api/labels/export?what=spectra&format=csv"),
    ("Journal of labels, CSV", "/api/labels/export?what=journal&format=csv"),
    ("Journal of labels, Parquet", "/api/labels/export?what=journal&format=parquet"),
    ("Journal of labels, VOTable", "/api/labels/export?what=journal&format=votable"),
)


def downloads(session: str) -> Component:
    """Return the menu; `session` is quoted for an address."""
    label = html.Span([icon("download"), "Figures and data"], className="row-line")
    note = html.Div("Plots save themselves as PNG or SVG: the buttons in their corner.", className="menu-note")
    return menu(
        label,
        *(_link(word, url, session) for word, url in NUMBERS),
        menu_line(),
        *(_link(word, url, session) for word, url in LABELS),
        menu_line(),
        note,
        class_name="menu-end perf-downloads",
    )


def _link(word: str, url: str, session: str) -> Component:
    return html.A(word, href=f"{url}&session={session}", className="menu-item", download="")

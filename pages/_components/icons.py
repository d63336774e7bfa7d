"""Icons from assets/icons, as CSS masks: they take the color of the text beside them in either theme."""

from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from dash import html
from dash.development.base_component import Component

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "icons"


def icon(name: str, *, size: int = 16, class_name: str = "") -> Component:
    """Return the Lucide icon of that name; hidden from screen readers, so a control with an icon alone needs a name.

    A new icon: copy its SVG of lucide-static to assets/icons, nothing else.
    """
    style = {"--icon": mask_url(name)} | ({"--icon-size": f"{size}px"} if size != 16 else {})
    return html.Span(className=f"icon {class_name}".strip(), style=style, **{"aria-hidden": "true"})


def mark() -> Component:
    """Return the mark: a ring with the Balmer lines, Hα in brass."""
    return html.Span(className="brand-mark", style={"--icon": mask_url("mark-ring")}, **{"aria-hidden": "true"})


@lru_cache
def mask_url(name: str) -> str:
    """Return the icon as a URL that holds it, so that it shows with the page and not after it."""
    return svg_url((FOLDER / f"{name}.svg").read_text(encoding="utf-8").strip())


def svg_url(svg: str) -> str:
    """Return an SVG document as a data URL for CSS."""
    return f'url("data:image/svg+xml,{quote(svg, safe=" =:/(),;-")}")'.replace("%22", "'")

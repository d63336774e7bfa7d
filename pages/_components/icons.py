"""Icons from assets/icons, as CSS masks: they take the color of the text beside them in either theme."""

from dash import html
from dash.development.base_component import Component


def icon(name: str, *, size: int = 16, class_name: str = "") -> Component:
    """Return the Lucide icon of that name; hidden from screen readers, so a control with an icon alone needs a name.

    A new icon: copy its SVG of lucide-static to assets/icons, nothing else.
    """
    style = {
        "--icon": f"url(/assets/icons/{name}.svg)",
        **({"--icon-size": f"{size}px"} if size != 16 else {}),
    }
    return html.Span(className=f"icon {class_name}".strip(), style=style, **{"aria-hidden": "true"})

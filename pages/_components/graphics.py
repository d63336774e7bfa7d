"""Small graphics inside text and tables: plate, interval, sparkline. CSS colors them, so they follow the theme."""

import base64
import math
import struct
import zlib
from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from pages._components.icons import svg_url
from pages._components.text import decimal, interval_text

#: A plate of more columns than this looks the same.
PLATE_COLUMNS = 360


def plate(strip: Sequence[float], *, name: str, height: int = 10) -> Component:
    """Return the plate of a pool: its continuum-divided mean spectrum as a gray strip, dark is absorption.

    `strip` holds gray values from 0 (darkest) to 255, any number of columns; `name` says whose plate it is.
    """
    columns = list(strip)[:: max(1, len(strip) // PLATE_COLUMNS)] or [255.0]
    alpha = bytes(_darkness(value) for value in columns)
    style = {"--plate": f"url(data:image/png;base64,{_png_of(alpha)})", "height": f"{height}px"}
    return html.Div(className="plate", style=style, role="img", **{"aria-label": name})


def interval(
    value: float,
    low: float,
    high: float,
    *,
    axis: tuple[float, float] = (0.0, 1.0),
    mark: float | None = None,
    with_text: bool = True,
    digits: int = 2,
) -> Component:
    """Return a figure with its interval: `0.87  0.81 to 0.92`, and below it dot, bar and caps on the axis.

    `mark` draws a dotted tick, such as the figure of the iteration before.
    """
    text = [html.Strong(decimal(value, digits)), " ", html.Span(interval_text(low, high, digits))]
    parts = [html.Span(className="interval-bar", style=_between(low, high, axis))]
    if mark is not None:
        parts.append(html.Span(className="interval-mark", style={"left": _percent(mark, axis)}))
    parts.append(html.Span(className="interval-dot", style={"left": _percent(value, axis)}))
    line = html.Div(parts, className="interval-line", **{"aria-hidden": "true"})
    head = html.Div(text, className="interval-text" if with_text else "visually-hidden")
    return html.Div([head, line], className="interval")


def sparkline(
    values: Sequence[float | None],
    *,
    name: str,
    width: int = 128,
    height: int = 28,
    axis: tuple[float, float] | None = None,
    class_row: int | None = None,
) -> Component:
    """Return a small line of values; None breaks it. `name` says what it shows, with its last value."""
    known = [value for value in values if value is not None and math.isfinite(value)]
    if len(known) < 2:
        return html.Span("—", className="quiet")
    low, high = axis or (min(known), max(known))
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" fill="none" stroke="black" '
        f'stroke-width="1.2" stroke-linejoin="round" stroke-linecap="round">'
        f'<path d="{_path(values, low, high, width, height)}"/></svg>'
    )
    style = {"--icon": svg_url(svg), "width": f"{width}px", "height": f"{height}px"}
    class_name = "sparkline" + (f" class-{class_row}" if class_row else "")
    return html.Div(className=class_name, style=style, role="img", **{"aria-label": name})


def share_bar(share: float, *, class_row: int | None = None) -> Component:
    """Return the bar of a probability, in the color of its class; the number stands beside it."""
    fill = html.Span(className="share-fill", style={"width": f"{100 * min(max(share, 0.0), 1.0):.1f}%"})
    class_name = "share-bar" + (f" class-{class_row}" if class_row else "")
    return html.Span(fill, className=class_name, **{"aria-hidden": "true"})


def _path(values: Sequence[float | None], low: float, high: float, width: int, height: int) -> str:
    scale, step, pen = (height - 4) / ((high - low) or 1), (width - 4) / max(len(values) - 1, 1), "M"
    parts = []
    for k, value in enumerate(values):
        if value is None or not math.isfinite(value):
            pen = "M"
            continue
        parts.append(f"{pen}{2 + k * step:.1f} {height - 2 - (value - low) * scale:.1f}")
        pen = "L"
    return "".join(parts)


def _percent(value: float, axis: tuple[float, float]) -> str:
    return f"{100 * min(max((value - axis[0]) / ((axis[1] - axis[0]) or 1), 0.0), 1.0):.2f}%"


def _between(low: float, high: float, axis: tuple[float, float]) -> dict[str, str]:
    left, right = _percent(low, axis), _percent(high, axis)
    return {"left": left, "width": f"{float(right[:-1]) - float(left[:-1]):.2f}%"}


def _darkness(value: float) -> int:
    return 255 - round(min(max(value if math.isfinite(value) else 255.0, 0.0), 255.0))


def _png_of(alpha: bytes) -> str:
    """Return a PNG of one row that is black with this opacity, in base64; PNG 1.2, https://www.w3.org/TR/png/."""
    row = b"\0" + b"".join(b"\0" + bytes([value]) for value in alpha)

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", len(alpha), 1, 8, 4, 0, 0, 0)  # 8 bits of gray and of alpha
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(row, 9)) + chunk(b"IEND", b"")
    return base64.b64encode(data).decode()

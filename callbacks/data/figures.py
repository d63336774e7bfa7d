"""Spectra of the page Data as figures: several, one above the other, on one axis of wavelengths."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from callbacks.figures import FULL_RANGE_WIDTH, MEAN_WIDTH, apply_theme, template
from callbacks.theme import LIGHT

#: Points of one line in a small plot; more cannot be seen.
MOST_POINTS = 1200
WAVELENGTH = "Wavelength (Å, vacuum)"


class Line(NamedTuple):
    """One spectrum: its name, wavelengths and flux; `flux` is None where there is nothing to show."""

    name: str
    wavelength: Any
    flux: Any


def stacked_figure(
    lines: Sequence[Line], y_title: str, *, window: tuple[float, float] | None = None, is_full: bool = False
) -> go.Figure:
    """Draw spectra one above the other; `window` marks the stripe that a recipe takes out of them."""
    figure = make_subplots(rows=max(len(lines), 1), cols=1, shared_xaxes=True, vertical_spacing=0.07)
    for row, line in enumerate(lines, start=1):
        if line.flux is not None:
            x, y = decimated(np.asarray(line.wavelength), np.asarray(line.flux))
            width = FULL_RANGE_WIDTH if is_full else MEAN_WIDTH
            shown = {"color": LIGHT["trace"], "width": width}
            figure.add_scatter(x=x, y=y, mode="lines", line=shown, name=line.name, row=row, col=1, hovertemplate=HOVER)
        axis = "" if row == 1 else str(row)
        figure.add_annotation(
            text=line.name, xref=f"x{axis} domain", yref=f"y{axis} domain", x=1, y=1, xanchor="right", yanchor="bottom",
            showarrow=False, font={"size": 11, "color": LIGHT["text-2"]},
        )  # fmt: skip
        if window is not None:
            figure.add_vrect(
                x0=window[0], x1=window[1], fillcolor=LIGHT["accent"], opacity=0.13, line_width=0, row=row, col=1
            )
    apply_theme(figure, x="", y="", grid=False)
    figure.update_layout(template=template(), margin={"l": 56, "r": 12, "t": 18, "b": 42}, hovermode="closest")
    figure.update_yaxes(nticks=3, title_text="")
    figure.update_xaxes(title_text=WAVELENGTH, row=max(len(lines), 1), col=1)
    figure.update_yaxes(title_text=y_title, row=(len(lines) + 1) // 2 or 1, col=1)
    return figure


HOVER = "%{x:.1f} Å   %{y:.3g}<extra></extra>"


def decimated(x: Any, y: Any) -> tuple[Any, Any]:
    """Keep the smallest and largest of every few points, so that no line is lost."""
    if x.size <= MOST_POINTS:
        return x, y
    step = -(-2 * x.size // MOST_POINTS)
    n = x.size // step
    blocks = y[: n * step].reshape(n, step)
    low, high = np.nanargmin(np.nan_to_num(blocks), axis=1), np.nanargmax(np.nan_to_num(blocks), axis=1)
    places = np.unique(np.concatenate([np.arange(n) * step + low, np.arange(n) * step + high, [x.size - 1]]))
    return x[places], y[places]

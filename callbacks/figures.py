"""Figures in the look of the product: one template for each theme, and what figures of several pages share."""

from functools import lru_cache
from typing import Any

import plotly.graph_objects as go

from callbacks.theme import MONO, SANS, THEMES

#: Widths of lines, px.
WINDOW_WIDTH, FULL_RANGE_WIDTH, MEAN_WIDTH, STATISTICS_WIDTH = 1.9, 1.05, 1.5, 2.0
#: Dash of a class mean, by the order of the classes.
MEAN_DASHES = ("dot", "dash", "dashdot")


@lru_cache(maxsize=2)
def template(theme: str = "light") -> go.layout.Template:
    """Return the template of a theme."""
    colors = THEMES[theme]
    axis = _axis(colors)
    return go.layout.Template(
        layout={
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"family": SANS, "size": 12, "color": colors["text-2"]},
            "margin": {"l": 56, "r": 16, "t": 10, "b": 42},
            "colorway": [colors["trace"], *(colors[f"class-{row}"] for row in range(2, 13))],
            "xaxis": axis,
            "yaxis": axis,
            "showlegend": False,
            "hovermode": "x",
            "hoverlabel": {
                "bgcolor": colors["surface"],
                "bordercolor": colors["control"],
                "font": {"family": MONO, "size": 12, "color": colors["text"]},
            },
            "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": colors["text-3"], "activecolor": colors["accent"]},
            "dragmode": "zoom",
        },
        data={"scatter": [{"line": {"width": STATISTICS_WIDTH}}]},
    )


def _axis(colors: Any) -> dict[str, Any]:
    return {
        "showline": True,
        "linewidth": 1,
        "linecolor": colors["control"],
        "ticks": "outside",
        "ticklen": 4,
        "tickcolor": colors["control"],
        "showgrid": False,
        "gridcolor": colors["grid"],
        "zeroline": False,
        "zerolinecolor": colors["line"],
        "mirror": False,
        "title": {"standoff": 6, "font": {"size": 12}},
        "automargin": True,
        "spikecolor": colors["control"],
        "spikethickness": 1,
        "spikedash": "solid",
    }


def apply_theme(
    figure: go.Figure, *, x: str, y: str, grid: bool = True, uirevision: str | None = None, theme: str = "light"
) -> go.Figure:
    """Give a figure the look of the product, and return it.

    Parameters
    ----------
    figure : Figure
        Its colors are those of `callbacks.theme`, light; the browser turns them into dark ones.
    x, y : str
        Titles of the axes: quantity, unit, medium, such as "Wavelength (Å, vacuum)".
    grid : bool
        Horizontal lines, for statistics; a spectrum has none but a hairline at 0.
    uirevision : str, optional
        What the figure shows: zoom is kept while it stays the same.
    theme : {"light", "dark"}
        Leave it at "light" but for files.
    """
    figure.update_layout(template=template(theme), uirevision=uirevision)
    figure.update_xaxes(title_text=x)
    figure.update_yaxes(title_text=y, showgrid=grid, zeroline=not grid)
    return figure


def empty_figure() -> go.Figure:
    """Return a figure without axes, for a plot that waits for its data."""
    figure = go.Figure(layout={"template": template()})
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    return figure

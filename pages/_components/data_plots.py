"""Plots of a few spectra, one above the other."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from dash.development.base_component import Component

from pages._components.figure_cards import plot
from pages._components.tables import data_table
from pages._components.text import count, decimal

#: Height of one spectrum and of the axis below the last one, px.
ROW_HEIGHT, AXIS_HEIGHT = 92, 52


def stacked_plot(id: str, n_rows: int = 4) -> Component:
    """Return the place of a plot of several spectra."""
    return plot(id, height=n_rows * ROW_HEIGHT + AXIS_HEIGHT)


def lines_table(lines: Sequence[tuple[str, Any, Any]]) -> Component:
    """Return the numbers behind a stacked plot: of each spectrum where it begins and ends, its extremes."""
    heads = [("Spectrum", "mono"), *[(head, "number") for head in ("Points", "From, Å", "To, Å", "Lowest at, Å")]]
    columns = [*heads, ("Lowest flux", "number"), ("Highest at, Å", "number"), ("Highest flux", "number")]
    return data_table("Spectra of the plot", columns, [_numbers(*line) for line in lines])


def _numbers(name: str, wavelength: Any, flux: Any) -> list[Any]:
    if flux is None:
        return [name, *[None] * 7]
    x, y = np.asarray(wavelength), np.nan_to_num(np.asarray(flux))
    low, high = int(np.argmin(y)), int(np.argmax(y))
    ends = [count(x.size), decimal(float(x[0]), 1), decimal(float(x[-1]), 1)]
    return [name, *ends, decimal(float(x[low]), 1), f"{y[low]:.3g}", decimal(float(x[high]), 1), f"{y[high]:.3g}"]

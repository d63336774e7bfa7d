"""Plots of a few spectra, one above the other."""

from dash.development.base_component import Component

from pages._components.figure_cards import plot

#: Height of one spectrum and of the axis below the last one, px.
ROW_HEIGHT, AXIS_HEIGHT = 92, 52


def stacked_plot(id: str, n_rows: int = 4) -> Component:
    """Return the place of a plot of several spectra."""
    return plot(id, height=n_rows * ROW_HEIGHT + AXIS_HEIGHT)

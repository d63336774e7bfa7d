"""The table of the page Label is loaded when it is opened first: labeling one by one does not wait for it."""

from typing import TYPE_CHECKING, Any

from dash import Dash, Input, Output, no_update
from dash.development.base_component import Component

from callbacks import ids

if TYPE_CHECKING:
    from al_core.services import Services


def register(app: Dash, _services: "Services") -> None:
    """Register the callback."""
    app.callback(
        Output(ids.LABEL_GRID_HOST, "children"), Input(ids.LABEL_GRID_STORE, "data"), prevent_initial_call=True
    )(grid_of)


def grid_of(is_asked: object) -> Component | Any:
    """Return the grid once it is asked for."""
    from pages._components.label_grid import table  # pages import callbacks.ids, and with it this package

    return table() if is_asked else no_update

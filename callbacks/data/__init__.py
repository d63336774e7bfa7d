"""What happens on the page Data; a module for each part of it."""

from typing import TYPE_CHECKING

from dash import Dash

from callbacks.data import choosing, details, indices, lists, making, recipes, removing, shown

if TYPE_CHECKING:
    from al_core.services import Services


def register(app: Dash, services: "Services") -> None:
    """Register the callbacks of the page."""
    for module in (shown, lists, details, choosing, recipes, making, indices, removing):
        module.register(app, services)

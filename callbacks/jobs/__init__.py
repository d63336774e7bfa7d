"""The page Jobs: its list, the job beside it, and what can be done with one."""

from dash import Dash

from al_core.services import Services
from callbacks.jobs import actions, detail, listing


def register(app: Dash, services: Services) -> None:
    """Register the callbacks."""
    listing.register(app, services)
    detail.register(app, services)
    actions.register(app, services)

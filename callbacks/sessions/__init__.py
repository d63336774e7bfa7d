"""The page Sessions: the list, what is done to a session, making and editing one, the demo."""

from dash import Dash

from al_core.services import Services
from callbacks.sessions import actions, demo, form, listing


def register(app: Dash, services: Services) -> None:
    """Register the callbacks of the page."""
    listing.register(app, services)
    actions.register(app, services)
    form.register(app, services)
    demo.register(app, services)

"""The page Train: editing the configuration, running it, following the run, and looking at the runs before."""

from dash import Dash

from al_core.services import Services
from callbacks.train import again, editing, following, history, presets, running, saved


def register(app: Dash, services: Services) -> None:
    """Register the callbacks of the page."""
    for part in (editing, presets, saved, again, running, following, history):
        part.register(app, services)

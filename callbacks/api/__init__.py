"""The plain HTTP routes: a module or package each, with `blueprint(services) -> flask.Blueprint`."""

from typing import TYPE_CHECKING

from flask import Flask

from callbacks import modules_of

if TYPE_CHECKING:
    from al_core.services import Services


def register_blueprints(server: Flask, services: "Services") -> None:
    """Add the routes of every module of this package that has a `blueprint`."""
    for module in modules_of(__name__, __path__):
        if hasattr(module, "blueprint"):
            server.register_blueprint(module.blueprint(services))

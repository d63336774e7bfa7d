"""What happens on a click: a module for each page, `register(app, services)` and plain functions below it."""

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType
from typing import TYPE_CHECKING

from dash import Dash

if TYPE_CHECKING:  # pages import callbacks.ids, and with it this module; they need none of the core
    from al_core.services import Services


def register_all(app: Dash, services: "Services") -> None:
    """Register the callbacks of every module of this package that has a `register`."""
    for module in modules_of(__name__, __path__):
        if hasattr(module, "register"):
            module.register(app, services)


def modules_of(package: str, path: list[str]) -> Iterator[ModuleType]:
    """Import the modules and packages of a package, in the order of their names."""
    for found in sorted(pkgutil.iter_modules(path), key=lambda found: found.name):
        yield importlib.import_module(f"{package}.{found.name}")

"""What components of the page Train are read with."""

import json
from collections.abc import Iterator
from typing import Any

from dash.development.base_component import Component

from al_core.services import Services
from callbacks.train import editing

CLASSES = ("other", "single peak", "double peak")
SESSION = "be-stars"


def text_of(component: Any) -> str:
    if isinstance(component, str | int):
        return str(component)
    if isinstance(component, list | tuple):
        return " ".join(filter(None, map(text_of, component)))
    return text_of(getattr(component, "children", None)) if isinstance(component, Component) else ""


def parts(component: Any) -> Iterator[Component]:
    if isinstance(component, list | tuple):
        for one in component:
            yield from parts(one)
    elif isinstance(component, Component):
        yield component
        yield from parts(getattr(component, "children", None))


def ids_in(component: Any) -> list[Any]:
    return [part.id for part in parts(component) if hasattr(part, "id")]


def draft(services: Services, **keys: Any) -> str:
    _, _, loaded = editing.load_form(services, SESSION)
    return json.dumps(json.loads(loaded["text"]) | keys, indent=2)

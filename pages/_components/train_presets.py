"""The menu of configurations to start from."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from al_core.sessions.presets import Preset
from callbacks import ids
from pages._components.buttons import button, icon_button, menu_line


def preset_items(presets: Sequence[Preset]) -> list[Component]:
    """Return the items: those of the application, then those that people saved, which can be deleted."""
    items = [_item(preset) for preset in presets if not preset.is_saved]
    saved = [_saved_item(preset) for preset in presets if preset.is_saved]
    return [*items, menu_line(), html.Div("Saved", className="menu-note"), *saved] if saved else items


def _item(preset: Preset) -> Component:
    return button(preset.title, kind="plain", id=ids.train_preset(preset.name))


def _saved_item(preset: Preset) -> Component:
    delete = icon_button("trash-2", f"Delete “{preset.title}”…", id=ids.train_preset_delete(preset.name))
    return html.Div([_item(preset), delete], className="menu-pair")

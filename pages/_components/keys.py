"""The sheet of keys: what one key does, page by page."""

from dash import html
from dash.development.base_component import Component

from callbacks import ids
from pages._components.buttons import key_hint
from pages._components.dialogs import dialog
from pages._components.fields import checkbox

#: Group: keys and what they do. A button or pill with `key=` is pressed by its key without more; name it here.
KEYS: dict[str, tuple[tuple[tuple[str, ...], str], ...]] = {
    "Everywhere": (
        (("?",), "Show these keys"),
        (("/",), "Go to the search field of the page"),
        (("Esc",), "Close a menu, dialog or drawer"),
        (("Tab",), "Go to the next control"),
    ),
}


def keys_dialog() -> Component:
    """Return the sheet, with the switch that turns one-key commands off."""
    groups = [_group(name, keys) for name, keys in KEYS.items()]
    switch = checkbox(ids.SHELL_KEYS_CHECKBOX, "One-key commands", value=True)
    switch.persistence, switch.persistence_type = True, "local"
    note = html.P("They are off while you type in a field.", className="small quiet")
    of_page = html.Div(id=ids.SHELL_KEYS_PAGE)
    return dialog(ids.SHELL_KEYS_DIALOG, "Keys", html.Div([of_page, *groups, switch, note]))


def _group(name: str, keys: tuple[tuple[tuple[str, ...], str], ...]) -> Component:
    pairs = [part for caps, what in keys for part in (html.Dt([key_hint(cap) for cap in caps]), html.Dd(what))]
    return html.Div([html.H3(name), html.Dl(pairs, className="key-list")], className="keys-group")

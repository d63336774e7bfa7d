"""Configurations that people keep: saving one under a name, deleting it after a question, bringing it back."""

from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update
from dash.development.base_component import Component

from al_core.errors import ALCoreError
from al_core.runs.checking import parse
from al_core.services import Services
from al_core.sessions.presets import Preset, Presets
from callbacks import ids
from callbacks.messages import beside, message_of
from pages._components.states import error_text
from pages._components.toasts import toast
from pages._components.train_presets import preset_items

Json = dict[str, Any]


def register(app: Dash, services: Services) -> None:
    """Register the callbacks of saved configurations."""
    _register_saving(app, services)
    _register_asking(app, services)
    _register_deleting(app, services)


def _register_saving(app: Dash, services: Services) -> None:
    @app.callback(
        Output(ids.TRAIN_SAVE_DIALOG, "is_open"),
        Output(ids.TRAIN_SAVE_ERROR, "children"),
        Output(ids.TRAIN_PRESET_LIST, "children", allow_duplicate=True),
        Output(ids.TOAST_STORE, "data", allow_duplicate=True),
        Output(ids.TRAIN_SAVE_CONFIRM_BUTTON, "title"),
        Input(ids.TRAIN_SAVE_BUTTON, "n_clicks"),
        Input(ids.TRAIN_SAVE_CANCEL_BUTTON, "n_clicks"),
        Input(ids.TRAIN_SAVE_CONFIRM_BUTTON, "n_clicks"),
        State(ids.TRAIN_SAVE_NAME, "value"),
        State(ids.TRAIN_DRAFT_STORE, "data"),
        State(ids.TRAIN_SAVE_CONFIRM_BUTTON, "title"),
        prevent_initial_call=True,
    )
    def save(
        opened: int, cancelled: int, confirmed: int, name: str | None, draft: Json | None, warned: str | None
    ) -> tuple[Any, ...]:
        if not any((opened, cancelled, confirmed)):
            return (no_update,) * 5
        if ctx.triggered_id != ids.TRAIN_SAVE_CONFIRM_BUTTON:
            return ctx.triggered_id == ids.TRAIN_SAVE_BUTTON, None, no_update, no_update, None
        presets = Presets(services.settings.workspace)
        try:
            # The second click on Save, with the same name, replaces what the first one warned about.
            save_preset(presets, name or "", (draft or {}).get("text", ""), replace=bool(name) and warned == name)
        except ALCoreError as error:
            return no_update, error_text(message_of(error)), no_update, no_update, name
        return False, None, preset_items(presets.all()), toast(f"Configuration “{name}” is saved"), None


def _register_asking(app: Dash, services: Services) -> None:
    @app.callback(
        Output(ids.TRAIN_PRESET_DELETE_DIALOG, "is_open"),
        Output(ids.TRAIN_PRESET_DELETE_TITLE, "children"),
        Output(ids.TRAIN_PRESET_DELETE_STORE, "data"),
        Output(ids.TRAIN_PRESET_DELETE_ERROR, "children", allow_duplicate=True),
        Input({"type": "train-preset-delete", "name": ALL}, "n_clicks"),
        Input(ids.TRAIN_PRESET_DELETE_CANCEL_BUTTON, "n_clicks"),
        prevent_initial_call=True,
    )
    @beside(ids.TRAIN_RUN_ERROR)
    def ask(clicks: list[int | None], _cancel: int | None) -> Any:
        if ctx.triggered_id == ids.TRAIN_PRESET_DELETE_CANCEL_BUTTON:
            return False, no_update, None, None
        if not any(clicks) or not ctx.triggered_id:
            return (no_update,) * 4
        preset = Presets(services.settings.workspace).get(ctx.triggered_id["name"])
        return True, f"Delete the configuration “{preset.title}”?", preset.name, None


def _register_deleting(app: Dash, services: Services) -> None:
    @app.callback(
        Output(ids.TRAIN_PRESET_DELETE_DIALOG, "is_open", allow_duplicate=True),
        Output(ids.TRAIN_PRESET_LIST, "children", allow_duplicate=True),
        Output(ids.TOAST_STORE, "data", allow_duplicate=True),
        Input(ids.TRAIN_PRESET_DELETE_CONFIRM_BUTTON, "n_clicks"),
        State(ids.TRAIN_PRESET_DELETE_STORE, "data"),
        prevent_initial_call=True,
    )
    @beside(ids.TRAIN_PRESET_DELETE_ERROR)
    def delete(clicks: int | None, name: str | None) -> Any:
        if not clicks or not name:
            return (no_update,) * 3
        presets = Presets(services.settings.workspace)
        said = delete_preset(presets, name)
        return False, preset_items(presets.all()), said

    @app.callback(
        Output(ids.TRAIN_PRESET_LIST, "children", allow_duplicate=True),
        Input(ids.TRAIN_PRESET_UNDO_STORE, "data"),
        prevent_initial_call=True,
    )
    @beside(ids.TRAIN_RUN_ERROR)
    def undo(deleted: Json | None) -> list[Component] | Any:
        if not deleted:
            return no_update
        presets = Presets(services.settings.workspace)
        save_preset(presets, str(deleted["title"]), str(deleted["text"]), replace=False)
        return preset_items(presets.all())


def save_preset(presets: Presets, name: str, text: str, *, replace: bool) -> Preset:
    """Keep a draft under a name.

    Raises
    ------
    ConfigurationError
        If the name cannot be used or is taken, or the text is no JSON object.
    """
    keys, problems = parse(text)
    if problems:
        raise problems[0].error("The configuration")
    return presets.save(name, keys, replace=replace)


def delete_preset(presets: Presets, name: str) -> Json:
    """Delete a saved configuration and return the toast that offers to undo it."""
    title = presets.get(name).title
    back = {"title": title, "text": presets.delete(name)}
    said = f"Configuration “{title}” is deleted"
    return toast(said, kind="plain", action="Undo", target=ids.TRAIN_PRESET_UNDO_STORE, data=back)

"""Configurations to start from, to bring along and to take away."""

import base64
import binascii
from typing import Any

from dash import Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.dependencies import ALL
from dash.development.base_component import Component

from al_core.errors import ALCoreError, ConfigurationError
from al_core.runs.checking import parse
from al_core.runs.problems import configuration_text
from al_core.services import Services
from al_core.sessions.presets import Presets, draft_from, draft_from_file
from al_core.sessions.running import prepare_run
from callbacks import ids
from callbacks.messages import beside, message_of
from callbacks.train.basis import basis_of, training_set_paths
from callbacks.train.editing import source
from pages._components.states import error_text
from pages._components.toasts import toast
from pages._components.train_presets import preset_items

Json = dict[str, Any]
_MOST_BYTES = 1_000_000


def register(app: Dash, services: Services) -> None:
    """Register the callbacks around the editor."""
    _register_presets(app, services)
    _register_files(app, services)


def _register_presets(app: Dash, services: Services) -> None:
    @app.callback(Output(ids.TRAIN_PRESET_LIST, "children"), Input(ids.TRAIN_SESSION_STORE, "data"))
    def show_presets(_session_id: str) -> list[Component]:
        return preset_items(Presets(services.settings.workspace).all())

    @app.callback(
        Output(ids.TRAIN_SOURCE_STORE, "data", allow_duplicate=True),
        Input({"type": "train-preset", "name": ALL}, "n_clicks"),
        State(ids.TRAIN_SESSION_STORE, "data"),
        prevent_initial_call=True,
    )
    @beside(ids.TRAIN_RUN_ERROR)
    def choose(clicks: list[int | None], session_id: str) -> Any:
        if not any(clicks) or not ctx.triggered_id:
            return no_update
        return preset_source(services, session_id, ctx.triggered_id["name"])

    app.clientside_callback(
        "(source) => (source && source.name) || 'Predefined'",
        Output(ids.TRAIN_PRESET_NAME, "children"),
        Input(ids.TRAIN_SOURCE_STORE, "data"),
    )


def _register_files(app: Dash, services: Services) -> None:
    @app.callback(
        Output(ids.TRAIN_SOURCE_STORE, "data", allow_duplicate=True),
        Output(ids.TRAIN_RUN_ERROR, "children", allow_duplicate=True),
        Output(ids.TOAST_STORE, "data", allow_duplicate=True),
        Input(ids.TRAIN_IMPORT_UPLOAD, "contents"),
        Input(ids.TRAIN_IMPORT_STORE, "data"),
        State(ids.TRAIN_IMPORT_UPLOAD, "filename"),
        State(ids.TRAIN_SESSION_STORE, "data"),
        prevent_initial_call=True,
    )
    def bring(contents: str | None, dropped: Json | None, filename: str | None, session_id: str) -> tuple[Any, ...]:
        try:
            if ctx.triggered_id == ids.TRAIN_IMPORT_STORE and dropped:
                name, text = str(dropped["name"]), dropped_text(dropped)
            elif contents:
                name, text = str(filename), uploaded_text(contents)
            else:
                return no_update, no_update, no_update
            made, notices = imported(services, session_id, name, text)
        except ALCoreError as error:
            return no_update, error_text(message_of(error)), no_update
        said = html.Ul([html.Li(notice) for notice in notices], className="small secondary") if notices else None
        return made, said, toast(f"{name} is imported")

    @app.callback(
        Output(ids.TRAIN_DOWNLOAD, "data"),
        Input(ids.TRAIN_EXPORT_BUTTON, "n_clicks"),
        State(ids.TRAIN_DRAFT_STORE, "data"),
        State(ids.TRAIN_SESSION_STORE, "data"),
        prevent_initial_call=True,
    )
    @beside(ids.TRAIN_RUN_ERROR)
    def export(clicks: int | None, draft: Json | None, session_id: str) -> Any:
        if not clicks or not draft:
            return no_update
        text = exported(services, session_id, draft["text"])
        return dcc.send_string(text + "\n", f"{session_id}.json", type="application/json")


def preset_source(services: Services, session_id: str, name: str) -> Json:
    """Return the draft that a predefined configuration makes of this session."""
    preset = Presets(services.settings.workspace).get(name)
    draft = draft_from(preset.keys(), basis_of(services, session_id))
    return source(configuration_text(draft), preset.title)


def imported(services: Services, session_id: str, name: str, text: str) -> tuple[Json, list[str]]:
    """Return the draft that a file makes, and what had to be changed in it."""
    draft, notices = draft_from_file(text, basis_of(services, session_id), services.settings)
    return source(draft, name), notices


def dropped_text(dropped: Json) -> str:
    """Return the text of a file that was dropped on the card."""
    if int(dropped.get("size") or 0) > _MOST_BYTES:
        raise ConfigurationError(f"{dropped['name']} is larger than 1 MB; a configuration is not. Choose another file.")
    return str(dropped["text"])


def uploaded_text(contents: str) -> str:
    """Return the text of a file that was chosen."""
    try:
        return base64.b64decode(contents.partition(",")[2], validate=True).decode("utf-8-sig")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise ConfigurationError(f"Expected a configuration in JSON, found a file that is no text: {error}.") from error


def exported(services: Services, session_id: str, text: str) -> str:
    """Return the configuration as the run gets it, with all paths; what cannot be run is returned as it is."""
    keys, problems = parse(text)
    if problems:
        return text
    session = services.sessions.get(session_id)
    sets = training_set_paths(services)
    try:
        return configuration_text(prepare_run(services.sessions, services.settings, session, keys, sets))
    except ConfigurationError:
        return text

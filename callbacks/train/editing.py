"""Form and JSON, two views of one object: loading, checking as one types, keeping the draft."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from dash import ClientsideFunction, Dash, Input, Output, State, ctx, html, no_update
from dash.dependencies import ALL
from dash.development.base_component import Component

from al_core.errors import ALCoreError
from al_core.runs.checking import parse
from al_core.runs.configuration import Checked
from al_core.runs.problems import Problem, configuration_text
from al_core.services import Services
from al_core.sessions.presets import SESSION_KEYS, DraftFile, draft_state
from al_core.sessions.running import WRITTEN_KEYS, RunBasis, check_draft, default_draft, session_defaults
from callbacks import ids
from callbacks.messages import message_of
from callbacks.train.basis import basis_of, choices_of
from pages._components.states import error_text, failed_state
from pages._components.train_form import configuration_form, form_schema
from pages._components.train_validity import problem_text, validity_view

Json = dict[str, Any]


def register(app: Dash, services: Services) -> None:
    """Register the callbacks of the editor."""
    _register_clientside(app)

    @app.callback(
        Output(ids.TRAIN_FORM, "children"),
        Output(ids.TRAIN_SCHEMA_STORE, "data"),
        Output(ids.TRAIN_SOURCE_STORE, "data"),
        Input(ids.TRAIN_SESSION_STORE, "data"),
    )
    def load(session_id: str) -> tuple[Any, ...]:
        try:
            return load_form(services, session_id)
        except ALCoreError as error:
            failed = failed_state("The configuration cannot be shown", message_of(error))
            return html.Div(failed, className="panel-body"), no_update, no_update

    @app.callback(
        Output(ids.TRAIN_CHECKED_STORE, "data"),
        Output(ids.TRAIN_VALIDITY, "children"),
        Output({"type": "train-field-error", "key": ALL}, "children"),
        Input(ids.TRAIN_CHECK_STORE, "data"),
        prevent_initial_call=True,
    )
    def check(asked: Json | None) -> tuple[Any, ...]:
        keys = [output["id"]["key"] for output in ctx.outputs_list[2]]
        if not asked:
            return no_update, no_update, [no_update] * len(keys)
        seen = check_text(services, asked["session"], asked["text"])
        return seen.data, validity_view(seen.checked), [seen.error_of(key) for key in keys]


def _register_clientside(app: Dash) -> None:
    text = Output(ids.TRAIN_JSON_TEXT, "value")
    app.clientside_callback(
        ClientsideFunction("train", "sync"),
        text,
        Output({"type": "train-field", "key": ALL}, "value"),
        Output(ids.TRAIN_DRAFT_STORE, "data"),
        Output(ids.TRAIN_FORM_FIELDSET, "disabled"),
        Input(ids.TRAIN_SOURCE_STORE, "data"),
        Input(ids.TRAIN_JSON_TEXT, "value"),
        Input({"type": "train-field", "key": ALL}, "value"),
        State(ids.TRAIN_DRAFT_STORE, "data"),
        State(ids.TRAIN_SCHEMA_STORE, "data"),
    )
    app.clientside_callback(
        ClientsideFunction("train", "checkLater"),
        Output(ids.TRAIN_JSON_PAINTED, "modified_timestamp"),
        Input(ids.TRAIN_DRAFT_STORE, "data"),
        State(ids.TRAIN_SESSION_STORE, "data"),
    )
    app.clientside_callback(
        ClientsideFunction("train", "paint"),
        Output(ids.TRAIN_JSON_PAINTED, "data"),
        Input(ids.TRAIN_JSON_TEXT, "value"),
        Input(ids.TRAIN_CHECKED_STORE, "data"),
    )
    app.clientside_callback(
        ClientsideFunction("train", "advance"),
        Output(ids.TRAIN_SOURCE_STORE, "data", allow_duplicate=True),
        Output(ids.TRAIN_SEEN_STORE, "data"),
        Input(ids.TRAIN_LIVE_STORE, "data"),
        State(ids.TRAIN_DRAFT_STORE, "data"),
        State(ids.TRAIN_SEEN_STORE, "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("train", "showView"),
        Output(ids.TRAIN_CONFIGURATION_CARD, "className"),
        Input(ids.TRAIN_VIEW_SEGMENTED, "value"),
    )


@dataclass(frozen=True)
class SeenDraft:
    """What a check of the draft shows: `data` for the browser, the check itself for the words beside the fields."""

    data: Json
    checked: Checked

    def error_of(self, key: str) -> Component | None:
        """Return the error that stands beside a field."""
        messages = [problem_text(problem) for problem in self.checked.problems if problem.key == key]
        return error_text(messages[0]) if messages else None


def load_form(services: Services, session_id: str) -> tuple[list[Component], Json, Json]:
    """Return the form, what the browser must know of its fields, and the text of the draft."""
    basis = basis_of(services, session_id)
    text = stored_text(basis)
    keys, _ = parse(text)
    own = session_defaults(basis)
    form = configuration_form(own | keys, choices_of(services, basis))
    return form, form_schema(basis.session.class_names, own), source(text)


def stored_text(basis: RunBasis) -> str:
    """Return the draft as it was left; where the session has gone on since, what its choices make of it now."""
    return DraftFile(basis.folder).read(draft_state(basis)) or configuration_text(default_draft(basis))


def source(text: str, name: str | None = None) -> Json:
    """Return a text that replaces the draft in the browser."""
    return {"text": text, "nonce": uuid4().hex, "name": name}


def check_text(services: Services, session_id: str, text: str) -> SeenDraft:
    """Check a draft and keep it."""
    basis = basis_of(services, session_id)
    checked = check_draft(text, basis, services.settings)
    keep_draft(services, basis, text, checked)
    configuration = checked.configuration
    data = {
        "text": text,
        "valid": checked.is_valid,
        "problems": [_shown(problem) for problem in checked.problems],
        "iteration": configuration.keys.iteration_num if configuration else None,
        "trains": configuration.keys.run_active_learning and configuration.keys.iteration_num > 0
        if configuration
        else None,
    }
    return SeenDraft(data, checked)


def _shown(problem: Problem) -> Json:
    return {"key": problem.key, "line": problem.line, "message": problem_text(problem)}


def keep_draft(services: Services, basis: RunBasis, text: str, checked: Checked) -> None:
    """Keep the text as typed, and what it chooses as the session's draft once it is valid."""
    session = basis.session
    DraftFile(basis.folder).write(text, draft_state(basis))
    if not checked.is_valid:
        return
    same = {"pool_csv": session.pool, "training_set_csv": default_draft(basis.without_draft()).get("training_set_csv")}
    dropped = {*SESSION_KEYS, *WRITTEN_KEYS} - set(same)
    chosen = {
        key: value for key, value in checked.written.items() if key not in dropped and same.get(key, ...) != value
    }
    if chosen != session.configuration:
        services.sessions.update(session.session_id, configuration=chosen)

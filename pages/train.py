"""The page Train: the configuration as a form and as JSON, the run, its log, and the runs before it."""

from typing import Any

import dash
from dash import dcc, html
from dash.development.base_component import Component

from callbacks import ids
from pages._components.buttons import button, icon_button, menu, segmented, toggle_pill
from pages._components.cards import card
from pages._components.dialogs import confirm_dialog, dialog, drawer
from pages._components.fields import error_slot, field, text_input
from pages._components.figure_cards import plot
from pages._components.icons import icon
from pages._components.states import empty_state, skeleton
from pages._components.train_editor import json_editor

dash.register_page(__name__, path="/train", name="Train", title="Train · Spectrolabe")


def layout(session: str | None = None, job: str | None = None, **_query: str) -> Component:
    """Return the page's skeleton."""
    if not session:
        text = "A run belongs to a session: its spectra, classes and labels."
        choose = button("Choose a session", kind="primary", href="/")
        return html.Div(empty_state("layers", "No session is open", text, choose, big=True), className="page")
    return html.Div(
        [
            html.H1("Train", className="visually-hidden"),
            *_stores(session, job),
            html.Div(
                [_configuration(), html.Div([_run(), _log(), _history()], className="stack train-side")],
                className="split train-split",
            ),
            *_dialogs(),
        ],
        className="page train-page",
    )


def _stores(session: str, job: str | None) -> list[Component]:
    names = (
        ids.TRAIN_DRAFT_STORE,
        ids.TRAIN_SOURCE_STORE,
        ids.TRAIN_CHECK_STORE,
        ids.TRAIN_CHECKED_STORE,
        ids.TRAIN_SCHEMA_STORE,
        ids.TRAIN_JSON_PAINTED,
        ids.TRAIN_PRESET_DELETE_STORE,
        ids.TRAIN_PRESET_UNDO_STORE,
        ids.TRAIN_IMPORT_STORE,
        ids.TRAIN_FOLLOW_STORE,
        ids.TRAIN_FOLLOWED_STORE,
        ids.TRAIN_LIVE_STORE,
        ids.TRAIN_TOLD_STORE,
        ids.TRAIN_CHANGED_STORE,
        ids.TRAIN_LATEST_STORE,
        ids.TRAIN_DRAWN_STORE,
        ids.TRAIN_SEEN_STORE,
    )
    tick = dcc.Interval(id=ids.TRAIN_TICK, interval=5000)
    opened = [dcc.Store(id=ids.TRAIN_SESSION_STORE, data=session), dcc.Store(id=ids.TRAIN_JOB_STORE, data=job)]
    return [*opened, *(dcc.Store(id=name) for name in names), tick]


def _configuration() -> Component:
    views = [{"label": name, "value": name.lower()} for name in ("Form", "Both", "JSON")]
    upload = dcc.Upload(
        icon_button("upload", "Import a configuration"),
        id=ids.TRAIN_IMPORT_UPLOAD,
        accept=".json,application/json",
        max_size=1_000_000,
    )
    tools = [
        segmented(ids.TRAIN_VIEW_SEGMENTED, views, "both", name="View of the configuration", persistence=True),
        upload,
        icon_button("download", "Export the configuration", id=ids.TRAIN_EXPORT_BUTTON),
        dcc.Download(id=ids.TRAIN_DOWNLOAD),
    ]
    fieldset = html.Fieldset(
        html.Div(skeleton("rows", 6), id=ids.TRAIN_FORM), id=ids.TRAIN_FORM_FIELDSET, className="train-form"
    )
    body = html.Div([fieldset, json_editor()], id=ids.TRAIN_CONFIGURATION_CARD, className="train-views view-both")
    made: Any = card("Configuration", body, subtitle=_presets(), tools=tools, flush=True, foot=_actions())
    made.className += " train-drop"
    return made


def _presets() -> Component:
    label = html.Span(
        [html.Span("Predefined", id=ids.TRAIN_PRESET_NAME), icon("chevron-down")], className="train-preset"
    )
    return menu(label, html.Div(id=ids.TRAIN_PRESET_LIST), class_name="train-presets")


def _actions() -> Component:
    run = html.Button(
        html.Span("Run", id=ids.TRAIN_RUN_LABEL),
        id=ids.TRAIN_RUN_BUTTON,
        className="button button-primary",
        type="button",
        disabled=True,
    )
    validity = html.Div(id=ids.TRAIN_VALIDITY, className="train-validity", role="status")
    buttons = html.Div([button("Save as…", kind="outline", id=ids.TRAIN_SAVE_BUTTON), run], className="tools")
    why = html.Div(id=ids.TRAIN_RUN_WHY, className="button-why train-why")
    return html.Div(
        [html.Div([validity, buttons], className="between train-actions"), why, error_slot(ids.TRAIN_RUN_ERROR)]
    )


def _run() -> Component:
    head = html.Div(id=ids.TRAIN_RUN_HEAD, className="panel-head-title")
    cancel: Any = button("Cancel run", kind="danger", id=ids.TRAIN_CANCEL_BUTTON)
    cancel.hidden = True  # until a run is known to go on
    tools = html.Div(cancel, className="tools")
    curves = html.Div(plot(ids.TRAIN_CURVES, height=250), id=ids.TRAIN_CURVES_PLACE, hidden=True)
    body = [
        html.Div(skeleton("figures", 4), id=ids.TRAIN_RUN_STATE),
        html.Div(id=ids.TRAIN_RUN_FIGURES),
        curves,
        html.Div(id=ids.TRAIN_RUN_RESULT),
        error_slot(ids.TRAIN_CANCEL_ERROR),
        html.Div(id=ids.TRAIN_RUN_LIVE, className="visually-hidden", **{"aria-live": "polite"}),
    ]
    inside = [html.Div([head, tools], className="panel-head"), html.Div(body, className="panel-body train-run")]
    return html.Section(inside, className="panel", id=ids.TRAIN_RUN_CARD)


def _log() -> Component:
    tools = [
        toggle_pill(ids.TRAIN_LOG_FOLLOW, "Follow", value=True),
        icon_button("copy", "Copy the log", id=ids.TRAIN_LOG_COPY),
    ]
    text = html.Div(
        id=ids.TRAIN_LOG, className="train-log", tabIndex="0", role="log", **{"aria-label": "Log", "aria-live": "off"}
    )
    return html.Div(
        card("Log", text, subtitle="times in UTC", tools=tools, flush=True), id=ids.TRAIN_LOG_CARD, hidden=True
    )


def _history() -> Component:
    label = html.Span("Compare", id=ids.TRAIN_COMPARE_LABEL)
    compare = html.Button(
        label, id=ids.TRAIN_COMPARE_BUTTON, className="button button-soft", type="button", disabled=True
    )
    return card("History", html.Div(skeleton("rows", 2), id=ids.TRAIN_HISTORY), tools=compare, flush=True)


def _dialogs() -> list[Component]:
    compare: Any = dialog(ids.TRAIN_COMPARE_DIALOG, "Two runs", html.Div(id=ids.TRAIN_COMPARE_BODY), wide=True)
    network: Any = drawer(ids.TRAIN_NETWORK_DRAWER, "Network", html.Div(id=ids.TRAIN_NETWORK_BODY))
    compare.class_name = "train-compare"
    network.class_name = "train-network"
    return [_save_dialog(), _delete_dialog(), compare, network]


def _save_dialog() -> Component:
    control = text_input(ids.TRAIN_SAVE_NAME, autofocus=True)
    return dialog(
        ids.TRAIN_SAVE_DIALOG,
        "Save the configuration",
        field("Name", control, hint="Session, classes, data and labels are not part of it."),
        button("Cancel", kind="soft", id=ids.TRAIN_SAVE_CANCEL_BUTTON),
        button("Save", kind="primary", id=ids.TRAIN_SAVE_CONFIRM_BUTTON),
        error_id=ids.TRAIN_SAVE_ERROR,
    )


def _delete_dialog() -> Component:
    return confirm_dialog(
        ids.TRAIN_PRESET_DELETE_DIALOG,
        "Delete the configuration",
        "It leaves this menu and the choices of a new session, for everybody. Sessions and runs that began with it "
        "stay as they are.",
        confirm="Delete the configuration",
        confirm_id=ids.TRAIN_PRESET_DELETE_CONFIRM_BUTTON,
        cancel_id=ids.TRAIN_PRESET_DELETE_CANCEL_BUTTON,
        error_id=ids.TRAIN_PRESET_DELETE_ERROR,
        title_id=ids.TRAIN_PRESET_DELETE_TITLE,
    )

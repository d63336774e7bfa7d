"""The dialog in which a session is made or edited."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

from dash import ALL, MATCH, Dash, Input, Output, State, ctx, no_update
from dash.exceptions import PreventUpdate

from al_core.errors import SessionError
from al_core.library import Library
from al_core.runs.keys import ALIASES
from al_core.services import Services
from al_core.sessions import Session, SessionClass
from al_core.sessions.classes import classes_of, new_class
from al_core.sessions.presets import SESSION_KEYS, Presets
from al_core.strategies import STRATEGIES
from callbacks import ids
from callbacks.messages import beside
from pages._components.sessions_form import class_rows, shape_mark
from pages._components.sessions_waiting import open_href
from pages._components.text import count

#: Classes of a new session: those of the thesis.
FIRST_CLASSES, FIRST_CANDIDATES = ("other", "single peak", "double peak"), ("single peak", "double peak")
#: Choice of a list that means none; an empty text would be shown as nothing at all.
NOTHING = "-"
PARTS = ("name", "color", "shape", "key", "candidate")

Options = list[dict[str, Any]]


def register(app: Dash, services: Services) -> None:
    """Register the callbacks of the dialog."""
    _register_opening(app, services)
    _register_classes(app)
    _register_saving(app, services)


def _register_opening(app: Dash, services: Services) -> None:
    @app.callback(
        Output(ids.SESSIONS_FORM_DIALOG, "is_open"),
        Output(ids.SESSIONS_FORM_TITLE, "children"),
        Output(ids.SESSIONS_FORM_SAVE_BUTTON, "children"),
        Output(ids.SESSIONS_FORM_NAME, "value"),
        Output(ids.SESSIONS_FORM_POOL, "options"),
        Output(ids.SESSIONS_FORM_POOL, "value"),
        Output(ids.SESSIONS_FORM_TRAINING_SET, "options"),
        Output(ids.SESSIONS_FORM_TRAINING_SET, "value"),
        Output(ids.SESSIONS_FORM_STRATEGY, "options"),
        Output(ids.SESSIONS_FORM_STRATEGY, "value"),
        Output(ids.SESSIONS_FORM_SEED, "value"),
        Output(ids.SESSIONS_FORM_PRESET, "options"),
        Output(ids.SESSIONS_FORM_PRESET, "value"),
        Output(ids.SESSIONS_FORM_PRESET_FIELD, "hidden"),
        Output(ids.SESSIONS_FORM_CLASSES, "children"),
        Output(ids.SESSIONS_FORM_ORDER_STORE, "data"),
        Output(ids.SESSIONS_FORM_ERROR, "children", allow_duplicate=True),
        Input(ids.SESSIONS_TARGET_STORE, "data"),
        Input(ids.SESSIONS_FORM_CANCEL_BUTTON, "n_clicks"),
        prevent_initial_call=True,
    )
    def open_form(target: dict[str, str] | None, _close: Any) -> tuple[Any, ...]:
        is_asked = ctx.triggered_id == ids.SESSIONS_TARGET_STORE and target and target["action"] in ("new", "edit")
        if not is_asked or target is None:
            return False, *(no_update,) * 15, None
        session = services.sessions.get(target["session"]) if target["action"] == "edit" else None
        return True, *form_values(services, session), None

    @app.callback(
        Output(ids.SESSIONS_FORM_STRATEGY, "value", allow_duplicate=True),
        Output(ids.SESSIONS_FORM_SEED, "value", allow_duplicate=True),
        Input(ids.SESSIONS_FORM_PRESET, "value"),
        prevent_initial_call=True,
    )
    def apply_preset(name: str | None) -> tuple[Any, Any]:
        if not name or name == NOTHING:
            raise PreventUpdate
        keys = Presets(services.settings.workspace).get(name).keys()
        return keys.get("strategy", no_update), keys.get("seed", no_update)


def _register_classes(app: Dash) -> None:
    @app.callback(
        Output(ids.SESSIONS_FORM_CLASSES, "children", allow_duplicate=True),
        Output(ids.SESSIONS_FORM_ORDER_STORE, "data", allow_duplicate=True),
        Input(ids.SESSIONS_FORM_ADD_BUTTON, "n_clicks"),
        Input({"type": "sessions-class-move", "step": ALL, "row": ALL}, "n_clicks"),
        State(ids.SESSIONS_FORM_ORDER_STORE, "data"),
        *_class_states(),
        prevent_initial_call=True,
    )
    def change_classes(_add: Any, _moves: Any, order: list[str], *_values: Any) -> tuple[Any, list[str]]:
        if not ctx.triggered[0]["value"]:
            raise PreventUpdate
        classes = classes_in(ctx.states_list[-len(PARTS) :], order)
        asked = ctx.triggered_id
        if asked == ids.SESSIONS_FORM_ADD_BUTTON:
            classes = [*classes, with_id(new_class("", classes))]
        else:
            classes = moved(classes, asked["row"], asked["step"])
        return class_rows(classes), [one.class_id for one in classes]

    @app.callback(
        Output({"type": "sessions-class-mark", "row": MATCH}, "children"),
        Input({"type": "sessions-class-color", "row": MATCH}, "value"),
        Input({"type": "sessions-class-shape", "row": MATCH}, "value"),
        prevent_initial_call=True,
    )
    def show_mark(color: str, shape: str) -> Any:
        return shape_mark(int(color), shape)


def _register_saving(app: Dash, services: Services) -> None:
    @app.callback(
        Output(ids.SESSIONS_FORM_DIALOG, "is_open", allow_duplicate=True),
        Output(ids.SESSIONS_CHANGED_STORE, "data", allow_duplicate=True),
        Output(ids.SHELL_LOCATION, "href", allow_duplicate=True),
        Input(ids.SESSIONS_FORM_SAVE_BUTTON, "n_clicks"),
        State(ids.SESSIONS_TARGET_STORE, "data"),
        State(ids.SESSIONS_FORM_NAME, "value"),
        State(ids.SESSIONS_FORM_POOL, "value"),
        State(ids.SESSIONS_FORM_TRAINING_SET, "value"),
        State(ids.SESSIONS_FORM_STRATEGY, "value"),
        State(ids.SESSIONS_FORM_SEED, "value"),
        State(ids.SESSIONS_FORM_PRESET, "value"),
        State(ids.SESSIONS_FORM_ORDER_STORE, "data"),
        *_class_states(),
        prevent_initial_call=True,
    )
    @beside(ids.SESSIONS_FORM_ERROR)
    def save(
        click: int | None,
        target: dict[str, str],
        name: str | None,
        pool: str | None,
        training_set: str | None,
        strategy: str,
        seed: float | None,
        preset: str | None,
        order: list[str],
        *_values: Any,
    ) -> tuple[Any, ...]:
        if not click:  # Dash also calls when the page appears
            raise PreventUpdate
        fields: dict[str, Any] = {
            "name": name or "",
            "classes": classes_in(ctx.states_list[-len(PARTS) :], order),
            "pool": None if pool in (None, NOTHING) else pool,
            "training_set": None if training_set in (None, NOTHING) else Path(str(training_set)),
            "strategy": strategy,
            "seed": seed_of(seed),
        }
        if target["action"] == "edit":
            services.sessions.update(target["session"], **fields)
            return False, uuid4().hex, no_update
        session = services.sessions.create(**fields, configuration=preset_keys(services, preset))
        return False, uuid4().hex, open_href(session.session_id)


def _class_states() -> list[State]:
    return [State({"type": f"sessions-class-{part}", "row": ALL}, "value") for part in PARTS]


def form_values(services: Services, session: Session | None) -> tuple[Any, ...]:
    """Return title, label of the button, and the fields in order, for a session or (None) for a new one."""
    pools = pool_options(services.library, session)
    trainings = training_options(services.library, session)
    classes = list(session.classes) if session else [*classes_of(FIRST_CLASSES, FIRST_CANDIDATES)]
    presets = Presets(services.settings.workspace).all()
    only_pool = pools[1]["value"] if len(pools) == 2 else NOTHING
    only_training = trainings[1]["value"] if len(trainings) == 2 else NOTHING
    return (
        f"Edit “{session.name}”" if session else "New session",
        "Save the session" if session else "Make the session",
        session.name if session else "",
        pools,
        (session.pool or NOTHING) if session else only_pool,
        trainings,
        (str(session.training_set or NOTHING)) if session else only_training,
        [{"label": one.label, "value": name} for name, one in STRATEGIES.items()],
        session.strategy if session else next(iter(STRATEGIES)),
        session.seed if session else services.settings.seed,
        [{"label": "defaults", "value": NOTHING}, *({"label": one.title, "value": one.name} for one in presets)],
        NOTHING,
        session is not None,
        class_rows(classes),
        [one.class_id for one in classes],
    )


def pool_options(library: Library, session: Session | None) -> Options:
    """Return the pools that can be used; the session's own stays in the list when it is gone."""
    found = {info.name: f"{info.name}, {count(info.n_spectra)} spectra" for info in library.pools() if not info.problem}
    if session is not None and session.pool is not None:
        found.setdefault(session.pool, f"{session.pool} (gone)")
    return [{"label": "none yet", "value": NOTHING}, *({"label": text, "value": name} for name, text in found.items())]


def training_options(library: Library, session: Session | None) -> Options:
    """Return the training sets that can be used, by their files."""
    usable = [info for info in library.training_sets() if not info.problem]
    found = {str(info.path): f"{info.name}, {count(info.n_labeled)} labeled" for info in usable}
    if session is not None and session.training_set is not None:
        found.setdefault(str(session.training_set), str(session.training_set))
    first = {"label": "none: label from scratch", "value": NOTHING}
    return [first, *({"label": text, "value": path} for path, text in found.items())]


def classes_in(states: Sequence[Sequence[Mapping[str, Any]]], order: Sequence[str]) -> list[SessionClass]:
    """Return the classes that the editor shows, from the states of its controls, in the order of its rows."""
    values: dict[str, dict[str, Any]] = {row: {} for row in order}
    for part, controls in zip(PARTS, states, strict=True):
        for control in controls:
            values.setdefault(control["id"]["row"], {})[part] = control.get("value")
    return [
        SessionClass(
            class_id=row,
            name=str(values[row].get("name") or ""),
            color_row=int(values[row].get("color") or 1),
            shape=str(values[row].get("shape") or ""),
            key=str(values[row].get("key") or ""),
            is_candidate=bool(values[row].get("candidate")),
        )
        for row in order
    ]


def with_id(one: SessionClass) -> SessionClass:
    """Return a new class with an id of its own."""
    return SessionClass(**{**vars(one), "class_id": uuid4().hex[:12]})


def moved(classes: list[SessionClass], row: str, step: str) -> list[SessionClass]:
    """Return the classes with one moved up or down, or removed."""
    place = next(k for k, one in enumerate(classes) if one.class_id == row)
    others = [one for one in classes if one.class_id != row]
    if step == "remove":
        return others
    others.insert(max(0, place + (-1 if step == "up" else 1)), classes[place])
    return others


def seed_of(value: float | None) -> int:
    """Return the seed of the form.

    Raises
    ------
    SessionError
        If there is none, or it is no whole number.
    """
    if value is None or int(value) != value:
        raise SessionError("The seed is a whole number, 0 or more, for instance 0.")
    return int(value)


def preset_keys(services: Services, name: str | None) -> dict[str, Any]:
    """Return what a predefined configuration says beyond what the session has itself."""
    if not name or name == NOTHING:
        return {}
    keys = Presets(services.settings.workspace).get(name).keys()
    own = (*SESSION_KEYS, "strategy", "seed", "candidate_classes", "run_active_learning", "folder")
    return {key: value for key, value in keys.items() if ALIASES.get(key, key) not in own and value != ""}

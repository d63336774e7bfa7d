"""What is done to a session: rename, clone, archive, restore, delete."""

from typing import Any
from uuid import uuid4

from dash import ALL, Dash, Input, Output, State, ctx, html, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from al_core.errors import ALCoreError, SessionDamagedError
from al_core.services import Services
from al_core.sessions import Sessions
from callbacks import ids
from callbacks.messages import beside, message_of
from pages._components.states import banner
from pages._components.text import counted
from pages._components.toasts import toast

#: Actions that open a dialog about a session.
DIALOGS = ("rename", "clone", "delete", "edit", "new")


def register(app: Dash, services: Services) -> None:
    """Register the callbacks of the actions."""
    _register_choice(app, services)
    _register_opening(app, services)
    _register_doing(app, services)


def _register_choice(app: Dash, services: Services) -> None:
    @app.callback(
        Output(ids.SESSIONS_TARGET_STORE, "data"),
        Output(ids.SESSIONS_CHANGED_STORE, "data", allow_duplicate=True),
        Output(ids.TOAST_STORE, "data", allow_duplicate=True),
        Output(ids.SESSIONS_NOTICE, "children", allow_duplicate=True),
        Input({"type": "sessions-action", "action": ALL, "session": ALL}, "n_clicks"),
        prevent_initial_call=True,
    )
    def choose(_clicks: list[int | None]) -> tuple[Any, ...]:
        asked = ctx.triggered_id
        if not ctx.triggered[0]["value"]:
            raise PreventUpdate
        if asked["action"] in DIALOGS:
            return {**asked, "stamp": _stamp()}, no_update, no_update, None
        if asked["action"] not in ("archive", "restore"):
            raise PreventUpdate
        try:
            said = shelve(services.sessions, asked["session"], asked["action"] == "archive")
        except ALCoreError as error:
            return no_update, no_update, no_update, banner("failed", "That was not done.", message_of(error))
        return no_update, _stamp(), said, None

    @app.callback(
        Output(ids.SESSIONS_CHANGED_STORE, "data", allow_duplicate=True),
        Input(ids.SESSIONS_UNDO_STORE, "data"),
        prevent_initial_call=True,
    )
    def undo(asked: dict[str, Any] | None) -> str:
        if not asked:
            raise PreventUpdate
        services.sessions.archive(asked["session"], bool(asked["archived"]))
        return _stamp()


def _register_opening(app: Dash, services: Services) -> None:
    @app.callback(
        Output(ids.SESSIONS_RENAME_DIALOG, "is_open"),
        Output(ids.SESSIONS_RENAME_NAME, "value"),
        Output(ids.SESSIONS_RENAME_ERROR, "children", allow_duplicate=True),
        Input(ids.SESSIONS_TARGET_STORE, "data"),
        Input(ids.sessions_close("rename"), "n_clicks"),
        prevent_initial_call=True,
    )
    def open_rename(target: dict[str, str] | None, _close: Any) -> tuple[Any, ...]:
        session_id = _asked(target, "rename")
        if session_id is None:
            return False, no_update, None
        return True, services.sessions.get(session_id).name, None

    @app.callback(
        Output(ids.SESSIONS_CLONE_DIALOG, "is_open"),
        Output(ids.SESSIONS_CLONE_NAME, "value"),
        Output(ids.SESSIONS_CLONE_ITERATION, "options"),
        Output(ids.SESSIONS_CLONE_ITERATION, "value"),
        Output(ids.SESSIONS_CLONE_ERROR, "children", allow_duplicate=True),
        Input(ids.SESSIONS_TARGET_STORE, "data"),
        Input(ids.sessions_close("clone"), "n_clicks"),
        prevent_initial_call=True,
    )
    def open_clone(target: dict[str, str] | None, _close: Any) -> tuple[Any, ...]:
        session_id = _asked(target, "clone")
        if session_id is None:
            return False, no_update, no_update, no_update, None
        name, options = clone_choices(services.sessions, session_id)
        return True, name, options, "all", None

    @app.callback(
        Output(ids.SESSIONS_DELETE_DIALOG, "is_open"),
        Output(ids.SESSIONS_DELETE_TITLE, "children"),
        Output(ids.SESSIONS_DELETE_TEXT, "children"),
        Output(ids.SESSIONS_DELETE_ERROR, "children", allow_duplicate=True),
        Input(ids.SESSIONS_TARGET_STORE, "data"),
        Input(ids.SESSIONS_DELETE_CANCEL_BUTTON, "n_clicks"),
        prevent_initial_call=True,
    )
    def open_delete(target: dict[str, str] | None, _close: Any) -> tuple[Any, ...]:
        session_id = _asked(target, "delete")
        if session_id is None:
            return False, no_update, no_update, None
        return True, *what_is_lost(services.sessions, session_id), None


def _register_doing(app: Dash, services: Services) -> None:
    @app.callback(
        Output(ids.SESSIONS_RENAME_DIALOG, "is_open", allow_duplicate=True),
        Output(ids.SESSIONS_CHANGED_STORE, "data", allow_duplicate=True),
        Input(ids.SESSIONS_RENAME_CONFIRM_BUTTON, "n_clicks"),
        Input(ids.SESSIONS_RENAME_NAME, "n_submit"),
        State(ids.SESSIONS_TARGET_STORE, "data"),
        State(ids.SESSIONS_RENAME_NAME, "value"),
        prevent_initial_call=True,
    )
    @beside(ids.SESSIONS_RENAME_ERROR)
    def rename(click: int | None, enter: int | None, target: dict[str, str], name: str | None) -> tuple[bool, str]:
        _require(click or enter)
        services.sessions.rename(target["session"], name or "")
        return False, _stamp()

    @app.callback(
        Output(ids.SESSIONS_CLONE_DIALOG, "is_open", allow_duplicate=True),
        Output(ids.SESSIONS_CHANGED_STORE, "data", allow_duplicate=True),
        Output(ids.TOAST_STORE, "data", allow_duplicate=True),
        Input(ids.SESSIONS_CLONE_CONFIRM_BUTTON, "n_clicks"),
        State(ids.SESSIONS_TARGET_STORE, "data"),
        State(ids.SESSIONS_CLONE_NAME, "value"),
        State(ids.SESSIONS_CLONE_ITERATION, "value"),
        prevent_initial_call=True,
    )
    @beside(ids.SESSIONS_CLONE_ERROR)
    def clone(click: int | None, target: dict[str, str], name: str | None, until: str) -> tuple[Any, ...]:
        _require(click)
        iteration = None if until == "all" else int(until)
        copy = services.sessions.clone(target["session"], name or "", iteration=iteration)
        return False, _stamp(), toast(f"“{copy.name}” is a {copy.origin}")

    @app.callback(
        Output(ids.SESSIONS_DELETE_DIALOG, "is_open", allow_duplicate=True),
        Output(ids.SESSIONS_CHANGED_STORE, "data", allow_duplicate=True),
        Output(ids.TOAST_STORE, "data", allow_duplicate=True),
        Input(ids.SESSIONS_DELETE_CONFIRM_BUTTON, "n_clicks"),
        State(ids.SESSIONS_TARGET_STORE, "data"),
        prevent_initial_call=True,
    )
    @beside(ids.SESSIONS_DELETE_ERROR)
    def delete(click: int | None, target: dict[str, str]) -> tuple[Any, ...]:
        _require(click)
        services.sessions.delete(target["session"])
        return False, _stamp(), toast("The session is deleted")


def shelve(sessions: Sessions, session_id: str, is_archived: bool) -> dict[str, Any]:
    """Archive or restore a session and return the toast that offers to undo it."""
    session = sessions.archive(session_id, is_archived)
    words = f"“{session.name}” is archived" if is_archived else f"“{session.name}” is back in the list"
    back = {"session": session_id, "archived": not is_archived, "stamp": _stamp()}
    return toast(words, action="Undo", target=ids.SESSIONS_UNDO_STORE, data=back)


def clone_choices(sessions: Sessions, session_id: str) -> tuple[str, list[dict[str, str]]]:
    """Return a name for the clone, and how much of the session it may copy."""
    name = sessions.get(session_id).name
    numbers = sorted({info.number for info in sessions.iterations(session_id) if info.is_current})
    choices = [{"label": f"iteration {number}, with its labels", "value": str(number)} for number in reversed(numbers)]
    return f"{name}, copy"[:80], [{"label": "everything", "value": "all"}, *choices]


def what_is_lost(sessions: Sessions, session_id: str) -> tuple[str, list[Component]]:
    """Return title and text of the question whether to delete a session: its name, and what goes with it."""
    try:
        summary = sessions.summary(session_id)
    except SessionDamagedError as error:
        text: list[Component] = [
            html.P("Its database cannot be read, so nobody can say what is in it."),
            html.P(str(error)),
        ]
        return f"Delete “{session_id}”?", text
    n_iterations = len(sessions.iterations(session_id))
    lost = [counted(summary.n_labels, "label"), counted(n_iterations, "iteration")]
    first = f"{' and '.join(lost)} are lost for good." if summary.n_labels or n_iterations else "It is empty so far."
    if summary.n_labels + n_iterations == 1:
        first = first.replace(" are lost", " is lost") if summary.n_labels == 0 else first
    kept = "The pool and the training set stay."
    if not summary.session.is_archived:
        kept += " To take it out of the list and keep everything, archive it."
    return f"Delete “{summary.session.name}”?", [html.P(html.Strong(first)), html.P(kept)]


def _require(click: int | None) -> None:
    """Stop here unless somebody clicked: Dash also calls when the page appears."""
    if not click:
        raise PreventUpdate


def _asked(target: dict[str, str] | None, action: str) -> str | None:
    """Return the session for which a dialog was asked for just now; None where the callback has another reason."""
    is_new = ctx.triggered_id == ids.SESSIONS_TARGET_STORE
    return target["session"] if is_new and target and target["action"] == action else None


def _stamp() -> str:
    return uuid4().hex

"""The small dialogs of the page Sessions: rename, clone, delete."""

from dash import html
from dash.development.base_component import Component

from callbacks import ids
from pages._components.buttons import button
from pages._components.dialogs import confirm_dialog, dialog
from pages._components.fields import field, fields, select, text_input


def sessions_dialogs() -> list[Component]:
    """Return the dialogs, closed."""
    return [_rename(), _clone(), _delete()]


def _rename() -> Component:
    name = field(
        "Name", text_input(ids.SESSIONS_RENAME_NAME, autofocus=True), hint="Its folder and its runs keep their name."
    )
    close = button("Cancel", kind="soft", id=ids.sessions_close("rename"))
    save = button("Rename the session", kind="primary", id=ids.SESSIONS_RENAME_CONFIRM_BUTTON)
    return dialog(
        ids.SESSIONS_RENAME_DIALOG, "Rename the session", name, close, save, error_id=ids.SESSIONS_RENAME_ERROR
    )


def _clone() -> Component:
    text = "A clone has its own labels and iterations: try another strategy without touching this one."
    inside = [
        html.P(text, className="dialog-text"),
        fields(
            field("Name of the clone", text_input(ids.SESSIONS_CLONE_NAME, autofocus=True)),
            field("Up to", select(ids.SESSIONS_CLONE_ITERATION)),
        ),
    ]
    close = button("Cancel", kind="soft", id=ids.sessions_close("clone"))
    save = button("Clone the session", kind="primary", id=ids.SESSIONS_CLONE_CONFIRM_BUTTON)
    body = html.Div(inside, className="stack")
    return dialog(ids.SESSIONS_CLONE_DIALOG, "Clone the session", body, close, save, error_id=ids.SESSIONS_CLONE_ERROR)


def _delete() -> Component:
    return confirm_dialog(
        ids.SESSIONS_DELETE_DIALOG,
        "Delete the session",
        None,
        confirm="Delete the session",
        confirm_id=ids.SESSIONS_DELETE_CONFIRM_BUTTON,
        cancel_id=ids.SESSIONS_DELETE_CANCEL_BUTTON,
        error_id=ids.SESSIONS_DELETE_ERROR,
        title_id=ids.SESSIONS_DELETE_TITLE,
        text_id=ids.SESSIONS_DELETE_TEXT,
    )

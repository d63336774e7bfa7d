"""Ids of the page Sessions."""

SESSIONS_HEAD = "sessions-head"
SESSIONS_SEARCH = "sessions-search"
#: Everything below the head of the page: cards and table, or the empty page.
SESSIONS_LIST = "sessions-list"
#: What the list was drawn from, in short; it is drawn again only if that changes, so nothing moves under the hand.
SESSIONS_LIST_STORE = "sessions-list-store"
SESSIONS_TICK = "sessions-tick"
#: Written by whatever changes sessions on this page.
SESSIONS_CHANGED_STORE = "sessions-changed-store"
#: What the address says: {"archived": bool, "session": id or None}.
SESSIONS_VIEW_STORE = "sessions-view-store"
SESSIONS_ARCHIVED_LINK = "sessions-archived-link"
SESSIONS_NOTICE = "sessions-notice"
#: Session whose archiving a toast offers to undo.
SESSIONS_UNDO_STORE = "sessions-undo-store"
#: The job of the demo that this page follows.
SESSIONS_DEMO_STORE = "sessions-demo-store"
#: Session that a dialog is about; of the form None for a new one.
SESSIONS_TARGET_STORE = "sessions-target-store"
SESSIONS_RENAME_DIALOG = "sessions-rename-dialog"
SESSIONS_RENAME_NAME = "sessions-rename-name"
SESSIONS_RENAME_ERROR = "sessions-rename-error"
SESSIONS_RENAME_CONFIRM_BUTTON = "sessions-rename-confirm-button"
SESSIONS_CLONE_DIALOG = "sessions-clone-dialog"
SESSIONS_CLONE_NAME = "sessions-clone-name"
SESSIONS_CLONE_ITERATION = "sessions-clone-iteration"
SESSIONS_CLONE_ERROR = "sessions-clone-error"
SESSIONS_CLONE_CONFIRM_BUTTON = "sessions-clone-confirm-button"
SESSIONS_DELETE_DIALOG = "sessions-delete-dialog"
SESSIONS_DELETE_TITLE = "sessions-delete-title"
SESSIONS_DELETE_TEXT = "sessions-delete-text"
SESSIONS_DELETE_ERROR = "sessions-delete-error"
SESSIONS_DELETE_CONFIRM_BUTTON = "sessions-delete-confirm-button"
SESSIONS_DELETE_CANCEL_BUTTON = "sessions-delete-cancel-button"
SESSIONS_FORM_DIALOG = "sessions-form-dialog"
SESSIONS_FORM_TITLE = "sessions-form-title"
SESSIONS_FORM_NAME = "sessions-form-name"
SESSIONS_FORM_POOL = "sessions-form-pool"
SESSIONS_FORM_TRAINING_SET = "sessions-form-training-set"
SESSIONS_FORM_PRESET = "sessions-form-preset"
SESSIONS_FORM_PRESET_FIELD = "sessions-form-preset-field"
SESSIONS_FORM_STRATEGY = "sessions-form-strategy"
SESSIONS_FORM_SEED = "sessions-form-seed"
SESSIONS_FORM_CLASSES = "sessions-form-classes"
#: Ids of the rows of classes, in order.
SESSIONS_FORM_ORDER_STORE = "sessions-form-order-store"
SESSIONS_FORM_ADD_BUTTON = "sessions-form-add-button"
SESSIONS_FORM_ERROR = "sessions-form-error"
SESSIONS_FORM_SAVE_BUTTON = "sessions-form-save-button"
SESSIONS_FORM_CANCEL_BUTTON = "sessions-form-cancel-button"


def sessions_action(action: str, session: str) -> dict[str, str]:
    """Id of a button of the page: rename, edit, clone, archive, restore, delete with a session; new, demo with ""."""
    return {"type": "sessions-action", "action": action, "session": session}


def sessions_close(dialog: str) -> dict[str, str]:
    """Id of the button that closes a dialog (rename, clone)."""
    return {"type": "sessions-close", "dialog": dialog}


def sessions_waits(session: str) -> dict[str, str]:
    """Id of what stands under "What waits" of a session that has an active run."""
    return {"type": "sessions-waits", "session": session}


def sessions_class(part: str, row: str) -> dict[str, str]:
    """Id of a control in a row of classes: name, color, shape, key, candidate; mark shows color and shape."""
    return {"type": f"sessions-class-{part}", "row": row}


def sessions_class_move(step: str, row: str) -> dict[str, str]:
    """Id of a button that moves a row of classes: up, down, remove."""
    return {"type": "sessions-class-move", "step": step, "row": row}

"""Ids of the page Train."""

#: Session that the page was opened with; fires the page's callbacks when it appears.
TRAIN_SESSION_STORE = "train-session-store"
#: Run whose configuration the page opens with, from `?job=`; None once it is there.
TRAIN_JOB_STORE = "train-job-store"
#: The one object behind form and JSON: {"text", "object", "nonce", "is_json"}; written by assets/json-editor.js alone.
TRAIN_DRAFT_STORE = "train-draft-store"
#: Text that replaces the draft: {"text", "nonce", "name"}; from loading, a preset, an import.
TRAIN_SOURCE_STORE = "train-source-store"
#: The draft, 300 ms after the last key: {"text"}.
TRAIN_CHECK_STORE = "train-check-store"
#: What the check found: {"valid", "problems", "iteration", "trains"}.
TRAIN_CHECKED_STORE = "train-checked-store"
TRAIN_SCHEMA_STORE = "train-schema-store"
TRAIN_CONFIGURATION_CARD = "train-configuration-card"
TRAIN_VIEW_SEGMENTED = "train-view-segmented"
TRAIN_FORM = "train-form"
TRAIN_FORM_FIELDSET = "train-form-fieldset"
TRAIN_JSON_TEXT = "train-json-text"
TRAIN_JSON_PAINTED = "train-json-painted"
TRAIN_EDITOR = "train-editor"
TRAIN_VALIDITY = "train-validity"
TRAIN_PRESET_NAME = "train-preset-name"
TRAIN_PRESET_LIST = "train-preset-list"
#: Saved configuration that is about to be deleted: its name among the presets.
TRAIN_PRESET_DELETE_STORE = "train-preset-delete-store"
TRAIN_PRESET_DELETE_DIALOG = "train-preset-delete-dialog"
TRAIN_PRESET_DELETE_TITLE = "train-preset-delete-title"
TRAIN_PRESET_DELETE_ERROR = "train-preset-delete-error"
TRAIN_PRESET_DELETE_CONFIRM_BUTTON = "train-preset-delete-confirm-button"
TRAIN_PRESET_DELETE_CANCEL_BUTTON = "train-preset-delete-cancel-button"
#: Deleted configuration that shall come back: {"title", "text"}; written by the toast.
TRAIN_PRESET_UNDO_STORE = "train-preset-undo-store"
TRAIN_IMPORT_UPLOAD = "train-import-upload"
#: A file dropped on the card: {"name", "text"}.
TRAIN_IMPORT_STORE = "train-import-store"
TRAIN_EXPORT_BUTTON = "train-export-button"
TRAIN_DOWNLOAD = "train-download"
TRAIN_SAVE_BUTTON = "train-save-button"
TRAIN_SAVE_DIALOG = "train-save-dialog"
TRAIN_SAVE_NAME = "train-save-name"
TRAIN_SAVE_ERROR = "train-save-error"
TRAIN_SAVE_CONFIRM_BUTTON = "train-save-confirm-button"
TRAIN_SAVE_CANCEL_BUTTON = "train-save-cancel-button"
TRAIN_RUN_BUTTON = "train-run-button"
TRAIN_RUN_LABEL = "train-run-label"
TRAIN_RUN_WHY = "train-run-why"
TRAIN_RUN_ERROR = "train-run-error"
#: What is followed: {"job_id", "attempt", "generation"}; a new generation attaches again.
TRAIN_FOLLOW_STORE = "train-follow-store"
#: Written when a follower has returned.
TRAIN_FOLLOWED_STORE = "train-followed-store"
#: The job as last seen: see `callbacks.train.following.snapshot_of`.
TRAIN_LIVE_STORE = "train-live-store"
#: What a watcher told last; it becomes TRAIN_LIVE_STORE unless the run has ended since.
TRAIN_TOLD_STORE = "train-told-store"
#: Written by what changes a job here: run, resume, cancel.
TRAIN_CHANGED_STORE = "train-changed-store"
TRAIN_TICK = "train-tick"
#: When something happened to any job last; changes when what the page shows may be out of date.
TRAIN_LATEST_STORE = "train-latest-store"
#: Job that was seen to run in this tab.
TRAIN_SEEN_STORE = "train-seen-store"
#: Which curves are drawn: job, attempt and number of epochs.
TRAIN_DRAWN_STORE = "train-drawn-store"
TRAIN_RUN_CARD = "train-run-card"
TRAIN_RUN_HEAD = "train-run-head"
TRAIN_RUN_STATE = "train-run-state"
TRAIN_RUN_FIGURES = "train-run-figures"
TRAIN_RUN_RESULT = "train-run-result"
TRAIN_RUN_LIVE = "train-run-live"
TRAIN_CURVES = "train-curves"
TRAIN_CURVES_PLACE = "train-curves-place"
TRAIN_CANCEL_BUTTON = "train-cancel-button"
TRAIN_CANCEL_ERROR = "train-cancel-error"
TRAIN_LOG_CARD = "train-log-card"
TRAIN_LOG = "train-log"
TRAIN_LOG_FOLLOW = "train-log-follow"
TRAIN_LOG_COPY = "train-log-copy"
TRAIN_HISTORY = "train-history"
#: Folders of the runs that are checked, for comparison.
TRAIN_COMPARE_BUTTON = "train-compare-button"
TRAIN_COMPARE_LABEL = "train-compare-label"
TRAIN_COMPARE_DIALOG = "train-compare-dialog"
TRAIN_COMPARE_BODY = "train-compare-body"
TRAIN_NETWORK_DRAWER = "train-network-drawer"
TRAIN_NETWORK_BODY = "train-network-body"


def train_field(key: str) -> dict[str, str]:
    """Id of the control of a key."""
    return {"type": "train-field", "key": key}


def train_field_error(key: str) -> dict[str, str]:
    """Id of the place of a key's error."""
    return {"type": "train-field-error", "key": key}


def train_preset(name: str) -> dict[str, str]:
    """Id of the menu item of a predefined configuration."""
    return {"type": "train-preset", "name": name}


def train_preset_delete(name: str) -> dict[str, str]:
    """Id of the button that deletes a saved configuration."""
    return {"type": "train-preset-delete", "name": name}


def train_history_check(folder: str) -> dict[str, str]:
    """Id of the checkbox of a run in the history."""
    return {"type": "train-history-check", "folder": folder}


def train_action(action: str, target: str) -> dict[str, str]:
    """Id of a button of the page: `network`, `reuse` with the folder of an iteration; `resume` with a job."""
    return {"type": "train-action", "action": action, "target": target}

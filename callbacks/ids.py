"""Every component id, once: `<PAGE>_<THING>_<KIND> = "page-thing-kind"`. A page appends its block below its comment."""

from typing import Any

# --- Shell: what is around every page ---------------------------------------------------------------------------
#: dcc.Location of the shell; read `pathname` and `search`, write `href` to go somewhere without a reload.
SHELL_LOCATION = "shell-location"
#: Session of the URL's `?session=`, None without one. Kept in step by the shell: read it, do not write it.
SESSION_STORE = "shell-session-store"
#: "light" or "dark", as shown now. Read only; figures follow by themselves.
THEME_STORE = "shell-theme-store"
#: Last answer of /api/status, written when it changed; its keys stand in callbacks/api/status.py.
STATUS_STORE = "shell-status-store"
#: Write the `data` of `pages._components.toasts.toast(...)` to show a toast; use `dash.set_props` or an Output.
TOAST_STORE = "shell-toast-store"
#: Children: banners below the top bar, for failures that belong to no control.
SHELL_NOTICES = "shell-notices"
SHELL_NOTICE_CLOSE_BUTTON = "shell-notice-close-button"
SHELL_SESSION_MENU = "shell-session-menu"
SHELL_PAGE_TITLE = "shell-page-title"
SHELL_SESSION_TITLE = "shell-session-title"
SHELL_FOOTER = "shell-footer"
SHELL_KEYS_BUTTON = "shell-keys-button"
SHELL_KEYS_DIALOG = "shell-keys-dialog"
SHELL_KEYS_CHECKBOX = "shell-keys-checkbox"
#: Filled by the scripts of the page that is shown, when the sheet of keys opens.
SHELL_KEYS_PAGE = "shell-keys-page"
SHELL_THEME_BUTTON = "shell-theme-button"
SHELL_MENU_BUTTON = "shell-menu-button"
SHELL_BAR = "shell-bar"
SHELL_RUN_PILL = "shell-run-pill"
SHELL_RUN_RING = "shell-run-ring"
SHELL_RUN_TEXT = "shell-run-text"
SHELL_RUN_SHARE = "shell-run-share"
SHELL_AWAY_BANNER = "shell-away-banner"
SHELL_AWAY_BUTTON = "shell-away-button"
SHELL_TOASTS = "shell-toasts"


def nav_link(path: Any) -> dict[str, Any]:
    """Id of the link to a page in the navigation."""
    return {"type": "shell-nav-link", "path": path}


def nav_badge(path: Any) -> dict[str, Any]:
    """Id of the number beside it: what waits there."""
    return {"type": "shell-nav-badge", "path": path}


# --- Sessions ---------------------------------------------------------------------------------------------------
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


# --- Data -------------------------------------------------------------------------------------------------------
#: What the right side shows: {"kind": "pool" | "training" | "recipe" | "job" | "add" | "choice" | "make" | None, ...}.
DATA_SHOWN_STORE = "data-shown-store"
#: Written by assets/upload.js when an upload has arrived or was removed: {"at", "finished": upload id or None}.
DATA_UPLOAD_STORE = "data-upload-store"
#: Counts up when data sets or jobs were changed by this page.
DATA_CHANGED_STORE = "data-changed-store"
#: Session that the page was opened with.
DATA_SESSION_STORE = "data-session-store"
DATA_INTERVAL = "data-interval"
DATA_JOBS_LIST = "data-jobs-list"
DATA_LISTS = "data-lists"
DATA_FILES_LIST = "data-files-list"
DATA_DETAIL = "data-detail"
DATA_NOTICE = "data-notice"
DATA_ADD_BUTTON = "data-add-button"
DATA_EMPTY_ADD_BUTTON = "data-empty-add-button"
DATA_DELETE_STORE = "data-delete-store"
DATA_DELETE_DIALOG = "data-delete-dialog"
DATA_DELETE_TITLE = "data-delete-title"
DATA_DELETE_TEXT = "data-delete-text"
DATA_DELETE_CONFIRM_BUTTON = "data-delete-confirm-button"
DATA_DELETE_CANCEL_BUTTON = "data-delete-cancel-button"
DATA_DELETE_ERROR = "data-delete-error"
DATA_USE_ERROR = "data-use-error"
DATA_JOB_PROGRESS = "data-job-progress"
DATA_JOB_ERROR = "data-job-error"
DATA_SAMPLE_GRAPH = "data-sample-graph"
DATA_SAMPLE_BUTTON = "data-sample-button"
DATA_FOLDER_STORE = "data-folder-store"
DATA_FOLDER_LIST = "data-folder-list"
DATA_FOLDER_CHOICE = "data-folder-choice"
DATA_IMPORT_NAME_INPUT = "data-import-name-input"
DATA_IMPORT_RECIPE_SELECT = "data-import-recipe-select"
DATA_IMPORT_METADATA_SELECT = "data-import-metadata-select"
DATA_IMPORT_RESAMPLE_CHECK = "data-import-resample-check"
DATA_IMPORT_DUPLICATES_CHECK = "data-import-duplicates-check"
DATA_IMPORT_EXPOSURES_CHECK = "data-import-exposures-check"
DATA_IMPORT_BUTTON = "data-import-button"
DATA_IMPORT_ERROR = "data-import-error"
DATA_RECIPE_STORE = "data-recipe-store"
DATA_RECIPE_SOURCE_SELECT = "data-recipe-source-select"
DATA_RECIPE_STEPS = "data-recipe-steps"
DATA_RECIPE_ADD_SELECT = "data-recipe-add-select"
DATA_RECIPE_NAME_INPUT = "data-recipe-name-input"
DATA_RECIPE_SAVE_BUTTON = "data-recipe-save-button"
DATA_RECIPE_ERROR = "data-recipe-error"
DATA_RECIPE_SEED_STORE = "data-recipe-seed-store"
DATA_PREVIEW = "data-preview"
DATA_PREVIEW_NEXT_BUTTON = "data-preview-next-button"
DATA_PREVIEW_BEFORE_GRAPH = "data-preview-before-graph"
DATA_PREVIEW_AFTER_GRAPH = "data-preview-after-graph"
DATA_MAKE_SOURCE_SELECT = "data-make-source-select"
DATA_MAKE_OPTIONS = "data-make-options"
DATA_MAKE_N_INPUT = "data-make-n-input"
DATA_MAKE_SEED_INPUT = "data-make-seed-input"
DATA_MAKE_RECIPE_SELECT = "data-make-recipe-select"
DATA_MAKE_LABELS_SELECT = "data-make-labels-select"
DATA_MAKE_CLASSES_INPUT = "data-make-classes-input"
DATA_MAKE_MAPPING = "data-make-mapping"
DATA_MAKE_NAME_INPUT = "data-make-name-input"
DATA_MAKE_BUTTON = "data-make-button"
DATA_MAKE_ERROR = "data-make-error"


def data_action(action: str, *values: str) -> dict[str, str]:
    """Id of a button of the page Data: what it does, and with what."""
    return {"type": "data-action", "action": action, "value": "\x1f".join(values)}


def data_step_field(step: int, parameter: str) -> dict[str, str | int]:
    """Id of the field of a recipe's parameter."""
    return {"type": "data-step-field", "step": step, "parameter": parameter}


def data_step_button(step: int, action: str) -> dict[str, str | int]:
    """Id of a button of a recipe's step: up, down, remove."""
    return {"type": "data-step-button", "step": step, "action": action}


def data_mapping_select(label: str) -> dict[str, str]:
    """Id of the selection of a class for a label of another data set."""
    return {"type": "data-mapping-select", "label": label}


# --- Train ------------------------------------------------------------------------------------------------------
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


def train_history_check(folder: str) -> dict[str, str]:
    """Id of the checkbox of a run in the history."""
    return {"type": "train-history-check", "folder": folder}


def train_action(action: str, target: str) -> dict[str, str]:
    """Id of a button of the page: `network`, `reuse` with the folder of an iteration; `resume` with a job."""
    return {"type": "train-action", "action": action, "target": target}


# --- Jobs -------------------------------------------------------------------------------------------------------
#: The job of the URL's `?job=` or the row clicked last; None: the newest of the list is shown beside it.
JOBS_SELECTED_STORE = "jobs-selected-store"
#: Session of the URL, for the filter "This session" and for links.
JOBS_SESSION_STORE = "jobs-session-store"
#: Ticks every second while something is active, else every ten.
JOBS_TICK = "jobs-tick"
#: Raised by what changes a job here.
JOBS_CHANGED_STORE = "jobs-changed-store"
#: What is shown now, as hashes, so that nothing is sent twice.
JOBS_LIST_STORE = "jobs-list-store"
JOBS_DETAIL_STORE = "jobs-detail-store"
JOBS_SPLIT = "jobs-split"
JOBS_LIST = "jobs-list"
JOBS_SUMMARY = "jobs-summary"
JOBS_PHASE_FILTER = "jobs-phase-filter"
JOBS_KIND_FILTER = "jobs-kind-filter"
JOBS_MINE_FILTER = "jobs-mine-filter"
JOBS_SESSION_FILTER = "jobs-session-filter"
JOBS_DETAIL = "jobs-detail"
JOBS_HEAD = "jobs-head"
JOBS_LIVE = "jobs-live"
JOBS_FACTS = "jobs-facts"
JOBS_RESULTS = "jobs-results"
JOBS_PARAMETERS = "jobs-parameters"
JOBS_ERROR = "jobs-error"
JOBS_BACK_BUTTON = "jobs-back-button"
JOBS_LOG = "jobs-log"
JOBS_LOG_CARD = "jobs-log-card"
#: The next piece of the log for the browser to append: {"job", "text", "next", "restart"}.
JOBS_LOG_STORE = "jobs-log-store"
#: How far the log has been read: {"job", "next"}.
JOBS_LOG_PLACE_STORE = "jobs-log-place-store"
JOBS_LOG_FOLLOW = "jobs-log-follow"
JOBS_LOG_COPY = "jobs-log-copy"
JOBS_PARAMETERS_COPY = "jobs-parameters-copy"
#: What the dialog asks about: {"action", "job"}.
JOBS_ASKED_STORE = "jobs-asked-store"
JOBS_CANCEL_DIALOG = "jobs-cancel-dialog"
JOBS_CANCEL_TITLE = "jobs-cancel-title"
JOBS_CANCEL_TEXT = "jobs-cancel-text"
JOBS_CANCEL_CONFIRM = "jobs-cancel-confirm"
JOBS_CANCEL_KEEP = "jobs-cancel-keep"
JOBS_DELETE_DIALOG = "jobs-delete-dialog"
JOBS_DELETE_TITLE = "jobs-delete-title"
JOBS_DELETE_TEXT = "jobs-delete-text"
JOBS_DELETE_CONFIRM = "jobs-delete-confirm"
JOBS_DELETE_KEEP = "jobs-delete-keep"
JOBS_ALL_BUTTON = "jobs-all-button"


def jobs_row(job_id: str) -> dict[str, str]:
    """Id of the row of a job."""
    return {"type": "jobs-row", "job": job_id}


def jobs_action(action: str, job_id: str) -> dict[str, str]:
    """Id of a button of a job: `start`, `resume`, `cancel`, `delete`."""
    return {"type": "jobs-action", "action": action, "job": job_id}


# --- Performance ------------------------------------------------------------------------------------------------
#: Session of the URL; what is shown belongs to it.
PERFORMANCE_SESSION_STORE = "performance-session-store"
#: Iteration of the URL's `?iteration=`, a text; None: the last with labels.
PERFORMANCE_ITERATION_STORE = "performance-iteration-store"
#: Iteration that the cards show now, a text.
PERFORMANCE_SHOWN_STORE = "performance-shown-store"
PERFORMANCE_NOTE = "performance-note"
PERFORMANCE_SELECTOR = "performance-selector"
#: The choice of the iteration; it is made with its options by a callback.
PERFORMANCE_ITERATION = "performance-iteration"
PERFORMANCE_BODY = "performance-body"
PERFORMANCE_MATRIX = "performance-matrix"
PERFORMANCE_MATRIX_VIEW = "performance-matrix-view"
PERFORMANCE_CURVE = "performance-curve"
PERFORMANCE_CURVE_VIEW = "performance-curve-view"
PERFORMANCE_CURVE_LEGEND = "performance-curve-legend"


# --- Label ------------------------------------------------------------------------------------------------------
#: Written by the scripts of the page when its table is opened first: the grid is loaded only then.
LABEL_GRID_STORE = "label-grid-store"
#: Children: the grid.
LABEL_GRID_HOST = "label-grid-host"
LABEL_GRID_TABLE = "label-grid-table"


# --- Access -----------------------------------------------------------------------------------------------------

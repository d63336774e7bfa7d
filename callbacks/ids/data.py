"""Ids of the page Data."""

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
DATA_INDEX_FILE_SELECT = "data-index-file-select"
DATA_INDEX_NAMES_INPUT = "data-index-names-input"
DATA_INDEX_ENCODING_SELECT = "data-index-encoding-select"
DATA_INDEX_MISSING_INPUT = "data-index-missing-input"
DATA_INDEX_MAPPING = "data-index-mapping"
#: Comes with the mapping: a callback takes all of the type.
DATA_INDEX_ID_SELECT = {"type": "data-index-id", "part": "column"}
DATA_INDEX_NAME_INPUT = "data-index-name-input"
DATA_INDEX_REPLACE_CHECK = "data-index-replace-check"
DATA_INDEX_BUTTON = "data-index-button"
DATA_INDEX_ERROR = "data-index-error"


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


def data_index_field(number: int, column: str) -> dict[str, str | int]:
    """Id of the name of the field that a column of a table becomes."""
    return {"type": "data-index-field", "number": number, "column": column}


def data_index_type(number: int, column: str) -> dict[str, str | int]:
    """Id of the type of the field that a column of a table becomes."""
    return {"type": "data-index-type", "number": number, "column": column}

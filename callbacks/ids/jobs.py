"""Ids of the page Jobs."""

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

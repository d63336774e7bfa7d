"""Ids of what is around every page."""

from typing import Any

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
SHELL_RUN_NAME = "shell-run-name"
SHELL_AWAY_BANNER = "shell-away-banner"
SHELL_AWAY_BUTTON = "shell-away-button"
SHELL_TOASTS = "shell-toasts"


def nav_link(path: Any) -> dict[str, Any]:
    """Id of the link to a page in the navigation."""
    return {"type": "shell-nav-link", "path": path}


def nav_badge(path: Any) -> dict[str, Any]:
    """Id of the number beside it: what waits there."""
    return {"type": "shell-nav-badge", "path": path}

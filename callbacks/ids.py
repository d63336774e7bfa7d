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
SHELL_SESSION_MENU = "shell-session-menu"
SHELL_PAGE_TITLE = "shell-page-title"
SHELL_SESSION_TITLE = "shell-session-title"
SHELL_FOOTER = "shell-footer"
SHELL_KEYS_BUTTON = "shell-keys-button"
SHELL_KEYS_DIALOG = "shell-keys-dialog"
SHELL_KEYS_CLOSE_BUTTON = "shell-keys-close-button"
SHELL_THEME_BUTTON = "shell-theme-button"
SHELL_MENU_BUTTON = "shell-menu-button"
SHELL_RUN_PILL = "shell-run-pill"
SHELL_AWAY_BANNER = "shell-away-banner"
SHELL_TOASTS = "shell-toasts"
SHELL_NAVIGATION = "shell-navigation"


def nav_link(path: str) -> dict[str, Any]:
    """Id of the link to a page in the navigation."""
    return {"type": "shell-nav-link", "path": path}


# --- Sessions ---------------------------------------------------------------------------------------------------

# --- Data -------------------------------------------------------------------------------------------------------

# --- Train ------------------------------------------------------------------------------------------------------

# --- Jobs -------------------------------------------------------------------------------------------------------

# --- Access -----------------------------------------------------------------------------------------------------

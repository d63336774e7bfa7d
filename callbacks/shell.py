"""What is around every page: session, navigation, run pill, footer, theme, toasts, keys."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from al_core.errors import ALCoreError
from al_core.sessions import Session
from callbacks import ids
from pages._components import icon, menu, menu_line, simulated_chip
from pages._components.text import counted, file_size

if TYPE_CHECKING:
    from al_core.services import Services

#: The list of sessions needs no menu of sessions.
SESSIONS_PATH = "/"
#: Pages about the workspace: they show the menu only where a session is chosen.
ABOUT_WORKSPACE = ("/data", "/jobs")


def register(app: Dash, services: "Services") -> None:
    """Register the shell's callbacks."""
    _register_browser(app)

    @app.callback(
        Output(ids.SHELL_SESSION_MENU, "children"),
        Output(ids.SHELL_SESSION_TITLE, "children"),
        Input(ids.SHELL_LOCATION, "pathname"),
        Input(ids.SHELL_LOCATION, "search"),
    )
    def show_session(path: str | None, search: str | None) -> tuple[Any, str]:
        path, session_id = path or SESSIONS_PATH, session_of(search)
        if path == SESSIONS_PATH or (path in ABOUT_WORKSPACE and session_id is None):
            return None, ""
        sessions = services.sessions.list()
        return session_menu(sessions, session_id, path), session_title(sessions, session_id)

    @app.callback(Output(ids.SHELL_FOOTER, "children"), Input(ids.SHELL_LOCATION, "pathname"))
    def show_footer(_path: str | None) -> list[Component]:
        return footer(services)


def _register_browser(app: Dash) -> None:
    """Register what happens in the browser alone; the functions stand in assets/shell.js."""
    where = (Input(ids.SHELL_LOCATION, "pathname"), Input(ids.SHELL_LOCATION, "search"))
    app.clientside_callback(
        ClientsideFunction("shell", "follow"),
        Output(ids.nav_link(ALL), "href"),
        Output(ids.SESSION_STORE, "data"),
        Output(ids.THEME_STORE, "data"),
        Output(ids.SHELL_PAGE_TITLE, "children"),
        Output(ids.SHELL_NOTICES, "children"),
        *where,
        State(ids.nav_link(ALL), "id"),
    )
    app.clientside_callback(
        ClientsideFunction("shell", "status"),
        Output(ids.SHELL_RUN_PILL, "style"),
        Output(ids.SHELL_RUN_PILL, "href"),
        Output(ids.SHELL_RUN_RING, "style"),
        Output(ids.SHELL_RUN_TEXT, "children"),
        Output(ids.SHELL_RUN_SHARE, "children"),
        Output(ids.SHELL_RUN_NAME, "children"),
        Output(ids.nav_badge(ALL), "children"),
        Input(ids.STATUS_STORE, "data"),
        State(ids.nav_badge(ALL), "id"),
    )
    app.clientside_callback(ClientsideFunction("toasts", "show"), Input(ids.TOAST_STORE, "data"))
    app.clientside_callback(ClientsideFunction("shell", "keys"), Input(ids.SHELL_KEYS_CHECKBOX, "value"))
    app.clientside_callback(
        ClientsideFunction("shell", "open"),
        Output(ids.SHELL_KEYS_DIALOG, "is_open"),
        Input(ids.SHELL_KEYS_BUTTON, "n_clicks"),
        prevent_initial_call=True,
    )


def session_of(search: str | None) -> str | None:
    """Return the session that a URL's query names."""
    return next(iter(parse_qs((search or "").removeprefix("?")).get("session", [])), None)


def with_session(path: str, session_id: str | None) -> str:
    """Return the address of a page for a session."""
    return f"{path}?{urlencode({'session': session_id})}" if session_id else path


def session_menu(sessions: Sequence[Session], session_id: str | None, path: str) -> Component:
    """Return the menu that shows the session of the page and leads to the others."""
    name = session_name(sessions, session_id) or "Choose a session"
    chips = [simulated_chip()] if is_simulated(sessions, session_id) else []
    label = html.Span(
        [icon("layers"), html.Span(name, className="session-menu-name"), *chips, icon("chevron-down")],
        className="row-line",
    )
    links = [
        dcc.Link(session.name, href=with_session(path, session.session_id), className=_item(session, session_id))
        for session in sessions
    ]
    rest = [menu_line()] if links else []
    return menu(label, *links, *rest, dcc.Link("All sessions", href="/", className="menu-item"))


def session_name(sessions: Sequence[Session], session_id: str | None) -> str:
    """Return the shown name of a session; its id where there is none of it, or it is archived."""
    return next((session.name for session in sessions if session.session_id == session_id), session_id or "")


def session_title(sessions: Sequence[Session], session_id: str | None) -> str:
    """Return what stands for the menu on a narrow screen, where there is no room for a chip."""
    word = " · simulated" if is_simulated(sessions, session_id) else ""
    return session_name(sessions, session_id) + word


def is_simulated(sessions: Sequence[Session], session_id: str | None) -> bool:
    """Whether the spectra of a session are simulated, not observed."""
    return any(session.simulated for session in sessions if session.session_id == session_id)


def footer(services: "Services") -> list[Component]:
    """Return the facts of the footer: workspace, pools, free space."""
    workspace = services.settings.workspace
    try:
        pools = pools_text(services)
    except (ALCoreError, OSError):
        pools = "pools cannot be read"
    return [
        html.Span(["Workspace ", html.Code(short(workspace))]),
        html.Span(pools),
        html.Span(f"{file_size(shutil.disk_usage(workspace).free)} free"),
    ]


def pools_text(services: "Services") -> str:
    """Say how many pools and spectra there are."""
    pools = services.library.pools()
    n_spectra = sum(pool.n_spectra for pool in pools)
    return f"{counted(len(pools), 'pool')}, {counted(n_spectra, 'spectrum', 'spectra')}" if pools else "no pools yet"


def short(path: Path) -> str:
    """Write a path with `~` for the home folder."""
    home = Path.home()
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) and path != home else str(path)


def _item(session: Session, session_id: str | None) -> str:
    return "menu-item menu-item-current" if session.session_id == session_id else "menu-item"

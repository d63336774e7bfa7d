"""What is around every page: top bar, banners, footer. Fixed parts stand here, callbacks/shell.py fills the others."""

import dash
from dash import dcc, html
from dash.development.base_component import Component

from callbacks import ids
from pages._components.buttons import button, icon_button
from pages._components.icons import icon, mark
from pages._components.keys import keys_dialog
from pages._components.progress import progress_ring

#: The order of the pages in the navigation; one that is not registered is not shown.
PAGES = ("/", "/data", "/train", "/label", "/performance", "/candidates", "/map", "/jobs")
HIDDEN = {"display": "none"}


def shell() -> Component:
    """Return the layout of the application; Dash asks for it with every load of the page."""
    stores = (ids.SESSION_STORE, ids.THEME_STORE, ids.STATUS_STORE, ids.TOAST_STORE)
    return html.Div(
        [
            dcc.Location(id=ids.SHELL_LOCATION, refresh="callback-nav"),
            *(dcc.Store(id=store) for store in stores),
            html.A("Skip to the page", href="#main", className="skip-link"),
            _top_bar(),
            _away_banner(),
            html.Div(id=ids.SHELL_NOTICES, role="region", **{"aria-label": "Notices"}),
            html.Main(dash.page_container, id="main", className="app-main", tabIndex="-1"),
            html.Footer(id=ids.SHELL_FOOTER, className="app-footer"),
            html.Div(id=ids.SHELL_TOASTS, className="toasts", role="status", **{"aria-live": "polite"}),
            keys_dialog(),
        ],
        className="app",
    )


def navigation_pages() -> list[tuple[str, str]]:
    """Return path and name of the pages that are registered, in the order of the navigation."""
    names = {page["path"]: page["name"] for page in dash.page_registry.values()}
    return [(path, names[path]) for path in PAGES if path in names]


def _top_bar() -> Component:
    menu = html.Button(
        [icon("menu"), html.Span("Pages", className="visually-hidden")],
        id=ids.SHELL_MENU_BUTTON,
        className="button button-plain button-icon menu-toggle",
        type="button",
        **{"aria-expanded": "false", "aria-controls": "page-nav"},
    )
    titles = [
        html.Div(id=ids.SHELL_PAGE_TITLE, className="bar-title-page"),
        html.Div(id=ids.SHELL_SESSION_TITLE, className="bar-title-session"),
    ]
    return html.Header(
        [
            menu,
            dcc.Link([mark(), html.Span("Spectrolabe")], href="/", className="brand"),
            html.Div(titles, className="bar-title"),
            html.Div(id=ids.SHELL_SESSION_MENU, className="session-menu"),
            _navigation(),
            html.Div([_run_pill(), _keys_button(), _theme_button()], className="bar-end"),
        ],
        id=ids.SHELL_BAR,
        className="top-bar",
    )


def _navigation() -> Component:
    items = html.Ul([_nav_item(*page) for page in navigation_pages()])
    return html.Nav(items, id="page-nav", className="page-nav", **{"aria-label": "Pages"})


def _nav_item(path: str, name: str) -> Component:
    word = html.Span(name, className="nav-word", **{"data-word": name})
    badge = html.Span(id=ids.nav_badge(path), className="nav-badge")
    return html.Li(dcc.Link([word, badge], href=path, id=ids.nav_link(path), className="nav-link-page"))


def _run_pill() -> Component:
    ring = progress_ring(0)
    ring.id = ids.SHELL_RUN_RING
    hidden = {"aria-hidden": "true"}  # what a screen reader reads is one sentence
    words = html.Span(id=ids.SHELL_RUN_TEXT, className="run-pill-text run-pill-words", **hidden)
    share = html.Span(id=ids.SHELL_RUN_SHARE, className="run-pill-share", **hidden)
    name = html.Span(id=ids.SHELL_RUN_NAME, className="visually-hidden")
    return dcc.Link([ring, words, share, name], href="/jobs", id=ids.SHELL_RUN_PILL, className="run-pill", style=HIDDEN)


def _keys_button() -> Component:
    return icon_button("keyboard", "Keys", id=ids.SHELL_KEYS_BUTTON)


def _theme_button() -> Component:
    made = icon_button("moon", "Switch between light and dark", id=ids.SHELL_THEME_BUTTON)
    made.children = [
        icon("moon", class_name="theme-moon"),
        icon("sun", class_name="theme-sun"),
        *made.children[1:],
    ]
    return made


def _away_banner() -> Component:
    """Return the banner that assets/status.js shows while the server does not answer."""
    text = [html.Strong("The server is away."), " What you see may be old. The page goes on once it answers."]
    retry = button("Try now", kind="soft", icon="refresh-cw", id=ids.SHELL_AWAY_BUTTON)
    inside = html.Div(
        [icon("cloud-off"), html.Div(text, className="banner-text"), html.Div(retry, className="tools")],
        className="banner banner-waiting",
    )
    return html.Div(inside, id=ids.SHELL_AWAY_BANNER, hidden=True, role="status")

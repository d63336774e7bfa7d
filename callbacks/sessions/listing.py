"""The list of sessions: what it shows, and when it is drawn again."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component

from al_core.demo import SESSION_ID
from al_core.errors import ALCoreError
from al_core.jobs.job import ACTIVE, Job
from al_core.library import Library, PoolInfo
from al_core.services import Services
from al_core.sessions import DamagedSession, SessionSummary
from callbacks import ids
from pages._components.buttons import button
from pages._components.sessions_empty import demo_offer, demo_progress, sessions_empty
from pages._components.sessions_table import sessions_table
from pages._components.sessions_waiting import active_run, waiting_cards
from pages._components.states import empty_state
from pages._components.text import count, counted

Entry = SessionSummary | DamagedSession

#: Keeps what is searched for in the address, without drawing the page again.
_SEARCH_INTO_ADDRESS = """(text) => {
    const url = new URL(window.location.href);
    if (text) { url.searchParams.set("q", text); } else { url.searchParams.delete("q"); }
    if (url.href !== window.location.href && url.pathname === "/") {
        window.history.replaceState(window.history.state, "", url);
    }
    return window.dash_clientside.no_update;
}"""


@dataclass(frozen=True)
class ListView:
    """What the page shows at one moment."""

    entries: tuple[Entry, ...]
    n_shelf: int
    n_all: int
    demo: Job | None
    has_demo: bool

    @property
    def is_empty(self) -> bool:
        """Whether the page has nothing to list: no session, or only the demo that is being built."""
        return self.n_all == 0 or (self.demo is not None and self.n_all == 1 and self.has_demo)

    @property
    def is_busy(self) -> bool:
        """Whether something goes on that the page follows."""
        return self.demo is not None or any(_active(entry) is not None for entry in self.entries)


def register(app: Dash, services: Services) -> None:
    """Register the callbacks of the list."""

    @app.callback(
        Output(ids.SESSIONS_LIST, "children"),
        Output(ids.SESSIONS_LIST_STORE, "data"),
        Output(ids.SESSIONS_HEAD, "hidden"),
        Output(ids.SESSIONS_ARCHIVED_LINK, "children"),
        Output(ids.SESSIONS_TICK, "disabled"),
        Output(ids.SESSIONS_DEMO_STORE, "data", allow_duplicate=True),
        Input(ids.SESSIONS_SEARCH, "value"),
        Input(ids.SESSIONS_TICK, "n_intervals"),
        Input(ids.SESSIONS_CHANGED_STORE, "data"),
        Input(ids.STATUS_STORE, "data"),
        State(ids.SESSIONS_LIST_STORE, "data"),
        State(ids.SESSIONS_VIEW_STORE, "data"),
        State(ids.SESSIONS_DEMO_STORE, "data"),
        prevent_initial_call="initial_duplicate",
    )
    def show_list(
        text: str | None,
        _tick: Any,
        _changed: Any,
        _status: Any,
        drawn: str | None,
        view: dict[str, Any],
        followed: str | None,
    ) -> tuple[Any, ...]:
        found = list_view(services, text or "", is_archived=bool(view["archived"]))
        state = state_of(found, text or "")
        children: Any = no_update
        if state != drawn:
            children = list_children(found, services.library, text or "", view["archived"], view["session"])
        shelf = shelf_link(found, is_archived=bool(view["archived"]))
        # An empty page follows the demo and opens it; a list of other sessions is not left for it.
        demo = found.demo.job_id if found.demo is not None and found.is_empty else no_update
        is_quiet = not found.is_busy and followed is None  # the end of the demo is noticed on a tick, too
        return children, state, found.is_empty, shelf, is_quiet, demo

    @app.callback(
        Output({"type": "sessions-waits", "session": ALL}, "children"),
        Input(ids.SESSIONS_TICK, "n_intervals"),
        prevent_initial_call=True,
    )
    def show_progress(_tick: int) -> list[Any]:
        active = {job.session_id: job for job in services.jobs.list(kind="run", phases=ACTIVE)}
        shown = [active.get(output["id"]["session"]) for output in ctx.outputs_list]
        return [no_update if job is None else active_run(job) for job in shown]

    app.clientside_callback(
        _SEARCH_INTO_ADDRESS,
        Output(ids.SESSIONS_SEARCH, "name"),
        Input(ids.SESSIONS_SEARCH, "value"),
        prevent_initial_call=True,
    )


def list_view(services: Services, text: str, *, is_archived: bool) -> ListView:
    """Return the sessions of one shelf that match, newest change first, damaged ones last."""
    every = services.sessions.summaries(include_archived=True)
    here = [entry for entry in every if _is_archived(entry) == is_archived]
    running = services.jobs.list(kind="demo", phases=ACTIVE, last=1)
    return ListView(
        entries=tuple(entry for entry in here if matches(entry, text)),
        n_shelf=len(every) - len(here),
        n_all=len(every),
        demo=running[0] if running else None,
        has_demo=any(_id(entry) == SESSION_ID for entry in every),
    )


def matches(entry: Entry, text: str) -> bool:
    """Whether every word of the search stands in the name, id, pool, origin or a class of a session."""
    if isinstance(entry, DamagedSession):
        words = entry.session_id
    else:
        one = entry.session
        words = " ".join([one.name, one.session_id, one.pool or "", one.origin or "", *one.class_names])
    return all(word in words.casefold() for word in text.casefold().split())


def list_children(
    view: ListView, library: Library, text: str, is_archived: bool, current: str | None
) -> list[Component]:
    """Return what stands below the head: cards and table, or why there is nothing."""
    if view.is_empty:
        return [sessions_empty(demo_offer() if view.demo is None else demo_progress(view.demo))]
    cards = None if is_archived or text else waiting_cards(_summaries(view.entries))
    parts = [cards] if cards is not None else []
    if not view.entries:
        return [*parts, _nothing(text, is_archived)]
    title = "Found" if text else "Archived" if is_archived else "All sessions"
    n_shown = html.Span(count(len(view.entries)), className="list-count")
    heading = html.H2([title, n_shown], className="list-title" if parts else "list-title list-title-first")
    table = sessions_table(view.entries, pools_of(view.entries, library), current)
    return [*parts, heading, table, *_demo_line(view)]


def shelf_link(view: ListView, *, is_archived: bool) -> Component | None:
    """Return the way to the archived sessions, or back."""
    if is_archived:
        return button("All sessions", kind="soft", icon="arrow-left", href="/")
    if view.n_shelf == 0:
        return None
    words = [html.Span("Archived"), html.Span(count(view.n_shelf), className="list-count")]
    title = counted(view.n_shelf, "archived session")
    return dcc.Link(words, href="/?archived=1", className="button button-soft", title=title)


def pools_of(entries: Sequence[Entry], library: Library) -> dict[str, PoolInfo]:
    """Return the pools that the entries use; one plate that is missing is made at a time, so no list waits long."""
    wanted = {entry.session.pool for entry in _summaries(entries)}
    found = {info.name: info for info in library.pools() if info.name in wanted}
    missing = next((info.name for info in found.values() if info.plate is None and not info.problem), None)
    if missing is not None:
        try:
            library.plate(missing)
            found[missing] = library.pool_info(missing)
        except ALCoreError:
            return found
    return found


def state_of(view: ListView, text: str) -> str:
    """Return what the list was drawn from, in short; progress of a run is left out, it is drawn by itself."""
    parts = [_state(entry) for entry in view.entries]
    demo = None if view.demo is None else (view.demo.message, view.demo.done) if view.is_empty else view.demo.job_id
    return hashlib.blake2b(repr((parts, view.n_shelf, view.n_all, demo, text)).encode(), digest_size=12).hexdigest()


def _state(entry: Entry) -> tuple[Any, ...]:
    if isinstance(entry, DamagedSession):
        return (entry.session_id, entry.reason)
    jobs = [(job.job_id, job.phase, job.attempt) for job in (entry.active, entry.failed) if job is not None]
    return (entry.session, entry.iteration, entry.n_labels, entry.n_waiting, entry.precision, entry.found, jobs)


def _demo_line(view: ListView) -> list[Component]:
    """Offer the demo below the table of a workspace that has none."""
    if view.demo is not None:
        return [html.Div(demo_progress(view.demo), className="sessions-demo-line")]
    if view.has_demo:
        return []
    offer = button("Open the demo survey", kind="plain", icon="telescope", id=ids.sessions_action("demo", ""))
    return [html.Div(offer, className="sessions-demo-line")]


def _nothing(text: str, is_archived: bool) -> Component:
    if text:
        sentence = f"No session has “{text.strip()}” in its name, pool or classes."
        return html.Div(empty_state("search-x", "No session matches", sentence), className="panel")
    if is_archived:
        sentence = "Archived sessions keep their labels and iterations; they only leave the list."
        return html.Div(empty_state("archive", "Nothing is archived", sentence), className="panel")
    sentence = "All sessions of this workspace are archived. Restore one, or make a new one."
    return html.Div(empty_state("archive", "No session in the list", sentence), className="panel")


def _summaries(entries: Sequence[Entry]) -> list[SessionSummary]:
    return [entry for entry in entries if isinstance(entry, SessionSummary)]


def _id(entry: Entry) -> str:
    return entry.session_id if isinstance(entry, DamagedSession) else entry.session.session_id


def _is_archived(entry: Entry) -> bool:
    return isinstance(entry, SessionSummary) and entry.session.is_archived


def _active(entry: Entry) -> Job | None:
    return entry.active if isinstance(entry, SessionSummary) else None

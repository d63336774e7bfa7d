"""The table of sessions: a row of 84 px each, cards where the window is narrow."""

from collections.abc import Mapping, Sequence

from dash import html
from dash.development.base_component import Component

from al_core.library import PoolInfo
from al_core.sessions import DamagedSession, SessionSummary
from callbacks import ids
from pages._components.buttons import button, menu_line, row_menu
from pages._components.chips import chip, simulated_chip
from pages._components.graphics import interval, plate, sparkline
from pages._components.icons import icon
from pages._components.sessions_waiting import open_href, waiting_chip
from pages._components.text import MISSING, ago, count, counted, interval_text

HEADS = ("Session", "What waits", "Progress", "Precision, 0.5 to 1", "Found by iteration", "Last change")


def sessions_table(
    entries: Sequence[SessionSummary | DamagedSession], pools: Mapping[str, PoolInfo], current: str | None
) -> Component:
    """Return the table; `current` is the session that the address names."""
    heads = [html.Span(head, role="columnheader") for head in HEADS]
    top = html.Div([*heads, html.Span("Actions", role="columnheader", className="visually-hidden")], role="row")
    rows = [_row(entry, pools, current) for entry in entries]
    groups = [html.Div(top, role="rowgroup", className="sessions-heads"), html.Div(rows, role="rowgroup")]
    return html.Div(groups, role="table", className="panel sessions-table", **{"aria-label": "Sessions"})


def _row(entry: SessionSummary | DamagedSession, pools: Mapping[str, PoolInfo], current: str | None) -> Component:
    if isinstance(entry, DamagedSession):
        return _damaged_row(entry)
    session = entry.session
    cells = [
        _session_cell(entry, pools.get(session.pool or "")),
        _cell(_waits(entry), "waits"),
        _cell(_progress(entry), "progress"),
        _cell([html.Div("Precision", className="session-label"), precision(entry)], "precision"),
        _cell(_found(entry), "found"),
        _cell("running" if entry.active is not None else ago(entry.changed_utc), "changed"),
        _cell(_menu(entry), "actions"),
    ]
    known = {"aria-current": "true"} if session.session_id == current else {}
    return html.Div(cells, role="row", className="session-row", **known)


def _cell(content: object, name: str) -> Component:
    return html.Div(content, role="cell", className=f"session-{name}")


def _session_cell(entry: SessionSummary, pool: PoolInfo | None) -> Component:
    session = entry.session
    page = "/label" if entry.n_waiting and entry.active is None and entry.failed is None else "/train"
    name = button(session.name, kind="plain", href=open_href(session.session_id, page))
    name.className = "session-name"
    title = html.Div([name, simulated_chip() if session.simulated else None], className="session-title")
    parts = [title, html.Div(about(entry, pool), className="session-about"), _plate(session.pool, pool)]
    return html.Div(parts, role="rowheader", className="session-session")


def about(entry: SessionSummary, pool: PoolInfo | None) -> str:
    """Return the line below the name: where it comes from, and how much there is."""
    session = entry.session
    if session.origin is not None and session.origin.startswith("clone"):
        return session.origin
    size = pool.n_spectra if pool is not None and not pool.problem else entry.pool_size
    name = session.pool or ("a file of its own" if "pool_csv" in session.configuration else None)
    if name is None:
        return "no pool yet"
    if session.pool is not None and pool is None:
        return f"{name} · the pool is gone"
    return f"{name} · {counted(size, 'spectrum', 'spectra')}" if size else name


def _plate(name: str | None, pool: PoolInfo | None) -> Component:
    if pool is None or pool.plate is None:
        return html.Div(className="plate-missing", **{"aria-hidden": "true"})
    return plate(pool.plate.values, name=f"Mean spectrum of the pool {name}")


def _waits(entry: SessionSummary) -> Component:
    inside = waiting_chip(entry)
    if entry.session.is_archived:
        inside = chip("outline", "Archived", icon="archive")
    if entry.active is None:
        return html.Div(inside)
    return html.Div(inside, id=ids.sessions_waits(entry.session.session_id))


def _progress(entry: SessionSummary) -> list[Component]:
    first = "No iteration yet" if entry.iteration is None else f"Iteration {entry.iteration}"
    second = counted(entry.n_labels, "label") if entry.n_labels else "no labels yet"
    if not entry.n_labels and entry.last is not None and entry.last.training_counts:
        second = f"trained on {count(sum(entry.last.training_counts.values()))}"
    return [html.Div(first), html.Div(second, className="secondary")]


def precision(entry: SessionSummary) -> Component:
    """Return the precision with its interval and the number of labels behind it, or what it takes to have one."""
    share = entry.precision
    if share is None:
        return html.Span(MISSING, className="quiet")
    if share.value is not None and share.is_enough:
        labels = f"from {counted(share.n, 'random label')}"
        figure = interval(share.value, share.low, share.high, axis=(0.5, 1.0))
        return html.Div([figure, html.Div(labels, className="session-note")])
    if entry.n_sample_left:
        return html.Span(f"needs {counted(entry.n_sample_left, 'random label')}", className="quiet")
    if share.n == 0:
        return html.Span("no random spectrum is called interesting", className="quiet")
    note = f"too few to say more: {counted(share.n, 'label')}"
    return html.Div([html.Div(interval_text(share.low, share.high)), html.Div(note, className="session-note")])


def _found(entry: SessionSummary) -> Component:
    numbers = [found.n_found for found in entry.found]
    if not numbers or not entry.n_labels:
        return html.Span(MISSING, className="quiet")
    words = f"{count(numbers[-1])} found"
    said = f"Labeled as a class of interest, by iteration: {', '.join(map(count, numbers))}"
    if len(numbers) < 2:
        return html.Span(words, title=said)
    line = sparkline(numbers, name=said, axis=(0, max(*numbers, 1)))
    return html.Div([line, html.Div(words, className="session-note")], title=said)


def _menu(entry: SessionSummary) -> Component:
    session_id = entry.session.session_id

    def act(text: str, action: str, symbol: str, kind: str = "plain") -> Component:
        return button(text, kind=kind, icon=symbol, id=ids.sessions_action(action, session_id))  # type: ignore[arg-type]

    is_archived = entry.session.is_archived
    shelf = act("Restore", "restore", "archive-restore") if is_archived else act("Archive", "archive", "archive")
    return row_menu(
        button("Open", kind="plain", icon="folder-open", href=open_href(session_id)),
        act("Edit…", "edit", "sliders-horizontal"),
        act("Rename…", "rename", "pencil"),
        act("Clone…", "clone", "copy"),
        shelf,
        menu_line(),
        act("Delete…", "delete", "trash-2", "danger"),
        name=f"Actions for {entry.session.name}",
    )


def _damaged_row(entry: DamagedSession) -> Component:
    name = html.Span(entry.session_id, className="session-name")
    title = html.Div([name, chip("failed", "Damaged")], className="session-title")
    reason = html.Div([icon("circle-x"), html.Span(entry.reason)], className="session-reason")
    menu = row_menu(
        button("Delete…", kind="danger", icon="trash-2", id=ids.sessions_action("delete", entry.session_id)),
        name=f"Actions for {entry.session_id}",
    )
    head = html.Div(title, role="rowheader", className="session-session")
    cells = [head, html.Div(reason, role="cell", className="session-damage"), _cell(menu, "actions")]
    return html.Div(cells, role="row", className="session-row session-row-damaged")

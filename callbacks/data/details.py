"""Pools, training sets and jobs on the right side, and what is done with them."""

from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

import polars as pl
from dash import ALL, Dash, Input, Output, State, no_update

from al_core.errors import ALCoreError
from al_core.jobs.kinds import outlook
from al_core.sessions import Session
from callbacks import ids
from callbacks.data import choosing, indices, making, recipes
from callbacks.data.figures import Line, stacked_figure
from callbacks.data.lists import listed_jobs
from callbacks.data.shown import clicked_values
from callbacks.messages import beside, message_of
from pages._components.cards import card
from pages._components.data_details import (
    MOST_REJECTED,
    job_detail,
    job_state,
    nothing_chosen,
    pool_detail,
    training_detail,
)
from pages._components.data_plots import lines_table
from pages._components.figure_cards import plot_data_id, plot_sentence_id
from pages._components.states import failed_state
from pages._components.toasts import toast

if TYPE_CHECKING:
    from al_core.services import Services

Shown = dict[str, Any]
#: Spectra that the detail of a pool shows.
N_SAMPLES = 4
#: Title of the axis by the scaling of the pool.
FLUX_TITLES = {"zscore": "Flux (z-score)", "minmax": "Flux (−1 to 1)"}


def register(app: Dash, services: "Services") -> None:
    """Register the callbacks."""

    @app.callback(
        Output(ids.DATA_DETAIL, "children"),
        Input(ids.DATA_SHOWN_STORE, "data"),
        State(ids.DATA_SESSION_STORE, "data"),
    )
    def show_detail(shown: Shown, session: str | None) -> Any:
        return detail(services, shown, session)

    @app.callback(
        Output(ids.DATA_DETAIL, "children", allow_duplicate=True),
        Input(ids.DATA_CHANGED_STORE, "data"),
        State(ids.DATA_SHOWN_STORE, "data"),
        State(ids.DATA_SESSION_STORE, "data"),
        prevent_initial_call=True,
    )
    def refresh_detail(_changed: int, shown: Shown, session: str | None) -> Any:
        return detail(services, shown, session) if shown.get("kind") in (None, "job", "training") else no_update

    @app.callback(
        Output(ids.DATA_JOB_PROGRESS, "children"),
        Input(ids.DATA_INTERVAL, "n_intervals"),
        State(ids.DATA_SHOWN_STORE, "data"),
        prevent_initial_call=True,
    )
    def show_progress(_n: int, shown: Shown) -> Any:
        return job_state(services.jobs.get(shown["name"])) if shown.get("kind") == "job" else no_update

    @app.callback(
        Output(ids.DATA_SAMPLE_GRAPH, "figure"),
        Output(plot_sentence_id(ids.DATA_SAMPLE_GRAPH), "children"),
        Output(plot_data_id(ids.DATA_SAMPLE_GRAPH), "children"),
        Input(ids.DATA_SAMPLE_BUTTON, "n_clicks"),
        State(ids.DATA_SHOWN_STORE, "data"),
    )
    def show_samples(n_clicks: int | None, shown: Shown) -> Any:
        return samples(services, shown["name"], n_clicks or 0) if shown.get("kind") == "pool" else (no_update,) * 3

    @app.callback(
        Output(ids.TOAST_STORE, "data", allow_duplicate=True),
        Output(ids.DATA_SHOWN_STORE, "data", allow_duplicate=True),
        Input({"type": "data-action", "action": "use", "value": ALL}, "n_clicks"),
        State(ids.DATA_SESSION_STORE, "data"),
        State(ids.DATA_SHOWN_STORE, "data"),
        prevent_initial_call=True,
    )
    @beside(ids.DATA_USE_ERROR)
    def use(_clicks: list[int | None], session: str | None, shown: Shown) -> Any:
        values = clicked_values()
        if not values or not session:
            return no_update, no_update
        said = toast(use_in_session(services, session, *values))
        return said, shown  # the same, drawn anew: who uses it has changed

    @app.callback(
        Output(ids.DATA_CHANGED_STORE, "data", allow_duplicate=True),
        Output(ids.DATA_SHOWN_STORE, "data", allow_duplicate=True),
        Input({"type": "data-action", "action": "cancel", "value": ALL}, "n_clicks"),
        Input({"type": "data-action", "action": "resume", "value": ALL}, "n_clicks"),
        Input({"type": "data-action", "action": "dismiss", "value": ALL}, "n_clicks"),
        State(ids.DATA_CHANGED_STORE, "data"),
        State(ids.DATA_SHOWN_STORE, "data"),
        prevent_initial_call=True,
    )
    @beside(ids.DATA_NOTICE)
    def steer(_c: Any, _r: Any, _d: Any, changed: int, shown: Shown) -> tuple[Any, Any]:
        from dash import ctx

        values = clicked_values()
        if not values or not isinstance(ctx.triggered_id, dict):
            return no_update, no_update
        return changed + 1, steer_job(services, ctx.triggered_id["action"], values[0], shown) or no_update


def detail(services: "Services", shown: Shown, session: str | None) -> Any:
    """Return the right side; what fails stands there in its place."""
    try:
        return _detail(services, shown, session)
    except (ALCoreError, OSError) as error:
        return card(shown.get("name"), failed_state("This cannot be shown", message_of(error)))


def _detail(services: "Services", shown: Shown, session: str | None) -> Any:
    library, kind = services.library, shown.get("kind")
    if kind == "pool":
        return pool(services, shown["name"], session)
    if kind == "training":
        info = library.training.get(shown["name"])
        users = sessions_with(services, training_set=str(info.path))
        return training_detail(info, may_use(session, users), names_of(users))
    if kind == "job":
        job = services.jobs.get(shown["name"])
        return job_detail(job, outlook(job.kind, job.folder))
    if kind == "add":
        return choosing.add(services)
    if kind == "choice":
        return choosing.choice(services, shown)
    if kind == "recipe":
        return recipes.recipe(services, shown)
    if kind == "index":
        return indices.index(services, shown["name"])
    if kind == "index-new":
        return indices.form(services, shown)
    if kind == "make":
        return making.form(services, shown, session)
    return nothing_chosen(bool(library.pools()))


def pool(services: "Services", name: str, session: str | None) -> Any:
    """Return a pool with its plate, made now if it has none yet."""
    library = services.library
    info = library.pool_info(name)
    if info.problem:
        return pool_detail(info, None, [], session, [])
    if info.plate is None:
        library.plate(name)
        info = library.pool_info(name)
    opened = library.pool(name)
    users = sessions_with(services, pool=name)
    return pool_detail(info, opened.recipe, rejected_rows(opened), may_use(session, users), names_of(users))


def rejected_rows(pool: Any) -> list[tuple[str, str, str]]:
    """Return the first rejected spectra of a pool."""
    table: pl.DataFrame = pool.rejected
    return [tuple(value or "" for value in row) for row in islice(table.iter_rows(), MOST_REJECTED)]


def sessions_with(services: "Services", *, pool: str | None = None, training_set: str | None = None) -> list[Session]:
    """Return the sessions that use a pool or a training set."""
    found = []
    for session in services.sessions.list(include_archived=True):
        uses_set = training_set is not None and session.training_set is not None
        if (pool is not None and session.pool == pool) or (uses_set and str(session.training_set) == training_set):
            found.append(session)
    return found


def names_of(sessions: Sequence[Session]) -> list[str]:
    """Return the names of sessions."""
    return [session.name for session in sessions]


def may_use(session_id: str | None, users: Sequence[Session]) -> str | None:
    """Return the session that may be given a data set: none where it has it already."""
    return None if session_id in {session.session_id for session in users} else session_id


def samples(services: "Services", name: str, seed: int) -> tuple[Any, str, Any]:
    """Return a figure of a few spectra of a pool, what it shows in words, and its numbers."""
    from al_core.library.preview import sample_ids

    opened = services.library.pool(name)
    spectrum_ids = sample_ids(opened, N_SAMPLES, seed)
    flux = opened.rows(spectrum_ids)
    lines = [Line(one, opened.grid, row) for one, row in zip(spectrum_ids, flux, strict=True)]
    sentence = (
        f"{len(lines)} spectra of {name}: {', '.join(spectrum_ids)}, {opened.grid[0]:.0f} to {opened.grid[-1]:.0f} Å"
    )
    return stacked_figure(lines, FLUX_TITLES.get(opened.recipe.scaling, "Flux")), sentence, lines_table(lines)


def use_in_session(services: "Services", session_id: str, kind: str, name: str) -> str:
    """Give a pool or training set to a session, and say so."""
    if kind == "pool":
        services.library.pool(name)
        session = services.sessions.update(session_id, pool=name)
    else:
        session = services.sessions.update(session_id, training_set=services.library.training.get(name).path)
    return f"{session.name} uses {name} now"


def steer_job(services: "Services", action: str, job_id: str, shown: Shown) -> Shown | None:
    """Cancel, resume or dismiss a job; return what is shown then, None: as before."""
    if action == "cancel":
        services.jobs.cancel(job_id)
    elif action == "resume":
        services.jobs.resume(job_id)
        return {"kind": "job", "name": job_id}
    elif any(job.job_id == job_id for job in listed_jobs(services)):
        services.jobs.delete(job_id)
        return {"kind": None} if shown.get("name") == job_id else None
    return None

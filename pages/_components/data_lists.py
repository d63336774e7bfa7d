"""The lists on the left of the page Data."""

from collections.abc import Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from al_core.jobs import Job, Phase
from al_core.library import PoolInfo, TrainingSetInfo
from al_core.library.recipes import StoredRecipe
from callbacks import ids
from pages._components.buttons import button
from pages._components.cards import card
from pages._components.chips import chip, simulated_chip
from pages._components.data_rows import list_row
from pages._components.graphics import plate
from pages._components.progress import working
from pages._components.states import empty_state
from pages._components.text import ago, count, counted

Shown = dict[str, Any]


def pools_card(pools: Sequence[PoolInfo], shown: Shown) -> Component:
    """Return the card of pools."""
    rows = [_pool_row(info, shown == {"kind": "pool", "name": info.name}) for info in pools]
    body = html.Ul(rows, className="data-rows", **{"aria-label": "Pools"}) if rows else _no_pool()
    return card("Pools", body, subtitle=count(len(pools)) if pools else None, flush=bool(rows))


def _no_pool() -> Component:
    text = "A pool holds the spectra among which rare ones are sought: files of one spectrum each, or one table of all."
    add = button("Add data", kind="outline", icon="plus", id=ids.DATA_EMPTY_ADD_BUTTON)
    return empty_state("layers", "Start with a pool of spectra", text, add)


def _pool_row(info: PoolInfo, is_current: bool) -> Component:
    chips = [simulated_chip()] if info.simulated else []
    if info.problem:
        chips = [chip("waiting", "Unfinished", icon="clock") if info.is_unfinished else chip("failed", "Not usable")]
    strip = plate(info.plate.values, name=f"Plate of {info.name}", height=10) if info.plate else None
    about = None if info.problem else counted(info.n_spectra, "spectrum", "spectra")
    action = ids.data_action("show", "pool", info.name)
    return list_row(info.name, about, action, is_current=is_current, chips=chips, below=strip)


def training_card(sets: Sequence[TrainingSetInfo], shown: Shown) -> Component:
    """Return the card of training sets."""
    rows = [_training_row(info, shown == {"kind": "training", "name": info.name}) for info in sets]
    body = html.Ul(rows, className="data-rows", **{"aria-label": "Training sets"}) if rows else _no_training()
    new = button("New training set", kind="soft", small=True, icon="plus", id=ids.data_action("show", "make"))
    return card("Training sets", body, subtitle=count(len(sets)) if sets else None, tools=new, flush=bool(rows))


def _no_training() -> Component:
    return html.P(
        "Labeled spectra to start from: random ones of a pool, another data set, or files of your choice.",
        className="secondary",
    )


def _training_row(info: TrainingSetInfo, is_current: bool) -> Component:
    if info.problem:
        chips, about = [chip("failed", "Not usable")], None
    else:
        chips = [simulated_chip()] if info.simulated else []
        chips += [chip("waiting", f"{count(info.n_unlabeled)} to label")] if info.n_unlabeled else []
        about = counted(info.n_spectra, "spectrum", "spectra")
    action = ids.data_action("show", "training", info.name)
    return list_row(info.name, about, action, is_current=is_current, chips=chips)


def recipes_card(recipes: Sequence[StoredRecipe], shown: Shown) -> Component:
    """Return the card of recipes."""
    rows = []
    for stored in recipes:
        chips = [chip("failed", "Not usable")] if stored.problem else []
        about = "predefined" if stored.is_predefined else "yours"
        is_current = shown == {"kind": "recipe", "name": stored.name}
        action = ids.data_action("show", "recipe", stored.name)
        rows.append(list_row(stored.name, about, action, is_current=is_current, chips=chips))
    body = html.Ul(rows, className="data-rows", **{"aria-label": "Recipes"})
    return card("Recipes", body, subtitle="what is done to each spectrum", flush=True)


def jobs_card(jobs: Sequence[Job], shown: Shown) -> Component | None:
    """Return the card of imports and the like that go on or need attention; None without any."""
    if not jobs:
        return None
    rows = [_job_row(job, shown == {"kind": "job", "name": job.job_id}) for job in jobs]
    return card("Going on", html.Ul(rows, className="data-rows", **{"aria-label": "Jobs"}), flush=True)


def _job_row(job: Job, is_current: bool) -> Component:
    action = ids.data_action("show", "job", job.job_id)
    dismiss = button("Dismiss", kind="plain", small=True, id=ids.data_action("dismiss", job.job_id))
    if job.phase is Phase.ERROR:
        return list_row(
            job.title, ago(job.ended_utc), action, is_current=is_current, chips=[failed_chip(job)], end=dismiss
        )
    if job.phase is Phase.ABORTED:
        return list_row(
            job.title,
            ago(job.ended_utc),
            action,
            is_current=is_current,
            chips=[chip("neutral", "Canceled")],
            end=dismiss,
        )
    return list_row(job.title, None, action, is_current=is_current, below=job_progress(job))


def failed_chip(job: Job) -> Component:
    """Return the chip of a job that ended without a result."""
    return chip("failed", "Lost", "its process ended") if job.is_lost else chip("failed", "Failed")


def job_progress(job: Job) -> Component:
    """Return ring, step and bar of a job that waits or goes on."""
    if job.phase is not Phase.EXECUTING:
        return working("Waits for its turn", None)
    share = job.done / job.total if job.total else None
    numbers = f"{count(job.done)} of {count(job.total)}" if job.total else (count(job.done) if job.done else None)
    return working(job.message or job.stage or "Starting", share, numbers)

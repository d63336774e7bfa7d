"""The lists on the left, and jobs that go on."""

from typing import TYPE_CHECKING, Any

from dash import Dash, Input, Output, State, no_update

from al_core.errors import ALCoreError
from al_core.jobs import Job, Phase
from callbacks import ids
from callbacks.data.indices import infos
from pages._components.data_files import arrived_files
from pages._components.data_indices import indices_card
from pages._components.data_lists import jobs_card, pools_card, recipes_card, training_card

if TYPE_CHECKING:
    from al_core.services import Services

Shown = dict[str, Any]
#: Kinds of jobs that this page follows.
KINDS = ("import", "unpack", "training-set", "index")
#: Plates of pools that were imported elsewhere are made in passing, so many at a time.
MOST_PLATES = 2


def register(app: Dash, services: "Services") -> None:
    """Register the callbacks."""

    @app.callback(
        Output(ids.DATA_LISTS, "children"),
        Output(ids.DATA_FILES_LIST, "children"),
        Input(ids.DATA_CHANGED_STORE, "data"),
        Input(ids.DATA_UPLOAD_STORE, "data"),
        Input(ids.DATA_SHOWN_STORE, "data"),
    )
    def show_lists(_changed: int, _uploads: Any, shown: Shown) -> tuple[list[Any], Any]:
        return lists(services, shown), files(services, shown)

    @app.callback(
        Output(ids.DATA_JOBS_LIST, "children"),
        Output(ids.DATA_INTERVAL, "disabled"),
        Input(ids.DATA_INTERVAL, "n_intervals"),
        Input(ids.STATUS_STORE, "data"),
        Input(ids.DATA_CHANGED_STORE, "data"),
        Input(ids.DATA_UPLOAD_STORE, "data"),
        Input(ids.DATA_SHOWN_STORE, "data"),
    )
    def show_jobs(_n: int, _status: Any, _changed: int, _uploads: Any, shown: Shown) -> tuple[Any, bool]:
        jobs = listed_jobs(services)
        return jobs_card(jobs, shown), not any(job.is_active for job in jobs)

    @app.callback(
        Output(ids.DATA_CHANGED_STORE, "data"),
        Output(ids.DATA_SHOWN_STORE, "data", allow_duplicate=True),
        Input(ids.DATA_INTERVAL, "disabled"),
        Input(ids.DATA_INTERVAL, "n_intervals"),
        State(ids.DATA_CHANGED_STORE, "data"),
        State(ids.DATA_SHOWN_STORE, "data"),
        prevent_initial_call=True,
    )
    def notice_ends(_disabled: bool, _n: int, changed: int, shown: Shown) -> tuple[Any, Any]:
        return changed + 1 if has_just_ended(services) else no_update, after_job(services, shown) or no_update


def lists(services: "Services", shown: Shown) -> list[Any]:
    """Return the cards of pools, training sets, indices and recipes."""
    library = services.library
    pools = library.pools()
    without = [info.name for info in pools if info.plate is None and not info.problem][:MOST_PLATES]
    for name in without:
        try:
            library.plate(name)
        except (ALCoreError, OSError, ValueError):  # the pool is shown without
            continue
    pools = library.pools() if without else pools
    return [
        pools_card(pools, shown),
        training_card(library.training_sets(), shown),
        indices_card(infos(services), shown),
        recipes_card(library.recipes.all(), shown),
    ]


def files(services: "Services", shown: Shown) -> Any:
    """Return the uploads that are complete."""
    busy = [job.parameters.get("upload_id", "") for job in services.jobs.list(kind="unpack") if job.is_active]
    arrived = [upload for upload in services.library.uploads.all() if upload.is_finished]
    return arrived_files(arrived, busy, shown.get("upload") if shown.get("kind") == "choice" else None)


def listed_jobs(services: "Services") -> list[Job]:
    """Return the jobs that go on, and those that failed or were canceled and not dismissed; the newest first."""
    jobs = [job for kind in KINDS for job in services.jobs.list(kind=kind)]
    open_jobs = [job for job in jobs if job.is_active or job.phase in (Phase.ERROR, Phase.ABORTED)]
    return sorted(open_jobs, key=lambda job: job.created_utc, reverse=True)


def has_just_ended(services: "Services") -> bool:
    """Whether a job ended in the last three seconds, so that the lists are out of date."""
    from al_core.jobs.job import seconds_since

    ended = [job.ended_utc for kind in KINDS for job in services.jobs.list(kind=kind, last=5) if job.ended_utc]
    return any(seconds_since(moment) < 3 for moment in ended)


def after_job(services: "Services", shown: Shown) -> Shown | None:
    """Return what a job that is shown and has just been completed leads to; None: stay."""
    if shown.get("kind") != "job":
        return None
    jobs = [job for kind in KINDS for job in services.jobs.list(kind=kind) if job.job_id == shown.get("name")]
    if not jobs or jobs[0].phase is not Phase.COMPLETED:
        return None
    result = jobs[0].result
    if jobs[0].kind == "import":
        return {"kind": "pool", "name": result["pool"]}
    if jobs[0].kind == "training-set":
        return {"kind": "training", "name": result["training_set"]}
    if jobs[0].kind == "index":
        return {"kind": "index", "name": result["index"]}
    return {"kind": "choice", "upload": result["upload_id"], "path": None}

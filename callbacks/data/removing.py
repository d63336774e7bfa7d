"""Deleting pools, training sets and recipes, after asking."""

from typing import TYPE_CHECKING, Any

from dash import ALL, Dash, Input, Output, State, no_update

from al_core.errors import LibraryError
from al_core.jobs import Job
from al_core.mirroring import remove_from_backend
from callbacks import ids
from callbacks.data.details import names_of, sessions_with
from callbacks.data.shown import clicked_values
from callbacks.messages import beside
from pages._components.text import counted, file_size
from pages._components.toasts import toast

if TYPE_CHECKING:
    from al_core.services import Services

KINDS = {"pool": "pool", "training": "training set", "recipe": "recipe", "index": "index"}


def register(app: Dash, services: "Services") -> None:
    """Register the callbacks."""

    @app.callback(
        Output(ids.DATA_DELETE_STORE, "data"),
        Output(ids.DATA_DELETE_DIALOG, "is_open"),
        Output(ids.DATA_DELETE_TITLE, "children"),
        Output(ids.DATA_DELETE_TEXT, "children"),
        Input({"type": "data-action", "action": "delete", "value": ALL}, "n_clicks"),
        prevent_initial_call=True,
    )
    @beside(ids.DATA_NOTICE)
    def ask(_clicks: list[int | None]) -> Any:
        values = clicked_values()
        if values is None:
            return no_update, no_update, no_update, no_update
        kind, name = values
        return {"kind": kind, "name": name}, True, f"Delete {KINDS[kind]} “{name}”", consequences(services, kind, name)

    @app.callback(
        Output(ids.DATA_DELETE_DIALOG, "is_open", allow_duplicate=True),
        Input(ids.DATA_DELETE_CANCEL_BUTTON, "n_clicks"),
        prevent_initial_call=True,
    )
    def keep(n_clicks: int | None) -> Any:
        return False if n_clicks else no_update

    @app.callback(
        Output(ids.DATA_DELETE_DIALOG, "is_open", allow_duplicate=True),
        Output(ids.DATA_CHANGED_STORE, "data", allow_duplicate=True),
        Output(ids.DATA_SHOWN_STORE, "data", allow_duplicate=True),
        Output(ids.TOAST_STORE, "data", allow_duplicate=True),
        Input(ids.DATA_DELETE_CONFIRM_BUTTON, "n_clicks"),
        State(ids.DATA_DELETE_STORE, "data"),
        State(ids.DATA_CHANGED_STORE, "data"),
        prevent_initial_call=True,
    )
    @beside(ids.DATA_DELETE_ERROR)
    def confirm(n_clicks: int | None, target: dict[str, str] | None, changed: int) -> Any:
        if not n_clicks or not target:
            return no_update, no_update, no_update, no_update
        delete(services, target["kind"], target["name"])
        done = toast(f"Deleted {KINDS[target['kind']]} {target['name']}", kind="plain")
        return False, changed + 1, {"kind": None}, done


def consequences(services: "Services", kind: str, name: str) -> str:
    """Say what goes, and which sessions use it."""
    library = services.library
    if kind == "pool":
        info = library.pool_info(name)
        users = names_of(sessions_with(services, pool=name))
        what = (
            f"{counted(info.n_spectra, 'spectrum', 'spectra')}, {file_size(info.n_bytes)}. The files it came from stay."
        )
    elif kind == "training":
        info_of_set = library.training.get(name)
        users = names_of(sessions_with(services, training_set=str(info_of_set.path)))
        what = f"{counted(info_of_set.n_spectra, 'spectrum', 'spectra')} with their labels."
    elif kind == "index":
        users, what = [], "Its rows cannot be searched any more, and what was changed in them goes. Spectra stay."
    else:
        users, what = [], "Pools keep the recipe that they were made with."
    used = (
        f" Used by {', '.join(users)}: labels stay, but no run can begin there until it has another." if users else ""
    )
    return what + used


def delete(services: "Services", kind: str, name: str) -> None:
    """Delete a data set; not while a job works with it.

    Raises
    ------
    LibraryError
        If an active job uses it.
    """
    busy = [job for job in services.jobs.list() if job.is_active and _uses(services, job, kind, name)]
    if busy:
        raise LibraryError(f"{busy[0].title} works with it right now. Cancel that first, or wait.")
    if kind == "pool":
        services.library.delete_pool(name)
        if name not in services.catalogs.names():
            remove_from_backend(services.settings, name)
    elif kind == "training":
        services.library.training.delete(name)
    elif kind == "index":
        services.catalogs.remove(name)
        remove_from_backend(services.settings, name)
    else:
        services.library.recipes.remove(name)


def _uses(services: "Services", job: Job, kind: str, name: str) -> bool:
    """Whether an import writes this pool, or the parameters of a job name the folder of a data set."""
    if kind == "recipe":
        return False
    if kind == "index":
        return job.kind in ("index", "import") and job.parameters.get("name") == name
    if kind == "pool" and name in (
        job.parameters.get("pool"),
        job.parameters.get("name") if job.kind == "import" else None,
    ):
        return True
    library = services.library
    folder = library.pool_info(name).path if kind == "pool" else library.training.get(name).path.parent
    texts = [str(value) for value in _values(job.parameters)]
    return any(text == str(folder) or text.startswith(f"{folder}/") for text in texts)


def _values(content: Any) -> list[Any]:
    if isinstance(content, dict):
        return [one for value in content.values() for one in _values(value)]
    return [one for value in content for one in _values(value)] if isinstance(content, list | tuple) else [content]

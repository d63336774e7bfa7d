"""Adding data: folders of the server, what a choice holds, and the import."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update

from al_core.errors import ALCoreError, LibraryError
from al_core.library import ImportOrder
from al_core.library.names import suggested_name
from al_core.library.recognition import Recognized, recognize
from al_core.metadata.importing import open_source
from al_core.preprocessing.form import problems_of
from callbacks import ids
from callbacks.access import current_user
from callbacks.data.shown import clicked_values
from callbacks.messages import beside, message_of
from pages._components.data_choice import add_detail, choice_detail, failed_choice
from pages._components.data_files import folder_browser
from pages._components.states import error_text
from pages._components.toasts import toast

if TYPE_CHECKING:
    from al_core.services import Services

Shown = dict[str, Any]
DEFAULT_RECIPE = "halpha"


def register(app: Dash, services: "Services") -> None:
    """Register the callbacks."""

    @app.callback(
        Output(ids.DATA_FOLDER_STORE, "data"),
        Input({"type": "data-action", "action": "folder", "value": ALL}, "n_clicks"),
        prevent_initial_call=True,
    )
    def go_to(_clicks: list[int | None]) -> Any:
        values = clicked_values()
        return no_update if values is None else values[0]

    @app.callback(Output(ids.DATA_FOLDER_LIST, "children"), Input(ids.DATA_FOLDER_STORE, "data"))
    def show_folder(path: str) -> Any:
        return folder(services, path or "")

    @app.callback(
        Output(ids.DATA_SHOWN_STORE, "data", allow_duplicate=True),
        Output(ids.DATA_CHANGED_STORE, "data", allow_duplicate=True),
        Output(ids.TOAST_STORE, "data", allow_duplicate=True),
        Input(ids.DATA_IMPORT_BUTTON, "n_clicks"),
        State(ids.DATA_SHOWN_STORE, "data"),
        State(ids.DATA_CHANGED_STORE, "data"),
        State(ids.DATA_IMPORT_NAME_INPUT, "value"),
        State(ids.DATA_RECIPE_STORE, "data"),
        State(ids.DATA_IMPORT_METADATA_SELECT, "value"),
        State(ids.DATA_IMPORT_RESAMPLE_CHECK, "value"),
        State(ids.DATA_IMPORT_DUPLICATES_CHECK, "value"),
        State(ids.DATA_IMPORT_EXPOSURES_CHECK, "value"),
        prevent_initial_call=True,
    )
    @beside(ids.DATA_IMPORT_ERROR)
    def begin(n: int | None, shown: Shown, changed: int, name: str, recipe: Any, metadata: str, *checks: bool) -> Any:
        if not n:
            return no_update, no_update, no_update
        job_id = submit_import(services, shown, name, recipe, metadata, *checks)
        return {"kind": "job", "name": job_id}, changed + 1, toast(f"Import of {name.strip()} begun", kind="plain")

    @app.callback(
        Output(ids.DATA_CHANGED_STORE, "data", allow_duplicate=True),
        Output(ids.DATA_SHOWN_STORE, "data", allow_duplicate=True),
        Input({"type": "data-action", "action": "remove-upload", "value": ALL}, "n_clicks"),
        State(ids.DATA_CHANGED_STORE, "data"),
        State(ids.DATA_SHOWN_STORE, "data"),
        prevent_initial_call=True,
    )
    @beside(ids.DATA_NOTICE)
    def remove(_clicks: list[int | None], changed: int, shown: Shown) -> tuple[Any, Any]:
        values = clicked_values()
        if values is None or not isinstance(ctx.triggered_id, dict):
            return no_update, no_update
        services.library.uploads.remove(values[0])
        return changed + 1, {"kind": None} if shown.get("upload") == values[0] else no_update


def add(services: "Services") -> Any:
    """Return where data are chosen."""
    return add_detail(services.library.data_root.root is not None)


def folder(services: "Services", path: str) -> Any:
    """Return the content of a folder of the server."""
    try:
        return folder_browser(services.library.data_root.look_into(path))
    except ALCoreError as error:
        return error_text(message_of(error))


def paths_of(services: "Services", shown: Shown) -> list[Path]:
    """Return the files and folders of a choice."""
    if shown.get("upload"):
        return services.library.uploads.paths(shown["upload"])
    return [services.library.data_root.resolve(shown.get("path") or "")]


def name_of(services: "Services", shown: Shown) -> str:
    """Return what a choice is called."""
    if shown.get("upload"):
        return services.library.uploads.get(shown["upload"]).name
    return (shown.get("path") or "").rsplit("/", 1)[-1] or "Data root"


def choice(services: "Services", shown: Shown) -> Any:
    """Return what a choice was recognized as, with the form that imports it."""
    try:
        name, paths = name_of(services, shown), paths_of(services, shown)
        recognized = recognize(paths)
    except (LibraryError, OSError) as error:
        return failed_choice("Chosen files", message_of(error))
    recipes = [stored.name for stored in services.library.recipes.all() if stored.recipe is not None]
    suggested = free_name(services, suggested_name(Path(name).name.split(".")[0] or name))
    offered, left_out = tables(services, recognized), not_unpacked(services, shown)
    can_index = bool(recognized.lists) or (not recognized.has_spectra and len(paths) == 1 and has_table(paths[0]))
    return choice_detail(name, recognized, recipes, DEFAULT_RECIPE, offered, suggested, left_out, can_index)


def has_table(path: Path) -> bool:
    """Whether a file can be opened as metadata."""
    try:
        open_source(path)
    except (ALCoreError, OSError):
        return False
    return True


def not_unpacked(services: "Services", shown: Shown) -> list[str]:
    """Return what was left out of the zip file that a choice was, with the reasons."""
    jobs = services.jobs.list(kind="unpack") if shown.get("upload") else []
    found = [job for job in jobs if job.parameters.get("upload_id") == shown["upload"]]
    return [str(text).rstrip(".") for text in found[0].result.get("notices", [])] if found else []


def tables(services: "Services", recognized: Recognized | None) -> list[dict[str, str]]:
    """Return tables without spectra that may hold metadata or labels: of the choice, then those uploaded alone."""
    paths = list(recognized.lists) if recognized else []
    for upload in services.library.uploads.all():
        if upload.is_finished and upload.n_files == 1:
            found = [path for path in services.library.uploads.paths(upload.upload_id) if is_table(path)]
            paths += [path for path in found if path not in paths]
    return [{"label": path.name, "value": str(path)} for path in paths]


def is_table(path: Path) -> bool:
    """Whether a file may be a table, by its name; its content is looked at when it is used."""
    return path.is_file() and path.suffix.lower() in (".csv", ".tsv", ".txt", ".lst")


def free_name(services: "Services", name: str) -> str:
    """Return the name, with a number where a pool has it already."""
    taken = {info.name for info in services.library.pools()}
    names = [name, *(f"{name} {n}" for n in range(2, 100))]
    return next((one for one in names if one not in taken), name)


def allowed_path(services: "Services", shown: Shown, chosen: str) -> str | None:
    """Return a chosen table, if it is one of those that were offered: the browser may send anything."""
    if chosen in ("", "none", None):
        return None
    offered = {one["value"] for one in tables(services, recognize(paths_of(services, shown)))}
    if chosen not in offered:
        raise LibraryError("The table of metadata is not there any more. Choose it again.")
    return chosen


def submit_import(
    services: "Services",
    shown: Shown,
    name: str,
    recipe: dict[str, Any] | None,
    metadata: str = "",
    resample: bool = False,
    remove_duplicates: bool = False,
    exposures: bool = False,
) -> str:
    """Check the form, submit the job and return its id."""
    steps = (recipe or {}).get("steps", [])
    if problems_of(steps):
        raise LibraryError("The recipe has a mistake. Correct it above, where it is marked.")
    order = ImportOrder(
        name=name,
        paths=tuple(str(path) for path in paths_of(services, shown)),
        recipe={"name": (recipe or {}).get("name", "unnamed"), "steps": steps},
        metadata_csv=allowed_path(services, shown, metadata),
        keep_grid=False if resample else None,
        exposures=bool(exposures),
        remove_duplicates=bool(remove_duplicates),
    )
    parameters = services.library.order_import(order)
    title = f"Import {parameters['name']}"
    return services.jobs.submit("import", title, parameters, owner=current_user()).job_id

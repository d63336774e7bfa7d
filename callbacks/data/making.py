"""The form that makes a training set: from a pool, chosen files, a table with labels, or the labels of a session."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dash import ALL, Dash, Input, Output, State, no_update

from al_core.errors import ALCoreError, LibraryError
from al_core.library.label_files import count_labels, suggested_mapping
from al_core.library.recognition import recognize
from al_core.library.training_orders import TrainingOrder, order_training_set
from al_core.pools import import_pool
from al_core.preprocessing import RECIPES
from callbacks import ids
from callbacks.access import current_user
from callbacks.data import choosing
from callbacks.data.offers import (
    NONE,
    OWN,
    RANDOM,
    choice_of,
    found_labels,
    label_files,
    offered_list,
    pool_labels,
    recipe_names,
    sources,
    table_of,
)
from callbacks.data.shown import clicked_values
from callbacks.messages import beside, message_of
from pages._components.data_training import LEAVE_OUT, make_detail, make_options, mapping_table
from pages._components.states import error_text
from pages._components.toasts import toast

if TYPE_CHECKING:
    from al_core.services import Services

Shown = dict[str, Any]
CLASSES = ("other", "single peak", "double peak")
#: Spectra that become a pool while the page waits: a second or two.
MOST_LABELED_HERE = 20_000


def register(app: Dash, services: "Services") -> None:
    """Register the callbacks."""

    @app.callback(
        Output(ids.DATA_MAKE_OPTIONS, "children"),
        Input(ids.DATA_MAKE_SOURCE_SELECT, "value"),
        State(ids.DATA_SHOWN_STORE, "data"),
    )
    def show_options(source: str | None, shown: Shown) -> Any:
        try:
            return options(services, source or "", shown)
        except (ALCoreError, OSError) as error:
            return error_text(message_of(error))

    @app.callback(
        Output(ids.DATA_MAKE_MAPPING, "children"),
        Input(ids.DATA_MAKE_LABELS_SELECT, "value"),
        Input(ids.DATA_MAKE_CLASSES_INPUT, "value"),
        State(ids.DATA_MAKE_SOURCE_SELECT, "value"),
        State(ids.DATA_SHOWN_STORE, "data"),
        prevent_initial_call=True,
    )
    def show_mapping(labels: str | None, classes: str, source: str | None, shown: Shown) -> Any:
        try:
            return mapping(services, source or "", labels or NONE, names_of(classes), shown)
        except (ALCoreError, OSError) as error:
            return error_text(message_of(error))

    @app.callback(
        Output(ids.DATA_SHOWN_STORE, "data", allow_duplicate=True),
        Output(ids.DATA_CHANGED_STORE, "data", allow_duplicate=True),
        Input(ids.DATA_MAKE_BUTTON, "n_clicks"),
        State(ids.DATA_SHOWN_STORE, "data"),
        State(ids.DATA_CHANGED_STORE, "data"),
        State(ids.DATA_MAKE_SOURCE_SELECT, "value"),
        State(ids.DATA_MAKE_NAME_INPUT, "value"),
        State(ids.DATA_MAKE_CLASSES_INPUT, "value"),
        State(ids.DATA_MAKE_LABELS_SELECT, "value"),
        State(ids.DATA_MAKE_N_INPUT, "value"),
        State(ids.DATA_MAKE_SEED_INPUT, "value"),
        State(ids.DATA_MAKE_RECIPE_SELECT, "value"),
        State({"type": "data-mapping-select", "label": ALL}, "value"),
        State({"type": "data-mapping-select", "label": ALL}, "id"),
        prevent_initial_call=True,
    )
    @beside(ids.DATA_MAKE_ERROR)
    def make(n: int | None, shown: Shown, changed: int, *form: Any) -> Any:
        if not n:
            return no_update, no_update
        return {"kind": "job", "name": submit(services, shown, *form)}, changed + 1

    @app.callback(
        Output(ids.DATA_CHANGED_STORE, "data", allow_duplicate=True),
        Output(ids.TOAST_STORE, "data", allow_duplicate=True),
        Input({"type": "data-action", "action": "label-training", "value": ALL}, "n_clicks"),
        State(ids.DATA_CHANGED_STORE, "data"),
        prevent_initial_call=True,
    )
    @beside(ids.DATA_USE_ERROR)
    def label(_clicks: Any, changed: int) -> Any:
        values = clicked_values()
        if values is None:
            return no_update, no_update
        return changed + 1, toast(
            f"Session {label_in_session(services, values[0])} is ready: open it and run iteration 0"
        )


def form(services: "Services", shown: Shown, session_id: str | None) -> Any:
    """Return the form for what was chosen before, or for any source."""
    found = sources(services, shown)
    wanted = shown.get("source") or ""
    value = wanted if any(one["value"] == wanted for one in found) else None
    classes = services.sessions.get(session_id).class_names if session_id else CLASSES
    return make_detail(found, value, classes)


def options(services: "Services", source: str, shown: Shown) -> Any:
    """Return the fields that a source needs."""
    kind, _, name = source.partition(":")
    if kind == "pool":
        return make_options(sample=services.library.pool_info(name).n_spectra, labels=pool_labels(services, name),
                            labels_value=RANDOM)  # fmt: skip
    if kind == "session":
        return make_options(labels=[{"label": "Labels of the session", "value": OWN}], labels_value=OWN)
    choice = choice_of(source, shown)
    if choice is None:
        return make_options()
    recognized = recognize(choosing.paths_of(services, choice))
    if not recognized.has_spectra:
        raise LibraryError("This file holds no spectra. Choose it as list of labels for spectra of a pool.")
    recipes = () if recognized.is_on_grid else [one["value"] for one in recipe_names(services)]
    own = [{"label": "Those in the file", "value": OWN}] if recognized.has_labels else []
    none = [{"label": "None yet, to be labeled", "value": NONE}]
    lists = [] if recognized.is_on_grid else label_files(services, recognized)
    return make_options(labels=[*own, *none, *lists], labels_value=OWN if own else NONE, recipes=recipes)


def mapping(services: "Services", source: str, labels: str, classes: Sequence[str], shown: Shown) -> Any:
    """Return the table that says which class each label becomes; nothing where there are no labels."""
    counts = count_labels(found_labels(services, source, labels, shown).values())
    return mapping_table(counts, suggested_mapping(counts, classes), classes) if counts else None


def names_of(text: str | None) -> list[str]:
    """Return the names of classes of a field, divided by commas."""
    return [name.strip() for name in (text or "").split(",") if name.strip()]


def submit(
    services: "Services",
    shown: Shown,
    source: str | None,
    name: str,
    classes: str,
    labels: str | None,
    n_spectra: Any,
    seed: Any,
    recipe: str | None,
    chosen: list[str],
    chosen_ids: list[dict[str, str]],
) -> str:
    """Check the form, submit the job and return its id."""
    if not source:
        raise LibraryError("Choose where the spectra come from.")
    mapped = {
        one["label"]: None if value == LEAVE_OUT else value for one, value in zip(chosen_ids, chosen, strict=True)
    }
    known = {"name": name or "", "classes": tuple(names_of(classes)), "mapping": mapped}
    order = _order(services, shown, source, labels or NONE, n_spectra, seed, recipe, known)
    parameters = order_training_set(services.library, order)
    title = f"Training set {parameters['name']}"
    return services.jobs.submit("training-set", title, parameters, owner=current_user()).job_id


def _order(
    services: "Services",
    shown: Shown,
    source: str,
    labels: str,
    n_spectra: Any,
    seed: Any,
    recipe: str | None,
    known: dict[str, Any],
) -> TrainingOrder:
    kind, _, target = source.partition(":")
    is_list = labels not in (RANDOM, OWN, NONE)
    lists = (str(offered_list(services, source, labels, shown)),) if is_list else ()
    if kind == "pool" and labels == RANDOM:
        return TrainingOrder(source="sample", pool=target, n_spectra=int(n_spectra or 0), seed=int(seed or 0), **known)
    if kind == "pool":
        return TrainingOrder(source="pool", pool=target, label_files=lists, **known)
    if kind == "session":
        return TrainingOrder(source="session", session_id=target, **known)
    choice = choice_of(source, shown)
    if choice is None:
        raise LibraryError("The chosen files are not there any more. Choose them again.")
    paths = choosing.paths_of(services, choice)
    if recognize(paths).is_on_grid:
        return TrainingOrder(source="table", paths=(str(table_of(services, choice)),), **known)
    steps = services.library.recipes.get(recipe or "halpha").to_dict()
    return TrainingOrder(source="files", paths=tuple(map(str, paths)), label_files=lists, recipe=steps, **known)


def label_in_session(services: "Services", name: str) -> str:
    """Make a pool and a session of an unlabeled training set, so that it can be labeled; return the session's name.

    Raises
    ------
    LibraryError
        If it has so many spectra that the import would keep the page waiting.
    """
    info = services.library.training.get(name)
    if info.n_spectra > MOST_LABELED_HERE:
        raise LibraryError(f"{name!r} has {info.n_spectra:,} spectra. Import its CSV as a pool and label that.")
    pool = choosing.free_name(services, f"{name} to label"[:80])
    folder = services.settings.workspace / "pools" / pool
    folder.parent.mkdir(parents=True, exist_ok=True)
    import_pool([info.path], folder, recipe=RECIPES["halpha"], name=pool, keep_grid=True, workers=1)
    return services.sessions.create(f"Label {name}", classes=list(info.classes), pool=pool).name

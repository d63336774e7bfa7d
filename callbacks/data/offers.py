"""What a training set can be made of: sources of spectra, and the labels that each of them may get."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from al_core.errors import LibraryError
from al_core.library.label_files import read_labels
from al_core.library.recognition import Recognized, recognize
from al_core.library.training_orders import session_labels
from al_core.library.training_sources import labels_in_pool
from callbacks.data import choosing

if TYPE_CHECKING:
    from al_core.services import Services

Shown = dict[str, Any]
#: Values of the selection of labels that are no file.
RANDOM, OWN, NONE = "random", "own", "none"


def sources(services: "Services", shown: Shown) -> list[dict[str, str]]:
    """Return where the spectra may come from: the choice, pools, tables with labels, sessions."""
    found = []
    if shown.get("choice"):
        found.append({"label": f"Chosen files: {choosing.name_of(services, shown['choice'])}", "value": "choice"})
    pools = [info for info in services.library.pools() if not info.problem]
    found += [{"label": f"Pool: {info.name}", "value": f"pool:{info.name}"} for info in pools]
    arrived = [upload for upload in services.library.uploads.all() if upload.is_finished]
    found += [{"label": f"File: {upload.name}", "value": f"upload:{upload.upload_id}"} for upload in arrived]
    with_pool = [one for one in services.sessions.list() if one.pool]
    found += [{"label": f"Labels of session: {one.name}", "value": f"session:{one.session_id}"} for one in with_pool]
    return found


def pool_labels(services: "Services", name: str) -> list[dict[str, str]]:
    """Return which labels the spectra of a pool may get."""
    found = [{"label": "None yet: random spectra, to be labeled", "value": RANDOM}]
    if labels_in_pool(services.library.pool(name)):
        found.append({"label": "Those of the imported files", "value": OWN})
    return [*found, *label_files(services, None)]


def label_files(services: "Services", recognized: Recognized | None) -> list[dict[str, str]]:
    """Return lists of labels, as options."""
    tables = choosing.tables(services, recognized)
    return [{"label": f"List: {one['label']}", "value": one["value"]} for one in tables]


def recipe_names(services: "Services") -> list[dict[str, str]]:
    """Return the recipes, the thesis's first."""
    stored = services.library.recipes.all()
    return [{"label": one.name, "value": one.name} for one in stored if one.recipe is not None]


def choice_of(source: str, shown: Shown) -> Shown | None:
    """Return the chosen files that a source means, None if it means none."""
    kind, _, name = source.partition(":")
    if kind == "upload":
        return {"kind": "choice", "upload": name, "path": None}
    return shown.get("choice") if kind == "choice" else None


def found_labels(services: "Services", source: str, labels: str, shown: Shown) -> dict[str, str]:
    """Return the labels of a source by spectrum id; none where there are none."""
    kind, _, name = source.partition(":")
    if labels in (RANDOM, NONE):
        return {}
    if labels != OWN:
        return read_labels(offered_list(services, source, labels, shown))
    if kind == "pool":
        return labels_in_pool(services.library.pool(name))
    if kind == "session":
        return session_labels(services.library, services.settings, name)[1]
    choice = choice_of(source, shown)
    return {} if choice is None else read_labels(table_of(services, choice))


def offered_list(services: "Services", source: str, chosen: str, shown: Shown) -> Path:
    """Return a list of labels, if it is one of those that were offered: the browser may send anything."""
    choice = choice_of(source, shown)
    recognized = None if choice is None else recognize(choosing.paths_of(services, choice))
    if chosen not in {one["value"] for one in label_files(services, recognized)}:
        raise LibraryError("This list of labels is not there any more. Choose it again.")
    return Path(chosen)


def table_of(services: "Services", choice: Shown) -> Path:
    """Return the one table of a choice."""
    from al_core.readers import MatrixReader, find_spectrum_files, identify

    files = find_spectrum_files(choosing.paths_of(services, choice))
    tables = [path for path in files if isinstance(identify(path), MatrixReader)]
    if len(tables) != 1:
        raise LibraryError(f"Expected one table of labeled spectra, found {len(tables)}. Choose one file.")
    return tables[0]

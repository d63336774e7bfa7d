"""What a new training set is made of, checked before its job is submitted, and made in the job."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from al_core.errors import LibraryError
from al_core.library.label_files import checked_mapping
from al_core.library.library import Library
from al_core.library.training_sets import Rows, TrainingSetInfo
from al_core.library.training_sources import (
    LeftOut,
    labeled_of_pool,
    labels_in_pool,
    labels_of,
    rows_of_files,
    rows_of_table,
    sample_of_pool,
)
from al_core.pools import Pool
from al_core.preprocessing import Recipe
from al_core.progress import Progress, no_progress
from al_core.settings import Settings

#: Where the spectra may come from.
SOURCES = ("sample", "table", "pool", "files", "session")


@dataclass(frozen=True)
class TrainingOrder:
    """What a new training set is made of.

    Attributes
    ----------
    name : str
    source : str
        `sample`: spectra of `pool` drawn at random, to be labeled. `table`: `paths` is one file with many labeled
        spectra. `pool`: those of `pool` that `label_files` (or the pool itself) have labels for. `files`: `paths` taken
        through `recipe`, with the labels of `label_files`, if any. `session`: what was labeled in `session_id`.
    classes : tuple of str
    mapping : dict
        Label of the source to class; None: those spectra are left out.
    """

    name: str
    source: str
    classes: tuple[str, ...]
    mapping: dict[str, str | None] = field(default_factory=dict)
    pool: str | None = None
    n_spectra: int = 0
    seed: int = 0
    paths: tuple[str, ...] = ()
    label_files: tuple[str, ...] = ()
    recipe: dict[str, Any] | None = None
    session_id: str | None = None


def order_training_set(library: Library, order: TrainingOrder) -> dict[str, Any]:
    """Check what a training set is to be made of and return the parameters of its job.

    Raises
    ------
    LibraryError
        If the name is taken, a class or a choice is missing, or a path is gone.
    """
    library.training.require_free(order.name)
    if order.source not in SOURCES:
        raise LibraryError(f"Unknown source {order.source!r}; allowed: {', '.join(SOURCES)}.")
    classes = tuple(name.strip() for name in order.classes if name.strip())
    if len(classes) < 2 or len(set(classes)) < len(classes):
        raise LibraryError("Name two or more different classes.")
    checked_mapping(order.mapping, classes)
    if order.source in ("sample", "pool") and not order.pool:
        raise LibraryError("Choose a pool.")
    if order.source in ("table", "files") and not order.paths:
        raise LibraryError("Choose files.")
    if order.source == "session" and not order.session_id:
        raise LibraryError("Choose a session.")
    if order.source == "sample" and order.pool and not 1 <= order.n_spectra <= library.pool_info(order.pool).n_spectra:
        size = library.pool_info(order.pool).n_spectra
        raise LibraryError(f"Take 1 to {size:,} spectra; {order.pool!r} has no more.")
    for path in (*order.paths, *order.label_files):
        if not Path(path).exists():
            raise LibraryError(f"{path} is not there any more. Choose it again.")
    return asdict(order) | {
        "classes": list(classes),
        "paths": list(order.paths),
        "label_files": list(order.label_files),
    }


def make_training_set(
    settings: Settings, parameters: Mapping[str, Any], progress: Progress = no_progress
) -> tuple[TrainingSetInfo, list[LeftOut]]:
    """Make a training set as its job's parameters say.

    Returns
    -------
    TrainingSetInfo
    list of LeftOut
        Files and spectra that are not in it, with the reasons.
    """
    known = {key: value for key, value in parameters.items() if key in TrainingOrder.__dataclass_fields__}
    tuples = {key: tuple(known.get(key) or ()) for key in ("classes", "paths", "label_files")}
    order = TrainingOrder(**{**known, **tuples})
    library = Library(settings.workspace, settings)
    left_out: list[LeftOut] = []
    pool = library.pool(order.pool) if order.pool else None
    rows, origin, simulated = _content(library, settings, order, pool, left_out, progress)
    info = library.training.create(order.name, rows, order.classes, origin=origin, simulated=simulated)
    return info, left_out


def _content(
    library: Library,
    settings: Settings,
    order: TrainingOrder,
    pool: Pool | None,
    left_out: list[LeftOut],
    progress: Progress,
) -> tuple[Iterator[Rows], str, bool]:
    """Return the rows, where they come from in words, and whether they are simulated."""
    paths = [Path(path) for path in order.paths]
    names = ", ".join(path.name for path in paths[:3]) + (" and others" if len(paths) > 3 else "")
    if order.source == "sample" and pool is not None:
        origin = f"{order.n_spectra} random spectra of pool {pool.path.name}, seed {order.seed}"
        return sample_of_pool(pool, order.n_spectra, order.seed), origin, pool.simulated
    if order.source == "pool" and pool is not None:
        labels = labels_of([Path(path) for path in order.label_files]) or labels_in_pool(pool)
        return labeled_of_pool(pool, labels, order.mapping, left_out), f"pool {pool.path.name}", pool.simulated
    if order.source == "table":
        return rows_of_table(paths[0], order.mapping, left_out, progress), names, False
    if order.source == "files" and order.recipe is not None:
        labels = labels_of([Path(path) for path in order.label_files])
        recipe = Recipe.from_dict(order.recipe)
        return rows_of_files(paths, recipe, labels, order.mapping, left_out, progress), names, False
    if order.source == "session" and order.session_id:
        pool, labels = session_labels(library, settings, order.session_id)
        mapping: dict[str, str | None] = {**{name: name for name in order.classes}, **order.mapping}
        origin = f"labels of session {order.session_id}, spectra of pool {pool.path.name}"
        return labeled_of_pool(pool, labels, mapping, left_out), origin, pool.simulated
    raise LibraryError("What the training set is to be made of is not complete. Choose its source again.")


def session_labels(library: Library, settings: Settings, session_id: str) -> tuple[Pool, dict[str, str]]:
    """Return the pool of a session and what was labeled in it: class name by spectrum id.

    Raises
    ------
    LibraryError
        If the session has no pool or nobody has labeled yet.
    """
    from al_core.sessions import Sessions

    sessions = Sessions(settings.workspace)
    session = sessions.get(session_id)
    if session.pool is None:
        raise LibraryError(f"Session {session.name!r} has no pool yet.")
    names = {one.class_id: one.name for one in session.classes}
    table = sessions.journal(session_id).current()
    table = table.filter(table["kind"] == "label")
    pairs = zip(table["spectrum_id"].to_list(), table["class_id"].to_list(), strict=True)
    labels = {name: names[label] for name, label in pairs if label in names}
    if not labels:
        raise LibraryError(f"In session {session.name!r} nothing is labeled yet.")
    return library.pool(session.pool), labels

"""What is drawn beside a spectrum: class means, and the nearest labeled spectra."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from al_core.errors import ALCoreError
from al_core.labeling.decimation import rounded
from al_core.pools import Pool
from al_core.runs.next_configuration import TRAINING_FILE
from al_core.runs.training import read_labeled_spectra
from al_core.sessions import Session

if TYPE_CHECKING:
    from al_core.labeling.labeling import Labeling


class Labeled(NamedTuple):
    """Labeled spectra in the window: ids, flux (n_spectra, n_points), and the id of the class of each."""

    spectrum_ids: list[str]
    flux: npt.NDArray[np.float32]
    class_ids: npt.NDArray[np.object_]


def labeled_spectra(labeling: "Labeling", session: Session, pool: Pool) -> Labeled:
    """Return the training set and the labels of the journal, which win; spectra on another grid are left out.

    The training set is that of the last iteration where there is one, for that is scaled as the pool is.
    """
    base = _training_set(labeling, session, pool)
    folder = labeling.sessions.folder(session.session_id)
    current = labeling.sessions.journal(folder.name).current().filter(pl.col("kind") == "label")
    names = current["spectrum_id"].to_list()
    found = np.flatnonzero(pool.find(names) >= 0) if names else np.empty(0, np.int64)
    own = [names[int(k)] for k in found]
    class_ids = current["class_id"].to_list()
    replaced = set(own)
    kept = [k for k, name in enumerate(base.spectrum_ids) if name not in replaced]
    flux = pool.rows(own) if own else np.empty((0, pool.grid.size), np.float32)
    return Labeled(
        [*(base.spectrum_ids[k] for k in kept), *own],
        np.concatenate([base.flux[kept], flux]),
        np.array([*base.class_ids[kept], *(class_ids[int(k)] for k in found)], dtype=object),
    )


def _training_set(labeling: "Labeling", session: Session, pool: Pool) -> Labeled:
    current = [info for info in labeling.iterations(session.session_id) if info.is_current and info.n_epochs]
    last = current[-1] if current else None
    path = last.folder / TRAINING_FILE if last is not None else session.training_set
    nothing = Labeled([], np.empty((0, pool.grid.size), np.float32), np.empty(0, dtype=object))
    if path is None or not path.is_file():
        return nothing
    names = session.class_names if last is None else last.classes
    ids = [one.class_id for one in session.classes]
    if last is not None:
        ids = [one or "" for one in labeling.sessions.class_ids(session.session_id, last)]
    key = (str(path), path.stat().st_mtime_ns, str(pool.path), *names, *ids)
    found: Labeled | None = labeling.labeled.get(key, lambda: _read(path, tuple(names), ids, pool))
    return found or nothing


def _read(path: Path, names: tuple[str, ...], class_ids: list[str], pool: Pool) -> Labeled | None:
    try:
        spectra, recipe = read_labeled_spectra(path, names, pool.recipe)
    except ALCoreError:
        return None
    if not recipe.fits(pool.grid):
        return None
    labels = np.array([class_ids[k] for k in spectra.labels], dtype=object)
    return Labeled(spectra.spectrum_ids, spectra.flux, labels)


def overlays_of(session: Session, pool: Pool, spectrum_id: str, labeled: Labeled) -> dict[str, Any]:
    """Return the mean of each class with its number of spectra, and the nearest spectrum of each class.

    Parameters
    ----------
    session : Session
    pool : Pool
    spectrum_id : str
        The spectrum itself is in neither.
    labeled : Labeled

    Returns
    -------
    dict
        `means`: class_id, n, flux. `nearest`: id, class_id, flux, and `distance`, the Euclidean one in the window.
    """
    flux = np.asarray(pool.rows([spectrum_id])[0], dtype=np.float32)
    others = np.array([name != spectrum_id for name in labeled.spectrum_ids], dtype=bool)
    means, nearest = [], []
    for one in session.classes:
        members = np.flatnonzero(others & (labeled.class_ids == one.class_id))
        if not members.size:
            continue
        rows = labeled.flux[members]
        mean = rounded(rows.mean(axis=0, dtype=np.float64), 4)
        means.append({"class_id": one.class_id, "n": int(members.size), "flux": mean})
        distances = np.sqrt(np.sum((rows - flux) ** 2, axis=1, dtype=np.float64))
        best = int(np.argmin(distances))
        nearest.append(
            {
                "id": labeled.spectrum_ids[int(members[best])],
                "class_id": one.class_id,
                "distance": round(float(distances[best]), 3),
                "flux": rounded(rows[best], 4),
            }
        )
    return {"means": means, "nearest": nearest}

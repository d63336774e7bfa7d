"""What a queue of a session can be made of, with how many spectra there are."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from al_core.errors import ALCoreError, PoolError, SessionError
from al_core.labeling.lists import read_lists
from al_core.labeling.state import read_state
from al_core.library import Library, PoolInfo
from al_core.pools.layout import MANIFEST
from al_core.sessions import IterationInfo, Session

if TYPE_CHECKING:
    from al_core.labeling.labeling import Labeling


@dataclass(frozen=True)
class QueueSource:
    """A source that exists.

    Attributes
    ----------
    source : str
        As in `QueueOptions`.
    kind : str
        "iteration", "candidates", "pool", "list", "data" (a pool that is not the session's) or "upload".
    name : str
        What the user reads: number of the iteration, name of the pool, list or upload.
    iteration : int or None
    n_spectra : int
    n_left : int or None
        Those without an answer; None where that is not counted.
    note : str
        Where it comes from.
    """

    source: str
    kind: str
    name: str
    iteration: int | None
    n_spectra: int
    n_left: int | None = None
    note: str = ""


def sources_of(labeling: "Labeling", session: Session) -> list[QueueSource]:
    """Return what there is to label: iterations, candidates, the session's pool, lists, other pools and uploads."""
    folder = labeling.sessions.folder(session.session_id)
    iterations = [info for info in labeling.iterations(session.session_id) if info.is_current]
    answered = read_state(folder).answers.keys()
    found = [_iteration(info, answered) for info in reversed(iterations)]
    found += _candidates(labeling, session, iterations[-1]) if iterations else []
    found += _own_pool(labeling, session)
    found += [
        QueueSource(f"list:{one.list_id}", "list", one.name, None, one.n_spectra, note=one.origin)
        for one in read_lists(folder)
    ]
    return found + _other_pools(labeling.library, session.pool)


def _iteration(info: IterationInfo, answered: Iterable[str]) -> QueueSource:
    names = {*info.queue.get("oracle", ()), *info.queue.get("perf-est", ())}
    n_left = len(names.difference(answered))
    return QueueSource("iteration", "iteration", str(info.number), info.number, len(names), n_left)


def _candidates(labeling: "Labeling", session: Session, info: IterationInfo) -> list[QueueSource]:
    try:
        pool = labeling.pool(session, labeling.pool_of(session, info), info)
        predictions = labeling.predictions(session, info, pool)
    except ALCoreError:  # the queue itself says why
        return []
    n_spectra = 0 if predictions is None else int(predictions.candidates().size)
    name = f"of iteration {info.number}"
    return [QueueSource("candidates", "candidates", name, None, n_spectra)] if n_spectra else []


def _own_pool(labeling: "Labeling", session: Session) -> list[QueueSource]:
    try:
        pool = labeling.pool(session)
    except ALCoreError:
        return []
    return [] if pool is None else [QueueSource("pool", "pool", pool.path.name, None, pool.n_spectra)]


def _other_pools(library: Library, own: str | None) -> list[QueueSource]:
    pools = [info for info in library.pools() if not info.problem and not info.is_unfinished]
    found, named = [], {own}
    for upload in library.uploads.all():
        info = newest_pool_of(pools, upload.folder)
        if info is not None and info.name not in named:
            named.add(info.name)
            source = f"upload:{upload.upload_id}"
            found.append(QueueSource(source, "upload", upload.name, None, info.n_spectra, note=f"pool {info.name}"))
    others = [info for info in pools if info.name not in named]
    return [QueueSource(f"pool:{one.name}", "data", one.name, None, one.n_spectra) for one in others] + found


def newest_pool_of(pools: list[PoolInfo], upload: Path) -> PoolInfo | None:
    """Return the newest pool that was imported from the folder of an upload; `pools` are in that order."""
    return next((info for info in pools if not info.problem and str(upload) in _inputs_of(info.path)), None)


def pool_of_upload(library: Library, upload_id: str) -> str:
    """Return the name of the newest pool that was imported from an upload.

    Raises
    ------
    SessionError
        If there is none.
    """
    info = newest_pool_of(library.pools(), library.uploads.get(upload_id).folder)
    if info is None:
        text = "Nothing of this upload has been imported as a pool yet. Import it on the Data page first."
        raise SessionError(text)
    return info.name


def _inputs_of(folder: Path) -> str:
    try:
        return (folder / MANIFEST).read_text(encoding="utf-8")
    except OSError as error:
        raise PoolError(f"{folder}: the manifest cannot be read: {error}. Import the pool again.") from error

"""What the Label page and programs ask of the sessions and pools of a workspace; it keeps what was read last."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from al_core.errors import PoolError, SessionError
from al_core.labeling.caching import Cache
from al_core.labeling.choices import LabelChoices, read_choices, store_choices
from al_core.labeling.companions import SkyIndex
from al_core.labeling.exports import file_name, require_format, tables_of, written
from al_core.labeling.grid import grid_rows
from al_core.labeling.importing import ImportedLabels, import_labels
from al_core.labeling.items import LabelQueue
from al_core.labeling.lists import PickedList, delete_list, read_lists, store_list
from al_core.labeling.originals import Original
from al_core.labeling.overlays import Labeled, labeled_spectra, overlays_of
from al_core.labeling.posting import Posted, follow, post_events
from al_core.labeling.predictions import Predictions, read_predictions, require_same_pool, stamp_of
from al_core.labeling.progress import ListProgress, progress_of
from al_core.labeling.queue import QueueOptions, iteration_of, make_queue
from al_core.labeling.sources import QueueSource, sources_of
from al_core.labeling.spectra import views_of
from al_core.labeling.state import JournalState, read_state, states_of
from al_core.labeling.table import metadata_of
from al_core.library import Library
from al_core.pools import Pool
from al_core.pools.layout import MANIFEST
from al_core.sessions import IterationInfo, Session, Sessions
from al_core.sessions.database import session_database
from al_core.sessions.iterations import ITERATIONS, iteration_folders, read_iterations, read_manifest


class Labeling:
    """Queues, spectra, overlays and files of the sessions of a workspace.

    Parameters
    ----------
    sessions : Sessions
    library : Library
    """

    def __init__(self, sessions: Sessions, library: Library) -> None:
        self.sessions = sessions
        self.library = library
        self._pools = Cache[Pool](8)
        self._iterations = Cache[list[IterationInfo]](16)
        self._predictions = Cache[Predictions | None](2)
        self._sky = Cache[SkyIndex](2)
        self._metadata = Cache[dict[str, Any]](20_000)
        self.views = Cache[Original](400)
        self.labeled = Cache[Labeled | None](4)

    # ------------------------------------------------------------------ what there is

    def iterations(self, session_id: str) -> list[IterationInfo]:
        """Return the finished iterations, read again when one has been added or trained again."""
        folder = self.sessions.folder(session_id)
        found = sorted(path / "manifest.json" for _, _, path in iteration_folders(folder))
        key = (str(folder / ITERATIONS), *((path.parent.name, path.stat().st_mtime_ns) for path in found))
        return self._iterations.get(key, lambda: read_iterations(folder))

    def estimated(self, session_id: str) -> frozenset[str]:
        """Return every member of an estimation sample."""
        return frozenset(name for info in self.iterations(session_id) for name in info.queue.get("perf-est", ()))

    def pool(self, session: Session, name: str | None = None, info: IterationInfo | None = None) -> Pool | None:
        """Return the pool of that name, else the session's, else that of an iteration; None if there is none.

        Raises
        ------
        PoolError
            If it cannot be opened.
        """
        if name or session.pool:
            [folder] = self.library.pool_folders([name or session.pool or ""])
            return self._open(folder)
        current = [one for one in self.iterations(session.session_id) if one.is_current]
        for one in [info, *reversed(current)]:
            path = "" if one is None else str(read_manifest(one.folder).get("pool", {}).get("path", ""))
            if path and Path(path).is_dir():
                return self._open(Path(path))
        return None

    def require_pool(self, session: Session, name: str | None = None) -> Pool:
        """Return the pool of that name, or the session's.

        Raises
        ------
        SessionError
            If the session has none.
        """
        pool = self.pool(session, name)
        if pool is None:
            raise SessionError(f"Session “{session.name}” has no pool. Choose one, or import its spectra first.")
        return pool

    def _open(self, folder: Path) -> Pool:
        manifest = folder / MANIFEST
        changed = manifest.stat().st_mtime_ns if manifest.is_file() else 0
        return self._pools.get((str(folder), changed), lambda: Pool.open(folder))

    def pool_of(self, session: Session, info: IterationInfo | None) -> str | None:
        """Return the name of an iteration's pool where it is another one than the session has now; else None."""
        path = Path("" if info is None else str(read_manifest(info.folder).get("pool", {}).get("path", "")))
        is_other = session.pool is not None and path.name not in ("", session.pool) and path.parent.name == "pools"
        return path.name if is_other and (self.library.workspace / "pools" / path.name).is_dir() else None

    def predictions(self, session: Session, info: IterationInfo | None, pool: Pool | None) -> Predictions | None:
        """Return what the network of an iteration says of the pool; None where there is none.

        Raises
        ------
        SessionError
            If the predictions do not fit the pool.
        """
        if info is None or pool is None:
            return None
        about = read_manifest(info.folder).get("pool", {})
        if Path(str(about.get("path", pool.path))).name != pool.path.name:  # rows of another pool
            return None
        require_same_pool(about.get("sha256") or {}, pool)
        names = self.sessions.class_ids(session.session_id, info)
        key = (*stamp_of(info), str(pool.path), *names)
        return self._predictions.get(key, lambda: read_predictions(info, tuple(names), pool.n_spectra))

    # ------------------------------------------------------------------ queue

    def choices(self, session_id: str) -> LabelChoices:
        """Return what was chosen for labeling in a session."""
        return read_choices(self.sessions.folder(session_id))

    def choose(self, session_id: str, given: Mapping[str, Any]) -> LabelChoices:
        """Change choices; see `store_choices`."""
        return store_choices(self.sessions.folder(session_id), given)

    def sources(self, session_id: str) -> list[QueueSource]:
        """Return what a queue of a session can be made of; see `sources_of`."""
        return sources_of(self, self.sessions.get(session_id))

    def queue(self, session_id: str, options: QueueOptions | None = None) -> tuple[LabelQueue, JournalState]:
        """Return what is served in a session, and what its journal says.

        Raises
        ------
        ALCoreError
            If there is no such session, iteration, pool or list, or an option is impossible.
        """
        session = self.sessions.get(session_id)
        state = read_state(self.sessions.folder(session_id))
        return make_queue(self, session, options or QueueOptions(), state), state

    # ------------------------------------------------------------------ spectra

    def spectra(
        self,
        session_id: str,
        spectrum_ids: Sequence[str],
        *,
        pool_name: str | None = None,
        iteration: int | None = None,
        hidden: Sequence[str] = (),
        is_blind: bool = True,
    ) -> dict[str, dict[str, Any]]:
        """Return what the page shows of some spectra, by id.

        Parameters
        ----------
        session_id : str
        spectrum_ids : sequence of str
            At most 20.
        pool_name : str, optional
            By default the session's.
        iteration : int, optional
            Whose network guesses; by default the last one's.
        hidden : sequence of str
            Spectra that are asked again: what would sway the answer is withheld although they have one.
        is_blind : bool
            Whether the same is withheld of members of an estimation sample that have no answer yet.

        Raises
        ------
        ALCoreError
            If there is no such session or spectrum, or there are too many.
        """
        session = self.sessions.get(session_id)
        pool = self.require_pool(session, pool_name)
        info = iteration_of(self.iterations(session_id), iteration)
        predictions = self.predictions(session, info, pool)
        blind = set(hidden)
        if is_blind:
            blind |= self._unanswered(session_id, self.estimated(session_id).intersection(spectrum_ids))
        return views_of(self, session, pool, list(spectrum_ids), predictions, blind)

    def _unanswered(self, session_id: str, spectrum_ids: Iterable[str]) -> set[str]:
        with session_database(self.sessions.folder(session_id)) as connection:
            return {name for name, state in states_of(connection, spectrum_ids).items() if state.label is None}

    def metadata(self, pool: Pool, rows: npt.NDArray[np.int64]) -> list[dict[str, Any]]:
        """Return the metadata of some rows of a pool; those asked for before are remembered."""
        stamp = (str(pool.path), pool.manifest.get("created_utc"))
        found = {row: self._metadata.peek((stamp, row)) for row in rows.tolist()}
        missing = [row for row, value in found.items() if value is None]
        if missing:
            table = metadata_of(pool, np.array(missing, dtype=np.int64)).to_dicts()
            for row, value in zip(missing, table, strict=True):
                found[row] = self._metadata.get((stamp, row), partial(dict, value))
        return [found[row] or {} for row in rows.tolist()]

    def sky(self, pool: Pool) -> SkyIndex:
        """Return what finds other observations of a star in a pool."""
        key = (str(pool.path), pool.manifest.get("created_utc"))
        return self._sky.get(key, lambda: SkyIndex.open(self.library.workspace / "cache" / "sky", pool))

    def overlays(self, session_id: str, spectrum_id: str, pool_name: str | None = None) -> dict[str, Any]:
        """Return class means and the nearest labeled spectra; see `overlays_of`."""
        session = self.sessions.get(session_id)
        pool = self.require_pool(session, pool_name)
        return overlays_of(session, pool, spectrum_id, labeled_spectra(self, session, pool))

    # ------------------------------------------------------------------ events

    def post(
        self,
        session_id: str,
        events: Sequence[Mapping[str, Any]],
        annotator: str,
        *,
        after: int | None = None,
        pool_name: str | None = None,
    ) -> Posted:
        """Store events; see `post_events`. Spectra that the pool does not have are rejected.

        Raises
        ------
        ALCoreError
            If there is no such session, or there are too many events.
        """
        session = self.sessions.get(session_id)
        return post_events(
            self.sessions.folder(session_id), events, annotator, self._unknown(session, events, pool_name), after
        )

    def _unknown(self, session: Session, events: Sequence[Mapping[str, Any]], pool_name: str | None) -> set[str]:
        names = {str(event.get("spectrum_id") or "") for event in events if event.get("kind") != "undo"} - {""}
        try:
            pool = self.pool(session, pool_name)
        except PoolError:  # the pool is gone: what a person has said is kept all the same
            return set()
        if pool is None or not names:
            return set()
        ordered = sorted(names)
        return {name for name, row in zip(ordered, pool.find(ordered).tolist(), strict=True) if row < 0}

    def follow(self, session_id: str, after: int) -> Posted:
        """Return what happened in a session behind a sequence number."""
        return follow(self.sessions.folder(session_id), after)

    # ------------------------------------------------------------------ tables and files

    def progress(self, session_id: str, options: QueueOptions | None = None) -> ListProgress:
        """Return how far a queue is, and what it says about speed and agreement."""
        queue, state = self.queue(session_id, options)
        session = self.sessions.get(session_id)
        info = iteration_of(self.iterations(session_id), queue.iteration) if queue.iteration is not None else None
        pool = self.pool(session, self.pool_of(session, info), info)
        predictions = self.predictions(session, info, pool)
        folder = self.sessions.folder(session_id)
        return progress_of(folder, session, queue, state, info, pool, predictions)

    def grid(
        self, session_id: str, options: QueueOptions | None = None, columns: Sequence[str] | None = None
    ) -> list[dict[str, Any]]:
        """Return a row with label, prediction and metadata for each spectrum of a queue; see `grid_rows`."""
        queue, _ = self.queue(session_id, options)
        return grid_rows(self, self.sessions.get(session_id), queue, columns)

    def export(
        self, session_id: str, what: str, file_format: str = "csv", *, has_sample: bool = True
    ) -> tuple[str, Iterator[bytes]]:
        """Return the name of an exported file, and its content piece by piece.

        Parameters
        ----------
        session_id : str
        what : str
            "labels" (`id,label,comment`), "spectra" (the form of a training set) or "journal" (every event).
        file_format : str
            "csv", "parquet" or "votable".
        has_sample : bool
            Whether members of estimation samples are among labels and spectra.

        Raises
        ------
        ALCoreError
            If there is no such session, content or format.
        """
        require_format(file_format)
        tables = tables_of(self, session_id, what, has_sample=has_sample)
        return file_name(session_id, what, file_format), written(tables, file_format, f"{session_id} {what}")

    def import_labels(
        self, session_id: str, content: bytes, *, annotator: str, name: str = "labels.csv", replaces: bool = False
    ) -> ImportedLabels:
        """Add the labels of a file `id,label,comment` to the journal; see `importing.import_labels`."""
        session = self.sessions.get(session_id)
        return import_labels(
            self.sessions.folder(session_id),
            session,
            self.require_pool(session),
            content,
            annotator=annotator,
            name=name,
            replaces=replaces,
        )

    # ------------------------------------------------------------------ lists

    def store_list(
        self, session_id: str, name: str, spectrum_ids: Sequence[str], *, owner: str, origin: str = ""
    ) -> PickedList:
        """Store spectra that are to be labeled; they are served as the source "list:ID".

        Raises
        ------
        ALCoreError
            If the session's pool does not have one of them, or the list is too long.
        """
        session = self.sessions.get(session_id)
        self.require_pool(session).indices_of(list(spectrum_ids))
        return store_list(self.sessions.folder(session_id), name, spectrum_ids, owner=owner, origin=origin)

    def lists(self, session_id: str) -> list[PickedList]:
        """Return the lists of picked spectra of a session, the newest first."""
        return read_lists(self.sessions.folder(session_id))

    def delete_list(self, session_id: str, list_id: str) -> None:
        """Delete a list; labels of its spectra stay."""
        delete_list(self.sessions.folder(session_id), list_id)

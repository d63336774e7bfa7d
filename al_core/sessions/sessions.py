"""The sessions of a workspace."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from al_core.errors import ActiveRunError, PoolError, SessionDamagedError, SessionError, SessionNotFoundError
from al_core.pools.manifest import read_manifest as read_pool_manifest
from al_core.sessions.adoption import adopt
from al_core.sessions.classes import classes_of
from al_core.sessions.copying import copy_database
from al_core.sessions.database import DATABASE, session_database
from al_core.sessions.folders import copy_iterations, empty_trash, new_folder, throw_away
from al_core.sessions.iterations import IterationInfo, iteration_folders, read_iterations
from al_core.sessions.journal import LabelJournal
from al_core.sessions.naming import checked_name, session_folder
from al_core.sessions.records import (
    CHANGEABLE,
    ClassNames,
    checked,
    now_utc,
    require_classes_with_labels,
    stored_session,
    write_session,
)
from al_core.sessions.session import Session, SessionClass
from al_core.sessions.summary import SessionSummary, summarize

if TYPE_CHECKING:
    from al_core.jobs import Job, JobRegistry


@dataclass(frozen=True)
class DamagedSession:
    """A folder of sessions that cannot be opened, and why."""

    session_id: str
    folder: Path
    reason: str


# Inside `Sessions`, `list` is its method.
Iterations = list[IterationInfo]
Summaries = list[SessionSummary | DamagedSession]
ClassIds = list[str | None]


class Sessions:
    """Makes, finds, changes, copies and deletes the sessions of a workspace; safe from several processes at once.

    Parameters
    ----------
    workspace : Path
        Sessions lie below `workspace/sessions`, one folder each.
    jobs : JobRegistry, optional
        Knows which session has an active run; without it none has.
    """

    def __init__(self, workspace: Path, jobs: "JobRegistry | None" = None) -> None:
        self._workspace = workspace
        self._root = workspace / "sessions"
        self._jobs = jobs

    # ------------------------------------------------------------------ finding

    def entries(self, *, include_archived: bool = False) -> list[Session | DamagedSession]:
        """Return every session, newest change first, and after them those that cannot be opened.

        Folders of iterations that the command line wrote become sessions here.
        """
        found: list[Session] = []
        damaged: list[DamagedSession] = []
        for folder in self._folders():
            try:
                found.append(self._read(folder))
            except SessionDamagedError as error:
                damaged.append(DamagedSession(folder.name, folder, str(error)))
        shown = [one for one in found if include_archived or not one.is_archived]
        return [*sorted(shown, key=lambda one: (one.changed_utc, one.session_id), reverse=True), *damaged]

    def list(self, include_archived: bool = False) -> list[Session]:
        """Return the sessions that can be opened, newest change first."""
        return [one for one in self.entries(include_archived=include_archived) if isinstance(one, Session)]

    def get(self, session_id: str) -> Session:
        """Return a session.

        Raises
        ------
        SessionNotFoundError
            If there is none of this id.
        SessionDamagedError
            If its database cannot be read.
        """
        return self._read(self.folder(session_id))

    def folder(self, session_id: str) -> Path:
        """Return the folder of a session; raise SessionNotFoundError if there is none."""
        return session_folder(self._root, session_id)

    def iterations(self, session_id: str) -> Iterations:
        """Return the finished iterations in order; older versions of one come before what counts."""
        return read_iterations(self.folder(session_id))

    def summary(self, session_id: str) -> SessionSummary:
        """Return what the list shows of a session; raise as `get` does."""
        return self._summary(self.folder(session_id), self._runs(session_id))

    def summaries(self, *, include_archived: bool = False) -> Summaries:
        """Return what the list shows of every session, newest change first, then those that cannot be opened."""
        runs: dict[str, list[Job]] = {}
        for job in self._runs(None):
            runs.setdefault(job.session_id or "", []).append(job)
        found: list[SessionSummary] = []
        damaged: list[DamagedSession] = []
        for folder in self._folders():
            try:
                found.append(self._summary(folder, runs.get(folder.name, [])))
            except SessionDamagedError as error:
                damaged.append(DamagedSession(folder.name, folder, str(error)))
        shown = [one for one in found if include_archived or not one.session.is_archived]
        return [*sorted(shown, key=lambda one: (one.changed_utc, one.session.session_id), reverse=True), *damaged]

    def journal(self, session_id: str) -> LabelJournal:
        """Return the journal of a session's labels; raise as `get` does."""
        folder = self.folder(session_id)
        self._require_database(folder)
        return LabelJournal(folder)

    def class_ids(self, session_id: str, info: IterationInfo) -> ClassIds:
        """Return the ids of the classes that an iteration knew, by position, whatever they are called today."""
        with session_database(self.folder(session_id)) as connection:
            return ClassNames(connection).ids(info.classes, info.created_utc)

    # ------------------------------------------------------------------ making and changing

    def create(
        self,
        name: str,
        *,
        classes: Sequence[str | SessionClass],
        candidate_classes: Iterable[str] | None = None,
        pool: str | None = None,
        training_set: Path | None = None,
        strategy: str = "entropy",
        seed: int = 0,
        configuration: dict[str, Any] | None = None,
        session_id: str | None = None,
    ) -> Session:
        """Make a session; its id is made from the name and differs from all others.

        Parameters
        ----------
        name : str
        classes : sequence of str or SessionClass
            In order; names get the colors, shapes and keys of the palette.
        candidate_classes : iterable of str, optional
            Names of the classes of interest; by default those marked, else the last.
        pool : str, optional
            Name of a pool of the workspace.
        training_set : Path, optional
            Labeled spectra to start from.
        strategy, seed, configuration
            See `Session`.
        session_id : str, optional
            What the id is made from instead of the name.

        Raises
        ------
        SessionError
            If a value is impossible; the text names it and what is allowed.
        """
        moment = now_utc()
        checked_classes = classes_of(classes, candidate_classes)
        session = Session(
            session_id="",
            name=name,
            created_utc=moment,
            changed_utc=moment,
            is_archived=False,
            pool=pool,
            training_set=training_set,
            classes=checked_classes,
            strategy=strategy,
            seed=seed,
            configuration=dict(configuration or {}),
            simulated=self._is_simulated(pool),
            origin=None,
        )
        session = checked(session)
        _require_file(session.training_set)
        with new_folder(self._root, session_id or name) as (free_id, folder):
            session = replace(session, session_id=free_id)
            with session_database(folder, write=True, create=True) as connection:
                write_session(connection, session)
        return session

    def update(self, session_id: str, /, **fields: Any) -> Session:
        """Change some fields and return the session as it is now.

        Raises
        ------
        SessionError
            If a field cannot be changed or its value is impossible, or a class with labels would be removed.
        """
        unknown = [name for name in fields if name not in CHANGEABLE]
        if unknown:
            raise SessionError(f"{unknown[0]!r} of a session cannot be changed; {', '.join(CHANGEABLE)} can.")
        if "classes" in fields:
            fields["classes"] = classes_of(fields["classes"])
        if "pool" in fields:
            simulated = self._is_simulated(fields["pool"])
            fields |= {"simulated": simulated} if fields["pool"] is not None else {}
        _require_file(fields.get("training_set"))
        folder = self.folder(session_id)
        self._require_database(folder)
        with session_database(folder, write=True) as connection:
            before = stored_session(connection, folder)
            after = checked(replace(before, **fields, changed_utc=now_utc()))
            require_classes_with_labels(connection, before, after)
            write_session(connection, after)
        return after

    def rename(self, session_id: str, name: str) -> Session:
        """Change the name that is shown; id and folder stay."""
        return self.update(session_id, name=name)

    def archive(self, session_id: str, is_archived: bool = True) -> Session:
        """Take a session out of the list, or put it back.

        Raises
        ------
        ActiveRunError
            If it has an active run.
        """
        if is_archived:
            self._require_idle(session_id, "archive")
        return self.update(session_id, is_archived=is_archived)

    def clone(self, session_id: str, name: str, *, iteration: int | None = None) -> Session:
        """Copy a session with its journal and iterations.

        Parameters
        ----------
        session_id : str
        name : str
            Of the copy.
        iteration : int, optional
            The last iteration that is copied, with the labels of its queue; by default all, and every label.

        Raises
        ------
        SessionError
            If there is no such iteration, or the name cannot be used.
        """
        source = self.folder(session_id)
        session = self._read(source)
        self._require_iteration(source, iteration)
        moment = now_utc()
        origin = f"clone of {session.name}" + ("" if iteration is None else f" at iteration {iteration}")
        with new_folder(self._root, checked_name(name)) as (free_id, folder):
            copy_iterations(source, folder, iteration)
            copy = replace(
                session,
                session_id=free_id,
                name=checked_name(name),
                created_utc=moment,
                changed_utc=moment,
                is_archived=False,
                origin=origin,
            )
            with session_database(folder, write=True, create=True) as connection:
                copy_database(source / DATABASE, connection, iteration)
                write_session(connection, copy)
        return copy

    def delete(self, session_id: str) -> None:
        """Delete a session with its labels and iterations; it leaves the list at once, whole.

        Raises
        ------
        ActiveRunError
            If it has an active run.
        """
        folder = self.folder(session_id)
        self._require_idle(session_id, "delete")
        thrown = throw_away(self._root, folder)
        try:
            self._require_idle(session_id, "delete")  # one may have begun in between
        except ActiveRunError:
            thrown.rename(folder)
            raise
        empty_trash(self._root)

    # ------------------------------------------------------------------ inside

    def _folders(self) -> Iterator[Path]:
        if not self._root.is_dir():
            return
        for folder in sorted(self._root.iterdir()):
            if folder.name.startswith(".") or not folder.is_dir():
                continue
            if (folder / DATABASE).exists() or next(iteration_folders(folder), None) is not None:
                yield folder

    def _read(self, folder: Path) -> Session:
        self._require_database(folder)
        with session_database(folder) as connection:
            return stored_session(connection, folder)

    def _summary(self, folder: Path, runs: "Iterable[Job]") -> SessionSummary:
        self._require_database(folder)
        with session_database(folder) as connection:
            return summarize(connection, folder, stored_session(connection, folder), runs)

    def _require_database(self, folder: Path) -> None:
        if not (folder / DATABASE).exists():
            if next(iteration_folders(folder), None) is None:
                raise SessionNotFoundError(f"{folder} holds neither session.db nor a finished iteration.")
            adopt(folder, self._workspace / "pools")

    def _is_simulated(self, pool: str | None) -> bool:
        if pool is None:
            return False
        if not pool or pool.startswith(".") or set(pool) & set("/\\\0"):
            raise SessionError(f"Expected the name of a pool, found {pool!r}.")
        folder = self._workspace / "pools" / pool
        if not folder.is_dir():
            raise SessionError(f"Expected a pool of the workspace, found no pool {pool!r}. Import it first.")
        try:
            return bool(read_pool_manifest(folder).get("simulated"))
        except PoolError as error:
            raise SessionError(f"Pool {pool!r} cannot be used: {error}") from error

    def _runs(self, session_id: str | None) -> "Iterable[Job]":
        if self._jobs is None:
            return []
        return self._jobs.list(kind="run") if session_id is None else self._jobs.list(kind="run", session_id=session_id)

    def _require_idle(self, session_id: str, verb: str) -> None:
        job = None if self._jobs is None else self._jobs.active_run(session_id)
        if job is not None:
            raise ActiveRunError(
                f"Session {session_id!r} has an active run: {job.title!r}. Wait for it or cancel it, then {verb} it.",
                job.job_id,
            )

    def _require_iteration(self, folder: Path, iteration: int | None) -> None:
        numbers = sorted({number for number, version, _ in iteration_folders(folder) if version is None})
        if iteration is not None and iteration not in numbers:
            known = ", ".join(map(str, numbers)) or "none yet"
            raise SessionError(f"Expected one of the session's iterations ({known}), found {iteration}.")


def _require_file(path: Path | None) -> None:
    if path is not None and not path.is_file():
        raise SessionError(f"Expected a file of labeled spectra at {path}, found none. Choose another training set.")

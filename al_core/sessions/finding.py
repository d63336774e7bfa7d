"""Finding the sessions of a workspace: the folders are the list."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from al_core.errors import SessionDamagedError, SessionNotFoundError
from al_core.sessions.adoption import adopt
from al_core.sessions.database import DATABASE, session_database
from al_core.sessions.iterations import IterationInfo, iteration_folders, read_iterations
from al_core.sessions.journal import LabelJournal
from al_core.sessions.naming import session_folder
from al_core.sessions.records import ClassNames, stored_session
from al_core.sessions.session import Session
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


class SessionFinder:
    """The part of `Sessions` that reads; folders that the command line wrote become sessions on the way."""

    def __init__(self, workspace: Path, jobs: "JobRegistry | None" = None) -> None:
        self._workspace = workspace
        self._root = workspace / "sessions"
        self._jobs = jobs

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

    def _runs(self, session_id: str | None) -> "Iterable[Job]":
        if self._jobs is None:
            return []
        return self._jobs.list(kind="run") if session_id is None else self._jobs.list(kind="run", session_id=session_id)

"""The sessions of a workspace."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from al_core.errors import ActiveRunError, PoolError, SessionError
from al_core.pools.manifest import read_manifest as read_pool_manifest
from al_core.sessions.classes import classes_of
from al_core.sessions.copying import copy_database
from al_core.sessions.database import DATABASE, session_database
from al_core.sessions.finding import SessionFinder
from al_core.sessions.folders import copy_iterations, empty_trash, new_folder, throw_away
from al_core.sessions.iterations import iteration_folders
from al_core.sessions.naming import checked_name
from al_core.sessions.records import (
    CHANGEABLE,
    checked,
    now_utc,
    require_classes_with_labels,
    stored_session,
    write_session,
)
from al_core.sessions.session import Session, SessionClass


class Sessions(SessionFinder):
    """Makes, finds, changes, copies and deletes the sessions of a workspace; safe from several processes at once.

    Parameters
    ----------
    workspace : Path
        Sessions lie below `workspace/sessions`, one folder each.
    jobs : JobRegistry, optional
        Knows which session has an active run; without it none has.
    """

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

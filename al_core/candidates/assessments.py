"""What the sessions of a workspace say of spectra: predictions of their last iterations and what counts in journals."""

import hashlib
from pathlib import Path

import polars as pl

from al_core.candidates.predicted import last_predictions, network_of, predicted_frame
from al_core.candidates.said import changed_spectra, said_of, said_of_all
from al_core.labeling.state import last_sequence
from al_core.metadata.assessments import ASSESSMENTS
from al_core.sessions import DamagedSession, Session, Sessions
from al_core.sessions.database import session_database

#: More events than this, and all is read anew.
MOST_CHANGES = 20_000


class SessionAssessments:
    """The `SessionSource` of a workspace; nothing is copied and nothing kept, so it is never behind.

    Classes of interest, and the order of the classes, are those that the session has today.

    Parameters
    ----------
    sessions : Sessions
    """

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def sessions(self) -> list[str]:
        """See `SessionSource`; sessions that cannot be opened are left out."""
        found = self._sessions.entries(include_archived=True)
        return sorted(one.session_id for one in found if not isinstance(one, DamagedSession))

    def indices_of(self, session: str) -> tuple[str, ...]:
        """See `SessionSource`: `database_index` of its configuration, else the index of its pool."""
        known = self._sessions.get(session)
        name = known.configuration.get("database_index") or known.pool
        return (str(name),) if name else ()

    def stamp(self, session: str) -> str:
        """See `SessionSource`: what its files are, then the number of the last event of the journal."""
        known, folder = self._sessions.get(session), self._sessions.folder(session)
        with session_database(folder) as connection:
            sequence = last_sequence(connection)
        return f"{_network_stamp(known, folder)}:{sequence}"

    def frame(self, session: str) -> pl.DataFrame:
        """See `SessionSource`."""
        known = self._sessions.get(session)
        with session_database(self._sessions.folder(session)) as connection:
            said = said_of_all(connection)
        network = network_of(self._sessions, known)
        if network is None:
            return _in_order(said)
        return _in_order(_joined(predicted_frame(network), said))

    def changed_since(self, session: str, stamp: str) -> pl.DataFrame | None:
        """See `SessionSource`."""
        known, folder = self._sessions.get(session), self._sessions.folder(session)
        before, _, sequence = stamp.rpartition(":")
        if before != _network_stamp(known, folder) or not sequence.isdecimal():
            return None
        with session_database(folder) as connection:
            connection.execute("BEGIN")
            names = changed_spectra(connection, int(sequence), MOST_CHANGES)
            if names is None:
                return None
            said = said_of(connection, names)
        network = network_of(self._sessions, known) if names else None
        if network is None:
            return _in_order(said, keeps_all=True)
        return _in_order(said.join(predicted_frame(network, names), on="id", how="left"), keeps_all=True)


def _network_stamp(session: Session, folder: Path) -> str:
    path = last_predictions(folder)
    about = path.stat() if path is not None else None
    state = ("", 0, 0) if path is None or about is None else (str(path), about.st_mtime_ns, about.st_size)
    classes = tuple((one.class_id, one.is_candidate) for one in session.classes)
    return hashlib.sha256(repr((state, classes)).encode()).hexdigest()[:20]


def _joined(predicted: pl.DataFrame, said: pl.DataFrame) -> pl.DataFrame:
    """Return both, by id: a full join that copies nothing of the side that has millions of rows."""
    if said.is_empty():
        return predicted
    places = predicted["id"].is_in(said["id"].implode()).arg_true()
    known = predicted["id"].gather(places)
    values = known.to_frame().join(said, on="id", how="left", maintain_order="left").drop("id")
    columns = [
        pl.repeat(None, predicted.height, dtype=column.dtype, eager=True).scatter(places, column).alias(column.name)
        for column in values
        if column.null_count() < column.len()
    ]
    others = said.filter(~pl.col("id").is_in(known.implode()))
    return pl.concat([predicted.with_columns(columns), others], how="diagonal", rechunk=False)


def _in_order(frame: pl.DataFrame, *, keeps_all: bool = False) -> pl.DataFrame:
    """Return the columns in the order of `ASSESSMENTS`, those without any value left out."""
    names = [name for name in ASSESSMENTS if name in frame.columns]
    return frame.select("id", *(name for name in names if keeps_all or frame[name].null_count() < frame.height))

"""What a session says of the rows of an index, as columns of it."""

from collections.abc import Hashable
from dataclasses import dataclass
from threading import Lock

import numpy as np
import polars as pl

from al_core.metadata.assessments import SessionSource
from al_core.metadata.catalog import Catalog
from al_core.metadata.embedded.memory import HotMemory
from al_core.metadata.embedded.numbers import Rows
from al_core.metadata.embedded.texts import Column, column_of
from al_core.metadata.fields import SESSION_FIELDS, SESSION_MARK

_FIELDS = {field.name: field for field in SESSION_FIELDS}


@dataclass(frozen=True, eq=False)
class Said:
    """Rows of an index of which something is said, and what: the columns of `SessionSource.frame`."""

    rows: Rows
    frame: pl.DataFrame

    @property
    def n_bytes(self) -> int:
        """Memory that they take."""
        return self.rows.nbytes + int(self.frame.estimated_size())

    @classmethod
    def of(cls, catalog: Catalog, frame: pl.DataFrame) -> "Said":
        """Return the rows of a frame that the index has."""
        rows = catalog.identities.find(frame["id"])
        known = rows >= 0
        return cls(rows[known], frame.drop("id").filter(pl.Series(known)))


@dataclass(frozen=True, eq=False)
class SessionColumns:
    """Labels and predictions of one session at one moment.

    Attributes
    ----------
    name, stamp : str
        Of the session.
    base : Said
        What it said at `base_stamp`.
    since : Said or None
        What became of rows that changed after that.
    """

    name: str
    stamp: str
    base_stamp: str
    base: Said
    since: Said | None
    n_rows: int
    memory: HotMemory
    key: Hashable

    def column(self, name: str) -> Column:
        """Return the column of one of `SESSION_FIELDS`, for all rows of the index."""
        key = (self.key, "column", name, self.stamp)
        found: Column = self.memory.get(key, lambda: self._column(name))
        return found

    def _column(self, name: str) -> Column:
        if self.since is None:
            return self._base_column(name)
        base: Column = self.memory.get((self.key, "column", name, self.base_stamp), lambda: self._base_column(name))
        return base.replaced(self.since.rows, self._values(self.since, name))

    def _base_column(self, name: str) -> Column:
        field, values = _FIELDS[name], self._values(self.base, name)
        place = np.full(self.n_rows, -1, dtype=np.int64)
        place[self.base.rows] = np.arange(self.base.rows.size)
        known = pl.Series(place).to_frame("p").select(pl.when(pl.col("p") >= 0).then(pl.col("p"))).to_series()
        return column_of(
            field, values.gather(known) if len(values) else pl.repeat(None, self.n_rows, dtype=values.dtype, eager=True)
        )

    def _values(self, said: Said, name: str) -> pl.Series:
        column, kind = name.removeprefix(SESSION_MARK), _FIELDS[name].type.dtype
        if column in said.frame.columns:
            values = said.frame[column].cast(kind)
            return values.fill_nan(None) if kind == pl.Float64() else values
        return pl.repeat(None, len(said.frame), dtype=kind, eager=True)


class SessionReader:
    """Asks a `SessionSource` as seldom as its stamps allow; shared by threads."""

    def __init__(self, source: SessionSource, memory: HotMemory) -> None:
        self._source, self._memory = source, memory
        self._lock = Lock()
        self._base_stamps: dict[Hashable, str] = {}

    def read(self, catalog: Catalog, session: str) -> SessionColumns:
        """Return what a session says now of the rows of an index; raises `SessionError` as the source does."""
        key = (catalog.token, "session", session)
        stamp = self._source.stamp(session)
        with self._lock:
            base_stamp = self._base_stamps.setdefault(key, stamp)
        since = self._since(key, catalog, session, base_stamp, stamp)
        if since is None and base_stamp != stamp:
            with self._lock:
                base_stamp = self._base_stamps[key] = stamp
        base = self._memory.get((key, "base", base_stamp), lambda: Said.of(catalog, self._source.frame(session)))
        return SessionColumns(session, stamp, base_stamp, base, since, catalog.n_rows, self._memory, key)

    def _since(self, key: Hashable, catalog: Catalog, session: str, base_stamp: str, stamp: str) -> Said | None:
        if base_stamp == stamp or (key, "base", base_stamp) not in self._memory:
            return None
        changed = self._source.changed_since(session, base_stamp)
        if changed is None or len(changed) > max(catalog.n_rows // 10, 1000):
            return None
        found: Said = self._memory.get((key, "since", base_stamp, stamp), lambda: Said.of(catalog, changed))
        return found

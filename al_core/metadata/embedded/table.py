"""One index at one moment: its columns in memory, with what was changed and what a session says."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from al_core.metadata.catalog import CELL, ID_FIELD, Catalog, Identities
from al_core.metadata.embedded.memory import HotMemory
from al_core.metadata.embedded.numbers import Mask, NumberColumn, Rows
from al_core.metadata.embedded.session_columns import SessionColumns
from al_core.metadata.embedded.texts import Column, TextColumn, column_of
from al_core.metadata.fields import SESSION_MARK, Field, Schema
from al_core.metadata.sky import HEALPIX_FIELD, N_CELLS, cells_of


@dataclass(frozen=True, eq=False)
class Changed:
    """Rows in which a field was changed, and their values."""

    rows: Rows
    values: pl.Series

    @property
    def n_bytes(self) -> int:
        """Memory that they take."""
        return self.rows.nbytes + int(self.values.estimated_size())


class Table:
    """An index as one call sees it; nothing that happens meanwhile changes it.

    Parameters
    ----------
    catalog : Catalog
    memory : HotMemory
    session : SessionColumns or None
        What the session of the scope says of the rows.
    """

    def __init__(self, catalog: Catalog, memory: HotMemory, session: SessionColumns | None = None) -> None:
        self.catalog, self.memory, self.session = catalog, memory, session
        self.name, self.n_rows = catalog.name, catalog.n_rows
        self.schema: Schema = catalog.schema
        self._stamps = catalog.changes.field_stamps()
        self._key = catalog.token

    @property
    def identities(self) -> Identities:
        """Ids and their order."""
        return self.catalog.identities

    def kept(self, key: tuple[Hashable, ...], make: Callable[[], Any]) -> Any:
        """Return what was computed of this index before under a key, which names all that it depends on."""
        return self.memory.get((self._key, *key), make)

    def is_hot(self, name: str) -> bool:
        """Return whether a column is in memory."""
        return (self._key, "column", name, self.stamp_of(name)) in self.memory

    def stamp_of(self, name: str | None) -> Hashable:
        """Return what changes whenever the values of a field do; None: those of any field."""
        if name is None:
            return max(self._stamps.values(), default=0), self._session_stamp()
        if name.startswith(SESSION_MARK):
            return self._session_stamp()
        if name == HEALPIX_FIELD.name:
            return (self._stamps.get("ra", 0), self._stamps.get("dec", 0))
        return self._stamps.get(name, 0)

    def column(self, name: str) -> Column | None:
        """Return the column of a field; None where this index has no such field."""
        if name.startswith(SESSION_MARK):
            return None if self.session is None else self.session.column(name)
        if name not in self.schema.names and name != HEALPIX_FIELD.name:
            return None
        found: Column = self.kept(("column", name, self.stamp_of(name)), lambda: self._column(name))
        return found

    def unchanged_column(self, name: str) -> Column:
        """Return the column of a field as it was imported."""
        field = HEALPIX_FIELD if name == HEALPIX_FIELD.name else self.schema[name]
        none = self.stamp_of("") if name != HEALPIX_FIELD.name else (0, 0)
        found: Column = self.kept(("column", name, none), lambda: self._load(field))
        return found

    def changed(self, name: str) -> Changed | None:
        """Return the rows in which a field was changed, None where in none."""
        if name not in self._stamps:
            return None
        found: Changed = self.kept(("changed", name, self._stamps[name]), lambda: self._load_changed(name))
        return found

    def cell_starts(self) -> npt.NDArray[np.int64]:
        """Return where the rows of each cell begin, as they were imported; shape (N_CELLS + 2,)."""
        found: npt.NDArray[np.int64] = self.kept(("cell starts",), self._cell_starts)
        return found

    def positions(self, rows: Rows) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], Mask]:
        """Return right ascension and declination of rows, degrees, and which of them have both."""
        ra, dec = (self._numbers(name, rows) for name in ("ra", "dec"))
        has = np.isfinite(ra) & (np.abs(dec) <= 90)
        return np.where(has, ra, 0.0), np.where(has, dec, 0.0), has

    def _numbers(self, name: str, rows: Rows) -> npt.NDArray[np.float64]:
        column = self.column(name)
        if not isinstance(column, NumberColumn):
            return np.full(rows.size, np.nan)
        return column.gather(rows).cast(pl.Float64).fill_null(np.nan).to_numpy()

    def _session_stamp(self) -> Hashable:
        return None if self.session is None else (self.session.name, self.session.stamp)

    def _column(self, name: str) -> Column:
        if name == HEALPIX_FIELD.name:
            return self._cells()
        changed = self.changed(name)
        if changed is None or not changed.rows.size:
            return self._load(self.schema[name])
        return self.unchanged_column(name).replaced(changed.rows, changed.values)

    def _load(self, field: Field) -> Column:
        if field.name == ID_FIELD.name:
            return TextColumn(field, self.identities.ids)
        if field.name not in {one.name for one in self.catalog.manifest.fields} and field != HEALPIX_FIELD:
            return column_of(field, pl.repeat(None, self.n_rows, dtype=field.type.dtype, eager=True))
        return column_of(field, pl.scan_parquet(self.catalog.rows_path).select(field.name).collect().to_series())

    def _cells(self) -> Column:
        """Return the cell of each row, also of those whose position was changed."""
        column = self.unchanged_column(HEALPIX_FIELD.name) if {"ra", "dec"} & set(self._stamps) else None
        if column is None:
            return self._load(HEALPIX_FIELD)
        rows = self.moved_rows()
        ra, dec, has = self.positions(rows)
        cells = pl.Series(np.where(has, cells_of(ra, dec), N_CELLS))
        known = cells.to_frame("c").select(pl.when(pl.col("c") < N_CELLS).then(pl.col("c"))).to_series()
        return column.replaced(rows, known)

    def moved_rows(self) -> Rows:
        """Return the rows whose position was changed, each once."""
        changed = [self.changed(name) for name in ("ra", "dec")]
        return np.unique(np.concatenate([np.empty(0, dtype=np.int64), *(one.rows for one in changed if one)]))

    def _load_changed(self, name: str) -> Changed:
        found = self.catalog.changes.column(self.schema[name])
        rows = self.identities.find(found["id"])
        known = rows >= 0
        return Changed(rows[known], found["value"].filter(pl.Series(known)))

    def _cell_starts(self) -> npt.NDArray[np.int64]:
        cells = pl.scan_parquet(self.catalog.rows_path).select(CELL).collect()[CELL].fill_null(N_CELLS).to_numpy()
        return np.concatenate(([0], np.cumsum(np.bincount(cells, minlength=N_CELLS + 1)))).astype(np.int64)

"""Values of a few rows: out of columns in memory, or out of the file where rows lie close together."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from al_core.metadata.catalog import ID_FIELD
from al_core.metadata.catalog.finishing import ROW_GROUP
from al_core.metadata.checking import field_of
from al_core.metadata.embedded.numbers import Rows
from al_core.metadata.embedded.table import Table
from al_core.metadata.fields import SESSION_MARK, Schema

#: Rows that lie in so few groups of the file are read from it, unless the column is in memory.
_FEW_GROUPS = 2


def fetch(table: Table, rows: Rows, columns: Sequence[str], schema: Schema, *, keeps: bool = True) -> pl.DataFrame:
    """Return rows of a table in the order given: `id`, `index`, columns.

    Parameters
    ----------
    table : Table
    rows : ndarray of int64
    columns : sequence of str
        Fields of `schema`; one that the table lacks is missing.
    schema : Schema
        Of all indices of the query.
    keeps : bool
        Whether columns are worth being kept in memory; else what is not there is read from the file.
    """
    names = [name for name in columns if name != ID_FIELD.name]
    cold = _cold(table, rows, names, keeps)
    read = _read(table, rows, cold)
    made = [table.identities.ids.gather(rows).alias(ID_FIELD.name), _constant("index", table.name, rows.size)]
    for name in names:
        column = None if name in cold else table.column(name)
        if name in cold:
            made.append(read[name])
        elif column is None:
            made.append(pl.repeat(None, rows.size, dtype=field_of(schema, name).type.dtype, eager=True).alias(name))
        else:
            made.append(column.gather(rows).alias(name))
    return pl.DataFrame(made)


def _constant(name: str, value: str, length: int) -> pl.Series:
    return pl.repeat(value, length, dtype=pl.String, eager=True).alias(name)


def _cold(table: Table, rows: Rows, names: list[str], keeps: bool) -> list[str]:
    """Return the columns that are read from the file."""
    n_groups = np.unique(rows // ROW_GROUP).size
    if not rows.size or (keeps and n_groups > _FEW_GROUPS):
        return []
    stored = {field.name for field in table.catalog.manifest.fields}
    return [name for name in names if name in stored and not name.startswith(SESSION_MARK) and not table.is_hot(name)]


def _read(table: Table, rows: Rows, names: list[str]) -> pl.DataFrame:
    """Return columns of rows out of the file, with what was changed since."""
    if not names:
        return pl.DataFrame()
    scan = pl.scan_parquet(table.catalog.rows_path).select(names)
    parts, places = [], []
    for group in np.unique(rows // ROW_GROUP).tolist():
        here = np.flatnonzero(rows // ROW_GROUP == group)
        parts.append(scan.slice(group * ROW_GROUP, ROW_GROUP).collect()[rows[here] - group * ROW_GROUP])
        places.append(here)
    back = np.argsort(np.concatenate(places), kind="stable")
    frame: pl.DataFrame = pl.concat(parts)[back]
    return frame.with_columns(_with_changes(table, rows, frame[name]) for name in names)


def _with_changes(table: Table, rows: Rows, values: pl.Series) -> pl.Series:
    changed = table.changed(values.name)
    if changed is None or not changed.rows.size:
        return values
    order = np.argsort(changed.rows)
    place = np.minimum(np.searchsorted(changed.rows[order], rows), order.size - 1)
    here = np.flatnonzero(changed.rows[order][place] == rows)
    return values.scatter(here, changed.values.gather(order[place[here]])) if here.size else values

"""A CSV of further metadata, joined to the spectra of a pool by their ids."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import numpy as np
import numpy.typing as npt
import polars as pl

from al_core.errors import PoolError
from al_core.pools.idindex import IdIndex
from al_core.spectrum import COMMON_COLUMNS, spectrum_id_of

#: Names of the column that says which spectrum a row describes, the first one present counts. A name of a file counts
#: without its folder and extension; `obsid` is compared with the survey's own OBSID.
ID_COLUMNS = ("spectrum_id", "id", "filename", "file", "path", "obsid")
#: Added to the name of a column that the spectra have already.
SUFFIX = "_csv"
_SEPARATORS = ",;\t|"


class Catalog:
    """The rows of the CSV, found by id; of several rows with one id the first counts.

    `own` are the columns that the spectra have without it.

    Attributes
    ----------
    columns : dict
        Name in the pool and type of every column that the CSV adds.
    """

    def __init__(self, path: Path, own: Mapping[str, pl.DataType]) -> None:
        table = _read(path)
        key = _key_column(path, table)
        self.by_obsid = key.lower() == "obsid"
        ids = table[key].cast(pl.String).fill_null("")
        self._index = IdIndex.of(ids if self.by_obsid else _names(ids))
        self._table = table.drop(key)
        self._used = np.zeros(len(table), dtype=np.bool_)
        added = [name for name in self._table.columns if name in own or name not in COMMON_COLUMNS]
        self._renamed = {name: name + SUFFIX if name in own else name for name in added}
        self.columns = {self._renamed[name]: self._table[name].dtype for name in added}

    @property
    def n_matched(self) -> int:
        """Rows that describe a spectrum seen so far."""
        return int(self._used.sum())

    @property
    def n_unmatched(self) -> int:
        """Rows that describe none."""
        return self._used.size - self.n_matched

    def join(self, table: pl.DataFrame, ids: pl.Series) -> pl.DataFrame:
        """Return the table with the columns of the CSV; in the common set, values missing in the file are filled.

        `ids` are the ids as the files have them, before repetitions were numbered.
        """
        keys = self._obsids(table) if self.by_obsid else ids
        rows = self._index.find(keys.fill_null(""))
        rows[(keys.is_null() | (keys == "")).to_numpy()] = -1
        self._used[rows[rows >= 0]] = True
        found = self._table[np.where(rows < 0, 0, rows)].select(_null_where(rows < 0))
        filled = [
            _filled(table, found, name) for name in COMMON_COLUMNS if name in found.columns and name in table.columns
        ]
        return table.with_columns(filled).hstack([found[name].alias(new) for name, new in self._renamed.items()])

    def _obsids(self, table: pl.DataFrame) -> pl.Series:
        name = next((column for column in table.columns if column.lower() == "obsid"), None)
        return (
            pl.Series([None], dtype=pl.String).new_from_index(0, len(table))
            if name is None
            else table[name].cast(pl.String)
        )


def _null_where(unknown: npt.NDArray[np.bool_]) -> pl.Expr:
    return pl.when(~pl.lit(pl.Series(unknown))).then(pl.all())


def _filled(table: pl.DataFrame, found: pl.DataFrame, name: str) -> pl.Series:
    other = found[name].cast(table[name].dtype, strict=False)
    return table.select(pl.coalesce(pl.col(name), pl.lit(other)).alias(name)).to_series()


def _read(path: Path) -> pl.DataFrame:
    try:
        with path.open(encoding="utf-8-sig") as file:
            header = file.readline()
        separator = max(_SEPARATORS, key=header.count)
        try:
            return pl.read_csv(path, separator=separator, infer_schema_length=10_000)
        except pl.exceptions.ComputeError:  # a column that looked like numbers at first: text, then
            return pl.read_csv(path, separator=separator, infer_schema=False)
    except (OSError, UnicodeDecodeError, pl.exceptions.PolarsError) as error:
        raise PoolError(f"{path}: expected a CSV of metadata with a header line, found {error}.") from error


def _key_column(path: Path, table: pl.DataFrame) -> str:
    if table.is_empty():
        raise PoolError(f"{path}: expected a CSV of metadata, found no rows.")
    lower = {name.lower(): name for name in reversed(table.columns)}
    for name in ID_COLUMNS:
        if name in lower:
            return lower[name]
    raise PoolError(
        f"{path}: expected a column that names the spectra ({', '.join(ID_COLUMNS)}), "
        f"found {', '.join(table.columns[:10])}. Rename the column."
    )


def _names(ids: pl.Series) -> pl.Series:
    """Return names of files without folder and extensions; an id stays what it is."""
    base = ids.str.replace_all("\\", "/", literal=True).str.split("/").list.last()
    with_extension = base.unique().to_list() if base.str.contains(".", literal=True).any() else []
    names = {name: spectrum_id_of(Path(PurePosixPath(name or "_"))) for name in with_extension if name}
    return base.replace(names) if names else base

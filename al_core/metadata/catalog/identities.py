"""Ids of an index in memory: from id to row and from rank to row."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from al_core.metadata.catalog.layout import ID_FIELD, RANK

Rows = npt.NDArray[np.int64]
#: Up to so many ids are looked up one by one.
_FEW = 500


class Identities:
    """Names and order of the rows of one generation.

    Attributes
    ----------
    ids : Series of str
        Id of each row.
    ranks : ndarray of uint32, shape (n_rows,)
        Place of the id of each row among all ids, in the order of their bytes.
    by_rank : ndarray of uint32, shape (n_rows,)
        Row of each rank.
    """

    def __init__(self, ids: pl.Series, ranks: npt.NDArray[np.uint32]) -> None:
        self.ids, self.ranks = ids, ranks
        self.by_rank = np.empty(ranks.size, dtype=np.uint32)
        self.by_rank[ranks] = np.arange(ranks.size, dtype=np.uint32)

    @classmethod
    def read(cls, path: Path) -> "Identities":
        """Read them from the file of the rows."""
        frame = pl.scan_parquet(path).select(ID_FIELD.name, RANK).collect()
        return cls(frame[ID_FIELD.name].rechunk(), frame[RANK].to_numpy())

    @property
    def n_bytes(self) -> int:
        """Memory that they take, about."""
        return int(self.ids.estimated_size()) + self.ranks.nbytes + self.by_rank.nbytes

    def place_of(self, one: str) -> int:
        """Return how many ids stand before this one, in the order of their bytes."""
        wanted, low, high = one.encode("utf-8", "surrogatepass"), 0, self.ranks.size
        while low < high:
            middle = (low + high) // 2
            if str(self.ids[int(self.by_rank[middle])]).encode() < wanted:
                low = middle + 1
            else:
                high = middle
        return low

    def find(self, ids: Sequence[str] | pl.Series) -> Rows:
        """Return the row of each id, -1 where it is unknown: int64, shape (n_ids,)."""
        if len(ids) <= _FEW:
            return np.array([self._find_one(one) for one in ids], dtype=np.int64)
        asked = pl.DataFrame([pl.Series("id", ids, dtype=pl.String)])
        mine = pl.DataFrame([self.ids.alias("id"), pl.Series("row", np.arange(len(self.ids)))])
        if len(asked) < len(mine) // 4:
            mine = mine.filter(pl.col("id").is_in(asked["id"].unique().implode()))
        found = asked.join(mine, on="id", how="left", maintain_order="left")
        return found["row"].fill_null(-1).to_numpy()

    def _find_one(self, one: object) -> int:
        if not isinstance(one, str):
            return -1
        place = self.place_of(one)
        if place < self.ranks.size:
            row = int(self.by_rank[place])
            if self.ids[row] == one:
                return row
        return -1

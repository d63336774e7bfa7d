"""Rows of a pool's table of spectra, a few out of millions."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from al_core.pools import Pool


def metadata_of(pool: Pool, rows: npt.NDArray[np.int64], columns: Sequence[str] | None = None) -> pl.DataFrame:
    """Return the metadata of some rows of a pool, in the order of `rows`.

    Parameters
    ----------
    pool : Pool
    rows : ndarray of int64, shape (n_rows,)
    columns : sequence of str, optional
        By default all; names that the pool does not have are passed over.
    """
    known = pool.metadata.collect_schema().names()
    names = known if columns is None else [name for name in columns if name in known]
    wanted, place = np.unique(rows, return_inverse=True)
    scanned = pool.metadata.select(names).with_row_index("__row")
    found = scanned.filter(pl.col("__row").is_in(pl.Series(wanted.astype(np.uint32)).implode())).collect()
    ordered: pl.DataFrame = found.drop("__row")[place.tolist()]
    return ordered

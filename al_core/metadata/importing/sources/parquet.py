"""Parquet files, and the table of a pool."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

from al_core.errors import MetadataError
from al_core.metadata.importing.sources.base import BATCH_ROWS, SAMPLE_ROWS, Batch, SourceColumn, usable

_NESTED = (pl.List, pl.Array, pl.Struct, pl.Binary, pl.Object)


class ParquetSource:
    """A Parquet file; see `Source`."""

    row_word = "row"

    def __init__(self, path: Path, label: str = "Parquet") -> None:
        self.path, self.label = path, label
        try:
            schema = pl.read_parquet_schema(path)
            self.size = int(pl.scan_parquet(path).select(pl.len()).collect().item())
        except (OSError, pl.exceptions.PolarsError) as error:
            raise MetadataError(f"{path}: expected a Parquet file, found one that cannot be read: {error}.") from error
        self.columns = tuple(
            SourceColumn(name, dtype, is_usable=not isinstance(dtype, _NESTED)) for name, dtype in schema.items()
        )
        if not self.size:
            raise MetadataError(f"{path}: expected rows, found none.")

    def sample(self) -> pl.DataFrame:
        """See `Source`."""
        part = SAMPLE_ROWS // 4
        starts = [0] if self.size <= SAMPLE_ROWS else [self.size * place // 4 for place in range(4)]
        n_rows = SAMPLE_ROWS if len(starts) == 1 else part
        return pl.concat(self._scan().slice(start, n_rows).collect() for start in starts)

    def batches(self, skip: int = 0) -> Iterator[Batch]:
        """See `Source`; `skip` counts rows."""
        done = skip
        try:
            for frame in self._scan().slice(skip).collect_batches(chunk_size=BATCH_ROWS, maintain_order=True):
                rows = np.arange(done, done + len(frame), dtype=np.int64) + 1
                done += len(frame)
                yield Batch(frame, rows, [], done, done)
        except (OSError, pl.exceptions.PolarsError) as error:
            raise MetadataError(f"{self.path}: cannot be read behind row {done}: {error}.") from error

    def _scan(self) -> pl.LazyFrame:
        return pl.scan_parquet(self.path).select(usable(self.columns))

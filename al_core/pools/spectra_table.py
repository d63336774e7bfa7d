"""Writing `spectra.parquet` and the index of its ids, a few thousand rows in memory at a time."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import polars as pl
from polars.io.plugins import register_io_source

from al_core.errors import ALCoreError
from al_core.files import replacing
from al_core.pools.catalog import Catalog
from al_core.pools.duplicates import Repetition, Repetitions
from al_core.pools.idindex import Hashes, IdIndex, IdIndexBuilder
from al_core.pools.layout import SPECTRA
from al_core.pools.parts import Part, Survey, pool_schema, read_parts
from al_core.pools.tables import FIXED, conform
from al_core.progress import Progress

#: Rows that are handed to the Parquet writer at once.
_ROWS_AT_ONCE = 20_000
#: Columns that every spectrum has a value in, or may get one from this program.
_ALWAYS = ("spectrum_id", "source", "medium", "reader", "median_snr", "duplicate_of")


def catalog_of(path: Path | None, survey: Survey) -> Catalog | None:
    """Return the CSV of metadata that the import was given, if any."""
    return None if path is None else Catalog(path, survey.columns | {name: FIXED[name] for name in _ALWAYS})


class SpectraTable:
    """The table of all spectra of an import.

    `repetitions` get their new ids, or are left out if `remove`; `catalog` adds columns.
    """

    def __init__(
        self, parts: Sequence[Part], survey: Survey, repetitions: Repetitions, catalog: Catalog | None, remove: bool
    ) -> None:
        self._parts, self._repetitions, self._catalog, self._remove = parts, repetitions, catalog, remove
        self._survey = survey
        self._own = pool_schema(survey.columns)
        self._ids = IdIndexBuilder()

    def write(self, folder: Path, progress: Progress) -> None:
        """Write the table and the index."""
        schema = pl.Schema(self._own | (self._catalog.columns if self._catalog else {}))
        errors: list[BaseException] = []

        def source(*_: object) -> Iterator[pl.DataFrame]:
            try:  # the engine that calls this would disguise the error
                yield from _gathered(table.select(schema.names()) for table in self._tables(progress))
            except (ALCoreError, OSError, KeyboardInterrupt) as error:
                errors.append(error)

        with replacing(folder / SPECTRA) as temporary:
            whole = register_io_source(source, schema=schema)
            try:
                whole.sink_parquet(temporary, compression="zstd", maintain_order=True)
            except pl.exceptions.PolarsError as error:  # so it calls a full disk
                raise OSError(f"{SPECTRA}: {error}") from error
            if errors:
                raise errors[0]
        IdIndex(*self._ids.arrays()).save(folder)

    def _tables(self, progress: Progress) -> Iterator[pl.DataFrame]:
        for number, (part, table) in enumerate(read_parts(self._parts)):
            progress(number, len(self._parts), "Writing the table of spectra")
            repetitions = self._repetitions.within(part.first_row, part.n_rows)
            finished = self._finished(table, repetitions)
            self._ids.add(finished["spectrum_id"], None if repetitions else self._hashes_of(part))
            yield finished

    def _hashes_of(self, part: Part) -> Hashes:
        return self._survey.hashes[part.first_row : part.first_row + part.n_rows]

    def _finished(self, table: pl.DataFrame, repetitions: dict[int, Repetition]) -> pl.DataFrame:
        table = conform(table, self._own)
        if self._catalog is not None:
            table = self._catalog.join(table, table["spectrum_id"])
        if not repetitions:
            return table
        return _without(table, repetitions) if self._remove else _renamed(table, repetitions)


def _gathered(tables: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Join small tables to larger ones."""
    waiting: list[pl.DataFrame] = []
    for table in tables:
        waiting.append(table)
        if sum(map(len, waiting)) >= _ROWS_AT_ONCE:
            yield pl.concat(waiting, rechunk=True)
            waiting = []
    if waiting:
        yield pl.concat(waiting, rechunk=True)


def _renamed(table: pl.DataFrame, repetitions: dict[int, Repetition]) -> pl.DataFrame:
    ids: list[str] = table["spectrum_id"].to_list()
    originals: list[str | None] = [None] * len(table)
    for row, repetition in repetitions.items():
        ids[row], originals[row] = repetition.new_id, repetition.original
    return table.with_columns(
        pl.Series("spectrum_id", ids, dtype=pl.String), pl.Series("duplicate_of", originals, dtype=pl.String)
    )


def _without(table: pl.DataFrame, repetitions: dict[int, Repetition]) -> pl.DataFrame:
    return table[np.setdiff1d(np.arange(len(table)), list(repetitions))]

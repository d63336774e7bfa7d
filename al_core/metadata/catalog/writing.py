"""Writing an index: rows are taken in as they come, and published all at once."""

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import polars as pl

from al_core.errors import MetadataError
from al_core.files import sync_file
from al_core.metadata.catalog.checking import ROW, refused, typed
from al_core.metadata.catalog.finishing import write_rows
from al_core.metadata.catalog.layout import (
    BUILD,
    Manifest,
    Source,
    checked_fields,
    columns_of,
    folder_of,
    read_manifest,
    rejected_file,
    rows_file,
    write_manifest,
)
from al_core.metadata.catalog.locking import WriterLock
from al_core.metadata.catalog.progressing import ImportJournal, Taken
from al_core.metadata.catalog.ranks import rank_ids
from al_core.metadata.catalog.rejects import RejectedRows
from al_core.metadata.catalog.spill import SOURCE, Spill
from al_core.metadata.fields import Field, Schema
from al_core.progress import Progress, no_progress

#: Rows that are collected before they are set down.
PART_ROWS = 200_000


class CatalogWriter:
    """Takes in the rows of an index; until `finish` readers see what was there before.

    ::

        with CatalogWriter.open(workspace, "lamost-dr5", fields, fingerprint) as writer:
            for source, first_row, frame in chunks_behind(writer.done):
                writer.append(frame, source, first_row)
                writer.reject(source, 17, "ra: 'abc' is no number")
                writer.commit(source, first_row + n_rows_of_the_chunk)
            writer.finish(progress)

    Killed at any moment, the same `open` goes on: `done` tells how many rows of each source are safe, and only those
    behind are given again. Leaving the `with` without `finish` keeps what was committed; `discard` drops it.

    Attributes
    ----------
    done : dict of str to int
        Rows of each source that need not be given again, as `commit` told them.
    """

    def __init__(self, folder: Path, fields: tuple[Field, ...], fingerprint: str, lock: WriterLock) -> None:
        self._folder, self._fields, self._lock = folder, fields, lock
        self._build = folder / BUILD
        self._head = {"fingerprint": fingerprint, "fields": [field.to_dict() for field in fields]}
        self._journal = ImportJournal(self._build / "journal.jsonl")
        taken = self._journal.read(self._head)
        if taken is None:
            self._clear()
            self._build.mkdir(parents=True)
            self._journal.begin(self._head)
        self._taken = taken or Taken()
        self._spill = Spill(self._build)
        self._spill.drop_after(self._taken.n_parts)
        self._rejected = RejectedRows(self._build / "rejected.csv", self._taken.rejected_bytes)
        self._sources = {name: place for place, name in enumerate(self._taken.sources)}
        self._waiting: list[pl.DataFrame] = []
        self._n_waiting = self._n_rejected = 0
        self._is_committed = True
        self._told: dict[str, int] = {}
        self.done = dict(self._taken.done)

    @classmethod
    def open(cls, workspace: Path, name: str, fields: Sequence[Field], fingerprint: str) -> Self:
        """Begin to write an index, or go on with it.

        Parameters
        ----------
        workspace : Path
        name : str
            Of the index; one that exists is replaced by `finish`. Patches and added fields stay.
        fields : sequence of Field
            `id` need not be among them. Those named `ra` and `dec`, ICRS degrees, are the position.
        fingerprint : str
            Of what is imported and how; rows taken in under another one are dropped.

        Raises
        ------
        MetadataError
            If a field cannot be one, another process writes this index, or the disk refuses.
        """
        folder, checked = folder_of(workspace, name), checked_fields(list(fields))
        lock = WriterLock(folder)
        try:
            return cls(folder, checked, fingerprint, lock)
        except BaseException:
            lock.release()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    @property
    def n_rows(self) -> int:
        """Rows taken in so far; those whose id comes again are still among them."""
        return self._taken.n_rows + self._n_waiting

    def append(self, frame: pl.DataFrame, source: str = "", first_row: int = 0) -> None:
        """Take in rows.

        Parameters
        ----------
        frame : DataFrame
            `id` and any of the fields; what is not there is missing. A column `_row` may give the number of each row
            in its source, where rows between them were left out.
        source : str
            Where they came from, as `rejected` lists it.
        first_row : int
            Number of the first row in its source, where there is no `_row`.

        Raises
        ------
        MetadataError
            If a column belongs to no field, or does not fit its type.
        """
        if ROW not in frame.columns:
            frame = frame.with_row_index(ROW, offset=first_row)
        frame = typed(frame.with_columns(pl.col(ROW).cast(pl.Int64)), self._fields)
        bad = refused(frame, self._fields)
        if len(bad):
            self._reject_all(source, bad)
            frame = frame.join(bad, on=ROW, how="anti", maintain_order="left")
        place = self._sources.setdefault(source, len(self._sources))
        self._is_committed = False
        self._waiting.append(frame.with_columns(pl.lit(place, dtype=pl.UInt32).alias(SOURCE)))
        self._n_waiting += len(frame)
        if self._n_waiting >= 4 * PART_ROWS:  # nobody commits
            self._set_down()

    def reject(self, source: str, row: int, reason: str) -> None:
        """List a row that could not be read."""
        self._is_committed = False
        self._rejected.add([(source, row, reason)])
        self._n_rejected += 1

    def commit(self, source: str, rows_done: int) -> None:
        """Tell that everything of a source up to a row was given; it becomes safe with the next part, see `done`.

        Whatever was given before belongs to it, also of other sources.
        """
        self._sources.setdefault(source, len(self._sources))
        self._is_committed = True
        self._told[source] = rows_done
        if self._n_waiting >= PART_ROWS:
            self.flush()

    def flush(self) -> None:
        """Make everything that was given safe at once, as if all of it had been committed."""
        self._set_down()
        taken = self._taken
        taken.rejected_bytes = self._rejected.sync()
        taken.n_rejected += self._n_rejected
        self._n_rejected = 0
        taken.n_parts, taken.sources = self._spill.n_parts, list(self._sources)
        taken.done |= self._told
        self._journal.note(taken)
        self.done = dict(taken.done)

    def finish(self, progress: Progress = no_progress) -> Manifest:
        """Publish the index; readers that have it open keep what they have.

        Raises
        ------
        MetadataError
            If the disk refuses; what was taken in stays, and `finish` can be tried again.
        """
        self.flush()
        try:
            manifest = self._publish(progress)
        except OSError as error:
            raise MetadataError(f"{self._folder.name}: the index could not be written: {error}. Free space.") from error
        self._clear()
        self._remove_old(manifest.generation)
        return manifest

    def discard(self) -> None:
        """Drop what was taken in; the index of before stays."""
        self._clear()
        self.close()

    def close(self) -> None:
        """Let others write; what was committed can be gone on with."""
        if self._lock.is_held and self._build.is_dir() and self._is_committed:
            self.flush()
        self._lock.release()

    def _set_down(self) -> None:
        if not self._n_waiting:
            return
        frame = pl.concat(self._waiting)
        self._waiting, self._n_waiting = [], 0
        self._spill.write(frame, self._taken.n_rows)
        self._taken.n_rows += len(frame)

    def _reject_all(self, source: str, bad: pl.DataFrame) -> None:
        self._rejected.add((source, row, reason) for row, reason in bad.iter_rows())
        self._n_rejected += len(bad)

    def _publish(self, progress: Progress) -> Manifest:
        before = read_manifest(self._folder)
        self._rejected.cut(self._taken.rejected_bytes)
        generation = before.generation + 1 if before else 1
        n_rows, n_again = self._taken.n_rows, 0
        names = list(self._sources)

        def on_duplicates(rows: pl.DataFrame) -> None:
            nonlocal n_again
            n_again += len(rows)
            self._rejected.add(
                (names[source], row, f"id {one!r} is there already") for one, _, source, row in rows.iter_rows()
            )

        ranks = rank_ids(self._spill, n_rows, on_duplicates, lambda: progress(0, n_rows, "Comparing ids"))
        target = rows_file(self._folder, generation)
        columns = columns_of(Schema(self._fields))
        write_rows(target, self._spill, ranks, columns, lambda done: progress(done, n_rows, "Sorting by position"))
        sync_file(target)
        self._rejected.publish(rejected_file(self._folder, generation))
        manifest = Manifest(
            name=self._folder.name,
            generation=generation,
            fields=self._fields,
            sources=tuple(Source(name, self._taken.done.get(name, 0)) for name in names),
            n_rows=n_rows - n_again,
            n_rejected=self._taken.n_rejected + n_again,
            created_utc=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        write_manifest(self._folder, manifest)
        return manifest

    def _clear(self) -> None:
        shutil.rmtree(self._build, ignore_errors=True)

    def _remove_old(self, generation: int) -> None:
        """Remove generations before the one that was there until now, which readers may still have open."""
        for path in self._folder.glob("r*-[0-9]*.*"):
            number = path.stem.rpartition("-")[2]
            if number.isdigit() and int(number) < generation - 1:
                path.unlink(missing_ok=True)

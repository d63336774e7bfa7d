"""Sources into an index: in batches, with flat memory; interrupted at any moment, the same import goes on."""

import csv
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import polars as pl

from al_core.errors import LibraryError, MetadataError
from al_core.library.names import checked_name
from al_core.metadata.catalog import Catalogs, CatalogWriter
from al_core.metadata.catalog.layout import folder_of, read_manifest
from al_core.metadata.importing.ahead import ahead
from al_core.metadata.importing.import_record import (
    ImportRecord,
    fingerprint_of,
    forget_older,
    read_record,
    write_record,
)
from al_core.metadata.importing.mapping import Mapping
from al_core.metadata.importing.rows import Rows, rows_of
from al_core.metadata.importing.sources import Batch, RejectedRow, Source
from al_core.progress import Progress, enter_stage, no_progress

#: Rejected rows that a report holds; all of them are in the file.
LISTED = 100


@dataclass(frozen=True)
class IndexReport:
    """What an import did.

    Attributes
    ----------
    name : str
    n_rows, n_rejected : int
    resumed_at : int
        Rows or lines that an earlier, interrupted import had taken in.
    already_imported : bool
        The index was made by the same import; nothing was done.
    rejected : tuple of (str, str, str)
        Source, line or row, and reason, of up to `LISTED` rows.
    rejected_path : Path
        CSV of all of them: source, row, reason.
    """

    name: str
    n_rows: int
    n_rejected: int
    resumed_at: int
    already_imported: bool
    rejected: tuple[tuple[str, str, str], ...]
    rejected_path: Path


def import_metadata(
    workspace: Path,
    name: str,
    sources: Sequence[Source],
    mapping: Mapping,
    *,
    replace: bool = False,
    pool: str = "",
    progress: Progress = no_progress,
) -> IndexReport:
    """Make an index.

    Parameters
    ----------
    workspace : Path
    name : str
        Of the index.
    sources : sequence of Source
        All with the columns of the mapping; ids are unique in all of them together.
    mapping : Mapping
    replace : bool
        Whether an index of that name may be replaced; the one that is there stays until the new one is whole.
    pool : str
        The pool that it is made from, if it is.
    progress : Progress

    Raises
    ------
    MetadataError
        If the name is not allowed or taken, the mapping does not fit, a source breaks off or has no row that can be
        used; the index of before stays as it is.
    """
    checked_index_name(name)
    for source in sources:
        mapping.checked(source.columns)
    fingerprint = fingerprint_of([source.path for source in sources], mapping, [_reading(one) for one in sources])
    before, record = read_manifest(folder_of(workspace, name)), read_record(workspace, name)
    if record is not None and record.fingerprint == fingerprint:
        return _report(workspace, name, already_imported=True)
    if before is not None and not replace:
        raise MetadataError(f"There is an index {name!r} already. Choose another name, or replace that one.")
    new = ImportRecord(fingerprint, tuple(str(source.path) for source in sources), pool, mapping.to_dict())
    with CatalogWriter.open(workspace, name, mapping.fields, fingerprint) as writer:
        resumed_at = sum(writer.done.values())
        enter_stage(progress, "Read")
        labels = [pool] if pool else _labels(sources)
        try:
            first_reason = _take_in(writer, list(zip(sources, labels, strict=True)), mapping, progress)
            if not writer.n_rows:
                reason = first_reason or "there is none"
                raise MetadataError(f"{sources[0].path}: no row can be used. The first: {reason}.")
        except MetadataError:  # the same files would fail again
            writer.discard()
            _remove_empty(workspace, name)
            raise
        enter_stage(progress, "Sort")
        generation = before.generation + 1 if before else 1
        write_record(workspace, name, generation, new)
        writer.finish(progress)
        forget_older(workspace, name, generation)
    return _report(workspace, name, resumed_at=resumed_at)


def checked_index_name(name: str) -> str:
    """Return the name of an index if it is allowed.

    Raises
    ------
    MetadataError
        If it is not; the text says what is.
    """
    try:
        return checked_name(name, "metadata index")
    except LibraryError as error:
        raise MetadataError(str(error)) from error


def _reading(source: Source) -> object:
    return getattr(source, "dialect", "")


def _take_in(writer: CatalogWriter, sources: Sequence[tuple[Source, str]], mapping: Mapping, progress: Progress) -> str:
    """Give the writer what it does not have yet; return why the first row was rejected."""
    first_reason, total, before = "", sum(source.size for source, _ in sources), 0
    for source, label in sources:
        for batch, rows in ahead(_converted(source, mapping, writer.done.get(label, 0))):
            _give(writer, label, rows)
            writer.commit(label, batch.n_done)
            first_reason = first_reason or next((f"{source.row_word} {r.row}: {_reason(r)}" for r in rows.rejected), "")
            progress(before + batch.done, total if batch.done else None, f"{label}, {writer.n_rows:,} rows")
        before += source.size
    return first_reason


def _converted(source: Source, mapping: Mapping, skip: int) -> Generator[tuple[Batch, Rows], None, None]:
    for batch in source.batches(skip):
        yield batch, rows_of(batch, mapping)


def _give(writer: CatalogWriter, label: str, rows: Rows) -> None:
    if len(rows.frame):
        writer.append(rows.frame.with_columns(rows.rows.alias("_row")), label)
    for row in rows.rejected:
        writer.reject(label, row.row, _reason(row))


def _reason(row: RejectedRow) -> str:
    return f"{row.field}: {row.reason}" if row.field else row.reason


def _labels(sources: Sequence[Source]) -> list[str]:
    """Return the names of the files; of files of one name the paths."""
    names = [source.path.name for source in sources]
    return [name if names.count(name) == 1 else str(one.path) for name, one in zip(names, sources, strict=True)]


def _remove_empty(workspace: Path, name: str) -> None:
    """Leave no folder of an index that never was."""
    if read_manifest(folder_of(workspace, name)) is None:
        Catalogs(workspace).remove(name)


def _report(workspace: Path, name: str, *, resumed_at: int = 0, already_imported: bool = False) -> IndexReport:
    catalog = Catalogs(workspace).open(name)
    return IndexReport(
        name=name,
        n_rows=catalog.n_rows,
        n_rejected=catalog.manifest.n_rejected,
        resumed_at=resumed_at,
        already_imported=already_imported,
        rejected=rejected_rows(catalog.rejected_path),
        rejected_path=catalog.rejected_path,
    )


def rejected_rows(path: Path, n_most: int = LISTED) -> tuple[tuple[str, str, str], ...]:
    """Return the first rows of a list of rejected ones: source, line or row, reason."""
    if not path.is_file():
        return ()
    with path.open(encoding="utf-8", newline="") as file:
        return tuple((row[0], row[1], row[2]) for row in islice(csv.reader(file), 1, n_most + 1))


def preview(source: Source, mapping: Mapping, n_rows: int = 5) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Return the first rows as the index would have them, and why others among the first would be rejected."""
    batch = next(iter(source.batches()))
    rows = rows_of(batch, mapping.checked(source.columns))
    reasons = tuple(f"{source.row_word} {row.row}: {_reason(row)}" for row in rows.rejected[:3])
    return rows.frame.head(n_rows), reasons

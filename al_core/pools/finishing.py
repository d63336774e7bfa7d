"""From the parts of an import to a pool: unique ids, one table, the index, and the matrix with its header."""

import csv
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

from al_core.files import replacing, sync_file
from al_core.pools.duplicates import Repetition, Repetitions, find_repetitions, rows_to_compare
from al_core.pools.idindex import Rows, hash_ids
from al_core.pools.layout import (
    DUPLICATES,
    FLUX,
    KEPT_FLUX,
    NPY_HEADER_BYTES,
    REJECTED,
    SPECTRA,
    sha256_of,
    write_npy_header,
)
from al_core.pools.parts import Part, Survey, ids_of_rows, parts_of, survey_parts
from al_core.pools.plan import Plan
from al_core.pools.report import Duplicate, Rejection
from al_core.pools.spectra_table import SpectraTable, catalog_of
from al_core.pools.writing import PoolWriter, rejections
from al_core.progress import Progress

#: Rows that are copied at once.
_ROWS_AT_ONCE = 20_000


class Finished(NamedTuple):
    """What `finish` has counted (removed spectra are rejected ones as well), and SHA-256 of the files by name."""

    n_spectra: int
    n_duplicates: int
    n_removed: int
    n_metadata_matched: int
    n_metadata_unmatched: int
    sha256: dict[str, str]


def finish(writer: PoolWriter, plan: Plan, progress: Progress) -> Finished:
    """Write everything of the pool but its manifest; an interruption in here costs only this step."""
    parts = parts_of(writer.folder, writer.entries)
    survey = survey_parts(parts, progress)
    repetitions = _repetitions(parts, survey)
    remove = plan.options.remove_duplicates
    removed = np.array(list(repetitions.by_row) if remove else [], dtype=np.int64)
    catalog = catalog_of(plan.options.metadata_csv, survey)
    with ThreadPoolExecutor(1) as beside:
        flux_hash = beside.submit(_finish_flux, writer, removed)
        SpectraTable(parts, survey, repetitions, catalog, remove).write(writer.folder, progress)
        _write_lists(writer, parts, repetitions, remove)
        progress(len(parts), len(parts), "Checking what was written")
        hashes = {SPECTRA: sha256_of(writer.folder / SPECTRA), FLUX: flux_hash.result()}
    matched, unmatched = (catalog.n_matched, catalog.n_unmatched) if catalog else (0, 0)
    return Finished(writer.n_rows - removed.size, len(repetitions.by_row), removed.size, matched, unmatched, hashes)


def _repetitions(parts: Sequence[Part], survey: Survey) -> Repetitions:
    rows = rows_to_compare(survey.hashes)
    known = np.sort(survey.hashes) if rows.size else survey.hashes[:0]

    def exists(spectrum_id: str) -> bool:
        wanted = hash_ids(pl.Series([spectrum_id]))[0]
        place = int(np.searchsorted(known, wanted))
        return place < known.size and bool(known[place] == wanted)

    return find_repetitions(rows, ids_of_rows(parts, rows), exists)


def _write_lists(writer: PoolWriter, parts: Sequence[Part], repetitions: Repetitions, remove: bool) -> None:
    """Write the lists of what was left out and of what was there twice."""
    duplicates = _duplicates(parts, repetitions, remove)
    _write_csv(writer.folder / DUPLICATES, Duplicate._fields, duplicates)
    removed = (_removal(duplicate) for duplicate in duplicates) if remove else ()
    left_out = chain(rejections(writer.folder, len(writer.entries)), removed)
    _write_csv(writer.folder / REJECTED, Rejection._fields, left_out)


def _duplicates(parts: Sequence[Part], repetitions: Repetitions, remove: bool) -> list[Duplicate]:
    duplicates: list[Duplicate] = []
    for part in parts:
        here = repetitions.within(part.first_row, part.n_rows)
        sources = pl.read_parquet(part.path, columns=["source"])["source"] if here else pl.Series([], dtype=pl.String)
        duplicates += [_duplicate(repetition, sources[row], remove) for row, repetition in here.items()]
    return duplicates


def _duplicate(repetition: Repetition, source: str, remove: bool) -> Duplicate:
    return Duplicate(repetition.original, "" if remove else repetition.new_id, source)


def _removal(duplicate: Duplicate) -> Rejection:
    return Rejection(duplicate.source, duplicate.spectrum_id, "has an id that was there before")


def _write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        output = csv.writer(file, lineterminator="\n")
        output.writerow(header)
        output.writerows(rows)


def _finish_flux(writer: PoolWriter, removed: Rows) -> str:
    """Give the matrix its header and its name, and return its SHA-256."""
    path = writer.flux_path
    if len(removed):
        path = _without_rows(writer, removed)
    with path.open("r+b") as file:
        write_npy_header(file, writer.n_rows - len(removed), writer.n_points)
    sync_file(path)
    path.replace(writer.folder / FLUX)
    return sha256_of(writer.folder / FLUX)


def _without_rows(writer: PoolWriter, removed: Rows) -> Path:
    """Copy the matrix without some rows, in pieces; the original stays, so that this can be repeated."""
    flux = np.memmap(writer.flux_path, "<f4", "r", NPY_HEADER_BYTES, (writer.n_rows, writer.n_points))
    path = writer.folder / KEPT_FLUX
    with path.open("wb") as file:
        write_npy_header(file, 0, writer.n_points)
        for start in range(0, writer.n_rows, _ROWS_AT_ONCE):
            rows = np.arange(start, min(start + _ROWS_AT_ONCE, writer.n_rows))
            file.write(flux[np.setdiff1d(rows, removed)].data)
    return path

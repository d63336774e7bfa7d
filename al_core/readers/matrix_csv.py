"""CSV files with many spectra on one grid: `pool.csv`, `training-set.csv` and the published `ondrejov-dataset.csv`.

One row a spectrum; columns whose names are numbers are flux at that wavelength (vacuum Å), the others metadata. A pool
of millions of rows is read in chunks and never held whole.
"""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from al_core.errors import CorruptFileError, ReadError
from al_core.readers.base import CHUNK_ROWS, MatrixChunk, MatrixSource, Recognition
from al_core.readers.file_head import FileHead
from al_core.readers.matrix_header import (
    MatrixHeader,
    column_names,
    has_ondrejov_columns,
    is_wavelength_name,
    parse_matrix_header,
)
from al_core.readers.matrix_lines import blocks, first_line
from al_core.readers.matrix_metadata import common_frame, labels_of, metadata_frame, spectrum_ids
from al_core.readers.matrix_rows import parse_block
from al_core.readers.survey_metadata import recognised_head
from al_core.spectrum import Spectrum, bad_pixels, common_metadata

log = logging.getLogger(__name__)

#: `read` returns a list and refuses more rows than this.
MOST_ROWS_OF_READ = 100_000

#: A line of numbers only with fewer cells than this is a row of a text spectrum, not a header.
_FEWEST_BARE_COLUMNS = 9


class MatrixCsvReader:
    """Reads pool and training CSV files; a bad row is rejected with its line, a bad header is an error."""

    name = "matrix-csv"
    label = "CSV, one spectrum a row (pool or training set)"

    def identify(self, path: Path | FileHead) -> Recognition:
        """Recognise a header line with wavelengths as column names."""
        head = FileHead.of(path)
        if not head.is_text:
            return Recognition(False, "not text")
        names = _names_in_sight(head)
        if has_ondrejov_columns(names):
            return Recognition(True, "the columns of ondrejov-dataset.csv")
        n_wavelengths = sum(1 for name in names if is_wavelength_name(name))
        if n_wavelengths < 2 or (n_wavelengths == len(names) and len(names) < _FEWEST_BARE_COLUMNS):
            return Recognition(False, "no header line with wavelengths as column names")
        return Recognition(True, f"{n_wavelengths} columns named by wavelength")

    def read(self, path: Path | FileHead) -> list[Spectrum]:
        """Return all good rows; refuses files of more than 100 000 rows, which `open_matrix` reads in chunks."""
        source = self.open_matrix(path)
        return spectra_of_matrix(source, source.path)

    def open_matrix(self, path: Path | FileHead) -> "CsvMatrix":
        """Check the header line and return the rows, unread."""
        return CsvMatrix(recognised_head(self, path), self.name)


def _names_in_sight(head: FileHead) -> list[str]:
    """Return the names of the first line; one of thousands of columns may be longer than the head."""
    line, newline, _ = head.start.partition(b"\n")
    names = column_names(line.decode("utf-8-sig", "replace"))
    return names if newline else names[:-1] or names


class CsvMatrix:
    """The rows of a CSV (a `MatrixSource`); resumable by row and, for a plain file, by byte."""

    n_rows: int | None = None

    def __init__(self, head: FileHead, reader: str) -> None:
        self.path = head.path
        self.reader = reader
        line = first_line(head)
        self._head = head
        self._first_byte = len(line)
        try:
            self.header: MatrixHeader = parse_matrix_header(head.path, line.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise CorruptFileError(f"{head.path}: expected a header line in UTF-8, found {error}.") from error
        self.wavelength = self.header.wavelength
        self.kind = self.header.kind

    def chunks(
        self, start_row: int = 0, chunk_rows: int = CHUNK_ROWS, *, start_byte: int | None = None
    ) -> Iterator[MatrixChunk]:
        """Yield chunks; see `MatrixSource.chunks`."""
        skip = 0 if start_byte is not None else start_row
        row = start_row
        for block in blocks(self._head, start_byte or self._first_byte, skip, chunk_rows):
            rows = parse_block(self.header, block.content, block.n_lines, row)
            ids, metadata = spectrum_ids(self.header, rows), metadata_frame(self.header, rows)
            yield MatrixChunk(
                row,
                block.n_lines,
                ids,
                rows.flux,
                metadata,
                common_frame(self.header, ids, metadata),
                labels_of(self.header, rows),
                rows.rejected,
                block.end_byte,
            )
            row += block.n_lines


def spectra_of_matrix(source: MatrixSource, path: Path) -> list[Spectrum]:
    """Return the rows of a matrix as spectra; rejected rows are logged.

    Raises
    ------
    CorruptFileError
        If no row is a spectrum.
    ReadError
        If there are more than `MOST_ROWS_OF_READ` rows.
    """
    spectra: list[Spectrum] = []
    reasons: list[str] = []
    for chunk in source.chunks():
        if chunk.start_row + chunk.n_rows > MOST_ROWS_OF_READ:
            raise ReadError(f"{path}: expected at most {MOST_ROWS_OF_READ} spectra, found more. Import it as a pool.")
        spectra += _spectra(source, chunk, path)
        reasons += [rejected.reason for rejected in chunk.rejected]
    if reasons:
        log.warning("%s: %d rows left out, the first: %s", path, len(reasons), reasons[0])
    if not spectra:
        raise CorruptFileError(f"{path}: expected spectra, found no usable row ({(reasons or ['no rows'])[0]}).")
    return spectra


def _spectra(source: MatrixSource, chunk: MatrixChunk, path: Path) -> list[Spectrum]:
    metadata, common = chunk.metadata.rows(named=True), chunk.common.rows(named=True)
    if not metadata:
        metadata = [{} for _ in common]
    if chunk.labels is not None:
        metadata = [row | {"label": label} for row, label in zip(metadata, chunk.labels.tolist(), strict=True)]
    columns = zip(chunk.spectrum_ids, chunk.flux.astype(np.float64), metadata, common, strict=True)
    return [_spectrum(source, path, *row) for row in columns]


def _spectrum(
    source: MatrixSource, path: Path, spectrum_id: str, flux: Any, metadata: dict[str, Any], common: dict[str, Any]
) -> Spectrum:
    values = {"object_class" if name == "class" else name: value for name, value in common.items() if name != "id"}
    return Spectrum(
        spectrum_id,
        source.wavelength,
        flux,
        None,
        bad_pixels(flux),
        metadata,
        common_metadata(spectrum_id, **values),
        reader=source.reader,
        source=path,
    )

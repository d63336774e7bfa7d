"""What a reader is; one file per format implements it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt
import polars as pl

from al_core.readers.file_head import FileHead
from al_core.spectrum import Spectrum

#: Rows of one chunk of a matrix unless the caller says otherwise: 13 to 23 MB of CSV on the 140-point grid. Larger ones
#: are slower: from 32 MB on the allocator fetches fresh memory for each.
CHUNK_ROWS = 8192


class Recognition(NamedTuple):
    """Whether a reader recognises a file, and why (not): the reason is quoted in the error when none does."""

    recognised: bool
    reason: str


class Reader(Protocol):
    """Reads one file format.

    Attributes
    ----------
    name : str
        Short name, as stored in the metadata (`"lamost-image"`).
    label : str
        For the user ("LAMOST low resolution, image").
    """

    name: str
    label: str

    def identify(self, path: Path | FileHead) -> Recognition:
        """Look at the content (never only at the extension) and say whether `read` is the right function for it.

        A `FileHead` saves reading the file once for every reader.
        """
        ...

    def read(self, path: Path | FileHead) -> list[Spectrum]:
        """Return every spectrum of the file; most files hold one.

        Raises
        ------
        CorruptFileError
            If the file is truncated, empty or contradicts itself.
        NoSpectrumError
            If the file is sound but holds no spectrum.
        """
        ...


class RejectedRow(NamedTuple):
    """A row of a matrix that is not a spectrum; `spectrum_id` is "" where the row states none."""

    spectrum_id: str
    reason: str


class MatrixChunk(NamedTuple):
    """Consecutive rows of a matrix, without the rejected ones.

    Attributes
    ----------
    start_row : int
        Row of the file, from 0, that the chunk starts at.
    n_rows : int
        Rows of the file that it covers, rejected ones included: `start_row + n_rows` starts the next chunk.
    spectrum_ids : ndarray of object (str), shape (n,)
        One a spectrum.
    flux : ndarray of float32, shape (n, n_pixels)
        Finite; in the order of `MatrixSource.wavelength`, unit of the file.
    metadata : DataFrame, n rows
        The file's own columns as text, blanks and placeholders null. No columns where the file has none.
    common : DataFrame, n rows
        `COMMON_COLUMNS`, typed, as far as the columns of the file state them.
    labels : ndarray of object (int, str or None), shape (n,), optional
        As the file states them: a class index or a class name. None without labels.
    rejected : list of RejectedRow
        Rows left out, with the reason and the place in the file.
    end_byte : int, optional
        Where the next chunk starts in a file that can be resumed by position, for `chunks(start_byte=...)`.
    """

    start_row: int
    n_rows: int
    spectrum_ids: npt.NDArray[Any]
    flux: npt.NDArray[np.float32]
    metadata: pl.DataFrame
    common: pl.DataFrame
    labels: npt.NDArray[Any] | None
    rejected: list[RejectedRow]
    end_byte: int | None = None


class MatrixSource(Protocol):
    """Many spectra on one wavelength grid, read in pieces.

    Attributes
    ----------
    wavelength : ndarray of float64, shape (n_pixels,)
        Vacuum ångström, strictly increasing.
    n_rows : int or None
        Rows, None where only reading the file would tell.
    kind : {"pool", "training"}
        "training" states labels.
    reader : str
        Name of the reader.
    """

    wavelength: npt.NDArray[np.float64]
    n_rows: int | None
    kind: str
    reader: str

    def chunks(
        self, start_row: int = 0, chunk_rows: int = CHUNK_ROWS, *, start_byte: int | None = None
    ) -> Iterator[MatrixChunk]:
        """Yield the rows from `start_row` on in order, at most `chunk_rows` of the file at a time.

        `start_byte` is the `end_byte` of the chunk that ended at `start_row`, if it is known: finding the row then
        costs nothing.
        """
        ...


@runtime_checkable
class MatrixReader(Reader, Protocol):
    """A reader of files that hold many spectra on one grid, too many to return as a list."""

    def open_matrix(self, path: Path | FileHead) -> MatrixSource:
        """Check the header of the file and return its rows, unread.

        Raises
        ------
        CorruptFileError
            If the header cannot be used: no id, duplicate or unsorted wavelengths.
        NoSpectrumError
            If the file has no wavelength columns.
        """
        ...

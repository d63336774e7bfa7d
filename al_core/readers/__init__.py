"""Spectra from files: each format is one module, found by the content of the file and never by its name.

>>> [reader.name for reader in READERS]  # doctest: +ELLIPSIS
['lamost-image', 'lamost-table', 'lamost-mrs', ...]
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from al_core.errors import ReadError, UnknownFormatError
from al_core.readers.base import MatrixChunk, MatrixReader, MatrixSource, Reader, Recognition, RejectedRow
from al_core.readers.file_head import FileHead
from al_core.readers.hdf5 import Hdf5Reader
from al_core.readers.lamost_image import LamostImageReader
from al_core.readers.lamost_mrs import LamostMrsReader
from al_core.readers.lamost_table import LamostTableReader
from al_core.readers.linear_fits import IndoUsReader, LinearFitsReader
from al_core.readers.lists import ListReader
from al_core.readers.matrix_csv import MatrixCsvReader
from al_core.readers.ondrejov import OndrejovImageReader, OndrejovTableReader
from al_core.readers.sdss import SdssReader
from al_core.readers.text import TextReader
from al_core.readers.votable import VOTableReader
from al_core.spectrum import Spectrum

__all__ = [
    "READERS",
    "FileHead",
    "MatrixChunk",
    "MatrixReader",
    "MatrixSource",
    "Reader",
    "Recognition",
    "RejectedRow",
    "find_spectrum_files",
    "identify",
    "open_matrix",
    "read_spectra",
    "read_spectrum",
]

READERS: tuple[Reader, ...] = (
    LamostImageReader(),
    LamostTableReader(),
    LamostMrsReader(),
    OndrejovImageReader(),
    OndrejovTableReader(),
    SdssReader(),
    IndoUsReader(),
    LinearFitsReader(),
    VOTableReader(),
    Hdf5Reader(),
    MatrixCsvReader(),
    TextReader(),
    ListReader(),
)


def identify(path: Path | FileHead) -> Reader:
    """Return the reader of a file.

    Raises
    ------
    UnknownFormatError
        If no reader recognises it; the text quotes every reader's reason.
    CorruptFileError
        If the file is empty, or its gzip cannot be unpacked at all.
    """
    head = FileHead.of(path)
    reasons = []
    for reader in READERS:
        recognition = reader.identify(head)
        if recognition.recognised:
            return reader
        reasons.append(f"{reader.name}: {recognition.reason}")
    raise UnknownFormatError(f"No reader recognises {head.path.name!r}. Tried: {'; '.join(reasons)}.")


def read_spectra(path: Path | FileHead, exposures: bool = False) -> list[Spectrum]:
    """Return the spectra of a file.

    Parameters
    ----------
    path : Path
        The file.
    exposures : bool
        Whether to return single exposures too where the file has coadds (LAMOST medium resolution).
    """
    head = FileHead.of(path)
    reader = identify(head)
    if isinstance(reader, LamostMrsReader):
        return reader.read(head, exposures)
    return reader.read(head)


def read_spectrum(path: Path | FileHead) -> Spectrum:
    """Return the one spectrum of a file; of LAMOST medium resolution the red coadd, which has Hα.

    Raises
    ------
    ReadError
        If the file holds a matrix of several spectra.
    """
    head = FileHead.of(path)
    reader = identify(head)
    if isinstance(reader, MatrixReader):
        raise ReadError(f"{head.path}: expected one spectrum, found {reader.label}. Import it as a pool.")
    return read_spectra(head)[0]


def open_matrix(path: Path | FileHead) -> MatrixSource:
    """Return the rows of a file with many spectra on one grid, unread.

    Raises
    ------
    ReadError
        If the file is something else.
    """
    head = FileHead.of(path)
    reader = identify(head)
    if isinstance(reader, MatrixReader):
        return reader.open_matrix(head)
    if isinstance(reader, ListReader):
        reader.read(head)  # raises NoSpectrumError, which says what the file lists
    raise ReadError(f"{head.path}: expected many spectra on one grid, found {reader.label}. Import it as a spectrum.")


def find_spectrum_files(paths: Iterable[Path]) -> list[Path]:
    """Return all files under the given files and folders, sorted, each once; hidden ones are left out.

    Nothing is opened: what a file holds is for `identify` to say.
    """
    found = {file for path in paths for file in _files_of(Path(path))}
    return sorted(found)


def _files_of(path: Path) -> Iterator[Path]:
    if not path.exists():
        raise ReadError(f"{path}: expected a file or folder, found none. Check the path.")
    if path.is_file():
        yield path
        return
    for folder, subfolders, names in os.walk(path):
        subfolders[:] = [name for name in subfolders if not name.startswith(".")]
        yield from (file for name in names if not name.startswith(".") and (file := Path(folder) / name).is_file())

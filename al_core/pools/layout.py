"""The files of a pool folder."""

import hashlib
from pathlib import Path
from typing import BinaryIO

import numpy as np

from al_core.errors import PoolError

#: Version of the folder's layout, raised when an older program could not read it.
SCHEMA = 1

FLUX = "flux.npy"
KEPT_FLUX = "flux.kept.npy"
SPECTRA = "spectra.parquet"
MANIFEST = "manifest.json"
ID_INDEX = "ids.index.npy"
ID_OFFSETS = "ids.offsets.npy"
ID_TEXT = "ids.text.npy"
REJECTED = "rejected.csv"
DUPLICATES = "duplicates.csv"
JOURNAL = "import.journal"
LOCK = "import.lock"
PARTS = "parts"

#: Everything that an import writes, apart from `PARTS` and `LOCK`; removed in this order, so the manifest goes first.
WRITTEN = (MANIFEST, JOURNAL, FLUX, KEPT_FLUX, SPECTRA, ID_INDEX, ID_OFFSETS, ID_TEXT, REJECTED, DUPLICATES)

#: Bytes before the data of a two-dimensional float32 .npy file, as numpy itself writes it.
NPY_HEADER_BYTES = 128


def write_npy_header(file: BinaryIO, n_rows: int, n_columns: int) -> None:
    """Write the header of a float32 array of shape (n_rows, n_columns) at the start of `file`."""
    file.seek(0)
    content = {"descr": "<f4", "fortran_order": False, "shape": (n_rows, n_columns)}
    np.lib.format.write_array_header_1_0(file, content)
    if file.tell() != NPY_HEADER_BYTES:
        raise PoolError(f"Expected a .npy header of {NPY_HEADER_BYTES} bytes, numpy wrote {file.tell()}.")


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of the file in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

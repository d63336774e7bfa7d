"""Which files an import reads, in which order, and which of them hold many spectra."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from al_core.errors import PoolError, ReadError
from al_core.readers import MatrixReader, identify

_DOCUMENTS = (".json", ".md", ".html", ".pdf", ".png", ".jpg", ".jpeg", ".gif", ".svg", ".py", ".ipynb", ".sh", ".log")
_PRODUCTS = (".parquet", ".npy", ".npz", ".db", ".sqlite", ".part", ".lst", ".yaml", ".yml", ".toml")
#: Files that lie beside spectra and are none; in a folder they are passed over, given by name they are tried.
PASSED_OVER = frozenset([*_DOCUMENTS, *_PRODUCTS])
#: Files that are never a matrix, so that millions of them need not be opened twice.
_ONE_SPECTRUM = (".fits", ".fit", ".fts", ".fits.gz", ".fit.gz", ".fits.fz")


@dataclass(frozen=True, slots=True)
class Inputs:
    """Absolute paths in the order of import: `files` hold one spectrum (or a few) each, `matrices` many on one grid."""

    files: tuple[str, ...]
    matrices: tuple[str, ...]


def find_inputs(paths: Sequence[Path], pool_folder: Path) -> Inputs:
    """List all files below the paths, sorted by name; the pool's own folder and hidden files are left out.

    Raises
    ------
    PoolError
        If a path does not exist.
    """
    own = os.path.abspath(pool_folder)  # noqa: PTH100 - Path.resolve would follow links
    found = sorted({file for path in paths for file in _files_below(path, own)})
    matrices = tuple(file for file in found if _may_be_matrix(file) and _is_matrix(Path(file)))
    chosen = frozenset(matrices)
    return Inputs(tuple(file for file in found if file not in chosen), matrices)


def _files_below(path: Path, own: str) -> Iterator[str]:
    absolute = os.path.abspath(path)  # noqa: PTH100
    if path.is_file():
        yield absolute
        return
    if not path.is_dir():
        raise PoolError(f"Expected a file or folder, found nothing at {absolute}.")
    seen: set[tuple[int, int]] = set()
    for folder, folders, names in os.walk(absolute, followlinks=True):
        about = os.stat(folder)  # noqa: PTH116 - a link may lead back to a folder above it
        if (about.st_dev, about.st_ino) in seen:
            folders.clear()
            continue
        seen.add((about.st_dev, about.st_ino))
        folders[:] = [name for name in folders if not name.startswith(".") and os.path.join(folder, name) != own]  # noqa: PTH118
        yield from (os.path.join(folder, name) for name in names if _is_taken(name))  # noqa: PTH118


def _is_taken(name: str) -> bool:
    suffix = os.path.splitext(name)[1].lower()  # noqa: PTH122
    return not name.startswith(".") and suffix not in PASSED_OVER and not name.upper().startswith("README")


def _may_be_matrix(file: str) -> bool:
    return not file.lower().endswith(_ONE_SPECTRUM)


def _is_matrix(path: Path) -> bool:
    try:
        return isinstance(identify(path), MatrixReader)
    except ReadError:  # listed with its reason when it is read
        return False

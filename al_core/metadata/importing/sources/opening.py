"""Which kind of source a path is, by its content; or a pool, by its name."""

import gzip
import zlib
from dataclasses import dataclass
from pathlib import Path

from al_core.errors import MetadataError
from al_core.metadata.importing.sources.base import Source
from al_core.metadata.importing.sources.delimited import DelimitedSource
from al_core.metadata.importing.sources.dialect import open_bytes
from al_core.metadata.importing.sources.parquet import ParquetSource

_PARQUET, _FITS = b"PAR1", b"SIMPLE  ="


@dataclass(frozen=True)
class Reading:
    """What a user says of a text table; None and () are found by its content."""

    separator: str | None = None
    encoding: str | None = None
    names: tuple[str, ...] = ()


def open_source(path: Path, reading: Reading = Reading()) -> Source:
    """Open a file of metadata.

    Raises
    ------
    MetadataError
        If it is missing, empty, of no known kind or damaged; in one line.
    """
    if not path.exists():
        raise MetadataError(f"{path} is not there. Give a file of metadata or the name of a pool.")
    if path.is_dir():
        raise MetadataError(f"{path} is a folder. Give one file of metadata, or the name of a pool.")
    try:
        start = _start(path)
        if start.startswith(_PARQUET):
            return ParquetSource(path)
        if start.startswith(_FITS):
            from al_core.metadata.importing.sources.fits_table import FitsTableSource

            return FitsTableSource(path)
        if b"<VOTABLE" in start or start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?xml"):
            from al_core.metadata.importing.sources.votable import VOTableSource

            return VOTableSource(path)
        return DelimitedSource(path, separator=reading.separator, encoding=reading.encoding, names=reading.names)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise MetadataError(f"{path}: expected what gzip wrote, cannot be read to its end: {error}.") from error
    except OSError as error:
        raise MetadataError(f"{path}: cannot be read: {error.strerror or error}.") from error


def _start(path: Path) -> bytes:
    with open_bytes(path) as file:
        return file.read(4096)


def pool_table(workspace: Path, name: str) -> Path | None:
    """Return the table of a pool; None if there is no pool of this name."""
    if not name or "/" in name or "\\" in name or "\0" in name or name.startswith("."):
        return None
    path = workspace / "pools" / name / "spectra.parquet"
    return path if path.is_file() and (path.parent / "manifest.json").is_file() else None


def open_pool(path: Path) -> Source:
    """Open the table of a pool, see `pool_table`."""
    return ParquetSource(path, "pool")

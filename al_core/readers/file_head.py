"""The first bytes of a file, read once and shown to every reader."""

import gzip
import zlib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO

from al_core.errors import CorruptFileError, ReadError
from al_core.readers.fits_header import FitsHeader, FitsUnit, parse_header, scan_units

#: Decompressed bytes that readers may look at to recognise a file: 22 blocks of a FITS header.
HEAD_BYTES = 22 * 2880
#: Files up to this size are read at once: a LAMOST spectrum is 45 to 160 kB.
SMALL_FILE_BYTES = 512 * 1024
#: One spectrum never has more, and a damaged gzip could claim any size.
LARGEST_CONTENT_BYTES = 1 << 30

_GZIP_MAGIC = b"\x1f\x8b"


@dataclass(frozen=True)
class FileHead:
    """The decompressed start of a file; what the name says plays no part.

    Attributes
    ----------
    path : Path
        The file.
    size : int
        Bytes on disk.
    is_gzip : bool
        Whether the content is compressed, by its first bytes.
    start : bytes
        At most `HEAD_BYTES` of the decompressed content.
    """

    path: Path
    size: int
    is_gzip: bool
    start: bytes
    _raw: bytes | None = field(default=None, repr=False)

    @classmethod
    def of(cls, path: "Path | FileHead") -> "FileHead":
        """Read the start of `path`; a `FileHead` is returned as it is.

        Raises
        ------
        ReadError
            If the file does not exist or cannot be opened.
        CorruptFileError
            If the file is empty.
        """
        if isinstance(path, FileHead):
            return path
        path = Path(path)
        try:
            with path.open("rb") as file:
                raw = file.read(SMALL_FILE_BYTES + 1)
                size = len(raw) if len(raw) <= SMALL_FILE_BYTES else path.stat().st_size
        except OSError as error:
            raise ReadError(
                f"{path}: expected a readable file, found none ({error.strerror or error}). Check the path."
            ) from error
        if not raw:
            raise CorruptFileError(f"{path}: expected a spectrum, found an empty file of 0 bytes. Fetch it again.")
        is_gzip = raw.startswith(_GZIP_MAGIC)
        start = _inflate(raw, HEAD_BYTES) if is_gzip else raw[:HEAD_BYTES]
        return cls(path, size, is_gzip, start, raw if len(raw) <= SMALL_FILE_BYTES else None)

    @cached_property
    def content(self) -> bytes:
        """The whole decompressed content.

        Raises
        ------
        CorruptFileError
            If a gzip stream is truncated or damaged.
        """
        try:
            raw = self._raw if self._raw is not None else self.path.read_bytes()
        except (OSError, MemoryError) as error:
            raise ReadError(f"{self.path}: expected a readable file, found {error}.") from error
        return self._decompress(raw) if self.is_gzip else raw

    def open_stream(self) -> IO[bytes]:
        """Open the decompressed content for reading from the start."""
        return gzip.open(self.path, "rb") if self.is_gzip else self.path.open("rb")  # type: ignore[return-value]

    @cached_property
    def header(self) -> FitsHeader | None:
        """The primary FITS header, or None if the file is not FITS or the header has no end."""
        return parse_header(self.start) if self.start.startswith(b"SIMPLE  =") else None

    @cached_property
    def units(self) -> list[FitsUnit]:
        """The FITS headers that the start of the file holds whole, the primary one first."""
        return scan_units(self.start, self.header) if self.header is not None else []

    @property
    def is_text(self) -> bool:
        """Whether the start has no byte that a text file cannot have."""
        return not self.start.translate(None, _TEXT_BYTES)

    def _decompress(self, raw: bytes) -> bytes:
        content = _inflate(raw, LARGEST_CONTENT_BYTES)
        if len(content) == LARGEST_CONTENT_BYTES:
            raise CorruptFileError(
                f"{self.path}: expected at most {LARGEST_CONTENT_BYTES} bytes in the gzip, found more."
            )
        try:
            return gzip.decompress(raw)
        except (EOFError, OSError, zlib.error) as error:
            raise CorruptFileError(
                f"{self.path}: expected a whole gzip file, found {len(raw)} bytes that unpack to {len(content)} bytes "
                f"and then break off or are damaged ({error}). Fetch it again."
            ) from error


def _inflate(raw: bytes, n_bytes: int) -> bytes:
    """Return up to `n_bytes` of what can be unpacked, however damaged the rest is."""
    try:
        return zlib.decompressobj(wbits=31).decompress(raw, n_bytes)
    except zlib.error:
        return b""


_TEXT_BYTES = bytes(range(32, 256)).replace(b"\x7f", b"") + b"\t\n\r\f\v"

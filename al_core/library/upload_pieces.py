"""One piece of a file, from the network to the disk in portions, so that memory stays flat however large it is."""

import errno
import os
import zlib
from typing import Any, BinaryIO, Protocol

from al_core.errors import UploadError

#: Bytes that are in memory at once.
PORTION = 2**20


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def write_piece(file: BinaryIO, offset: int, body: _Readable, length: int, crc32: int) -> None:
    """Write `length` bytes of `body` at `offset`, check them, and wait until they are on disk.

    Raises
    ------
    UploadError
        If they are fewer, damaged, or the disk refuses; the file is cut back to `offset` then.
    """
    try:
        file.seek(offset)
        file.truncate(offset)
        found, checksum = _copy(file, body, length)
        if found != length:
            raise UploadError(f"Expected a piece of {length} bytes, {found} arrived. Send it again.", "length", offset)
        if checksum != crc32:
            raise UploadError(
                f"The piece at {offset} was damaged on its way (checksum {checksum:08x}, expected {crc32:08x}). "
                "Send it again.",
                "checksum",
                offset,
            )
        os.fsync(file.fileno())
    except OSError as error:
        _cut(file, offset)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise UploadError("The server's disk is full. Free space, then go on.", "no-space", offset) from error
        raise UploadError(f"The piece could not be stored: {error}. Send it again.", "length", offset) from error
    except BaseException:
        _cut(file, offset)
        raise


def _copy(file: BinaryIO, body: _Readable, length: int) -> tuple[int, int]:
    found, checksum = 0, 0
    while found < length:
        portion: Any = body.read(min(PORTION, length - found))
        if not portion:
            break
        view = memoryview(portion)
        while view:  # an unbuffered file may take less than it is given
            view = view[file.write(view) :]
        checksum = zlib.crc32(portion, checksum)
        found += len(portion)
    return found, checksum


def _cut(file: BinaryIO, offset: int) -> None:
    try:
        file.truncate(offset)
    except OSError:  # what is behind the offset does not count and is cut before the next piece
        return

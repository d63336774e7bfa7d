"""Blocks of whole lines of a large text file, plain or gzipped, without holding more than one block."""

import zlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from al_core.errors import CorruptFileError
from al_core.readers.file_head import FileHead

#: A line longer than this is no row of numbers: 4000 columns take 80 kB.
LONGEST_LINE = 16 << 20
_SCAN_BYTES = 16 << 20
_GUESS_BYTES = 1 << 20


class Block(NamedTuple):
    """Whole lines: the bytes (each line ends with a newline), how many lines, and where the next block starts."""

    content: bytes
    n_lines: int
    end_byte: int


def first_line(head: FileHead) -> bytes:
    """Return the first line with its newline.

    Raises
    ------
    CorruptFileError
        If it is damaged or longer than any header.
    """
    try:
        with head.open_stream() as file:
            line = file.readline(LONGEST_LINE)
    except (OSError, EOFError, zlib.error) as error:
        raise _damaged(head, error) from error
    if len(line) == LONGEST_LINE:
        raise CorruptFileError(f"{head.path}: expected a header line, found {LONGEST_LINE} bytes without an end.")
    return line


def blocks(head: FileHead, start_byte: int, skip_lines: int, n_lines: int) -> Iterator[Block]:
    """Yield blocks of at most `n_lines` lines from `start_byte` on, after `skip_lines` lines."""
    if head.is_gzip:
        yield from _gzip_blocks(head, start_byte, skip_lines, n_lines)
    else:
        with head.path.open("rb", buffering=0) as file:
            yield from _plain_blocks(file, _after_lines(file, start_byte, skip_lines), n_lines)


def _plain_blocks(file: BinaryIO, position: int, n_lines: int) -> Iterator[Block]:
    """Yield blocks of a seekable file; one buffer is used again, since fresh memory costs more than reading."""
    size = file.seek(0, 2)
    n_bytes = n_lines * _line_bytes(file, position)
    buffer = bytearray()
    while position < size:
        buffer = buffer if len(buffer) >= n_bytes else bytearray(n_bytes)
        file.seek(position)
        n_read = file.readinto(buffer)  # type: ignore[attr-defined]
        cut, found = _cut(buffer, n_read, n_lines)
        at_end = position + n_read >= size
        if found == 0 and not at_end:
            n_bytes *= 2
            continue
        if at_end and found < n_lines:
            cut = n_read
        block = _block(bytes(memoryview(buffer)[:cut]), found, position, position + cut >= size)
        n_bytes = max(n_bytes, int(1.01 * n_lines * cut / max(found, 1)))
        position = block.end_byte
        if block.content:
            yield block


def _cut(buffer: bytearray, n_bytes: int, n_lines: int) -> tuple[int, int]:
    """Return where at most `n_lines` whole lines end, and how many they are."""
    end, found = 0, 0
    while found < n_lines:
        newline = buffer.find(b"\n", end, n_bytes)
        if newline < 0:
            break
        end, found = newline + 1, found + 1
    return end, found


def _block(content: bytes, n_lines: int, position: int, at_end: bool) -> Block:
    """Return a block; at the end of the file blank lines are left out and a missing newline is added."""
    end = position + len(content)
    if at_end and (content.endswith((b"\n\n", b"\n\r\n", b" \n")) or not content.endswith(b"\n")):
        content = content.rstrip() + b"\n" if content.strip() else b""
        n_lines = content.count(b"\n")
    return Block(content, n_lines, end)


def _line_bytes(file: BinaryIO, position: int) -> int:
    """Return the length of the first row, from which the size of the first block is guessed."""
    file.seek(position)
    start = file.read(_GUESS_BYTES)
    return max(start.find(b"\n") + 1 or len(start), 16)


def _after_lines(file: BinaryIO, position: int, n_lines: int) -> int:
    """Return the position after `n_lines` more lines, the end of the file if there are fewer."""
    file.seek(position)
    while n_lines > 0 and (piece := file.read(_SCAN_BYTES)):
        found = piece.count(b"\n")
        if found < n_lines:
            n_lines -= found
            position += len(piece)
            continue
        end = -1
        for _ in range(n_lines):
            end = piece.index(b"\n", end + 1)
        return position + end + 1
    return position


def _gzip_blocks(head: FileHead, start_byte: int, skip_lines: int, n_lines: int) -> Iterator[Block]:
    """Yield blocks of a gzip; positions count decompressed bytes, so that resuming unpacks from the start."""
    try:
        with head.open_stream() as file:
            file.seek(start_byte)
            for _ in range(skip_lines):
                start_byte += len(file.readline(LONGEST_LINE))
            while lines := file.readlines(_SCAN_BYTES):
                for i in range(0, len(lines), n_lines):
                    content = b"".join(lines[i : i + n_lines])
                    found = content.count(b"\n") + (not content.endswith(b"\n"))
                    block = _block(content, found, start_byte, not content.endswith(b"\n"))
                    start_byte = block.end_byte
                    if block.content:
                        yield block
    except (OSError, EOFError, zlib.error) as error:
        raise _damaged(head, error) from error


def _damaged(head: FileHead, error: BaseException) -> CorruptFileError:
    return CorruptFileError(
        f"{head.path}: expected a whole file, found one that breaks off or is damaged ({error}). Fetch it again."
    )

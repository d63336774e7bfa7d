"""Blocks of whole lines of a large text file, plain or gzipped, without holding more than one block."""

import mmap
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from al_core.errors import CorruptFileError
from al_core.readers.file_head import FileHead

#: A line longer than this is no row of numbers: 4000 columns take 80 kB.
LONGEST_LINE = 16 << 20
_SCAN_BYTES = 16 << 20


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
    elif head.path.stat().st_size > start_byte:
        with head.path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            yield from _mapped_blocks(mapped, _after_lines(mapped, start_byte, skip_lines), n_lines)


def _mapped_blocks(mapped: mmap.mmap, position: int, n_lines: int) -> Iterator[Block]:
    n_bytes = n_lines * _line_bytes(mapped, position)
    while position < len(mapped):
        end = mapped.rfind(b"\n", position, position + n_bytes) + 1
        if end == 0 and position + n_bytes < len(mapped):
            n_bytes *= 2
            continue
        if end == 0 or position + n_bytes >= len(mapped):
            end = len(mapped)
        block = _block(mapped[position:end], n_lines, position, end == len(mapped))
        # Aim a little below, so that a block rarely has lines too many, which are cut off and copied again.
        n_bytes = max(int(0.99 * n_lines * len(block.content) / max(block.n_lines, 1)), 1)
        position = block.end_byte
        if block.content:
            yield block


def _block(content: bytes, n_lines: int, position: int, at_end: bool) -> Block:
    """Return at most `n_lines` lines of `content`; blank lines at the end of the file are left out."""
    found = content.count(b"\n") + (not content.endswith(b"\n"))
    if found > n_lines:
        cut = len(content) - (1 if content.endswith(b"\n") else 0)
        for _ in range(found - n_lines):
            cut = content.rindex(b"\n", 0, cut)
        return Block(content[: cut + 1], n_lines, position + cut + 1)
    end = position + len(content)
    if at_end and (content.endswith((b"\n\n", b"\n\r\n", b" \n")) or not content.endswith(b"\n")):
        content = content.rstrip() + b"\n" if content.strip() else b""
        found = content.count(b"\n")
    return Block(content, found, end)


def _line_bytes(mapped: mmap.mmap, position: int) -> int:
    """Return the length of the first row, from which the size of the first block is guessed."""
    end = mapped.find(b"\n", position, position + LONGEST_LINE)
    return max((end if end >= 0 else len(mapped)) + 1 - position, 16)


def _after_lines(mapped: mmap.mmap, position: int, n_lines: int) -> int:
    """Return the position after `n_lines` more lines, the end of the file if there are fewer."""
    while n_lines > 0 and position < len(mapped):
        piece = mapped[position : position + _SCAN_BYTES]
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
                    block = _block(content, n_lines, start_byte, not content.endswith(b"\n"))
                    start_byte = block.end_byte
                    if block.content:
                        yield block
    except (OSError, EOFError, zlib.error) as error:
        raise _damaged(head, error) from error


def _damaged(head: FileHead, error: BaseException) -> CorruptFileError:
    return CorruptFileError(
        f"{head.path}: expected a whole file, found one that breaks off or is damaged ({error}). Fetch it again."
    )

"""Lines of delimited text, checked before they are parsed: cells, quotation marks, encoding, null characters."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from al_core.metadata.importing.sources.base import RejectedRow
from al_core.metadata.importing.sources.cells import split_record

BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]

_NEWLINE, _RETURN, _QUOTE = ord("\n"), ord("\r"), ord('"')
#: Lines that one cell in quotation marks may span.
_MOST_LINES = 200


@dataclass(frozen=True)
class Records:
    """What a block of text holds.

    Attributes
    ----------
    plain : bytes
        Records of one line each that any parser reads alike, in UTF-8.
    plain_lines : ndarray of int64
        Line in the block, from 0, of each.
    odd : list of (int, list of str)
        Line and cells of records whose quotation marks need care.
    rejected : list of RejectedRow
        Lines that are none, counted from 0.
    n_lines, n_bytes : int
        How much of the block that is; the rest waits for more.
    """

    plain: bytes
    plain_lines: IntArray
    odd: list[tuple[int, list[str]]]
    rejected: list[RejectedRow]
    n_lines: int
    n_bytes: int


def records_of(block: bytes, separator: str, n_cells: int, *, is_last: bool) -> Records:
    """Return the records of a block that begins with a line; unless it is the last, an unfinished end is left over."""
    if is_last and not block.endswith(b"\n"):
        block += b"\n"
    data = np.frombuffer(block, dtype=np.uint8)
    ends: IntArray = np.flatnonzero(data == _NEWLINE).astype(np.int64)
    if not ends.size:
        return Records(b"", ends, [], [], 0, 0)
    data, starts = data[: ends[-1] + 1], np.concatenate([[0], ends[:-1] + 1]).astype(np.int64)
    lines = _Lines(block, data, starts, ends, separator, n_cells)
    return lines.sorted_out(is_last=is_last)


class _Quotes(NamedTuple):
    """Quotation marks of a block.

    `opening` and `closing` are the places of those that enclose cells of ordinary lines, `lines` the line of each pair;
    `is_odd` marks the lines with others: not closed in the line, or in the middle of a cell.
    """

    opening: IntArray
    closing: IntArray
    lines: IntArray
    is_odd: BoolArray

    @classmethod
    def of(cls, data: npt.NDArray[np.uint8], starts: IntArray, ends: IntArray, separator: int) -> "_Quotes":
        places = np.flatnonzero(data == _QUOTE)
        is_odd = np.zeros(ends.size, dtype=np.bool_)
        if not places.size:
            return cls(places, places, places, is_odd)
        line = np.searchsorted(ends, places)
        is_opening = (np.arange(places.size) - np.searchsorted(places, starts)[line]) % 2 == 0
        before = np.where(places > 0, data[places - 1], _NEWLINE)
        after = data[places + 1]
        is_border = np.zeros(256, dtype=np.bool_)
        is_border[[separator, _NEWLINE, _QUOTE]] = True
        is_wrong = (is_opening & ~is_border[before]) | (~is_opening & ~is_border[after] & (after != _RETURN))
        is_odd[line[is_wrong]] = True
        is_odd |= np.bincount(line, minlength=ends.size) % 2 == 1
        kept = ~is_odd[line]
        return cls(places[kept & is_opening], places[kept & ~is_opening], line[kept & is_opening], is_odd)

    def n_within(self, separators: IntArray) -> IntArray:
        """Return how many separators of each line stand within quotation marks."""
        inside = np.searchsorted(separators, self.closing) - np.searchsorted(separators, self.opening)
        return np.bincount(self.lines, weights=inside, minlength=self.is_odd.size).astype(np.int64)


class _Lines:
    """The lines of one block: where each begins and ends, and which need care."""

    def __init__(
        self, block: bytes, data: npt.NDArray[np.uint8], starts: IntArray, ends: IntArray, separator: str, n_cells: int
    ) -> None:
        self._block, self._data, self._starts, self._ends = block, data, starts, ends
        self._separator, self._n_cells = separator, n_cells
        self._rejected: list[RejectedRow] = []

    def sorted_out(self, *, is_last: bool) -> Records:
        separators = np.flatnonzero(self._data == ord(self._separator))
        quotes = _Quotes.of(self._data, self._starts, self._ends, ord(self._separator))
        n_cells = np.diff(np.searchsorted(separators, self._ends), prepend=0) + 1 - quotes.n_within(separators)
        is_odd = quotes.is_odd
        is_blank = self._blank(n_cells)
        is_bad = self._unreadable() & ~is_blank
        odd, n_lines = self._odd_records(is_odd & ~is_bad, is_last)
        is_used = np.zeros_like(is_odd)
        for first, last, _ in odd:
            is_used[first:last] = True
        is_wrong = (n_cells != self._n_cells) & ~is_blank & ~is_bad & ~is_used
        is_wrong[n_lines:] = False
        for line in np.flatnonzero(is_wrong & ~is_odd):
            self._reject(int(line), f"expected {self._n_cells} cells, found {n_cells[line]}")
        is_plain = ~(is_blank | is_bad | is_wrong | is_used | is_odd)
        is_plain[n_lines:] = False
        records = self._checked([(first, cells) for first, _, cells in odd])
        rejected = [row for row in self._rejected if row.row < n_lines]
        n_bytes = int(self._ends[n_lines - 1]) + 1 if n_lines else 0
        return Records(self._text(is_plain), np.flatnonzero(is_plain), records, rejected, n_lines, n_bytes)

    def _reject(self, line: int, reason: str) -> None:
        self._rejected.append(RejectedRow(line, reason))

    def _line(self, number: int) -> bytes:
        return self._block[self._starts[number] : self._ends[number]].removesuffix(b"\r")

    def _text(self, is_plain: BoolArray) -> bytes:
        if is_plain.all():
            return self._data.tobytes()
        return self._data[np.repeat(is_plain, self._ends - self._starts + 1)].tobytes()

    def _blank(self, n_cells: IntArray) -> BoolArray:
        """Return the lines without any character but blanks."""
        lengths = self._ends - self._starts
        is_blank = np.asarray(lengths == 0)
        for line in np.flatnonzero((n_cells == 1) & (lengths > 0) & (lengths < 100)):
            is_blank[line] = not self._line(int(line)).strip()
        return is_blank

    def _unreadable(self) -> BoolArray:
        """Return the lines with null characters or bytes that are not UTF-8, after rejecting them."""
        is_bad = np.zeros(self._ends.size, dtype=np.bool_)
        nulls = np.flatnonzero(self._data == 0)
        for line in np.unique(np.searchsorted(self._ends, nulls)):
            is_bad[line] = True
            self._reject(int(line), "a null character (byte 0)")
        try:
            self._block.decode("utf-8")
        except UnicodeDecodeError:
            for number in np.unique(np.searchsorted(self._ends, np.flatnonzero(self._data > 127))):
                self._check_encoding(int(number), is_bad)
        return is_bad

    def _check_encoding(self, number: int, is_bad: BoolArray) -> None:
        try:
            self._line(number).decode("utf-8")
        except UnicodeDecodeError as error:
            if not is_bad[number]:
                self._reject(number, f"byte 0x{error.object[error.start]:02X} is not UTF-8; name the file's encoding")
            is_bad[number] = True

    def _odd_records(self, is_odd: BoolArray, is_last: bool) -> tuple[list[tuple[int, int, list[str]]], int]:
        """Return first line, line after the last one, and cells of odd records; and how many lines are finished."""
        found: list[tuple[int, int, list[str]]] = []
        n_lines, end = self._ends.size, 0
        for first in np.flatnonzero(is_odd):
            if first < end:
                continue
            text, end = "", int(first)
            cells: list[str] | None = None
            while cells is None and end < n_lines and end - first < _MOST_LINES:
                text += ("\n" if text else "") + self._line(end).decode("utf-8", "replace")
                end += 1
                cells = split_record(text, self._separator)
            if cells is not None:
                found.append((int(first), end, cells))
            elif end == n_lines and not is_last and end - first < _MOST_LINES:
                return found, int(first)
            else:
                end = int(first) + 1
                self._reject(int(first), "a quotation mark that is not closed")
        return found, n_lines

    def _checked(self, odd: list[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
        for line, cells in odd:
            if len(cells) != self._n_cells:
                self._reject(line, f"expected {self._n_cells} cells, found {len(cells)}")
        return [(line, cells) for line, cells in odd if len(cells) == self._n_cells]

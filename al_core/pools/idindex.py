"""From spectrum ids to row numbers without reading the ids: 64-bit hashes in order, checked against the real text."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import polars as pl

from al_core.files import replacing
from al_core.pools.layout import ID_INDEX, ID_OFFSETS, ID_TEXT

Hashes = npt.NDArray[np.uint64]
Rows = npt.NDArray[np.int64]

_CHUNK = 65_536


def _weights(count: int) -> Hashes:
    """Return the first `count` odd 64-bit numbers of splitmix64 (Steele et al. 2014, doi:10.1145/2660193.2660195)."""
    state = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return (state ^ (state >> np.uint64(31))) | np.uint64(1)


def text_of(ids: pl.Series) -> tuple[npt.NDArray[np.uint8], Rows]:
    """Return all ids as UTF-8 one after the other, and where each ends, shape (n_ids,)."""
    joined = ids.str.join("").item() if len(ids) else ""
    text = np.frombuffer(joined.encode("utf-8"), dtype=np.uint8)
    return text, np.cumsum(ids.str.len_bytes().to_numpy(), dtype=np.int64)


def hash_ids(ids: pl.Series) -> Hashes:
    """Return a 64-bit hash of each id, the same in every version and on every machine, shape (n_ids,).

    It is the sum of the UTF-8 bytes, each plus one, times a fixed odd number per position, modulo 2^64.
    """
    chunks = [_hash_chunk(ids.slice(start, _CHUNK)) for start in range(0, len(ids), _CHUNK)]
    return np.concatenate(chunks) if chunks else np.empty(0, dtype=np.uint64)


def _hash_chunk(ids: pl.Series) -> Hashes:
    text, ends = text_of(ids)
    starts = np.concatenate(([0], ends[:-1]))
    lengths = ends - starts
    position = np.arange(text.size) - np.repeat(starts, lengths)
    terms = _weights(int(lengths.max()))[position] * (text.astype(np.uint64) + np.uint64(1))
    total = np.concatenate((np.zeros(1, dtype=np.uint64), np.cumsum(terms, dtype=np.uint64)))
    return np.asarray(total[ends] - total[starts], dtype=np.uint64)


@dataclass(frozen=True, slots=True, eq=False)
class IdIndex:
    """Finds the row of an id; on disk all arrays are memory-mapped, so opening costs nothing.

    Parameters
    ----------
    hashes : ndarray of uint64, shape (n_ids,)
        Hashes in increasing order.
    rows : ndarray of int64 (as stored: uint64), shape (n_ids,)
        Row number of each of `hashes`.
    text : ndarray of uint8
        All ids in UTF-8, in the order of their rows.
    ends : ndarray of int64, shape (n_ids,)
        Where in `text` the id of each row ends.
    """

    hashes: Hashes
    rows: npt.NDArray[Any]
    text: npt.NDArray[np.uint8]
    ends: Rows

    @classmethod
    def of(cls, ids: pl.Series) -> Self:
        """Build the index of ids in memory; of equal ids the first row is found."""
        builder = IdIndexBuilder()
        for start in range(0, len(ids), _CHUNK):
            builder.add(ids.slice(start, _CHUNK))
        return cls(*builder.arrays())

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open the index that `save` wrote."""
        index = np.load(folder / ID_INDEX, mmap_mode="r")
        text, ends = (np.load(folder / name, mmap_mode="r") for name in (ID_TEXT, ID_OFFSETS))
        return cls(np.asarray(index[0]), np.asarray(index[1]), np.asarray(text), np.asarray(ends))

    def save(self, folder: Path) -> None:
        """Write the three files of the index into the folder of a pool."""
        arrays: dict[str, npt.NDArray[Any]] = {ID_INDEX: np.stack((self.hashes, self.rows.astype(np.uint64)))}
        arrays |= {ID_TEXT: self.text, ID_OFFSETS: self.ends}
        for name, array in arrays.items():
            with replacing(folder / name) as temporary, temporary.open("wb") as file:
                np.save(file, array)

    def find(self, ids: Sequence[str] | pl.Series) -> Rows:
        """Return the row number of each id, -1 where it is unknown: int64, shape (n_ids,)."""
        asked = ids if isinstance(ids, pl.Series) else pl.Series(list(ids), dtype=pl.String)
        chunks = [self._find_chunk(asked.slice(start, _CHUNK)) for start in range(0, len(asked), _CHUNK)]
        return np.concatenate(chunks) if chunks else np.empty(0, dtype=np.int64)

    def _find_chunk(self, ids: pl.Series) -> Rows:
        text, ends = text_of(ids)
        wanted = _hash_chunk(ids)
        found = np.full(len(ids), -1, dtype=np.int64)
        place = np.searchsorted(self.hashes, wanted)
        open_ = np.flatnonzero(place < self.hashes.size)
        while True:  # one round, unless two ids share a hash
            open_ = open_[self.hashes[place[open_]] == wanted[open_]]
            if not open_.size:
                return found
            rows = self.rows[place[open_]].astype(np.int64)
            same = self._same_text(rows, text, ends, open_)
            found[open_[same]] = rows[same]
            open_ = open_[~same]
            place[open_] += 1
            open_ = open_[place[open_] < self.hashes.size]

    def _same_text(self, rows: Rows, text: npt.NDArray[np.uint8], ends: Rows, asked: Rows) -> npt.NDArray[np.bool_]:
        """Return whether the ids of `rows` are those at the places `asked` of another text, shape of `rows`."""
        begin_row = np.where(rows > 0, self.ends[np.maximum(rows - 1, 0)], 0)
        begin = np.where(asked > 0, ends[np.maximum(asked - 1, 0)], 0)
        length = ends[asked] - begin
        same = length == self.ends[rows] - begin_row
        lengths = np.where(same, length, 0)
        stop = np.cumsum(lengths)
        position = np.arange(stop[-1]) - np.repeat(stop - lengths, lengths)
        differs = self.text[np.repeat(begin_row, lengths) + position] != text[np.repeat(begin, lengths) + position]
        wrong = np.concatenate(([0], np.cumsum(differs)))
        return np.asarray(same & (wrong[stop] == wrong[stop - lengths]))


class IdIndexBuilder:
    """Collects the ids of a pool chunk by chunk; holds their text and 16 bytes for each."""

    def __init__(self) -> None:
        self._hashes: list[Hashes] = []
        self._ends: list[Rows] = []
        self._text: list[npt.NDArray[np.uint8]] = []
        self._length = 0

    def add(self, ids: pl.Series, hashes: Hashes | None = None) -> None:
        """Append the ids of the next rows, and their hashes if these are known already."""
        text, ends = text_of(ids)
        self._hashes.append(hash_ids(ids) if hashes is None else hashes)
        self._text.append(text)
        self._ends.append(ends + self._length)
        self._length += text.size

    def arrays(self) -> tuple[Hashes, Rows, npt.NDArray[np.uint8], Rows]:
        """Return hashes, rows, text and ends as `IdIndex` takes them."""
        hashes = np.concatenate([np.empty(0, dtype=np.uint64), *self._hashes])
        rows = np.argsort(hashes, kind="stable")
        text = np.concatenate([np.empty(0, dtype=np.uint8), *self._text])
        return hashes[rows], rows, text, np.concatenate([np.empty(0, dtype=np.int64), *self._ends])

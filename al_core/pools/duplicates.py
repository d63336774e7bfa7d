"""Spectra whose id was there before: found by hashes, decided on the real ids, in the order of the rows."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from al_core.pools.idindex import Hashes, Rows

#: Between an id and the number of its repetition.
SEPARATOR = "~"


class Repetition(NamedTuple):
    """A row whose id `original` was there before, the row that had it first, and its new unique id."""

    original: str
    first_row: int
    new_id: str


@dataclass(frozen=True, eq=False)
class Repetitions:
    """All repetitions of a pool, by row in increasing order."""

    by_row: dict[int, Repetition]
    _rows: Rows = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_rows", np.array(list(self.by_row), dtype=np.int64))

    def within(self, first_row: int, n_rows: int) -> dict[int, Repetition]:
        """Return those of some rows, by row counted from `first_row`."""
        begin, end = np.searchsorted(self._rows, [first_row, first_row + n_rows])
        return {row - first_row: self.by_row[row] for row in self._rows[begin:end].tolist()}


def rows_to_compare(hashes: Hashes) -> Rows:
    """Return, in increasing order, the rows whose hash another row has too."""
    order = np.argsort(hashes, kind="stable")
    in_order = hashes[order]
    same = in_order[1:] == in_order[:-1]
    shared = np.concatenate((same, [False])) | np.concatenate(([False], same))
    return np.sort(order[shared])


def find_repetitions(rows: Rows, ids: list[str], exists: Callable[[str], bool]) -> Repetitions:
    """Give the second and later spectra of each id a number: `ID~2`, `ID~3` and so on.

    Parameters
    ----------
    rows : ndarray of int64, shape (n,)
        Rows that may be repetitions, in increasing order.
    ids : list of str, length n
        Their ids.
    exists : callable
        Whether some row has this id; such a number is passed over.

    Returns
    -------
    Repetitions
        For each row that repeats an id, what becomes of it.
    """
    first: dict[str, int] = {}
    number: dict[str, int] = {}
    repetitions: dict[int, Repetition] = {}
    for row, spectrum_id in zip(rows.tolist(), ids, strict=True):
        if spectrum_id not in first:
            first[spectrum_id] = row
            continue
        number[spectrum_id] = _next_free(spectrum_id, number.get(spectrum_id, 1) + 1, exists)
        new_id = f"{spectrum_id}{SEPARATOR}{number[spectrum_id]}"
        repetitions[row] = Repetition(spectrum_id, first[spectrum_id], new_id)
    return Repetitions(repetitions)


def _next_free(spectrum_id: str, number: int, exists: Callable[[str], bool]) -> int:
    while exists(f"{spectrum_id}{SEPARATOR}{number}"):
        number += 1
    return number

"""What a source of metadata is: named columns, a sample of its rows, and batches of them from any place on."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
import polars as pl

IntArray = npt.NDArray[np.int64]

#: Type of a column of text.
TEXT: pl.DataType = pl.String()
#: Rows of a batch of a table.
BATCH_ROWS = 32_768
#: Rows that types are suggested from, at most.
SAMPLE_ROWS = 20_000


@dataclass(frozen=True)
class SourceColumn:
    """A column of a source.

    Attributes
    ----------
    name : str
        As the source writes it.
    dtype : DataType
        String where the source is text whose type nobody stated.
    unit, description, ucd : str
        "" where the source says nothing.
    is_usable : bool
        False for arrays and the like, which no field can hold.
    """

    name: str
    dtype: pl.DataType = TEXT
    unit: str = ""
    description: str = ""
    ucd: str = ""
    is_usable: bool = True


class RejectedRow(NamedTuple):
    """A row that cannot be used: its line (of a text) or row, counted from 1, and why; its field and value if known."""

    row: int
    reason: str
    field: str = ""
    value: str = ""


class Batch(NamedTuple):
    """Rows of a source.

    `frame` has the usable columns by the source's names, `rows` the number of each row as `RejectedRow` counts them,
    `rejected` what could not be read as a row. `n_done` is what to skip to go on behind it; `done` how much of the
    source's `size` that is.
    """

    frame: pl.DataFrame
    rows: IntArray
    rejected: list[RejectedRow]
    n_done: int
    done: int


class Source(Protocol):
    """A table of metadata.

    Attributes
    ----------
    path : Path
    label : str
        What it is, as people read it: "CSV, separated by |".
    columns : tuple of SourceColumn
    row_word : str
        What `RejectedRow.row` counts: "line" or "row".
    size : int
        What `Batch.done` runs up to: bytes or rows.
    """

    path: Path
    label: str
    columns: tuple[SourceColumn, ...]
    row_word: str
    size: int

    def sample(self) -> pl.DataFrame:
        """Return up to `SAMPLE_ROWS` rows from several places, where the source allows that."""
        ...

    def batches(self, skip: int = 0) -> Iterator[Batch]:
        """Yield the rows, those before `skip` (`Batch.n_done` of an earlier batch) left out.

        Raises
        ------
        MetadataError
            If the source cannot be read on.
        """
        ...


def usable(columns: tuple[SourceColumn, ...]) -> list[str]:
    """Return the names of the columns that a field can hold."""
    return [column.name for column in columns if column.is_usable]

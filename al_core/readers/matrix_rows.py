"""Rows of a CSV matrix: a block of lines in, ids, flux, text columns and rejected rows out.

polars parses a block at once. A cell that is no number costs a second pass. Where rows do not have the right number of
cells, the block is halved until the bad lines are among few enough to be read one by one: one bad row in millions
costs little, and its reason names the line.
"""

import csv
import warnings
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from al_core.readers.base import RejectedRow
from al_core.readers.matrix_header import MatrixHeader

#: Lines that are read one by one rather than halved again.
_FEW_LINES = 64
_LARGEST = float(np.finfo(np.float32).max)
#: Header lines before row 0, and lines are counted from 1.
LINES_BEFORE_ROW_0 = 2


class Rows(NamedTuple):
    """Good rows of a block.

    Attributes
    ----------
    flux : ndarray of float32, shape (n, n_pixels)
        In order of increasing wavelength.
    table : DataFrame, n rows
        All other columns as text under their position in the file ("c0", "c1", ...).
    rejected : list of RejectedRow
        The other rows.
    """

    flux: npt.NDArray[np.float32]
    table: pl.DataFrame
    rejected: list[RejectedRow]


def parse_block(header: MatrixHeader, block: bytes, n_lines: int, first_row: int) -> Rows:
    """Return the rows of `block`, which holds `n_lines` whole lines and starts at row `first_row` of the file."""
    frame = _frame(header, block, n_lines)
    if frame is None and block.isascii():  # else polars would drop text that is not UTF-8 without a word
        frame = _frame(header, block, n_lines, ignore_errors=True)
    if frame is not None:
        return _checked(header, frame, block, first_row)
    if n_lines <= _FEW_LINES:
        return _line_by_line(header, block, first_row)
    return _halved(header, block, n_lines, first_row)


def _frame(header: MatrixHeader, block: bytes, n_lines: int, ignore_errors: bool = False) -> pl.DataFrame | None:
    """Return the block as polars reads it, None if that fails or joins lines; bad numbers are null if ignored."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "CSV malformed" with quotes that do not close
        try:
            frame = pl.read_csv(block, has_header=False, schema=_schema(header), ignore_errors=ignore_errors)
        except (pl.exceptions.PolarsError, ValueError):
            return None
    return frame if frame.height == n_lines else None


def _schema(header: MatrixHeader) -> dict[str, type[pl.DataType]]:
    flux = set(header.flux_columns)
    return {f"c{i}": pl.Float32 if i in flux else pl.String for i in range(len(header.names))}


def _halved(header: MatrixHeader, block: bytes, n_lines: int, first_row: int) -> Rows:
    n_first = n_lines // 2
    cut = 0
    for _ in range(n_first):
        cut = block.index(b"\n", cut) + 1
    first = parse_block(header, block[:cut], n_first, first_row)
    second = parse_block(header, block[cut:], n_lines - n_first, first_row + n_first)
    return Rows(
        np.concatenate([first.flux, second.flux]),
        pl.concat([first.table, second.table]),
        first.rejected + second.rejected,
    )


def _checked(header: MatrixHeader, frame: pl.DataFrame, block: bytes, first_row: int) -> Rows:
    """Return the rows that polars parsed, without those that have no id or a cell that is empty or not finite."""
    flux = frame.select(f"c{i}" for i in header.flux_columns).to_numpy(order="c")
    table = frame.select(f"c{i}" for i in range(len(header.names)) if i not in set(header.flux_columns))
    ids = table[f"c{header.id_position}"]
    good = np.isfinite(flux).all(axis=1) & (ids.str.strip_chars().fill_null("") != "").to_numpy()
    if good.all():
        return Rows(flux, table, [])
    lines = block.splitlines()
    bad = np.flatnonzero(~good)
    rejected = [_rejected(header, _cells(lines[i]), first_row + int(i)) for i in bad]
    return Rows(flux[good], table.filter(pl.Series(good)), rejected)


def _line_by_line(header: MatrixHeader, block: bytes, first_row: int) -> Rows:
    flux: list[list[float]] = []
    texts: list[list[str]] = []
    rejected: list[RejectedRow] = []
    other = [i for i in range(len(header.names)) if i not in set(header.flux_columns)]
    for row, line in enumerate(block.removesuffix(b"\n").split(b"\n"), start=first_row):
        cells = _cells(line)
        if _what_is_wrong(header, cells):
            rejected.append(_rejected(header, cells, row))
        else:
            flux.append([float(cells[i]) for i in header.flux_columns])
            texts.append([cells[i] for i in other])
    schema: dict[str, type[pl.DataType]] = {f"c{i}": pl.String for i in other}
    matrix = np.array(flux, dtype=np.float32).reshape(len(flux), len(header.flux_columns))
    return Rows(matrix, pl.DataFrame(texts, schema=schema, orient="row"), rejected)


def _cells(line: bytes) -> list[str]:
    """Return the cells of one line, none if it is not UTF-8 or its quotes do not close."""
    try:
        rows = list(csv.reader([line.decode("utf-8").rstrip("\r\n")], strict=True))
    except (UnicodeDecodeError, csv.Error):
        return []
    return rows[0] if rows else []


def _rejected(header: MatrixHeader, cells: list[str], row: int) -> RejectedRow:
    position = header.id_position
    spectrum_id = cells[position].strip() if position < len(cells) else ""
    return RejectedRow(spectrum_id, f"line {row + LINES_BEFORE_ROW_0}: {_what_is_wrong(header, cells)}")


def _what_is_wrong(header: MatrixHeader, cells: list[str]) -> str:
    """Return why a row is no spectrum, "" if it is one."""
    if not cells:
        return "expected a row, found a blank line, bytes that are not UTF-8 or quotes that do not close"
    if len(cells) != len(header.names):
        return f"expected {len(header.names)} cells, found {len(cells)}"
    if not cells[header.id_position].strip():
        return f"expected an id in column {header.id_column!r}, found an empty cell"
    for i in header.flux_columns:
        if not _is_flux(cells[i]):
            return f"expected a finite number in column {header.names[i]!r}, found {cells[i].strip()[:40]!r}"
    return ""


def _is_flux(cell: str) -> bool:
    try:
        return "_" not in cell and abs(float(cell)) <= _LARGEST
    except ValueError:
        return False

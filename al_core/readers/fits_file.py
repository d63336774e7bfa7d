"""What the readers of FITS files share: completeness, tables and images with one clear error."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from astropy.io import fits

from al_core.errors import CorruptFileError
from al_core.readers.file_head import FileHead
from al_core.readers.fits_header import CardValue, FitsHeader, FitsUnit, parse_header, scan_units

Cards = dict[str, CardValue]

#: What astropy raises on a damaged file; its own VerifyError derives from Exception directly.
_ASTROPY_ERRORS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    Warning,
    fits.VerifyError,
)


class Table(NamedTuple):
    """One binary table: its name, its cards, its columns by upper-case name."""

    name: str
    cards: Cards
    columns: dict[str, npt.NDArray[Any]]


def whole_units(head: FileHead) -> list[FitsUnit]:
    """Return the headers of a FITS file after checking that all data they announce is there.

    Raises
    ------
    CorruptFileError
        If the file is shorter than its headers say.
    """
    content = head.content
    units = scan_units(content, head.header)
    if not units:
        raise CorruptFileError(f"{head.path}: expected a FITS header with an END card, found none. Fetch it again.")
    for number, (header, data_start) in enumerate(units):
        expected = data_start + header.data_bytes
        if expected > len(content):
            raise CorruptFileError(
                f"{head.path}: expected {expected} bytes up to the end of HDU {number}, found {len(content)}: "
                "the file is truncated. Fetch it again."
            )
    _check_end(head, units)
    return units


def _check_end(head: FileHead, units: list[FitsUnit]) -> None:
    header, data_start = units[-1]
    end = data_start + -(-header.data_bytes // 2880) * 2880
    if head.content.startswith(b"XTENSION", end) and parse_header(head.content, end) is None:
        raise CorruptFileError(
            f"{head.path}: expected the whole header of HDU {len(units)} after byte {end}, found {len(head.content)} "
            "bytes in all: the file is truncated. Fetch it again."
        )


def read_image(head: FileHead) -> tuple[Cards, npt.NDArray[np.float64]]:
    """Return cards and pixels of the primary HDU, float64, of the shape that the header states."""
    unit = whole_units(head)[0]
    simple = _simple_image(head, unit)
    return (unit.header.cards, simple) if simple is not None else _astropy_image(head)


def _simple_image(head: FileHead, unit: FitsUnit) -> npt.NDArray[np.float64] | None:
    """Return the pixels of an image without scaling or surprises, None if astropy should read it."""
    header = unit.header
    dtype = {-32: ">f4", -64: ">f8"}.get(header.integer("BITPIX"))
    if dtype is None or header.unusual or not {"BSCALE", "BZERO", "BLANK"}.isdisjoint(header.cards):
        return None
    shape = header.shape
    pixels = np.frombuffer(head.content, dtype, count=int(np.prod(shape)), offset=unit.data_start)
    return np.asarray(pixels.reshape(shape), dtype=np.float64)


def _astropy_image(head: FileHead) -> tuple[Cards, npt.NDArray[np.float64]]:
    with opened(head) as hdus:
        data = hdus[0].data
        if data is None:
            raise CorruptFileError(f"{head.path}: expected an image in the primary HDU, found no data.")
        return cards_of(hdus[0].header), np.array(data, dtype=np.float64)


def read_tables(head: FileHead, n_tables: int | None = None) -> tuple[Cards, list[Table]]:
    """Return the primary cards and the first `n_tables` binary tables (all by default)."""
    whole_units(head)
    tables: list[Table] = []
    with opened(head) as hdus:
        for hdu in hdus[1:]:
            if n_tables is not None and len(tables) == n_tables:
                break
            if isinstance(hdu, fits.BinTableHDU):
                tables.append(_table(hdu))
        if not tables:
            raise CorruptFileError(f"{head.path}: expected a binary table in HDU 1, found none that can be read.")
        return cards_of(hdus[0].header), tables


def _table(hdu: Any) -> Table:
    data = hdu.data
    columns = {} if data is None else {name.upper(): np.array(data[name]) for name in data.names}
    return Table(str(hdu.name), cards_of(hdu.header), columns)


def numbers(head: FileHead, table: Table, name: str) -> npt.NDArray[np.float64]:
    """Return one column of a table as a vector of float64: one row of vectors or one row a pixel.

    Raises
    ------
    CorruptFileError
        If the column is absent or holds no numbers.
    """
    column = table.columns.get(name)
    if column is None or column.dtype.kind not in "iufb":
        found = ", ".join(table.columns) or "none"
        raise CorruptFileError(
            f"{head.path}: expected a numeric column {name} in table {table.name!r}, found the columns {found}."
        )
    return column.astype(np.float64).reshape(-1)


@contextmanager
def opened(head: FileHead) -> Iterator[Any]:
    """Open the content with astropy: no warning leaves, and every failure becomes a `CorruptFileError`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with fits.open(io.BytesIO(head.content), memmap=False, lazy_load_hdus=False) as hdus:
                yield hdus
        except _ASTROPY_ERRORS as error:
            raise CorruptFileError(
                f"{head.path}: expected a FITS file that astropy can read, found: {error}. Fetch it again."
            ) from error


def cards_of(header: Any) -> Cards:
    """Return the cards of an astropy header as plain values; commentary is left out."""
    cards: Cards = {}
    for card in header.cards:
        if card.keyword not in ("", "COMMENT", "HISTORY"):
            value = None if isinstance(card.value, fits.card.Undefined) else card.value
            cards.setdefault(card.keyword, value if isinstance(value, str | int | float | bool | None) else str(value))
    return cards


def is_fits_table_file(head: FileHead) -> bool:
    """Whether the primary HDU is empty and a binary table follows."""
    return len(head.units) > 1 and not head.units[0].header.shape and first_table(head) is not None


def first_table(head: FileHead) -> FitsHeader | None:
    """Return the header of the first extension if it is a binary table that the start of the file shows."""
    units = head.units
    return units[1].header if len(units) > 1 and units[1].header.text("XTENSION") == "BINTABLE" else None

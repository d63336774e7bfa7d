"""The header line of a CSV with many spectra: which columns are flux, which is the id, which are metadata."""

import csv
import math
import re
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from al_core.errors import CorruptFileError, NoSpectrumError
from al_core.readers.axis import HALPHA_GRID, WAVELENGTH_RANGE

#: Names of the column that identifies a spectrum, best first. All but `id` hold file names.
ID_COLUMNS = ("id", "spectrum_id", "file", "filename", "path")
LABEL_COLUMN = "label"

#: The columns before the flux in `ondrejov-dataset.csv` as published with Škoda, Podsztavek & Tvrdík (2020).
ONDREJOV_COLUMNS = (
    *("id", "label", "object", "ra", "dec", "expval", "gratang"),
    *("detector", "chipid", "specfilt", "date-obs", "dichmir"),
)

_NUMBER = re.compile(r"\d+(\.\d*)?([eE][+-]?\d+)?\Z")


class MatrixHeader(NamedTuple):
    """What each column of a matrix is.

    Attributes
    ----------
    names : list of str
        All columns in the order of the file.
    id_column : str
        Where the id or the file name is.
    id_is_file : bool
        Whether the id is a file name.
    flux_columns : list of int
        Positions of the flux columns in order of increasing wavelength.
    wavelength : ndarray of float64, shape (n_pixels,)
        Vacuum ångström, increasing.
    metadata_columns : list of int
        Positions of all other columns but the id and the label.
    label_position : int or None
        Position of the label.
    """

    names: list[str]
    id_column: str
    id_is_file: bool
    flux_columns: list[int]
    wavelength: npt.NDArray[np.float64]
    metadata_columns: list[int]
    label_position: int | None

    @property
    def id_position(self) -> int:
        """Position of the id."""
        return self.names.index(self.id_column)

    @property
    def is_ondrejov(self) -> bool:
        """Whether this is the published Ondřejov training set."""
        return has_ondrejov_columns(self.names)

    @property
    def kind(self) -> str:
        """Return "training" with labels, "pool" without."""
        return "pool" if self.label_position is None else "training"


def is_wavelength_name(name: str) -> bool:
    """Whether the name of a column is a plain number (Python's nan, inf and 1_000 are not)."""
    return bool(_NUMBER.match(name.strip()))


def has_ondrejov_columns(names: list[str]) -> bool:
    """Whether a header is that of `ondrejov-dataset.csv`: its columns, then flux."""
    n_known = len(ONDREJOV_COLUMNS)
    return tuple(names[:n_known]) == ONDREJOV_COLUMNS and len(names) > n_known


def column_names(line: str) -> list[str]:
    """Return the cells of a header line, none if it is no CSV (a carriage return inside, an endless cell)."""
    try:
        row = next(csv.reader([line.rstrip("\r\n")]), [])
    except csv.Error:
        return []
    return [cell.strip() for cell in row]


def parse_matrix_header(path: Path, line: str) -> MatrixHeader:
    """Return the columns of a matrix.

    Raises
    ------
    NoSpectrumError
        If there are no flux columns: a list of names, a catalog, a list of labels.
    CorruptFileError
        If there is no id, a name comes twice, or the wavelengths are not in order.
    """
    names = column_names(line)
    flux = _flux_columns(path, names)
    id_column = next((name for name in ID_COLUMNS if name in names), None)
    if id_column is None:
        raise CorruptFileError(
            f"{path}: expected a column {', '.join(ID_COLUMNS)}, found {', '.join(names[:5])}, .... Name the column id."
        )
    wavelength, flux = _ordered(path, _wavelengths(path, names, flux), flux)
    _check_unique(path, names)
    label = names.index(LABEL_COLUMN) if LABEL_COLUMN in names else None
    taken = {*flux, names.index(id_column), label}
    metadata = [position for position in range(len(names)) if position not in taken]
    return MatrixHeader(names, id_column, id_column != "id", flux, wavelength, metadata, label)


def _flux_columns(path: Path, names: list[str]) -> list[int]:
    if has_ondrejov_columns(names):
        return list(range(len(ONDREJOV_COLUMNS), len(names)))
    flux = [position for position, name in enumerate(names) if is_wavelength_name(name)]
    if len(flux) < 2:
        raise NoSpectrumError(
            f"{path}: expected columns named by wavelength, found {len(flux)} among {', '.join(names[:6])}: "
            "a list or a catalog, not spectra."
        )
    return flux


def _wavelengths(path: Path, names: list[str], flux: list[int]) -> npt.NDArray[np.float64]:
    """Return the wavelengths that the names state, or the published grid for the 140 columns of Ondřejov."""
    low, high = WAVELENGTH_RANGE
    stated = [float(names[position]) if is_wavelength_name(names[position]) else math.nan for position in flux]
    wavelength = np.array(stated)
    if np.all((wavelength >= low) & (wavelength <= high)):
        return wavelength
    if has_ondrejov_columns(names):
        if len(flux) == HALPHA_GRID.size:
            return HALPHA_GRID.copy()
        raise CorruptFileError(f"{path}: expected 140 flux columns or wavelengths as names, found {len(flux)} columns.")
    raise CorruptFileError(
        f"{path}: expected column names from {low:g} to {high:g} Å, found {names[flux[0]]} to {names[flux[-1]]}. "
        "Name the flux columns by their wavelength."
    )


def _ordered(
    path: Path, wavelength: npt.NDArray[np.float64], flux: list[int]
) -> tuple[npt.NDArray[np.float64], list[int]]:
    """Return wavelengths and columns in increasing order; a decreasing header is reversed."""
    if wavelength[0] > wavelength[-1]:
        wavelength, flux = wavelength[::-1].copy(), flux[::-1]
    steps = np.diff(wavelength)
    if not np.all(steps > 0):
        at = int(np.argmax(~(steps > 0)))
        what = "the same wavelength twice" if steps[at] == 0 else "wavelengths out of order"
        raise CorruptFileError(
            f"{path}: expected columns in order of wavelength, found {what}: {wavelength[at]:.10g} and "
            f"{wavelength[at + 1]:.10g}."
        )
    return wavelength, flux


def _check_unique(path: Path, names: list[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name and name in seen:
            raise CorruptFileError(f"{path}: expected every column name once, found {name!r} twice.")
        seen.add(name)

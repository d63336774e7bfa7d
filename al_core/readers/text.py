"""Two-column text: wavelength and flux, separated by comma, semicolon, tab or spaces.

Lines that start with # are comments; one line of column names may come first. A third column is the error or the
inverse variance only if a name says so. Such files do not state a medium: air is assumed and recorded.
"""

import re
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from al_core.errors import CorruptFileError
from al_core.readers.axis import Axis, in_vacuum
from al_core.readers.base import Recognition
from al_core.readers.file_head import FileHead
from al_core.readers.survey_metadata import recognised_head
from al_core.spectrum import MetadataValue, Spectrum, bad_pixels, common_metadata, spectrum_id_of

_SEPARATOR = re.compile(r"[,;\t ]\s*")
_ERROR_NAMES = frozenset({"error", "err", "sigma", "fluxerr", "flux_err", "flux_error", "e_flux", "uncertainty"})
#: More columns than this are a matrix or a catalog.
_MOST_COLUMNS = 8

Vector = npt.NDArray[np.float64]


class Layout(NamedTuple):
    """Where the numbers start (line, from 0), how many columns there are, and their names, if any."""

    first_line: int
    n_columns: int
    names: list[str]
    comments: list[str]


class TextReader:
    """Reads two-column text."""

    name = "text"
    label = "text, two columns (wavelength, flux)"

    def identify(self, path: Path | FileHead) -> Recognition:
        """Recognise lines of two or more numbers after comments and at most one line of names."""
        head = FileHead.of(path)
        if not head.is_text:
            return Recognition(False, "not text")
        found = _layout(_lines(head.start)[:200])
        if isinstance(found, str):
            return Recognition(False, found)
        return Recognition(True, f"text of {found.n_columns} columns")

    def read(self, path: Path | FileHead) -> list[Spectrum]:
        """Return the one spectrum of the file."""
        head = recognised_head(self, path)
        lines = _lines(head.content)
        layout = _layout(lines)
        if isinstance(layout, str):
            raise CorruptFileError(f"{head.path}: expected columns of numbers, found {layout}.")
        table = _numbers(head.path, lines, layout)
        ivar = _inverse_variance(table, layout.names)
        medium = _stated_medium(layout)
        axis = Axis(table[:, 0], medium or "air", medium is None)
        wavelength, (flux, *rest) = in_vacuum(head.path, axis, table[:, 1], *([] if ivar is None else [ivar]))
        ivar = rest[0] if rest else None
        metadata: dict[str, MetadataValue] = {"medium_assumed": True} if axis.medium_assumed else {}
        spectrum_id = spectrum_id_of(head.path)
        return [
            Spectrum(
                spectrum_id,
                wavelength,
                flux,
                ivar,
                bad_pixels(flux, ivar),
                metadata,
                common_metadata(spectrum_id),
                medium=axis.medium,
                reader=self.name,
                source=head.path,
            )
        ]


def _lines(content: bytes) -> list[str]:
    return content.decode("utf-8-sig", "replace").splitlines()


def _cells(line: str) -> list[str]:
    return _SEPARATOR.split(line.strip())


def _are_numbers(cells: list[str]) -> bool:
    return len(cells) >= 2 and all(_float(cell) is not None for cell in cells)


def _float(cell: str) -> float | None:
    """Return the number in a cell; NaN and infinity count, Python's 1_000 does not."""
    try:
        return None if "_" in cell else float(cell)
    except ValueError:
        return None


def _layout(lines: list[str]) -> Layout | str:
    """Return where the table starts, or why there is none."""
    comments: list[str] = []
    names: list[str] = []
    for number_of_line, line in enumerate(lines):
        if not line.strip():
            continue
        if line.lstrip().startswith("#"):
            comments.append(line.lstrip("# \t").strip())
            continue
        cells = _cells(line)
        if _are_numbers(cells):
            return _checked_layout(Layout(number_of_line, len(cells), names, comments))
        if names:
            return "more than one line before the numbers"
        if len(cells) < 2:
            return f"a line of one word, {line.strip()[:40]!r}"
        names = [cell.strip("\"'").lower() for cell in cells]
    return "no line of two numbers"


def _checked_layout(layout: Layout) -> Layout | str:
    if layout.n_columns > _MOST_COLUMNS:
        return f"{layout.n_columns} columns, not two"
    if layout.names and len(layout.names) != layout.n_columns:
        return f"{len(layout.names)} names for {layout.n_columns} columns"
    # Two columns of names make a label list when they are not a spectrum's: "id,label".
    if layout.names and layout.names[0] in ("id", "file", "filename", "path", "spectrum_id"):
        return f"a first column {layout.names[0]!r}, not a wavelength"
    return layout


def _numbers(path: Path, lines: list[str], layout: Layout) -> Vector:
    rows: list[list[float]] = []
    for number_of_line, line in enumerate(lines[layout.first_line :], start=layout.first_line + 1):
        if line.strip() and not line.lstrip().startswith("#"):
            row = [_float(cell) for cell in _cells(line)]
            if len(row) != layout.n_columns or None in row:
                raise CorruptFileError(
                    f"{path}: expected {layout.n_columns} numbers in line {number_of_line}, "
                    f"found {line.strip()[:60]!r}."
                )
            rows.append([value for value in row if value is not None])
    return np.array(rows, dtype=np.float64)


def _inverse_variance(table: Vector, names: list[str]) -> Vector | None:
    """Return 1/flux² from the third column if its name says inverse variance or error."""
    name = names[2] if len(names) > 2 else ""
    if name == "ivar":
        return table[:, 2]
    if name not in _ERROR_NAMES:
        return None
    with np.errstate(all="ignore"):
        ivar = 1 / table[:, 2] ** 2
    return np.where(np.isfinite(ivar), ivar, 0.0)


def _stated_medium(layout: Layout) -> str | None:
    """Return the medium if the name of the first column or a comment says "air" or "vacuum"."""
    words = set(re.findall(r"[a-z]+", " ".join([*layout.names[:1], *layout.comments]).lower()))
    stated = {"air": "air", "vacuum": "vacuum", "vac": "vacuum"}
    found = {medium for word, medium in stated.items() if word in words}
    return found.pop() if len(found) == 1 else None

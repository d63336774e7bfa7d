"""LAMOST low resolution, DR1 to DR8: one image of five rows, plain or gzipped.

Row 0 flux, row 1 inverse variance, row 2 wavelength (DR1: flux over continuum), row 3 AND mask, row 4 OR mask.
Wavelengths are vacuum, heliocentric: 10**(COEFF0 + COEFF1 i), i from 0, although CTYPE1 says LINEAR.
Data model: http://www.lamost.org/dr5/v3/doc/data-production-description
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from al_core.errors import CorruptFileError
from al_core.readers.axis import Vector
from al_core.readers.base import Recognition
from al_core.readers.file_head import FileHead
from al_core.readers.fits_file import read_image
from al_core.readers.lamost import NO_LAMOST, is_lamost, lamost_spectrum
from al_core.readers.survey_metadata import number, recognised_head
from al_core.spectrum import Spectrum

N_ROWS = 5


class LamostImageReader:
    """Reads the five-row images of DR1 to DR8."""

    name = "lamost-image"
    label = "LAMOST low resolution, image (DR1 to DR8)"

    def identify(self, path: Path | FileHead) -> Recognition:
        """Recognise a two-dimensional primary image of five rows with LAMOST's name in the header."""
        head = FileHead.of(path)
        if head.header is None:
            return Recognition(False, "no FITS header")
        if not is_lamost(head):
            return Recognition(False, NO_LAMOST)
        shape = head.header.shape
        if len(shape) != 2 or shape[0] != N_ROWS or shape[1] < 2:
            return Recognition(False, f"expected an image of {N_ROWS} rows, found the shape {shape}")
        return Recognition(True, f"LAMOST image of shape {shape}")

    def read(self, path: Path | FileHead) -> list[Spectrum]:
        """Return the one spectrum of the file."""
        head = recognised_head(self, path)
        cards, rows = read_image(head)
        wavelength = _wavelengths(head.path, cards, rows)
        return [lamost_spectrum(self.name, head, [cards], (wavelength, rows[0], rows[1], rows[3]))]


def _wavelengths(path: Path, cards: Mapping[str, Any], rows: Vector) -> Vector:
    """Return the wavelengths of the header, checked against row 2 where that holds wavelengths."""
    coeff0, coeff1 = log_axis(path, cards)
    loglam: Vector = coeff0 + coeff1 * np.arange(rows.shape[1], dtype=np.float64)
    if _has_wavelength_row(cards, rows[2]):
        _check_row(path, loglam, rows[2], coeff1)
    wavelength: Vector = np.power(10.0, loglam)
    return wavelength


def log_axis(path: Path, cards: Mapping[str, Any]) -> tuple[float, float]:
    """Return COEFF0 and COEFF1, or CRVAL1 and CD1_1, which must agree to half a pixel."""
    coeffs = number(cards.get("COEFF0")), number(cards.get("COEFF1"))
    crvals = number(cards.get("CRVAL1")), number(cards.get("CD1_1"))
    first, step = coeffs if None not in coeffs else crvals
    if first is None or step is None or not (2 < first < 7 and 0 < step < 0.01):
        raise CorruptFileError(
            f"{path}: expected COEFF0 of 2 to 7 and COEFF1 of 0 to 0.01 (log10 Å), found {coeffs}, CRVAL1 and CD1_1 "
            f"{crvals}."
        )
    if crvals[0] is not None and abs(crvals[0] - first) > step / 2:
        raise CorruptFileError(f"{path}: expected COEFF0 equal to CRVAL1, found {first} and {crvals[0]}.")
    if crvals[1] is not None and abs(crvals[1] - step) > 1e-4 * step:
        raise CorruptFileError(f"{path}: expected COEFF1 equal to CD1_1, found {step} and {crvals[1]}.")
    return first, step


def _has_wavelength_row(cards: Mapping[str, Any], row: Vector) -> bool:
    """Whether row 2 is the wavelength: DR1 writes 'Subcontinuum' there; without EXTEN0 the numbers decide."""
    contents = str(cards.get("EXTEN0") or "").lower()
    if contents:
        return "wavelength" in contents
    return bool(np.all(np.isfinite(row)) and np.all(np.diff(row) > 0) and row[0] > 1000)


def _check_row(path: Path, loglam: Vector, row: Vector, step: float) -> None:
    with np.errstate(all="ignore"):
        difference = np.abs(np.log10(row) - loglam)
    wrong = ~(difference <= step / 2)
    if wrong.any():
        at = int(np.argmax(wrong))
        raise CorruptFileError(
            f"{path}: expected row 2 to repeat the wavelengths of the header, found {row[at]:.8g} instead of "
            f"{10 ** loglam[at]:.8g} Å in pixel {at}."
        )

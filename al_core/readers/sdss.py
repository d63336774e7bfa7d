"""SDSS and BOSS `spec-PLATE-MJD-FIBER.fits`: table COADD with one row a pixel, vacuum, heliocentric.

Data model: https://data.sdss.org/datamodel/files/BOSS_SPECTRO_REDUX/RUN2D/spectra/PLATE4/spec.html
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from al_core.errors import CorruptFileError
from al_core.readers.axis import Axis, in_vacuum
from al_core.readers.base import Recognition
from al_core.readers.file_head import FileHead
from al_core.readers.fits_file import Cards, Table, first_table, is_fits_table_file, numbers, read_tables
from al_core.readers.lamost import is_lamost
from al_core.readers.survey_metadata import (
    day_of_mjd,
    declination,
    header_metadata,
    iso_of_mjd,
    number,
    recognised_head,
    right_ascension,
    survey_value,
    text,
)
from al_core.spectrum import CommonMetadata, MetadataValue, Spectrum, bad_pixels, common_metadata, spectrum_id_of

#: Bits of `and_mask` that mean that all exposures have no usable pixel (https://www.sdss4.org/dr17/algorithms/bitmasks,
#: SPPIXMASK): NOPLUG, BADTRACE, BADFLAT, BADARC, FULLREJECT, NODATA. The others only inform: MANYBADCOLUMNS,
#: NEARBADPIXEL and BRIGHTSKY are set in up to half of the pixels of good spectra. ivar = 0 is the pipeline's verdict.
BAD_BITS = 1 << 0 | 1 << 1 | 1 << 2 | 1 << 3 | 1 << 18 | 1 << 24

_BAND_R = 2  # of u, g, r, i, z
_SECONDS_PER_DAY = 86400.0


class SdssReader:
    """Reads the coadd of a spec file; the exposures in the full files are left out."""

    name = "sdss"
    label = "SDSS spec file"

    def identify(self, path: Path | FileHead) -> Recognition:
        """Recognise a table in HDU 1 with flux, loglam, ivar and and_mask that is not LAMOST's."""
        head = FileHead.of(path)
        table = first_table(head)
        if head.header is None:
            return Recognition(False, "no FITS header")
        if is_lamost(head):
            return Recognition(False, "the header names LAMOST")
        if table is None or not is_fits_table_file(head):
            return Recognition(False, "no table in HDU 1")
        if not {"FLUX", "LOGLAM", "IVAR", "AND_MASK"} <= set(table.columns):
            return Recognition(False, "HDU 1 has no columns flux, loglam, ivar and and_mask")
        return Recognition(True, "SDSS coadd")

    def read(self, path: Path | FileHead) -> list[Spectrum]:
        """Return the coadded spectrum."""
        head = recognised_head(self, path)
        cards, tables = read_tables(head, 2)
        loglam, flux, ivar, flags = (numbers(head, tables[0], name) for name in ("LOGLAM", "FLUX", "IVAR", "AND_MASK"))
        with np.errstate(all="ignore"):
            axis = Axis(np.power(10.0, loglam), "vacuum", False)
        wavelength, (flux, ivar, flags) = in_vacuum(head.path, axis, flux, ivar, flags)
        spectrum_id, row = spectrum_id_of(head.path), _first_row(head, tables)
        return [
            Spectrum(
                spectrum_id,
                wavelength,
                flux,
                ivar,
                bad_pixels(flux, ivar, flags.astype(np.int64) & BAD_BITS),
                _metadata(cards, row),
                _common(spectrum_id, cards, row),
                reader=self.name,
                source=head.path,
            )
        ]


def _first_row(head: FileHead, tables: list[Table]) -> dict[str, Any]:
    """Return the row of SPECOBJ or, in BOSS files, SPALL.

    Every spec file has one; a file cut after the coadd looks whole to FITS.
    """
    if len(tables) < 2 or tables[1].name not in ("SPECOBJ", "SPALL"):
        found = tables[1].name if len(tables) > 1 else "nothing"
        raise CorruptFileError(
            f"{head.path}: expected SPECOBJ or SPALL in HDU 2, found {found}: the file is truncated. Fetch it again."
        )
    return {name: column[0] for name, column in tables[1].columns.items() if len(column)}


def _metadata(cards: Cards, row: Mapping[str, Any]) -> dict[str, MetadataValue]:
    """Return the cards and the single values of the row, which win: they describe the object, the cards the plate."""
    single = {name: value for name, value in row.items() if np.ndim(value) == 0}
    return header_metadata(cards) | {name: survey_value(name, value) for name, value in single.items()}


def _common(spectrum_id: str, cards: Cards, row: Mapping[str, Any]) -> CommonMetadata:
    magnitudes = np.ravel(row.get("PSFMAG", ()))
    return common_metadata(
        spectrum_id,
        ra=right_ascension(row.get("PLUG_RA", cards.get("PLUG_RA"))),
        dec=declination(row.get("PLUG_DEC", cards.get("PLUG_DEC"))),
        object_class=text(row.get("CLASS")),
        subclass=text(row.get("SUBCLASS")),
        z=number(row.get("Z")),
        mag=_magnitude(magnitudes[_BAND_R]) if magnitudes.size > _BAND_R else None,
        snr=number(row.get("SN_MEDIAN_ALL")),
        obsdate=_time(cards, row),
    )


def _magnitude(value: Any) -> float | None:
    found = number(value)
    return found if found is not None and 0 < found < 40 else None


def _time(cards: Cards, row: Mapping[str, Any]) -> str | None:
    """Return UTC of TAI (seconds of MJD 0, of r in the row), or the day of MJD where there is no TAI."""
    in_row = np.ravel(row.get("TAI", ()))
    tai = number(in_row[_BAND_R]) if in_row.size > _BAND_R else number(cards.get("TAI"))
    exact = iso_of_mjd(tai / _SECONDS_PER_DAY, scale="tai") if tai else None
    return exact or day_of_mjd(row.get("MJD", cards.get("MJD")))

"""Ondřejov CCD700 (Perek 2 m telescope, coudé): 1-D images and tables of the archive, both in air.

The image is what the reduction (IRAF) wrote: raw counts, the position of the observation epoch. The table is what the
archive's SSAP service (http://voarchive.asu.cas.cz) makes of it: position in the ICRS, flux normalised or in counts.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from al_core.errors import CorruptFileError
from al_core.readers.axis import Axis, angstrom_per_unit, in_vacuum, linear_axis
from al_core.readers.base import Recognition
from al_core.readers.file_head import FileHead
from al_core.readers.fits_file import Table, first_table, is_fits_table_file, numbers, read_image, read_tables
from al_core.readers.survey_metadata import (
    declination,
    degrees_of_sexagesimal,
    header_metadata,
    iso_date,
    iso_of_mjd,
    number,
    recognised_head,
    right_ascension,
)
from al_core.spectrum import MetadataValue, Spectrum, bad_pixels, common_metadata, spectrum_id_of

_TABLE_COLUMNS = ("SPECTRAL", "FLUX")


class OndrejovImageReader:
    """Reads the 1-D images: linear air wavelengths, `RA` and `DEC` of the equinox in the header."""

    name = "ondrejov-image"
    label = "Ondřejov CCD700, 1-D image"

    def identify(self, path: Path | FileHead) -> Recognition:
        """Recognise a one-dimensional primary image with OBSERVAT = 'ONDREJOV'."""
        head = FileHead.of(path)
        if head.header is None:
            return Recognition(False, "no FITS header")
        if head.header.text("OBSERVAT").upper() != "ONDREJOV":
            return Recognition(False, "no OBSERVAT = 'ONDREJOV'")
        if len(head.header.shape) != 1 or head.header.shape[0] < 2:
            return Recognition(False, f"expected a one-dimensional image, found the shape {head.header.shape}")
        return Recognition(True, "one-dimensional image of Ondřejov")

    def read(self, path: Path | FileHead) -> list[Spectrum]:
        """Return the one spectrum of the file."""
        head = recognised_head(self, path)
        cards, pixels = read_image(head)
        axis = linear_axis(head.path, cards, pixels.size, medium="air")
        wavelength, (flux,) = in_vacuum(head.path, axis, pixels)
        spectrum_id, metadata = spectrum_id_of(head.path), header_metadata(cards)
        ra, dec = degrees_of_sexagesimal(cards.get("RA"), cards.get("DEC"), number(cards.get("EQUINOX")) or np.nan)
        common = common_metadata(spectrum_id, ra=ra, dec=dec, obsdate=_image_time(metadata))
        return [
            Spectrum(
                spectrum_id,
                wavelength,
                flux,
                None,
                bad_pixels(flux),
                metadata,
                common,
                medium="air",
                reader=self.name,
                source=head.path,
            )
        ]


def _image_time(metadata: Mapping[str, MetadataValue]) -> str | None:
    """Return DATE-OBS with UT, the start of the observation; DATE is when the file was written."""
    day, time = metadata.get("DATE-OBS"), metadata.get("UT")
    return iso_date(f"{day}T{time}") or iso_date(day)


class OndrejovTableReader:
    """Reads the archive's tables with the columns `spectral` (air) and `flux`.

    The time of the observation is `TMID`, the Modified Julian Date of its middle. `DATE` is when the spectrum was
    reduced: `a201503100010` of 10 March 2015 has TMID 57091.77 (10 March) and DATE 2015-03-20.
    """

    name = "ondrejov-table"
    label = "Ondřejov CCD700, table"

    def identify(self, path: Path | FileHead) -> Recognition:
        """Recognise a table with `spectral` and `flux` that the institute's archive published."""
        head = FileHead.of(path)
        table = first_table(head)
        if head.header is None:
            return Recognition(False, "no FITS header")
        if table is None or not is_fits_table_file(head):
            return Recognition(False, "no table in HDU 1")
        if not set(_TABLE_COLUMNS) <= set(table.columns):
            return Recognition(False, "HDU 1 has no columns spectral and flux")
        if "asu.cas.cz" not in table.text("DS_IDPUB") + table.text("VOPUB"):
            return Recognition(False, "neither DS_IDPUB nor VOPUB names asu.cas.cz")
        return Recognition(True, "table of the Ondřejov archive")

    def read(self, path: Path | FileHead) -> list[Spectrum]:
        """Return the one spectrum of the file."""
        head = recognised_head(self, path)
        cards, tables = read_tables(head, 1)
        table = tables[0]
        stated, values = (numbers(head, table, name) for name in _TABLE_COLUMNS)
        axis = Axis(stated * angstrom_per_unit(_spectral_unit(head, table), head.path), "air", False)
        wavelength, (flux,) = in_vacuum(head.path, axis, values)
        spectrum_id, metadata = spectrum_id_of(head.path), header_metadata(cards, table.cards)
        common = common_metadata(
            spectrum_id,
            ra=right_ascension(table.cards.get("RA")),
            dec=declination(table.cards.get("DEC")),
            object_class=_class(metadata.get("SRCCLASS")),
            obsdate=iso_of_mjd(table.cards.get("TMID")),
        )
        return [
            Spectrum(
                spectrum_id,
                wavelength,
                flux,
                None,
                bad_pixels(flux),
                metadata,
                common,
                medium="air",
                reader=self.name,
                source=head.path,
            )
        ]


def _class(stated: Any) -> str | None:
    """Return the object class in the capitals of LAMOST and SDSS ("star" becomes "STAR")."""
    return str(stated).upper() if stated is not None else None


def _spectral_unit(head: FileHead, table: Table) -> str:
    for i in (1, 2):
        if str(table.cards.get(f"TTYPE{i}") or "").strip().upper() == "SPECTRAL":
            return str(table.cards.get(f"TUNIT{i}") or table.cards.get("SPECSDIM") or "")
    raise CorruptFileError(f"{head.path}: expected spectral as column 1 or 2, found it elsewhere.")

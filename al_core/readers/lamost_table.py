"""LAMOST low resolution from DR9 on: a table COADD with one row of vectors.

Wavelengths are vacuum, heliocentric. The primary HDU has the header and no data, although it carries NAXIS1 and NAXIS2.
Data model: http://www.lamost.org/dr9/v2.0/doc/lr-data-production-description
"""

from pathlib import Path

from al_core.readers.base import Recognition
from al_core.readers.file_head import FileHead
from al_core.readers.fits_file import first_table, numbers, read_tables
from al_core.readers.lamost import check_extensions, lamost_spectrum, why_not_lamost_tables
from al_core.readers.survey_metadata import recognised_head
from al_core.spectrum import Spectrum


class LamostTableReader:
    """Reads the COADD tables of DR9 and later."""

    name = "lamost-table"
    label = "LAMOST low resolution, table (DR9 and later)"

    def identify(self, path: Path | FileHead) -> Recognition:
        """Recognise LAMOST's name in the header and a table COADD with WAVELENGTH as HDU 1."""
        head = FileHead.of(path)
        table = first_table(head)
        reason = why_not_lamost_tables(head)
        if reason or table is None:
            return Recognition(False, reason)
        if table.text("EXTNAME") != "COADD" or "WAVELENGTH" not in table.columns:
            return Recognition(False, f"HDU 1 is {table.text('EXTNAME')!r}, not COADD with WAVELENGTH")
        return Recognition(True, "LAMOST table COADD")

    def read(self, path: Path | FileHead) -> list[Spectrum]:
        """Return the one spectrum of the file. NORMALIZATION, flux over continuum where it exists, is not kept."""
        head = recognised_head(self, path)
        cards, tables = read_tables(head)
        check_extensions(head, cards, len(tables))
        wavelength, flux, ivar, and_mask = (
            numbers(head, tables[0], name) for name in ("WAVELENGTH", "FLUX", "IVAR", "ANDMASK")
        )
        return [lamost_spectrum(self.name, head, [cards], (wavelength, flux, ivar, and_mask))]

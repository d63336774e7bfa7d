"""LAMOST medium resolution: blue and red coadds, then one table for every exposure and arm.

One row a pixel: FLUX, IVAR, LOGLAM (log10 Å, vacuum, heliocentric), ANDMASK (coadds) or PIXMASK (exposures); the signal
to noise is in the header of each table. Data model: http://www.lamost.org/dr8/v1.0/doc/mr-data-production-description
"""

import re
from pathlib import Path

import numpy as np

from al_core.errors import NoSpectrumError
from al_core.readers.base import Recognition
from al_core.readers.file_head import FileHead
from al_core.readers.fits_file import Cards, Table, first_table, numbers, read_tables
from al_core.readers.lamost import check_extensions, lamost_spectrum, why_not_lamost_tables
from al_core.readers.survey_metadata import recognised_head
from al_core.spectrum import Spectrum

#: The arm with Hα comes first.
COADDS = ("COADD_R", "COADD_B")
_EXPOSURE = re.compile(r"[BR]-\d+\Z")


class LamostMrsReader:
    """Reads the coadds (red first: it has Hα) and then the exposures; ids are `NAME@COADD_R`, `NAME@R-84107311`."""

    name = "lamost-mrs"
    label = "LAMOST medium resolution"

    def identify(self, path: Path | FileHead) -> Recognition:
        """Recognise LAMOST's name in the header and a coadd or an exposure with LOGLAM as HDU 1."""
        head = FileHead.of(path)
        table = first_table(head)
        reason = why_not_lamost_tables(head)
        if reason or table is None:
            return Recognition(False, reason)
        if not _is_part(table.text("EXTNAME")) or "LOGLAM" not in table.columns:
            return Recognition(False, f"HDU 1 is {table.text('EXTNAME')!r}, not COADD_B or an exposure with LOGLAM")
        return Recognition(True, "LAMOST medium resolution tables")

    def read(self, path: Path | FileHead, exposures: bool = True) -> list[Spectrum]:
        """Return the coadds and, unless `exposures` is False, every exposure in the order of the file."""
        head = recognised_head(self, path)
        cards, tables = read_tables(head)
        check_extensions(head, cards, len(tables))
        coadds = sorted((t for t in tables if t.name in COADDS), key=lambda t: COADDS.index(t.name))
        single = [t for t in tables if _EXPOSURE.match(t.name)]
        if not exposures and not coadds:
            raise NoSpectrumError(
                f"{head.path}: expected COADD_R or COADD_B, found {len(single)} exposures only. Read the exposures."
            )
        return [self._spectrum(head, cards, table) for table in coadds + (single if exposures else [])]

    def _spectrum(self, head: FileHead, cards: Cards, table: Table) -> Spectrum:
        mask = "ANDMASK" if "ANDMASK" in table.columns else "PIXMASK"
        loglam, flux, ivar, flags = (numbers(head, table, name) for name in ("LOGLAM", "FLUX", "IVAR", mask))
        with np.errstate(all="ignore"):
            wavelength = np.power(10.0, loglam)
        return lamost_spectrum(self.name, head, [cards, table.cards], (wavelength, flux, ivar, flags), table.name)


def _is_part(name: str) -> bool:
    return name in COADDS or bool(_EXPOSURE.match(name))

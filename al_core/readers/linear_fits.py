"""Other 1-D FITS images with a linear or logarithmic wavelength axis, among them the Indo-US library.

Keywords: FITS standard 4.0, section 8, and FITS paper III (Greisen et al. 2006, A&A 446, 747). Indo-US: Valdes et al.
(2004, ApJS 152, 251); linear, air, 3465 to 9469 Å by 0.4 Å.
"""

import re
from pathlib import Path

import numpy as np

from al_core.errors import CorruptFileError
from al_core.readers.axis import in_vacuum, linear_axis
from al_core.readers.base import Recognition
from al_core.readers.file_head import FileHead
from al_core.readers.fits_file import Cards, read_image
from al_core.readers.fits_header import FitsHeader
from al_core.readers.ondrejov import OndrejovImageReader
from al_core.readers.survey_metadata import (
    declination,
    degrees_of_sexagesimal,
    header_metadata,
    iso_date,
    number,
    recognised_head,
    right_ascension,
    text,
)
from al_core.spectrum import CommonMetadata, MetadataValue, Spectrum, bad_pixels, common_metadata, spectrum_id_of

#: Axes that are no wavelength: positions, frequency, energy, velocity, time and bare pixel numbers.
_OTHER_AXIS = re.compile(r"(RA|DEC|GLON|GLAT|ELON|ELAT|FREQ|ENER|WAVN|VRAD|VOPT|VELO|ZOPT|BETA|TIME|UTC|PIXEL|STOKES)")
_INDO_US_CARDS = frozenset({"OBJRA", "OBJDEC", "OBJVMAG", "SPTYPE", "COVERAGE"})


class IndoUsReader:
    """Reads the Indo-US Library of Coudé Feed Stellar Spectra."""

    name = "indo-us"
    label = "Indo-US library, 1-D image"

    def identify(self, path: Path | FileHead) -> Recognition:
        """Recognise a one-dimensional image with the cards of the library."""
        head = FileHead.of(path)
        wrong = _not_linear(head)
        if wrong or head.header is None:
            return Recognition(False, wrong)
        missing = _INDO_US_CARDS - set(head.header.cards)
        if missing:
            return Recognition(False, f"no card {', '.join(sorted(missing))}")
        return Recognition(True, "one-dimensional image with the cards of Indo-US")

    def read(self, path: Path | FileHead) -> list[Spectrum]:
        """Return the one spectrum of the file; its redshift stays missing, as the file states a velocity only."""
        head = recognised_head(self, path)
        cards = read_image(head)[0]
        spectrum_id, metadata = spectrum_id_of(head.path), header_metadata(cards)
        ra, dec = degrees_of_sexagesimal(cards.get("OBJRA"), cards.get("OBJDEC"), number(cards.get("EQUINOX")) or 2000)
        mag = number(metadata.get("OBJVMAG"))
        metadata["mag_band"] = None if mag is None else "V"
        common = common_metadata(spectrum_id, ra=ra, dec=dec, subclass=text(metadata.get("SPTYPE")), mag=mag)
        return [_spectrum(head, self.name, metadata, common, medium="air")]


class LinearFitsReader:
    """Reads any other 1-D image with a wavelength axis.

    Where the cards do not say air or vacuum, the wavelengths are taken to be in air, the convention of optical
    spectra; the metadata then says `medium_assumed`.
    """

    name = "linear-fits"
    label = "FITS, 1-D image with a wavelength axis"

    def identify(self, path: Path | FileHead) -> Recognition:
        """Recognise a one-dimensional image with CRVAL1 and CDELT1 or CD1_1 that no other reader knows better."""
        head = FileHead.of(path)
        wrong = _not_linear(head)
        if wrong:
            return Recognition(False, wrong)
        for other in (OndrejovImageReader(), IndoUsReader()):
            if other.identify(head).recognised:
                return Recognition(False, f"it is {other.label}")
        return Recognition(True, "one-dimensional image with a wavelength axis")

    def read(self, path: Path | FileHead) -> list[Spectrum]:
        """Return the one spectrum of the file."""
        head = recognised_head(self, path)
        cards = read_image(head)[0]
        spectrum_id, metadata = spectrum_id_of(head.path), header_metadata(cards)
        return [_spectrum(head, self.name, metadata, _common(spectrum_id, cards, metadata))]


def _not_linear(head: FileHead) -> str:
    """Return why the primary HDU is no 1-D spectrum, "" if it is one."""
    header = head.header
    if header is None:
        return "no FITS header"
    long_axes = [length for length in header.shape if length != 1]
    if len(long_axes) != 1 or header.shape[-1] != long_axes[0] or long_axes[0] < 2:
        return f"expected a one-dimensional image, found the shape {header.shape}"
    return _not_wavelength(header)


def _not_wavelength(header: FitsHeader) -> str:
    if header.cards.get("CRVAL1") is None or header.cards.get("CDELT1", header.cards.get("CD1_1")) is None:
        return "no CRVAL1 and CDELT1 or CD1_1"
    if _OTHER_AXIS.match(header.text("CTYPE1").upper()):
        return f"the axis is {header.text('CTYPE1')!r}, not wavelength"
    if "multispec" in header.text("WAT0_001"):
        return "IRAF multispec: resample it to one linear axis"
    return ""


def _spectrum(
    head: FileHead,
    reader: str,
    metadata: dict[str, MetadataValue],
    common: CommonMetadata,
    medium: str | None = None,
) -> Spectrum:
    cards, pixels = read_image(head)
    axis = linear_axis(head.path, cards, pixels.size, medium)
    if axis.medium_assumed:
        metadata["medium_assumed"] = True
    if not np.isfinite(pixels).any():
        raise CorruptFileError(f"{head.path}: expected fluxes, found no finite value in {pixels.size} pixels.")
    wavelength, (flux,) = in_vacuum(head.path, axis, pixels.reshape(-1))
    return Spectrum(
        common["id"],
        wavelength,
        flux,
        None,
        bad_pixels(flux),
        metadata,
        common,
        medium=axis.medium,
        reader=reader,
        source=head.path,
    )


def _common(spectrum_id: str, cards: Cards, metadata: dict[str, MetadataValue]) -> CommonMetadata:
    """Return what usual keywords state; a position in degrees is ICRS or FK5 of 2000, which differ by 0.02 arcsec."""
    ra, dec = cards.get("RA"), cards.get("DEC")
    equinox = number(cards.get("EQUINOX", cards.get("EPOCH"))) or 2000.0
    if number(ra) is not None and number(dec) is not None and equinox == 2000.0:
        position = right_ascension(ra), declination(dec)
    else:
        position = degrees_of_sexagesimal(ra, dec, equinox)
    return common_metadata(
        spectrum_id,
        ra=position[0],
        dec=position[1],
        object_class=text(metadata.get("CLASS")),
        subclass=text(metadata.get("SUBCLASS", metadata.get("SPTYPE"))),
        snr=number(metadata.get("SNR")),
        obsdate=iso_date(metadata.get("DATE-OBS")),
    )

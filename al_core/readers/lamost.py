"""What the three LAMOST formats share: magnitudes, signal to noise and the common metadata.

Data model: http://www.lamost.org/dr8/v1.0/doc/lr-data-production-description
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from al_core.errors import CorruptFileError
from al_core.readers.axis import Axis, Vector, in_vacuum
from al_core.readers.file_head import FileHead
from al_core.readers.fits_file import first_table, is_fits_table_file
from al_core.readers.survey_metadata import (
    declination,
    header_metadata,
    is_placeholder,
    iso_date,
    number,
    right_ascension,
    text,
)
from al_core.spectrum import CommonMetadata, MetadataValue, Spectrum, bad_pixels, common_metadata, spectrum_id_of

#: Why a file is not LAMOST's, as the error quotes it.
NO_LAMOST = "no TELESCOP, ORIGIN or AUTHOR of LAMOST"
#: Bands from r outwards by effective wavelength: Sloan r, Cousins R, photographic R, Kepler, V, i, g and so on.
_BANDS_FROM_R = ("r", "R", "R1", "R2", "Kp", "V", "v", "i", "I", "g", "B", "b", "z", "y", "u", "j", "h", "k")
#: One name a magnitude; R1, R2 and B are the photographic plates of USNO-B, Fuv and Uv are GALEX.
_BAND_NAME = re.compile(r"Fuv|Nuv|Uv|Kp|R1|R2|[A-Za-z]")
#: In MAGTYPE = 'MODugriz' and 'fibermagr' the bands follow a word.
_BAND_PREFIX = re.compile(r"(MOD|fibermag)")


class Magnitude(NamedTuple):
    """An apparent magnitude and its band; both None where the file states none."""

    value: float | None
    band: str | None


def is_lamost(head: FileHead) -> bool:
    """Whether the primary header says that the file is LAMOST's."""
    header = head.header
    if header is None:
        return False
    return "LAMOST" in (header.text("TELESCOP") + header.text("ORIGIN") + header.text("AUTHOR")).upper()


def why_not_lamost_tables(head: FileHead) -> str:
    """Return why the file cannot be tables of LAMOST, empty where it may be."""
    if head.header is None:
        return "no FITS header"
    if not is_lamost(head):
        return NO_LAMOST
    return "" if first_table(head) is not None and is_fits_table_file(head) else "no table in HDU 1"


def magnitude_near_r(cards: Mapping[str, Any]) -> Magnitude:
    """Return the magnitude in r, or in the nearest band that has one."""
    found = _magnitudes(cards)
    for band in _BANDS_FROM_R:
        if band in found:
            return Magnitude(found[band], band)
    return Magnitude(None, None)


def _magnitudes(cards: Mapping[str, Any]) -> dict[str, float]:
    """Return band to magnitude: MAG_PS_R from DR9 on, before that MAG1 to MAG7 in the order of MAGTYPE."""
    named = {band.lower(): f"MAG_PS_{band}" for band in "GRIZY"}
    letters = _BAND_PREFIX.sub("", str(cards.get("MAGTYPE") or "").strip())
    named |= {band: f"MAG{i}" for i, band in enumerate(_BAND_NAME.findall(letters), start=1)}
    found: dict[str, float] = {}
    for band, card in named.items():
        value = number(cards.get(card))
        if value is not None and not is_placeholder(card, value):
            found[band] = value
    return found


def check_extensions(head: FileHead, cards: Mapping[str, Any], n_tables: int) -> None:
    """Raise `CorruptFileError` if tables are missing: a file cut between two HDUs looks whole to FITS.

    N_EXTEN counts the primary HDU too: 2 in a file with one table.
    """
    expected = cards.get("N_EXTEN")
    if isinstance(expected, int) and n_tables + 1 < expected:
        raise CorruptFileError(
            f"{head.path}: expected {expected - 1} tables (N_EXTEN = {expected}), found {n_tables}: the file is "
            "truncated. Fetch it again."
        )


def lamost_metadata(*headers: Mapping[str, Any]) -> dict[str, MetadataValue]:
    """Return the cards of all headers, with `mag_band`: the band of the common magnitude."""
    metadata = header_metadata(*headers)
    metadata["mag_band"] = magnitude_near_r(metadata).band
    return metadata


def lamost_common(spectrum_id: str, metadata: Mapping[str, Any], snr: Any = None) -> CommonMetadata:
    """Return the common set; `snr` replaces the signal to noise of the r band of low resolution."""
    in_r = (metadata.get(name) for name in ("SNRR", "SN_R", "SNR_R"))
    return common_metadata(
        spectrum_id,
        ra=right_ascension(metadata.get("RA")),
        dec=declination(metadata.get("DEC")),
        object_class=text(metadata.get("CLASS")),
        subclass=text(metadata.get("SUBCLASS"), "Non"),
        z=number(metadata.get("Z")),
        mag=magnitude_near_r(metadata).value,
        snr=number(snr if snr is not None else next((value for value in in_r if value is not None), None)),
        obsdate=iso_date(metadata.get("DATE-OBS")),
    )


def lamost_spectrum(
    reader: str,
    head: FileHead,
    headers: Sequence[Mapping[str, Any]],
    samples: tuple[Vector, Vector, Vector, Vector],
    part: str = "",
) -> Spectrum:
    """Return the spectrum that any of the three formats holds.

    Parameters
    ----------
    reader : str
        Name of the reader.
    head : FileHead
    headers : sequence of mapping
        Primary header, then that of the table where it states more (its SNR replaces the r band's).
    samples : tuple of ndarray, each of shape (n_pixels,)
        Wavelength (vacuum Å), flux, inverse variance, AND mask.
    part : str
        Name of the spectrum in a file of several.
    """
    vacuum, (flux, ivar, and_mask) = in_vacuum(head.path, Axis(samples[0], "vacuum", False), *samples[1:])
    spectrum_id = spectrum_id_of(head.path) + (f"@{part}" if part else "")
    metadata = lamost_metadata(*headers)
    return Spectrum(
        spectrum_id,
        vacuum,
        flux,
        ivar,
        bad_pixels(flux, ivar, and_mask),
        metadata,
        lamost_common(spectrum_id, metadata, snr=metadata.get("SNR") if part else None),
        reader=reader,
        source=head.path,
    )

"""Header cards as metadata, and the values that the common set needs, with every placeholder missing."""

import math
import re
import warnings
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import erfa  # type: ignore[import-untyped]
import numpy as np

from al_core.errors import UnknownFormatError
from al_core.readers.base import Reader
from al_core.readers.file_head import FileHead
from al_core.spectrum import MetadataValue

#: Cards that describe the file, not the spectrum.
_STRUCTURAL = re.compile(
    r"(SIMPLE|BITPIX|NAXIS\d*|EXTEND|XTENSION|PCOUNT|GCOUNT|TFIELDS|END|CHECKSUM|DATASUM|BSCALE|BZERO|BLANK"
    r"|T(TYPE|FORM|UNIT|DISP|NULL|SCAL|ZERO|DIM|UTYP|UCD|UCOL|COMM)\d+)\Z"
)
#: Names for which 99 means "none": a fibre or a right ascension may be 99.
_HAS_99 = re.compile(r"(MAG|SN)", re.IGNORECASE)
_MAGNITUDE = re.compile(r"MAG\d|MAG_PS_")
#: Identifiers stay as the file has them, however odd.
_IDENTIFIER = frozenset({"OBSID"})
#: Text that stands for "no value": LAMOST writes '-' and '.', IRAF writes INDEF.
_NO_TEXT = frozenset({"", "-", ".", "INDEF"})

_SEXAGESIMAL = re.compile(r"\s*([+-]?)(\d{1,3})[:\s]+(\d{1,2})[:\s]+(\d{1,2}(?:\.\d*)?)\s*\Z")
_MJD_ZERO = datetime(1858, 11, 17)  # noqa: DTZ001 - day zero of the Modified Julian Date; a bare ISO text is wanted


def survey_value(name: str, value: Any) -> MetadataValue:
    """Return a value under the survey's own name; blanks, NaN and placeholders are None.

    -999 and -9999 are placeholders everywhere, 99 in magnitudes and signal to noise only.
    """
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if isinstance(value, str):
        return None if value.strip() in _NO_TEXT else value.strip()
    if value is None or isinstance(value, bool) or name in _IDENTIFIER:
        return value if isinstance(value, bool | int | float) else None
    if not isinstance(value, int | float):
        return str(value)
    return None if is_placeholder(name, float(value)) else value


def is_placeholder(name: str, value: float) -> bool:
    """Whether a number stands for "no value" under this name."""
    if not math.isfinite(value) or value in (-999.0, -9999.0):
        return True
    # LAMOST saturates many magnitudes before 0, and writes 0.00 for bands that a catalog does not have.
    return (value == 99.0 and bool(_HAS_99.match(name))) or (value == 0.0 and bool(_MAGNITUDE.match(name)))


def header_metadata(*headers: Mapping[str, Any]) -> dict[str, MetadataValue]:
    """Return all cards that describe the spectrum; a later header wins."""
    return {
        name: survey_value(name, value)
        for cards in headers
        for name, value in cards.items()
        if name and not _STRUCTURAL.match(name)
    }


def number(value: Any) -> float | None:
    """Return a metadata value as a finite float, None if it is not a number."""
    if value is None or isinstance(value, bool):
        return None
    try:
        found = float(value)
    except (TypeError, ValueError):
        return None
    return found if math.isfinite(found) else None


def text(value: Any, *no_value: str) -> str | None:
    """Return a metadata value as text, None for blanks and for the given words."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    found = "" if value is None else str(value).strip()
    return None if found in _NO_TEXT or found in no_value else found


def right_ascension(value: Any) -> float | None:
    """Return a right ascension in degrees that is stated in degrees, None outside [0, 360]."""
    found = number(value)
    return found if found is not None and 0 <= found <= 360 else None


def declination(value: Any) -> float | None:
    """Return a declination in degrees that is stated in degrees, None outside [-90, 90]."""
    found = number(value)
    return found if found is not None and -90 <= found <= 90 else None


def iso_date(value: Any) -> str | None:
    """Return a date or time if it is ISO 8601, None otherwise."""
    found = text(value)
    try:
        datetime.fromisoformat(found or "")
    except ValueError:
        return None
    return found


def iso_of_mjd(value: Any, *, scale: str = "utc") -> str | None:
    """Return ISO 8601 UTC of a Modified Julian Date, None if it is not a number or not a date.

    The result is rounded to a second: the surveys state the middle of exposures of minutes.
    """
    mjd = number(value)
    if mjd is None or not 0 < mjd < 1e6:
        return None
    if scale == "tai":
        mjd = _utc_of_tai(mjd)
    moment = _MJD_ZERO + timedelta(days=mjd) + timedelta(milliseconds=500)
    return moment.replace(microsecond=0).isoformat()


def day_of_mjd(value: Any) -> str | None:
    """Return the ISO date of a whole Modified Julian Date."""
    mjd = number(value)
    return (date(1858, 11, 17) + timedelta(days=int(mjd))).isoformat() if mjd is not None and 0 < mjd < 1e6 else None


def _utc_of_tai(mjd: float) -> float:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", erfa.ErfaWarning)  # "dubious year": no leap second is announced that far
        day, fraction = erfa.taiutc(2400000.5, mjd)
    return float(day - 2400000.5 + fraction)


def degrees_of_sexagesimal(ra: Any, dec: Any, equinox: float = 2000.0) -> tuple[float | None, float | None]:
    """Return ICRS degrees of "hh:mm:ss", "+dd:mm:ss" in FK5 of a Julian equinox; None, None if they do not parse.

    Precession and frame bias are those of IAU 2006, as in astropy's FK5, which agrees to 0.05 arcsec; ERFA alone needs
    no table from the network.
    """
    hours, degrees = _sexagesimal(ra), _sexagesimal(dec)
    if hours is None or degrees is None or not (0 <= hours <= 24 and abs(degrees) <= 90 and 1800 < equinox < 2200):
        return None, None
    vector = erfa.s2c(math.radians(hours * 15), math.radians(degrees))
    precession = erfa.pmat06(*erfa.epj2jd(equinox))
    longitude, latitude = erfa.c2s(precession.T @ vector)
    return math.degrees(float(longitude)) % 360.0, math.degrees(float(latitude))


def _sexagesimal(value: Any) -> float | None:
    match = _SEXAGESIMAL.match(str(value)) if value is not None else None
    if match is None:
        return None
    whole, minutes, seconds = float(match[2]), float(match[3]), float(match[4])
    if minutes >= 60 or seconds >= 60:
        return None
    return (-1 if match[1] == "-" else 1) * (whole + minutes / 60 + seconds / 3600)


def recognised_head(reader: Reader, path: Path | FileHead) -> FileHead:
    """Return the head of `path` if `reader` recognises it.

    Raises
    ------
    UnknownFormatError
        If the file is something else.
    """
    head = FileHead.of(path)
    recognition = reader.identify(head)
    if not recognition.recognised:
        raise UnknownFormatError(f"{head.path}: expected {reader.label}, found another format ({recognition.reason}).")
    return head

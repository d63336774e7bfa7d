"""Simulated spectra as files of the LAMOST low-resolution image layout (DR3 to DR8).

Primary HDU only, 5 rows: flux, inverse variance, wavelength, AND mask, OR mask; vacuum wavelength
`10**(COEFF0 + COEFF1*i)`. Cards have the names that the LAMOST data model gives them; AUTHOR, ORIGIN, DATA_V,
TELESCOP, OBJNAME, SIMULATE and two comments say that the spectrum is simulated.
"""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from al_core import __version__
from al_core.simulation.grids import COEFF0, COEFF1, N_PIXELS

#: The cards that every FITS image must begin with.
_LAYOUT: tuple[tuple[str | None, Any, str], ...] = (
    ("SIMPLE", True, "FITS standard"),
    ("BITPIX", -32, ""),
    ("NAXIS", 2, "Number of array dimensions"),
    ("NAXIS1", N_PIXELS, ""),
    ("NAXIS2", 5, ""),
    ("EXTEND", True, ""),
)

#: Cards that are the same in every file, or their default: name, value, comment. A name of None is a comment.
_FIXED: tuple[tuple[str | None, Any, str], ...] = (
    (None, "Simulated spectrum, not an observation", ""),
    (None, "--------FILE INFORMATION", ""),
    ("FILENAME", "", ""),
    ("OBSID", 0, "Unique number ID of this spectrum"),
    ("AUTHOR", "Spectrolabe (simulated)", "Who compiled the information"),
    ("DATA_V", "SIMULATED", "Data release version"),
    ("EXTEN0", "Flux, Inverse, Wavelength, Andmask, Ormask", ""),
    ("N_EXTEN", 1, "The extension number"),
    ("EXTNAME", "Flux", ""),
    ("ORIGIN", "SIMULATED", "Organization responsible for creating this file"),
    ("SIMULATE", True, "This spectrum is simulated"),
    ("DATE", "", "Simulated time (UTC)"),
    (None, "--------TELESCOPE PARAMETERS", ""),
    ("TELESCOP", "LAMOST (simulated)", "Instrument that is imitated"),
    (None, "--------OBSERVATION PARAMETERS", ""),
    ("DATE-OBS", "", "The observation median UTC (simulated)"),
    ("LMJD", 0, "Local Modified Julian Day"),
    ("MJD", 0, "Modified Julian Day"),
    ("PLANID", "", "Plan ID in use"),
    ("RA", 0.0, "[deg] Right ascension of object"),
    ("DEC", 0.0, "[deg] Declination of object"),
    ("DESIG", "", "Designation of target (simulated)"),
    ("FIBERID", 0, "Fiber ID of Object"),
    ("OBJECT", "", "Spectrum id"),
    ("OBJNAME", "simulated", "Name of object"),
    ("OBJTYPE", "Star", "Object type from input catalog"),
    ("TSOURCE", "simulated", "Name of input catalog"),
    ("TCOMMENT", "simulated", "Target information"),
    ("TFROM", "simulated", "Target catalog"),
    ("FIBERTYP", "Obj", "Fiber type of object"),
    ("FIBERMAS", 0, "Bitmask of warning values, 0 means all is well"),
    ("MAGTYPE", "ugriz", "Magnitude type of object"),
    *((f"MAG{k}", 99.0, f"[mag] Mag{k} of object") for k in range(1, 8)),
    ("RADECSYS", "FK5", "Equatorial coordinate system"),
    ("EQUINOX", 2000.0, "Equinox in years"),
    ("SPID", 0, "Spectrograph ID"),
    (None, "--------DATA REDUCTION PARAMETERS", ""),
    ("HELIO", True, "Heliocentric correction"),
    ("HELIO_RV", 0.0, "[km/s] Heliocentric correction"),
    ("VACUUM", True, "Wavelengths are in vacuum"),
    ("NWORDER", 2, "Number of linear-log10 coefficients"),
    ("WFITTYPE", "LOG-LINEAR", "Linear-log10 dispersion"),
    ("COEFF0", COEFF0, "Central wavelength (log10) of first pixel"),
    ("COEFF1", COEFF1, "Log10 dispersion per pixel"),
    ("CRVAL1", COEFF0, "Central wavelength (log10) of first pixel"),
    ("CD1_1", COEFF1, "Log10 dispersion per pixel"),
    ("CRPIX1", 1, "Starting pixel (1-indexed)"),
    ("CTYPE1", "LINEAR", ""),
    ("DC-FLAG", 1, "Log-linear flag"),
    (None, "--------SPECTRA ANALYSIS RESULTS", ""),
    ("VERSPIPE", f"spectrolabe {__version__}", "Version of the simulation"),
    ("CLASS", "", "Class of object"),
    ("SUBCLASS", "", "Subclass of object"),
    ("Z", 0.0, "Redshift of object"),
    ("Z_ERR", 0.0, "Redshift error of object"),
    ("ZFLAG", "SIMULATED", "Which method computes the redshift"),
    *((f"SNR{band}", 0.0, f"SNR of {band.lower()} filter") for band in "UGRIZ"),
)

#: Cards that come from the catalogue row: card and column.
_FROM_CATALOGUE = {
    "FILENAME": "filename", "OBSID": "obsid", "LMJD": "lmjd", "MJD": "mjd", "PLANID": "planid", "RA": "ra",
    "DEC": "dec", "FIBERID": "fiberid", "FIBERMAS": "fibermask", "SPID": "spid", "CLASS": "class",
    "SUBCLASS": "subclass", "Z": "z", "Z_ERR": "z_err", "SNRU": "snru", "SNRG": "snrg", "SNRR": "snrr",
    "SNRI": "snri", "SNRZ": "snrz", **{f"MAG{k}": f"mag{k}" for k in range(1, 8)},
}  # fmt: skip


_BLOCK = 2880


def header_cards(catalogue_row: dict[str, Any], helio_rv: float) -> list[str]:
    """Return the cards of one file, 80 characters each, from its row of the catalogue."""
    own = {card: catalogue_row[column] for card, column in _FROM_CATALOGUE.items()}
    own["OBJECT"] = str(catalogue_row["filename"]).removesuffix(".fits")
    own["DESIG"] = f"LAMOST {catalogue_row['designation']}"
    own["DATE"] = own["DATE-OBS"] = f"{catalogue_row['obsdate']}T12:00:00"
    own["HELIO_RV"] = round(helio_rv, 5)
    return [card_of(name, own.get(name or "", value), comment) for name, value, comment in (*_LAYOUT, *_FIXED)]


def card_of(name: str | None, value: Any, comment: str) -> str:
    """Return one card in the fixed format of the FITS standard 4.0, sections 4.1 and 4.2; no name: a comment.

    >>> card_of("HELIO", True, "Heliocentric correction").rstrip()
    'HELIO   =                    T / Heliocentric correction'
    """
    if name is None:
        return f"COMMENT {value}"[:80].ljust(80)
    if isinstance(value, bool):
        text = f"{'T' if value else 'F':>20}"
    elif isinstance(value, str):
        text = f"'{value:<8}'".ljust(20)
    else:
        text = f"{value!r:>20}".upper()
    return f"{name:<8}= {text} / {comment}"[:80].ljust(80)


def write_file(
    path: Path,
    cards: list[str],
    wavelength: npt.NDArray[np.float64],
    flux: npt.NDArray[np.float32],
    ivar: npt.NDArray[np.float32],
) -> None:
    """Write one spectrum; all arrays of shape (n_pixels,). Bad pixels get bit 27 of the AND and the OR mask.

    The bytes are put together here, ten times as fast as with a general FITS library: a survey has many small files.
    """
    mask = np.where(ivar > 0, 0, 2.0**27)
    image = np.stack((flux, ivar, wavelength, mask, mask)).astype(">f4").tobytes()
    header = "".join([*cards, "END".ljust(80)]).encode("ascii")
    path.write_bytes(header + b" " * (-len(header) % _BLOCK) + image + b"\0" * (-len(image) % _BLOCK))

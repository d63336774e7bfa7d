"""Tiny SDSS, Indo-US and other FITS files."""

from pathlib import Path
from typing import Any

import numpy as np
from astropy.io import fits

from tests.make.made import Made, made_flux

N_PIXELS = 60


def sdss(folder: Path) -> Made:
    """Make a spec file; pixel 2 has no weight, pixel 4 BADFLAT, pixel 6 BRIGHTSKY, which only informs."""
    path = folder / "spec-0266-51602-0013.fits"
    loglam = 3.8 + 0.0001 * np.arange(N_PIXELS)
    ivar, flags = np.full(N_PIXELS, 4.0), np.zeros(N_PIXELS, dtype=int)
    ivar[2], flags[4], flags[6] = 0, 1 << 2, 1 << 23
    columns = [
        fits.Column("flux", "E", array=made_flux(N_PIXELS)),
        fits.Column("loglam", "D", array=loglam),
        fits.Column("ivar", "E", array=ivar),
        fits.Column("and_mask", "J", array=flags),
    ]
    primary = fits.PrimaryHDU()
    primary.header["TELESCOP"], primary.header["RA"], primary.header["DEC"] = "SDSS 2.5-M", 10.0, 10.0
    row = fits.BinTableHDU.from_columns(
        [
            fits.Column("CLASS", "6A", array=["STAR"]),
            fits.Column("SUBCLASS", "21A", array=["F9"]),
            fits.Column("Z", "D", array=[-0.00014]),
            fits.Column("SN_MEDIAN_ALL", "D", array=[66.25]),
            fits.Column("PLUG_RA", "D", array=[341.016]),
            fits.Column("PLUG_DEC", "D", array=[12.6]),
            fits.Column("PSFMAG", "5D", array=[[21.0, 20.5, 19.75, 19.25, 18.75]]),
            # 2000-01-01T12:00:32 TAI is 2000-01-01T12:00:00 UTC: 32 leap seconds then.
            fits.Column("TAI", "5D", array=[[(51544 * 86400 + 43232.0)] * 5]),
        ],
        name="SPALL",
    )
    fits.HDUList([primary, fits.BinTableHDU.from_columns(columns, name="COADD"), row]).writeto(path)
    common = {
        "ra": 341.016,
        "dec": 12.6,
        "class": "STAR",
        "subclass": "F9",
        "z": -0.00014,
        "mag": 19.75,
        "snr": 66.25,
        "obsdate": "2000-01-01T12:00:00",
    }
    return Made(path, "sdss", 10**loglam, made_flux(N_PIXELS), "vacuum", common)


def indo_us(folder: Path) -> Made:
    path = folder / "A9V__154660.fits"
    header = fits.Header()
    header["OBJRA"], header["OBJDEC"], header["OBJVMAG"] = "17:06:52.96", "-01:39:22.3", 6.357
    header["SPTYPE"], header["COVERAGE"], header["TEFF"] = "A9V", "3465.0-9469.0", "INDEF"
    header["CRVAL1"], header["CRPIX1"], header["CDELT1"], header["CD1_1"] = 3465.0, 1.0, 0.4, 0.4
    header["CTYPE1"] = "LINEAR"
    fits.PrimaryHDU(made_flux(N_PIXELS).astype(">f4"), header).writeto(path)
    common = {"ra": 256.720667, "dec": -1.656194, "subclass": "A9V", "mag": 6.357}
    return Made(path, "indo-us", 3465 + 0.4 * np.arange(N_PIXELS), made_flux(N_PIXELS), "air", common)


def linear_fits(folder: Path, name: str = "other.fits", **cards: Any) -> Made:
    """Make a plain 1-D image of 4000 to 4029.5 Å by 0.5 Å, which says that it is in vacuum."""
    path = folder / name
    header = fits.Header({"CRVAL1": 4000.0, "CRPIX1": 1.0, "CDELT1": 0.5, "CTYPE1": "WAVE", "CUNIT1": "Angstrom"})
    header["RA"], header["DEC"], header["DATE-OBS"] = 10.0, -20.0, "2020-01-02"
    for keyword, value in cards.items():
        if value is None:
            header.pop(keyword, None)
        else:
            header[keyword] = value
    fits.PrimaryHDU(made_flux(N_PIXELS).astype(">f4"), header).writeto(path)
    common = {"ra": 10.0, "dec": -20.0, "obsdate": "2020-01-02"}
    return Made(path, "linear-fits", 4000 + 0.5 * np.arange(N_PIXELS), made_flux(N_PIXELS), "vacuum", common)

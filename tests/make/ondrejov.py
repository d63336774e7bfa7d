"""Tiny Ondřejov files: the 1-D image of the reduction and the table of the archive."""

from pathlib import Path

import numpy as np
from astropy.io import fits

from tests.make.made import Made, made_flux

N_PIXELS = 50


def ondrejov_image(folder: Path) -> Made:
    path = folder / "oe270005.fits"
    header = fits.Header()
    header["OBSERVAT"], header["OBJECT"] = "ONDREJOV", "HD 208905"
    header["DATE"], header["DATE-OBS"], header["UT"] = "2005-05-30T13:44:24", "2005-05-27", "22:00:02"
    header["RA"], header["DEC"], header["EQUINOX"] = "21:57:18.2", "61:17:39.7", 2005.39978
    header["CRVAL1"], header["CRPIX1"], header["CDELT1"], header["CD1_1"] = 6265.0, 1.0, 0.25, 0.25
    header["CTYPE1"], header["DC-FLAG"] = "LINEAR", 0
    header["WAT1_001"] = "wtype=linear label=Wavelength units=angstroms"
    header["GRATCWAV"] = None
    fits.PrimaryHDU(made_flux(N_PIXELS).astype(">f4"), header).writeto(path)
    # From SkyCoord("21:57:18.2 61:17:39.7", unit="hourangle,deg", frame=FK5(equinox="J2005.39978")).icrs of astropy.
    common = {"ra": 329.284645, "dec": 61.268505, "obsdate": "2005-05-27T22:00:02"}
    return Made(path, "ondrejov-image", 6265 + 0.25 * np.arange(N_PIXELS), made_flux(N_PIXELS), "air", common)


def ondrejov_table(folder: Path) -> Made:
    path = folder / "a201503100010.fits"
    wavelength = 6265 + 0.25 * np.arange(N_PIXELS)
    columns = [
        fits.Column("spectral", "D", unit="Angstrom", array=wavelength),
        fits.Column("flux", "D", array=made_flux(N_PIXELS)),
    ]
    table = fits.BinTableHDU.from_columns(columns)
    table.header["DS_IDPUB"] = "ivo://asu.cas.cz/stel/ccd700/a201503100010"
    table.header["DATE"], table.header["TMID"] = "2015-03-20T14:55:24", 57091.7653009258
    table.header["SRCCLASS"], table.header["OBJECT"] = "star", "HD 50975"
    table.header["RA"], table.header["DEC"] = 103.95, 8.875
    fits.HDUList([fits.PrimaryHDU(), table]).writeto(path)
    common = {"ra": 103.95, "dec": 8.875, "class": "STAR", "obsdate": "2015-03-10T18:22:02"}
    return Made(path, "ondrejov-table", wavelength, made_flux(N_PIXELS), "air", common)

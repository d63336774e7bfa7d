"""Tiny LAMOST files: image (DR1, DR2, DR5), COADD table, medium resolution."""

import gzip
from pathlib import Path
from typing import Any

import numpy as np
from astropy.io import fits

from tests.make.made import Made, made_flux

N_PIXELS = 40
COEFF0, COEFF1 = 3.8, 0.0001

COMMON = {
    "ra": 99.0,  # a right ascension may be 99, which is a placeholder in magnitudes
    "dec": -1.5,
    "class": "STAR",
    "subclass": "A2V",
    "z": 0.00026,
    "mag": 13.5,
    "snr": 64.14,
    "obsdate": "2013-02-18T15:54:49.44",
}


def _header(**cards: Any) -> fits.Header:
    header = fits.Header()
    header["TELESCOP"] = "LAMOST"
    header["FIBERID"] = 99
    header["OBSID"] = -2147483648
    header["OBJNAME"] = "O'Neill's"
    header["MAGTYPE"] = "ugrizjh"
    for i, value in enumerate((99.0, 0.0, 13.5, 12.0, 99.0, 99.0, 99.0), start=1):
        header[f"MAG{i}"] = value
    header["DATE-OBS"] = COMMON["obsdate"]
    header["RA"], header["DEC"] = COMMON["ra"], COMMON["dec"]
    header["COEFF0"], header["COEFF1"] = COEFF0, COEFF1
    header["CRVAL1"], header["CD1_1"] = COEFF0, COEFF1
    header["CTYPE1"], header["DC-FLAG"], header["VACUUM"] = "LINEAR", 1, True
    header["CLASS"], header["SUBCLASS"], header["Z"] = "STAR", "A2V", 0.00026
    header["SNRR"] = 64.14
    header["COMMENT"] = "--------FILE INFORMATION"
    header.update(cards)
    return header


def wavelengths(n_pixels: int = N_PIXELS, step: float = COEFF1) -> np.ndarray:
    return 10 ** (COEFF0 + step * np.arange(n_pixels))


def image_rows(third: np.ndarray | None = None) -> np.ndarray:
    """Return five rows; pixel 3 has no weight, pixel 5 is flagged in all exposures, pixel 7 in one."""
    rows = np.zeros((5, N_PIXELS))
    rows[0], rows[1] = made_flux(N_PIXELS), 4.0
    rows[2] = wavelengths() if third is None else third
    rows[1, 3], rows[3, 5], rows[4, 7] = 0, 1, 1
    return rows


def lamost_image(
    folder: Path, name: str = "spec-1.fits", rows: np.ndarray | None = None, dtype: str = ">f4", **cards: Any
) -> Made:
    """Make an image of DR5 (float32), with `dtype` ">f8" of DR2."""
    path = folder / name
    cards = {"EXTEN0": "Flux, Inverse, Wavelength, Andmask, Ormask"} | cards
    hdu = fits.PrimaryHDU((image_rows() if rows is None else rows).astype(dtype), _header(**cards))
    hdu.writeto(path)
    return Made(path, "lamost-image", wavelengths(), made_flux(N_PIXELS), "vacuum", COMMON)


def lamost_image_gz(folder: Path) -> Made:
    made = lamost_image(folder, "plain.fits")
    path = folder / "spec-2.fits.gz"
    path.write_bytes(gzip.compress(made.path.read_bytes()))
    return made._replace(path=path)


def lamost_dr1(folder: Path) -> Made:
    """Make an image of DR1: row 2 is flux over continuum."""
    return lamost_image(
        folder,
        "dr1.fits",
        image_rows(np.ones(N_PIXELS)),
        EXTEN0="Flux Inverse Subcontinuum Andmask Ormask",
    )


def lamost_table(folder: Path) -> Made:
    """Make a COADD table of DR9; the primary header keeps the axes of an image that is not there."""
    path = folder / "spec-3.fits"
    rows = image_rows()
    values = [rows[0], rows[1], rows[2], rows[3], rows[4], np.full(N_PIXELS, -9999.0)]
    names = ("FLUX", "IVAR", "WAVELENGTH", "ANDMASK", "ORMASK", "NORMALIZATION")
    form = f"{N_PIXELS}E"
    columns = [fits.Column(name, form, array=value[None]) for name, value in zip(names, values, strict=True)]
    cards = _header(N_EXTEN=2)
    del cards["MAG*"]
    cards["MAG_PS_R"], cards["MAG_PS_G"] = 13.5, -999.0
    table = fits.BinTableHDU.from_columns(columns, name="COADD")
    fits.HDUList([fits.PrimaryHDU(header=cards), table]).writeto(path)
    _add_naxis_cards(path)
    return Made(path, "lamost-table", wavelengths(), made_flux(N_PIXELS), "vacuum", COMMON)


def _add_naxis_cards(path: Path) -> None:
    content = bytearray(path.read_bytes())
    at = content.index(b"TELESCOP")
    content[at + 80 : at + 80] = f"{'NAXIS1  =                   40':<80}".encode()
    end = content.index(b"END" + b" " * 77)
    spare = (end // 2880 + 1) * 2880
    del content[spare : spare + 80]
    path.write_bytes(bytes(content))


def lamost_mrs(folder: Path) -> Made:
    """Make both coadds and one exposure; the red coadd comes first when read."""
    path = folder / "med-1.fits"
    tables = [_mrs_table(name) for name in ("COADD_B", "COADD_R", "B-84107311", "R-84107311")]
    cards = _header(EXTNAME="Information", N_EXTEN=5)
    for name in ("CLASS", "SUBCLASS", "Z", "SNRR"):
        del cards[name]
    fits.HDUList([fits.PrimaryHDU(header=cards), *tables]).writeto(path)
    common = COMMON | {"class": None, "subclass": None, "z": None, "snr": 280.75}
    return Made(path, "lamost-mrs", wavelengths(), made_flux(N_PIXELS), "vacuum", common)


def _mrs_table(name: str) -> fits.BinTableHDU:
    rows = image_rows()
    mask = "ANDMASK" if name.startswith("COADD") else "PIXMASK"
    columns = [
        fits.Column("FLUX", "E", array=rows[0]),
        fits.Column("IVAR", "E", array=rows[1]),
        fits.Column("LOGLAM", "D", array=np.log10(rows[2])),
        fits.Column(mask, "I", array=rows[3].astype(int)),
    ]
    table = fits.BinTableHDU.from_columns(columns, name=name)
    table.header["SNR"] = 280.75 if name == "COADD_R" else 120.75
    return table

"""One spectrum as every reader returns it, and what its metadata may hold."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any, TypedDict

import numpy as np
import numpy.typing as npt

from al_core.errors import CorruptFileError

FloatArray = npt.NDArray[np.floating[Any]]
BoolArray = npt.NDArray[np.bool_]
MetadataValue = str | int | float | bool | None

#: Numbers that surveys write where they have no value (LAMOST: 99 and -999 for magnitudes, -9999 elsewhere).
PLACEHOLDERS = (99.0, -999.0, -9999.0)

#: The metadata that every survey is asked for, in display order.
COMMON_COLUMNS = ("id", "ra", "dec", "class", "subclass", "z", "mag", "snr", "obsdate")

CommonMetadata = TypedDict(
    "CommonMetadata",
    {
        "id": str,
        "ra": float | None,
        "dec": float | None,
        "class": str | None,
        "subclass": str | None,
        "z": float | None,
        "mag": float | None,
        "snr": float | None,
        "obsdate": str | None,
    },
)
"""What all surveys share; a value that the file does not state is None.

`ra`, `dec`: ICRS degrees. `z`: redshift. `mag`: apparent magnitude in the band nearest to r. `snr`: signal to noise
per pixel as the survey states it, in the band nearest to Hα. `obsdate`: ISO 8601, UTC.
"""


def common_metadata(
    spectrum_id: str,
    *,
    ra: float | None = None,
    dec: float | None = None,
    object_class: str | None = None,
    subclass: str | None = None,
    z: float | None = None,
    mag: float | None = None,
    snr: float | None = None,
    obsdate: str | None = None,
) -> CommonMetadata:
    """Return the common set with everything that is not given missing."""
    return {
        "id": spectrum_id,
        "ra": ra,
        "dec": dec,
        "class": object_class,
        "subclass": subclass,
        "z": z,
        "mag": mag,
        "snr": snr,
        "obsdate": obsdate,
    }


@dataclass(frozen=True, slots=True, eq=False)
class Spectrum:
    """One observed spectrum, as the file states it, on a vacuum wavelength axis.

    Parameters
    ----------
    spectrum_id : str
        Name of the file without folder and extensions; `NAME@PART` where one file holds several spectra.
    wavelength : ndarray of float64, shape (n_pixels,)
        Vacuum ångström in the frame of the file, strictly increasing.
    flux : ndarray of float64, shape (n_pixels,)
        Flux in the unit of the file. Bad pixels keep the value that the file has.
    ivar : ndarray of float64, shape (n_pixels,), optional
        Inverse variance, 1/flux². None where the file does not state it.
    mask : ndarray of bool, shape (n_pixels,)
        True marks a bad pixel: not finite, inverse variance 0, or flagged by the survey in all exposures.
    metadata : mapping
        The survey's own names and values; placeholders are None.
    common : CommonMetadata
        The small set that all surveys share.
    medium : {"vacuum", "air"}
        The medium of the wavelengths in the file, before conversion.
    reader : str
        Name of the reader.
    source : Path, optional
        File that it was read from.
    """

    spectrum_id: str
    wavelength: npt.NDArray[np.float64]
    flux: npt.NDArray[np.float64]
    ivar: npt.NDArray[np.float64] | None
    mask: BoolArray
    metadata: Mapping[str, MetadataValue]
    common: CommonMetadata
    medium: str = "vacuum"
    reader: str = ""
    source: Path | None = field(default=None)

    def __post_init__(self) -> None:
        where = self.source or self.spectrum_id
        for name in ("flux", "mask") + (("ivar",) if self.ivar is not None else ()):
            found = getattr(self, name).shape
            if found != self.wavelength.shape:
                raise CorruptFileError(
                    f"{where}: expected {name} of shape {self.wavelength.shape} like the wavelengths, found {found}."
                )
        if self.wavelength.ndim != 1 or self.wavelength.size < 2:
            raise CorruptFileError(
                f"{where}: expected a spectrum of at least 2 pixels, found shape {self.wavelength.shape}."
            )
        if not np.all(np.isfinite(self.wavelength)) or not np.all(np.diff(self.wavelength) > 0):
            raise CorruptFileError(f"{where}: expected finite, strictly increasing wavelengths, found others.")

    @property
    def n_pixels(self) -> int:
        """Number of pixels."""
        return int(self.wavelength.size)

    @property
    def median_snr(self) -> float:
        """Median of flux * sqrt(ivar) over good pixels; NaN without inverse variances."""
        good = ~self.mask
        if self.ivar is None or not good.any():
            return math.nan
        return float(np.median(self.flux[good] * np.sqrt(self.ivar[good])))


def bad_pixels(flux: FloatArray, ivar: FloatArray | None = None, and_mask: npt.NDArray[Any] | None = None) -> BoolArray:
    """Return True where a pixel is not finite, has no weight, or is flagged in every exposure, shape of `flux`."""
    bad: BoolArray = ~np.isfinite(flux)
    if ivar is not None:
        bad |= ~np.isfinite(ivar) | (ivar <= 0)
    if and_mask is not None:
        bad |= and_mask != 0
    return bad


def without_placeholder(value: Any) -> MetadataValue:
    """Return a header or table value as str, int, float, bool or None; blanks, NaN and placeholders are None."""
    if value is None or isinstance(value, bool | np.bool_):
        return None if value is None else bool(value)
    if isinstance(value, int | float | np.integer | np.floating):
        number = value.item() if isinstance(value, np.generic) else value
        return None if not math.isfinite(number) or float(number) in PLACEHOLDERS else number
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    text = str(value).strip()
    return text or None


def spectrum_id_of(path: PurePath) -> str:
    """Return the file's name without its extensions.

    Only known extensions are taken off, so that a name with dots in it stays whole.

    >>> spectrum_id_of(Path("lamost/spec-55862-B6202_sp01-001.fits.gz"))
    'spec-55862-B6202_sp01-001'
    >>> spectrum_id_of(Path("B0.5III__184915.fits"))
    'B0.5III__184915'
    """
    name = path.name
    while True:
        stem, dot, extension = name.rpartition(".")
        if not dot or not stem or extension.lower() not in KNOWN_EXTENSIONS:
            return name
        name = stem


KNOWN_EXTENSIONS = frozenset(
    """fits fit fts fz csv txt dat ascii asc tsv vot votable xml h5 hdf5 hdf gz bz2 xz zip""".split()  # noqa: SIM905
)

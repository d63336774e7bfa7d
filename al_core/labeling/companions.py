"""Other observations of the same star in the pool: the same designation, or a position within three arcseconds."""

import glob
import math
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import numpy.typing as npt
import polars as pl

from al_core.pools import Pool
from al_core.pools.idindex import hash_ids

RADIUS_ARCSEC = 3.0
#: Names under which surveys state what the star is called.
DESIGNATION_COLUMNS = ("designation", "desig", "DESIG")
MOST_SHOWN = 20
_SHOWN = ("ra", "dec", "obsdate", "snr", "class", "subclass", "mag")

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class SkyIndex:
    """Finds neighbors on the sky and equal designations without reading the table again.

    Parameters
    ----------
    dec, ra : ndarray of float64, shape (n_positions,)
        Degrees, in increasing order of `dec`.
    rows : ndarray of uint32, shape (n_positions,)
        Row of the pool of each.
    hashes : ndarray of uint64, shape (n_names,)
        Hashes of the designations, in increasing order.
    named_rows : ndarray of uint32, shape (n_names,)
    """

    dec: npt.NDArray[np.float64]
    ra: npt.NDArray[np.float64]
    rows: npt.NDArray[np.uint32]
    hashes: npt.NDArray[np.uint64]
    named_rows: npt.NDArray[np.uint32]

    @classmethod
    def of(cls, pool: Pool) -> "SkyIndex":
        """Read positions and designations of a pool, about 36 bytes a spectrum."""
        columns = pool.metadata.collect_schema().names()
        names = [name for name in ("ra", "dec") if name in columns]
        designation = next((name for name in DESIGNATION_COLUMNS if name in columns), None)
        table = pool.metadata.select([*names, *([designation] if designation else [])]).collect()
        rows = np.arange(pool.n_spectra, dtype=np.uint32)
        if len(names) == 2:
            ra, dec = (table[name].cast(pl.Float64).fill_null(math.nan).to_numpy() for name in names)
        else:
            ra = dec = np.full(pool.n_spectra, math.nan)
        known = np.flatnonzero(np.isfinite(ra) & np.isfinite(dec))
        order = known[np.argsort(dec[known], kind="stable")]
        hashes, named = np.empty(0, np.uint64), np.empty(0, np.uint32)
        if designation is not None:
            has_name = table[designation].is_not_null().to_numpy()
            found = hash_ids(table[designation].cast(pl.String).filter(pl.Series(has_name)))
            by_hash = np.argsort(found, kind="stable")
            hashes, named = found[by_hash], rows[has_name][by_hash]
        return cls(dec[order], ra[order], rows[order], hashes, named)

    @classmethod
    def open(cls, folder: Path, pool: Pool) -> "SkyIndex":
        """Open the index that lies in a folder; it is made there the first time, and what it replaces is removed.

        Parameters
        ----------
        folder : Path
            Where the indexes of all pools lie.
        pool : Pool
        """
        stamp = "".join(c for c in str(pool.manifest.get("created_utc", "")) if c.isdigit())
        own = folder / f"{pool.path.name}@{stamp}-{pool.n_spectra}"
        if not own.is_dir():
            cls.of(pool)._save(own)
            for old in folder.glob(f"{glob.escape(pool.path.name)}@*"):
                if old != own:
                    shutil.rmtree(old, ignore_errors=True)
        return cls(*(np.load(own / f"{field.name}.npy", mmap_mode="r") for field in fields(cls)))

    def _save(self, folder: Path) -> None:
        """Write the arrays; of several processes that do so at once, the first one counts."""
        temporary = folder.with_name(f".{folder.name}.{uuid4().hex}")
        temporary.mkdir(parents=True)
        for field in fields(self):
            np.save(temporary / f"{field.name}.npy", getattr(self, field.name))
        try:
            temporary.rename(folder)
        except OSError:
            shutil.rmtree(temporary, ignore_errors=True)

    def near(self, ra: float, dec: float, radius_arcsec: float = RADIUS_ARCSEC) -> Rows:
        """Return the rows within a radius of a position (degrees), itself included; haversine formula."""
        radius = radius_arcsec / 3600
        low = int(np.searchsorted(self.dec, dec - radius, side="left"))
        part = slice(low, int(np.searchsorted(self.dec, dec + radius, side="right")))
        d, r = np.radians(self.dec[part]), np.radians(self.ra[part])
        d0, r0 = math.radians(dec), math.radians(ra)
        h = np.sin((d - d0) / 2) ** 2 + math.cos(d0) * np.cos(d) * np.sin((r - r0) / 2) ** 2
        is_near = 2 * np.arcsin(np.sqrt(np.clip(h, 0, 1))) <= math.radians(radius)
        return np.asarray(self.rows[part][is_near], dtype=np.int64)

    def named(self, designation: str) -> Rows:
        """Return the rows whose designation has the same hash."""
        [wanted] = hash_ids(pl.Series([designation], dtype=pl.String))
        low = int(np.searchsorted(self.hashes, wanted, side="left"))
        high = int(np.searchsorted(self.hashes, wanted, side="right"))
        return np.asarray(self.named_rows[low:high], dtype=np.int64)


def companion_rows(sky: SkyIndex, row: int, metadata: dict[str, Any]) -> list[int]:
    """Return the rows that may be of the same star as a row with these metadata, itself left out."""
    ra, dec = metadata.get("ra"), metadata.get("dec")
    found = [np.empty(0, np.int64)]
    if isinstance(ra, float) and isinstance(dec, float):
        found.append(sky.near(ra, dec))
    column = _designation(metadata)
    if column is not None:
        found.append(sky.named(str(metadata[column])))
    rows: list[int] = np.setdiff1d(np.concatenate(found), [row])[:MOST_SHOWN].tolist()
    return rows


def companions_of(metadata: dict[str, Any], others: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the other observations of the star of a spectrum, nearest first.

    Parameters
    ----------
    metadata : dict
        Of the spectrum.
    others : iterable of dict
        Metadata of the rows that `companion_rows` found.

    Returns
    -------
    list of dict
        `id`, `separation_arcsec` (None without positions), date, signal to noise, class.
    """
    column = _designation(metadata)
    found = []
    for other in others:
        separation = _separation(metadata, other)
        is_near = separation is not None and separation <= RADIUS_ARCSEC
        if is_near or (column is not None and other.get(column) == metadata[column]):
            about = {name: other[name] for name in _SHOWN if other.get(name) is not None}
            found.append({"id": other["spectrum_id"], "separation_arcsec": separation, **about})
    return sorted(found, key=lambda one: (one["separation_arcsec"] is None, one["separation_arcsec"] or 0.0))


def _designation(metadata: dict[str, Any]) -> str | None:
    return next((name for name in DESIGNATION_COLUMNS if metadata.get(name)), None)


def _separation(one: dict[str, Any], other: dict[str, Any]) -> float | None:
    if not all(isinstance(place.get(name), float) for place in (one, other) for name in ("ra", "dec")):
        return None
    d0, d1 = math.radians(one["dec"]), math.radians(other["dec"])
    dr = math.radians(other["ra"] - one["ra"])
    h = math.sin((d1 - d0) / 2) ** 2 + math.cos(d0) * math.cos(d1) * math.sin(dr / 2) ** 2
    return round(math.degrees(2 * math.asin(math.sqrt(min(h, 1.0)))) * 3600, 2)

"""Other observations of the same star in the pool: the same designation, or a position within three arcseconds."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from al_core.labeling.table import metadata_of
from al_core.pools import Pool
from al_core.pools.idindex import hash_ids

RADIUS_ARCSEC = 3.0
#: Names under which surveys state what the star is called.
DESIGNATION_COLUMNS = ("designation", "desig", "DESIG")
MOST_SHOWN = 20
_SHOWN = ("spectrum_id", "ra", "dec", "obsdate", "snr", "class", "subclass", "mag")

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


def companions_of(pool: Pool, sky: SkyIndex, row: int, metadata: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the other observations of the star of a spectrum, nearest first, at most 20.

    Parameters
    ----------
    pool : Pool
    sky : SkyIndex
        Of the pool.
    row : int
    metadata : dict
        Of that row.
    """
    ra, dec = metadata.get("ra"), metadata.get("dec")
    found = [np.empty(0, np.int64)]
    if isinstance(ra, float) and isinstance(dec, float):
        found.append(sky.near(ra, dec))
    column = next((name for name in DESIGNATION_COLUMNS if metadata.get(name)), None)
    if column is not None:
        found.append(sky.named(str(metadata[column])))
    rows = np.setdiff1d(np.concatenate(found), [row])
    if not rows.size:
        return []
    wanted = [*_SHOWN, *([column] if column else [])]
    others = [
        {"id": other.pop("spectrum_id"), "separation_arcsec": _separation(ra, dec, other), **other}
        for other in metadata_of(pool, rows[: 5 * MOST_SHOWN], wanted).to_dicts()
    ]
    same = [one for one in others if _is_same(one, metadata, column)]
    nearest = sorted(same, key=lambda one: (one["separation_arcsec"] is None, one["separation_arcsec"] or 0.0))
    return nearest[:MOST_SHOWN]


def _is_same(other: dict[str, Any], metadata: dict[str, Any], column: str | None) -> bool:
    """Whether it is near or has the very name, not only its hash."""
    distance = other["separation_arcsec"]
    is_near = distance is not None and distance <= RADIUS_ARCSEC
    return is_near or (column is not None and other.get(column) == metadata[column])


def _separation(ra: Any, dec: Any, other: dict[str, Any]) -> float | None:
    if not all(isinstance(value, float) for value in (ra, dec, other.get("ra"), other.get("dec"))):
        return None
    d0, d1 = math.radians(dec), math.radians(other["dec"])
    dr = math.radians(other["ra"] - ra)
    h = math.sin((d1 - d0) / 2) ** 2 + math.cos(d0) * math.cos(d1) * math.sin(dr / 2) ** 2
    return round(math.degrees(2 * math.asin(math.sqrt(min(h, 1.0)))) * 3600, 2)

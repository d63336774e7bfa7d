"""An imported pool: flux memory-mapped, metadata scanned, rows found by id in milliseconds."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import polars as pl

from al_core.errors import PoolError
from al_core.pools.idindex import IdIndex
from al_core.pools.layout import (
    FLUX,
    ID_INDEX,
    ID_OFFSETS,
    ID_TEXT,
    JOURNAL,
    MANIFEST,
    REJECTED,
    SPECTRA,
    sha256_of,
)
from al_core.pools.manifest import read_manifest
from al_core.preprocessing import Recipe


class Pool:
    """A folder that `import_pool` wrote; nothing is read before it is asked for.

    Attributes
    ----------
    path : Path
        The folder.
    manifest : dict
        What `manifest.json` says.
    """

    def __init__(self, path: Path, manifest: dict[str, Any]) -> None:
        self.path = path
        self.manifest = manifest

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a pool and compare its files with its manifest.

        Raises
        ------
        PoolError
            If the folder is missing or not a pool, its import is unfinished, a newer version wrote it, or its files do
            not have the sizes that the manifest states.
        """
        if not path.is_dir():
            raise PoolError(f"Expected the folder of a pool at {path}, found nothing. Import it first.")
        if not (path / MANIFEST).is_file():
            raise PoolError(_without_manifest(path))
        pool = cls(path, read_manifest(path))
        pool._check_sizes()
        return pool

    @property
    def name(self) -> str:
        """Name of the pool."""
        return str(self.manifest["name"])

    @property
    def n_spectra(self) -> int:
        """Number of spectra."""
        return int(self.manifest["n_spectra"])

    @property
    def simulated(self) -> bool:
        """Whether any spectrum in it was simulated, not observed."""
        return bool(self.manifest["simulated"])

    @cached_property
    def recipe(self) -> Recipe:
        """What was done to the spectra."""
        return Recipe.from_dict(self.manifest["recipe"], str(self.path / MANIFEST))

    @cached_property
    def grid(self) -> npt.NDArray[np.float64]:
        """Wavelengths, vacuum Å, shape (n_pixels,)."""
        return np.array(self.manifest["grid"], dtype=np.float64)

    @cached_property
    def flux(self) -> npt.NDArray[np.float32]:
        """Flux scaled as the recipe says, float32, shape (n_spectra, n_pixels), memory-mapped and read-only."""
        flux: npt.NDArray[np.float32] = np.load(self.path / FLUX, mmap_mode="r")
        return flux

    @property
    def metadata(self) -> pl.LazyFrame:
        """The table of spectra in the order of the rows, to be queried; nothing is read before it is collected."""
        return pl.scan_parquet(self.path / SPECTRA)

    @cached_property
    def spectrum_ids(self) -> pl.Series:
        """All ids in the order of the rows; read at the first use, about 60 bytes each."""
        return pl.read_parquet(self.path / SPECTRA, columns=["spectrum_id"])["spectrum_id"]

    @property
    def rejected(self) -> pl.DataFrame:
        """Files and spectra that the import left out: `source`, `spectrum_id`, `reason`, all text."""
        path = self.path / REJECTED
        if not path.is_file():
            return pl.DataFrame(schema=dict.fromkeys(("source", "spectrum_id", "reason"), pl.String))
        return pl.read_csv(path, infer_schema=False)

    @cached_property
    def _index(self) -> IdIndex:
        stored = all((self.path / name).is_file() for name in (ID_INDEX, ID_OFFSETS, ID_TEXT))
        return IdIndex.open(self.path) if stored else IdIndex.of(self.spectrum_ids)

    def indices_of(self, spectrum_ids: Sequence[str] | pl.Series) -> npt.NDArray[np.int64]:
        """Return the row of each id, int64, shape (n_ids,).

        Raises
        ------
        PoolError
            If the pool does not have one of them.
        """
        rows = self._index.find(spectrum_ids)
        unknown = np.flatnonzero(rows < 0)
        if unknown.size:
            names = ", ".join(repr(spectrum_ids[int(place)]) for place in unknown[:3])
            raise PoolError(
                f"Pool {self.name!r} has {unknown.size} of {len(rows)} spectra not, the first are {names}. "
                "An id is the name of the file without its extension."
            )
        return rows

    def find(self, spectrum_ids: Sequence[str] | pl.Series) -> npt.NDArray[np.int64]:
        """Return the row of each id, -1 where the pool does not have it, int64, shape (n_ids,)."""
        return self._index.find(spectrum_ids)

    def ids_of(self, rows: npt.NDArray[np.int64]) -> list[str]:
        """Return the ids of some rows without reading all of them."""
        text, ends = self._index.text, self._index.ends
        return [bytes(text[int(ends[row - 1]) if row else 0 : int(ends[row])]).decode() for row in rows.tolist()]

    def rows(self, spectrum_ids: Sequence[str] | pl.Series) -> npt.NDArray[np.float32]:
        """Return the flux of some spectra, float32, shape (n_ids, n_pixels), a copy in the order of the ids."""
        return np.asarray(self.flux[self.indices_of(spectrum_ids)])

    def verify(self) -> None:
        """Read the whole pool and compare it with the hashes in its manifest.

        Raises
        ------
        PoolError
            If a file has changed since the import.
        """
        for name, expected in self.manifest["sha256"].items():
            found = sha256_of(self.path / name)
            if found != expected:
                raise PoolError(
                    f"{self.path / name}: expected SHA-256 {expected[:12]}..., found {found[:12]}... "
                    "The file has changed since the import; import the pool again."
                )
        if not np.array_equal(self._index.find(self.spectrum_ids), np.arange(self.n_spectra)):
            raise PoolError(f"{self.path / ID_INDEX}: the index does not fit the spectra. Import the pool again.")

    def _check_sizes(self) -> None:
        expected = (self.n_spectra, int(self.manifest["n_pixels"]))
        try:
            found = self.flux.shape
            n_rows = self.metadata.select(pl.len()).collect().item()
        except (OSError, ValueError, pl.exceptions.PolarsError) as error:
            raise PoolError(f"{self.path}: cannot be read: {error}. Import the pool again.") from error
        if found != expected or self.flux.dtype != np.float32 or self.grid.shape != expected[1:]:
            raise PoolError(
                f"{self.path / FLUX}: expected float32 of shape {expected}, found {self.flux.dtype} {found}. "
                "Import the pool again."
            )
        if n_rows != expected[0]:
            raise PoolError(
                f"{self.path / SPECTRA}: expected {expected[0]} rows, found {n_rows}. Import the pool again."
            )


def _without_manifest(path: Path) -> str:
    if (path / JOURNAL).is_file():
        return f"The import of {path} is not finished. Give the same import command again; it goes on where it stopped."
    return f"{path} is not the folder of a pool: expected {MANIFEST} there. Import it first."

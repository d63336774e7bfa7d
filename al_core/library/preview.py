"""A few spectra before and after a recipe, so that one sees what it does before millions go through it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from al_core.errors import ALCoreError, ExcludedSpectrumError, LibraryError, ReadError
from al_core.pools import Pool
from al_core.pools.layout import SPECTRA
from al_core.preprocessing import Recipe
from al_core.readers import MatrixReader, find_spectrum_files, identify, open_matrix, read_spectra
from al_core.spectrum import Spectrum, bad_pixels, common_metadata, spectrum_id_of

Array = npt.NDArray[np.floating[Any]]
#: Files that are tried for each spectrum wanted: some may not be readable.
_TRIES = 4


@dataclass(frozen=True, eq=False)
class Previewed:
    """One spectrum before and after.

    Attributes
    ----------
    spectrum_id, source : str
    wavelength, flux : ndarray, shape (n_pixels,)
        As the file has it, vacuum Å; the stored flux where no file is left.
    grid, result : ndarray, shape (n_points,)
        After the recipe; `result` is None where it leaves the spectrum out.
    reason : str
        Why it is left out, "" if it is not.
    is_raw : bool
        Whether `flux` is that of a file.
    """

    spectrum_id: str
    source: str
    wavelength: Array
    flux: Array
    grid: Array
    result: Array | None
    reason: str
    is_raw: bool = True


@dataclass(frozen=True, eq=False)
class Source:
    """A spectrum that was read for a preview and can go through any number of recipes.

    `spectrum` is None where only the pool's stored flux is left; `is_row` tells rows of tables from files of their own.
    """

    spectrum_id: str
    source: str
    wavelength: Array
    flux: Array
    spectrum: Spectrum | None
    is_row: bool = False

    def through(self, recipe: Recipe, keep_grid: bool) -> Previewed:
        """Apply a recipe, all of it or (`keep_grid`, for rows of tables) its steps on the grid."""
        result: Array | None
        try:
            grid, result = self._apply(recipe, keep_grid)
            reason = ""
        except ALCoreError as error:
            grid, result, reason = self.wavelength, None, str(error)
        is_raw = self.spectrum is not None
        return Previewed(self.spectrum_id, self.source, self.wavelength, self.flux, grid, result, reason, is_raw)

    def _apply(self, recipe: Recipe, keep_grid: bool) -> tuple[Array, Array]:
        stays = self.is_row and (keep_grid or recipe.fits(self.wavelength))
        if self.spectrum is not None and not stays:
            return recipe.grid, recipe.apply(self.spectrum)
        on_grid = recipe.on_grid(self.wavelength)
        rows = on_grid.finish(self.flux[None, :])
        if rows.excluded:
            raise ExcludedSpectrumError(rows.excluded[0][1])
        return on_grid.grid, rows.flux[0]


def sources_of_files(paths: Sequence[Path], n: int = 4, seed: int = 0) -> list[Source]:
    """Read a few spectra of files and folders: the first rows of tables, single spectra drawn at random.

    Raises
    ------
    LibraryError
        If none of those that were tried has a spectrum; the first reason is quoted.
    """
    files = find_spectrum_files(paths)
    order = np.random.default_rng([seed, len(files)]).permutation(len(files))
    found: list[Source] = []
    first_reason = ""
    for number in order[: n * _TRIES]:
        try:
            found += islice(_read(files[int(number)], n), n - len(found))
        except (ReadError, OSError) as error:
            first_reason = first_reason or str(error)
        if len(found) >= n:
            break
    if not found:
        raise LibraryError(f"No spectrum to look at was found. {first_reason}".strip())
    return found


def sources_of_pool(pool: Pool, spectrum_ids: Sequence[str]) -> list[Source]:
    """Read spectra of a pool from their files, or its stored flux where a file is gone or was a table."""
    rows = pool.indices_of(spectrum_ids)
    names = pl.scan_parquet(pool.path / SPECTRA).select("source").collect()["source"]
    return [_of_pool(pool, str(one), int(row), names[int(row)]) for one, row in zip(spectrum_ids, rows, strict=True)]


def sample_ids(pool: Pool, n: int, seed: int = 0) -> list[str]:
    """Return ids of a few spectra of a pool, drawn at random."""
    rows = np.random.default_rng([seed, pool.n_spectra]).choice(pool.n_spectra, min(n, pool.n_spectra), replace=False)
    return [str(pool.spectrum_ids[int(row)]) for row in rows]


def preview(sources: Sequence[Source], recipe: Recipe, keep_grid: bool = False) -> list[Previewed]:
    """Take spectra that were read through a recipe."""
    return [source.through(recipe, keep_grid) for source in sources]


def _of_pool(pool: Pool, spectrum_id: str, row: int, name: str | None) -> Source:
    path = Path(name) if name else None
    tables = pool.manifest.get("plan", {}).get("matrices", ())
    if path is not None and str(path) not in tables and path.is_file():
        try:
            spectra = read_spectra(path, exposures=True)
            chosen = next((one for one in spectra if one.spectrum_id == spectrum_id), spectra[0])
            return _of_spectrum(chosen, spectrum_id)
        except (ReadError, OSError):  # then the pool's own flux is shown, and the page says so
            pass
    return Source(spectrum_id, str(name or ""), pool.grid, np.asarray(pool.flux[row]), None)


def _read(path: Path, n: int) -> Iterator[Source]:
    if isinstance(identify(path), MatrixReader):
        yield from _rows(path, n)
    else:
        yield from (_of_spectrum(one, one.spectrum_id) for one in read_spectra(path))


def _rows(path: Path, n: int) -> Iterator[Source]:
    source = open_matrix(path)
    chunk = next(iter(source.chunks(chunk_rows=n * _TRIES)), None)
    if chunk is None:
        return
    wavelength = source.wavelength
    for name, flux in zip(map(str, chunk.spectrum_ids), chunk.flux.astype(np.float64), strict=True):
        row = Spectrum(name, wavelength, flux, None, bad_pixels(flux), {}, common_metadata(name), source=path)
        yield Source(name, str(path), wavelength, flux, row, is_row=True)


def _of_spectrum(spectrum: Spectrum, spectrum_id: str) -> Source:
    source = str(spectrum.source or spectrum_id_of(Path(spectrum_id)))
    return Source(spectrum_id, source, spectrum.wavelength, spectrum.flux, spectrum)

"""What an import is going to do: its inputs in their order, and a fingerprint that tells whether they are the same."""

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from al_core.errors import GridMismatchError, PoolError, ReadError, RecipeError
from al_core.pools.inputs import Inputs, find_inputs
from al_core.pools.layout import SCHEMA
from al_core.preprocessing import Recipe
from al_core.readers import open_matrix
from al_core.spectrum import FloatArray

#: Files of one spectrum each in one block.
FILES_PER_BLOCK = 256
#: Rows of a matrix in one block.
ROWS_PER_BLOCK = 20_000


@dataclass(frozen=True)
class Options:
    """The choices of the caller that change what is in the pool."""

    exposures: bool = False
    remove_duplicates: bool = False
    metadata_csv: Path | None = None


@dataclass(frozen=True)
class Plan:
    """Inputs, the recipe bound to the pool's grid, options, and the fingerprint of all of them."""

    inputs: Inputs
    recipe: Recipe
    options: Options
    fingerprint: str

    @property
    def n_batches(self) -> int:
        """Number of blocks that the files of one spectrum each make; the matrices are units after them."""
        return -(-len(self.inputs.files) // FILES_PER_BLOCK)

    def batches(self, first: int) -> Iterator[list[str]]:
        """Yield the files of each block, from block `first` on."""
        files = iter(self.inputs.files[first * FILES_PER_BLOCK :])
        while batch := list(islice(files, FILES_PER_BLOCK)):
            yield batch

    def to_dict(self) -> dict[str, Any]:
        """Return what the journal and the manifest say about the plan."""
        return {
            "schema": SCHEMA,
            "fingerprint": self.fingerprint,
            "n_files": len(self.inputs.files),
            "matrices": list(self.inputs.matrices),
            "recipe": self.recipe.to_dict(),
        }


def make_plan(paths: Sequence[Path], folder: Path, recipe: Recipe, keep_grid: bool | None, options: Options) -> Plan:
    """List the inputs and decide on the grid.

    Raises
    ------
    PoolError
        If a path does not exist or there is nothing to import.
    GridMismatchError
        If the inputs cannot share a grid.
    """
    inputs = find_inputs(paths, folder)
    if not inputs.files and not inputs.matrices:
        raise PoolError(f"Found nothing to import in {', '.join(map(str, paths)) or 'an empty list of paths'}.")
    keep = not inputs.files if keep_grid is None else keep_grid
    bound = _on_grid_of_matrices(inputs, recipe) if keep and inputs.matrices else recipe
    if bound.given_grid is not None and inputs.files:
        raise RecipeError(
            f"Recipe {bound.name!r} is bound to the grid of a matrix, and {inputs.files[0]} is a file of one spectrum. "
            "Import them apart, or with a recipe that resamples."
        )
    return Plan(inputs, bound, options, _fingerprint(inputs, bound, options))


def _on_grid_of_matrices(inputs: Inputs, recipe: Recipe) -> Recipe:
    grids = _grids(inputs.matrices)
    first = next(iter(grids))
    bound = recipe.on_grid(grids[first])
    for other, wavelength in grids.items():
        if not bound.fits(wavelength):
            raise GridMismatchError(
                f"{first} has {bound.grid.size} points, {bound.grid[0]:g}-{bound.grid[-1]:g} Å, {other} has "
                f"{wavelength.size}, {wavelength[0]:g}-{wavelength[-1]:g} Å. "
                "Import them into two pools, or resample both to the grid of a recipe."
            )
    return bound


def _grids(matrices: Sequence[str]) -> dict[str, FloatArray]:
    """Return the wavelengths of every table; one that cannot be opened is listed later, unless there is no other."""
    grids: dict[str, FloatArray] = {}
    failed: ReadError | None = None
    for path in matrices:
        try:
            grids[path] = open_matrix(Path(path)).wavelength
        except ReadError as error:
            failed = error
    if failed is not None and not grids:
        raise failed
    return grids


def _fingerprint(inputs: Inputs, recipe: Recipe, options: Options) -> str:
    """Return a hash over names, sizes and times of all inputs, the recipe and the options."""
    digest = hashlib.blake2b(digest_size=20)
    content = [SCHEMA, recipe.to_dict(), options.exposures, options.remove_duplicates]
    digest.update(json.dumps([*content, FILES_PER_BLOCK, ROWS_PER_BLOCK], sort_keys=True).encode())
    extra = [] if options.metadata_csv is None else [str(options.metadata_csv)]
    for path in (*inputs.files, "", *inputs.matrices, "", *extra):
        about = os.stat(path) if path else None  # noqa: PTH116 - millions of paths, kept as text
        state = f"{path}\0{about.st_size}\0{about.st_mtime_ns}\n" if about else "\n"
        digest.update(state.encode("utf-8", "surrogateescape"))
    return digest.hexdigest()

"""Training sets as files state them: labeled spectra on one grid, put together and scaled."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from al_core.errors import ConfigurationError, GridMismatchError, NoSpectrumError
from al_core.models.base import TrainingSet
from al_core.preprocessing import Recipe
from al_core.readers import open_matrix
from al_core.readers.base import MatrixChunk
from al_core.runs.labels import class_index


class Exclusion(NamedTuple):
    """A spectrum that was left out, where it stands and why."""

    spectrum_id: str
    source: str
    reason: str


class LabeledSpectra(NamedTuple):
    """The usable rows of a training set file, and those left out."""

    spectrum_ids: list[str]
    flux: npt.NDArray[np.float32]
    labels: list[int]
    excluded: list[Exclusion]
    n_unlabeled: int


def read_labeled_spectra(
    path: Path, classes: Sequence[str], recipe: Recipe, label_list: Mapping[str, int] | None = None
) -> tuple[LabeledSpectra, Recipe]:
    """Read labeled spectra and scale them as the recipe says.

    Parameters
    ----------
    path : Path
        Training set CSV (`id,label,` then wavelengths), or the Ondřejov dataset as published.
    classes : sequence of str
    recipe : Recipe
        Its steps on the grid are applied; the grid is the file's.
    label_list : mapping, optional
        Labels by spectrum_id for rows that have none of their own.

    Returns
    -------
    LabeledSpectra
    Recipe
        The recipe on the file's grid.

    Raises
    ------
    ReadError
        If the file cannot be read, or states no labels.
    ConfigurationError
        If a label is no class.
    """
    source = open_matrix(path)
    on_grid = recipe.on_grid(source.wavelength)
    ids: list[str] = []
    labels: list[int] = []
    flux: list[npt.NDArray[np.float32]] = [np.empty((0, on_grid.grid.size), np.float32)]
    excluded: list[Exclusion] = []
    n_unlabeled = 0
    for chunk in source.chunks():
        if chunk.labels is None and label_list is None:
            raise NoSpectrumError(f"{path}: expected a column 'label' beside 'id', found none.")
        excluded += [Exclusion(row.spectrum_id, str(path), row.reason) for row in chunk.rejected]
        indices = [_row_label(path, chunk, row, classes, label_list or {}) for row in range(len(chunk.spectrum_ids))]
        n_unlabeled += indices.count(None)
        rows = np.array([row for row, index in enumerate(indices) if index is not None], dtype=np.int64)
        finished = on_grid.finish(chunk.flux[rows])
        excluded += [Exclusion(str(chunk.spectrum_ids[rows[r]]), str(path), reason) for r, reason in finished.excluded]
        kept = rows[finished.kept]
        ids += [str(chunk.spectrum_ids[row]) for row in kept]
        labels += [index for row in kept if (index := indices[row]) is not None]
        flux.append(finished.flux)
    return LabeledSpectra(ids, np.concatenate(flux), labels, excluded, n_unlabeled), on_grid


def _row_label(
    path: Path, chunk: MatrixChunk, row: int, classes: Sequence[str], label_list: Mapping[str, int]
) -> int | None:
    spectrum_id = str(chunk.spectrum_ids[row])
    try:
        own = None if chunk.labels is None else class_index(chunk.labels[row], classes)
    except ConfigurationError as error:
        raise ConfigurationError(f"{path}, spectrum {spectrum_id!r}: {error}") from error
    return label_list.get(spectrum_id) if own is None else own


def join(
    parts: Sequence[tuple[Path, LabeledSpectra]], grid: npt.NDArray[np.float64], classes: Sequence[str]
) -> tuple[TrainingSet, list[Exclusion]]:
    """Put files together, later ones correcting earlier ones: an id that comes again replaces the one before."""
    last: dict[str, tuple[int, int]] = {}
    replaced: list[Exclusion] = []
    for number, (path, part) in enumerate(parts):
        for row, spectrum_id in enumerate(part.spectrum_ids):
            if spectrum_id in last:
                earlier = str(parts[last.pop(spectrum_id)[0]][0])
                replaced.append(
                    Exclusion(spectrum_id, earlier, f"replaced by a later row of {path.name} with the same id")
                )
            last[spectrum_id] = (number, row)
    flux = np.empty((len(last), grid.size), np.float32)
    for position, (number, row) in enumerate(last.values()):
        flux[position] = parts[number][1].flux[row]
    labels = np.array([parts[number][1].labels[row] for number, row in last.values()], dtype=np.int64)
    ids = np.array(list(last), dtype=object)
    return TrainingSet(ids, flux, labels, grid, tuple(classes)), replaced


def require_same_grid(first: Recipe, first_name: str, second: Recipe, second_name: str) -> None:
    """Raise GridMismatchError unless both are on one grid."""
    if not first.fits(second.grid):
        raise GridMismatchError(
            f"{first_name} has {_grid_text(first)}, {second_name} has {_grid_text(second)}. "
            "Bring both onto one grid first."
        )


def _grid_text(recipe: Recipe) -> str:
    return f"{recipe.grid.size} points from {recipe.grid[0]:g} to {recipe.grid[-1]:g} Å"

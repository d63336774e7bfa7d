"""Labeled spectra for an evaluation: read, scaled, and joined with their labels by id."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from al_core.errors import ConfigurationError, NoSpectrumError
from al_core.evaluation.loop import Problem
from al_core.models.base import TrainingSet
from al_core.preprocessing import RECIPES, Recipe
from al_core.readers import open_matrix
from al_core.runs.labels import read_label_list
from al_core.runs.training import join, read_labeled_spectra, require_same_grid


def load_problem(training: Path, pool: Path, truth: Path, classes: Sequence[str] | None) -> Problem:
    """Read a first training set, a pool, and the labels of the pool.

    Spectra of the pool without a label in `truth`, or which the recipe leaves out, take no part.

    Raises
    ------
    ALCoreError
        If a file cannot be read, the grids differ, or no spectrum of the pool has a label.
    """
    names = tuple(classes or _classes_of(_labels_in(truth)))
    answers = read_label_list(truth, names).labels
    labeled, recipe = read_labeled_spectra(training, names, RECIPES["halpha"])
    first, _ = join([(training, labeled)], recipe.grid, names)
    ids, flux, pool_recipe = _read_spectra(pool, answers)
    require_same_grid(recipe, "The training set", pool_recipe, "the pool")
    known = np.array([i in answers and i not in set(first.spectrum_ids) for i in ids], dtype=bool)
    if not known.any():
        raise ConfigurationError(f"{truth}: expected labels of the spectra of {pool}, found none with the same id.")
    kept = ids[known]
    return Problem(first, kept, flux[known], np.array([answers[i] for i in kept], dtype=np.int64))


def load_labeled(
    path: Path, label_column: str, group_column: str | None, classes: Sequence[str] | None, min_class: int
) -> tuple[TrainingSet, list[str], list[str]]:
    """Read labeled spectra for cross-validation.

    Returns
    -------
    TrainingSet
    groups : list of str
        One a spectrum; the id where no column is named or it is blank.
    left_out : list of str
        What takes no part and why, for the user.
    """
    source = open_matrix(path)
    recipe = RECIPES["halpha"].on_grid(source.wavelength)
    ids, labels, groups, flux, notes = [], [], [], [], []
    for chunk in source.chunks():
        table = chunk.metadata
        texts = _column(path, table, label_column, chunk.labels)
        names = chunk.spectrum_ids if group_column is None else _column(path, table, group_column, None)
        done = recipe.finish(chunk.flux)
        notes += [f"Left out: {chunk.spectrum_ids[row]} {reason}" for row, reason in done.excluded]
        rows = [(k, row) for k, row in enumerate(done.kept) if texts[row] not in (None, "")]
        flux.append(done.flux[[k for k, _ in rows]])
        ids += [str(chunk.spectrum_ids[row]) for _, row in rows]
        labels += [str(texts[row]) for _, row in rows]
        groups += [str(names[row] or chunk.spectrum_ids[row]) for _, row in rows]
    return _frequent(ids, labels, groups, np.concatenate(flux), recipe, classes, min_class, notes)


def _frequent(
    ids: list[str],
    labels: list[str],
    groups: list[str],
    flux: npt.NDArray[np.float32],
    recipe: Recipe,
    classes: Sequence[str] | None,
    min_class: int,
    notes: list[str],
) -> tuple[TrainingSet, list[str], list[str]]:
    """Keep the classes with enough spectra."""
    counts = Counter(labels)
    names = tuple(name for name in classes or sorted(counts) if counts[name] >= min_class)
    rare = {name: count for name, count in sorted(counts.items()) if name not in names}
    if rare:
        text = ", ".join(f"{count} {name}" for name, count in rare.items())
        notes.append(f"Left out: classes with fewer than {min_class} spectra or not asked for ({text})")
    if len(names) < 2:
        raise ConfigurationError(f"Expected two classes or more with {min_class} spectra, found {dict(counts)}.")
    kept = np.array([label in names for label in labels])
    index = np.array([names.index(label) for label in labels if label in names], dtype=np.int64)
    training = TrainingSet(np.array(ids, dtype=object)[kept], flux[kept], index, recipe.grid, names)
    return training, [group for group, keep in zip(groups, kept, strict=True) if keep], notes


def _column(path: Path, table: pl.DataFrame, name: str, given: npt.NDArray[np.object_] | None) -> Sequence[object]:
    if name in table.columns:
        return table[name].to_list()
    if name == "label" and given is not None:
        return list(given)
    raise ConfigurationError(f"{path}: expected a column {name!r}, found {', '.join(table.columns) or 'none'}.")


def _read_spectra(
    path: Path, wanted: dict[str, int]
) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.float32], Recipe]:
    source = open_matrix(path)
    recipe = RECIPES["halpha"].on_grid(source.wavelength)
    ids, flux = [], []
    for chunk in source.chunks():
        rows = np.flatnonzero([str(i) in wanted for i in chunk.spectrum_ids])
        done = recipe.finish(chunk.flux[rows])
        ids.append(chunk.spectrum_ids[rows[done.kept]])
        flux.append(done.flux)
    if not ids:
        raise NoSpectrumError(f"{path}: expected spectra, found none.")
    return np.concatenate(ids), np.concatenate(flux), recipe


def _labels_in(truth: Path) -> list[str]:
    try:
        column = pl.read_csv(truth, infer_schema=False)["label"]
    except (pl.exceptions.PolarsError, OSError) as error:
        raise ConfigurationError(f"{truth}: expected a CSV with columns id and label, found: {error}.") from error
    return [text for text in column.drop_nulls().unique().to_list() if text.strip()]


def _classes_of(labels: Sequence[str]) -> list[str]:
    """Name the classes: numbers 0 to the greatest, or the names in alphabetical order."""
    if labels and all(text.strip().isdigit() for text in labels):
        return [f"class {k}" for k in range(max(map(int, labels)) + 1)]
    return sorted(labels)

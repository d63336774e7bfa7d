"""Where the spectra of a training set come from: a pool, tables with labels, chosen files, labels by id."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

from al_core.errors import ExcludedSpectrumError, LibraryError, ReadError
from al_core.library.label_files import base_id, read_labels
from al_core.library.training_sets import Rows
from al_core.pools import Pool
from al_core.preprocessing import Recipe
from al_core.progress import Progress, no_progress
from al_core.randomness import Stream, generator
from al_core.readers import MatrixReader, find_spectrum_files, identify, open_matrix, read_spectra

#: Rows of one piece of a training set.
_ROWS = 4096


class LeftOut(NamedTuple):
    """A file or spectrum that is not in the training set, and why."""

    source: str
    spectrum_id: str
    reason: str


def sample_of_pool(pool: Pool, n: int, seed: int) -> Iterator[Rows]:
    """Yield spectra of a pool drawn at random without repetition, not labeled.

    Raises
    ------
    LibraryError
        If the pool does not have so many.
    """
    if not 1 <= n <= pool.n_spectra:
        raise LibraryError(f"Choose 1 to {pool.n_spectra} spectra; {pool.name!r} has no more.")
    drawn = generator(seed, 0, Stream.INITIAL_SAMPLE).choice(pool.n_spectra, n, replace=False)
    for start in range(0, n, _ROWS):
        rows = drawn[start : start + _ROWS]
        ids = pool.spectrum_ids[rows].to_list()
        yield Rows(ids, np.asarray(pool.flux[rows]), [None] * len(ids), pool.grid)


def labeled_of_pool(
    pool: Pool, labels: Mapping[str, str], mapping: Mapping[str, str | None], left_out: list[LeftOut]
) -> Iterator[Rows]:
    """Yield the spectra of a pool that have a label, found by id; ids that are not in the pool go to `left_out`."""
    known = set(pool.spectrum_ids.to_list()) & set(labels)
    left_out += [LeftOut("", name, f"is not in pool {pool.name!r}") for name in labels if name not in known]
    chosen = [(name, mapping.get(label)) for name, label in labels.items() if name in known]
    chosen = [(name, label) for name, label in chosen if label is not None]
    for start in range(0, len(chosen), _ROWS):
        part = chosen[start : start + _ROWS]
        ids = [name for name, _ in part]
        yield Rows(ids, pool.rows(ids), [label for _, label in part], pool.grid)


def labels_in_pool(pool: Pool) -> dict[str, str]:
    """Return the labels that the files of a pool stated, by id; none where they stated none."""
    if "label" not in pool.metadata.collect_schema().names():
        return {}
    table = pool.metadata.select("spectrum_id", pl.col("label").cast(pl.String)).drop_nulls().collect()
    return dict(zip(table["spectrum_id"].to_list(), table["label"].to_list(), strict=True))


def rows_of_table(
    path: Path, mapping: Mapping[str, str | None], left_out: list[LeftOut], progress: Progress = no_progress
) -> Iterator[Rows]:
    """Yield the rows of a table with the classes of their labels; rows whose label has no class go to `left_out`."""
    source = open_matrix(path)
    for chunk in source.chunks():
        progress(chunk.start_row, source.n_rows, f"Reading {path.name}")
        left_out += [LeftOut(path.name, row.spectrum_id, row.reason) for row in chunk.rejected]
        found = [None] * len(chunk.spectrum_ids) if chunk.labels is None else list(chunk.labels)
        texts = ["" if label is None else str(label).strip() for label in found]
        kept = [place for place, text in enumerate(texts) if not text or mapping.get(text) is not None]
        dropped = set(range(len(texts))) - set(kept)
        left_out += [
            LeftOut(path.name, str(chunk.spectrum_ids[place]), f"its label {texts[place]!r} has no class")
            for place in sorted(dropped)
        ]
        ids = [str(chunk.spectrum_ids[place]) for place in kept]
        yield Rows(ids, chunk.flux[kept], [mapping.get(texts[place]) for place in kept], source.wavelength)


def rows_of_files(
    paths: Sequence[Path],
    recipe: Recipe,
    labels: Mapping[str, str],
    mapping: Mapping[str, str | None],
    left_out: list[LeftOut],
    progress: Progress = no_progress,
) -> Iterator[Rows]:
    """Yield chosen files, taken through a recipe; labels are found by id. Tables among them keep their rows' labels."""
    files = find_spectrum_files(paths)
    ids: list[str] = []
    flux: list[np.ndarray] = []
    for done, path in enumerate(files):
        progress(done, len(files), "Reading files")
        try:
            if isinstance(identify(path), MatrixReader):
                raise ReadError(f"{path.name} is a table; make a training set of it alone.")
            spectra = read_spectra(path)
        except (ReadError, OSError) as error:
            left_out.append(LeftOut(path.name, "", str(error).removeprefix(f"{path}: ")))
            continue
        for spectrum in spectra:
            try:
                flux.append(recipe.apply(spectrum))
                ids.append(spectrum.spectrum_id)
            except ExcludedSpectrumError as error:
                left_out.append(LeftOut(path.name, spectrum.spectrum_id, str(error)))
    progress(len(files), len(files), "Reading files")
    if ids:
        classes = [mapping.get(labels.get(base_id(name), "")) for name in ids]
        yield Rows(ids, np.stack(flux), classes, recipe.grid)


def labels_of(paths: Sequence[Path]) -> dict[str, str]:
    """Return the labels of several files, later ones correcting earlier ones."""
    labels: dict[str, str] = {}
    for path in paths:
        labels |= read_labels(path)
    return labels

"""Everything a run reads, gathered and checked against each other before anything is written."""

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from al_core.errors import ConfigurationError, PoolExhaustedError
from al_core.models.base import TrainingSet
from al_core.pools import Pool, import_pool
from al_core.pools.layout import MANIFEST
from al_core.preprocessing import Recipe
from al_core.progress import Progress
from al_core.runs.configuration import Configuration
from al_core.runs.labels import LabelList, read_label_list
from al_core.runs.training import Exclusion, join, read_labeled_spectra, require_same_grid
from al_core.spectrum import BoolArray

ITERATION_MANIFEST = "manifest.json"
#: Ids that a notice names at most.
MOST_NAMED = 3


@dataclass(frozen=True, eq=False)
class Inputs:
    """What a run works on.

    Attributes
    ----------
    pool : Pool
    training : TrainingSet or None
        None where nothing is trained.
    is_labeled : ndarray of bool, shape (pool.n_spectra,)
        Spectra of the pool that stand in the training set.
    is_protected : ndarray of bool, shape (pool.n_spectra,)
        Spectra of earlier estimation samples: labels of theirs judge the network and do not teach it.
    label_list : LabelList
        Labels and comments given by id.
    excluded : list of Exclusion
        Labeled spectra that were left out.
    notices : list of str
    """

    pool: Pool
    training: TrainingSet | None
    is_labeled: BoolArray
    is_protected: BoolArray
    label_list: LabelList
    excluded: list[Exclusion]
    notices: list[str]

    def ids_of(self, rows: npt.NDArray[np.int64]) -> list[str]:
        """Return the ids of rows of the pool."""
        found: list[str] = self.pool.spectrum_ids[rows].to_list()
        return found


def gather(configuration: Configuration, workspace: Path, workers: int, progress: Progress) -> Inputs:
    """Read labels, training set and pool, and check that they fit together.

    Raises
    ------
    ALCoreError
        If a file cannot be read, labels are no classes, grids differ, or the pool is too small.
    """
    paths, classes = configuration.paths, configuration.keys.classes
    progress(0, None, "Reading labels and training set")
    label_list = read_label_list(paths["labels2add_csv"], classes) if "labels2add_csv" in paths else LabelList({}, {})
    training, recipe, excluded, notices = _training(configuration, label_list)
    progress(0, None, "Opening the pool")
    pool = _pool(configuration, workspace, workers, progress)
    if training is not None and recipe is not None:
        require_same_grid(recipe, "The training set", pool.recipe, "the pool")
        if recipe.scaling != pool.recipe.scaling:
            raise ConfigurationError(
                f"The training set is scaled by {recipe.scaling!r}, the imported pool by {pool.recipe.scaling!r}. "
                f'Set "scaling" to "{pool.recipe.scaling}", or import the pool again.'
            )
    notices += _check_names(configuration, pool)
    labeled_ids = [] if training is None else list(map(str, training.spectrum_ids))
    estimated = estimated_before(configuration)
    if training is not None:
        known = {*labeled_ids, *estimated, *(row.spectrum_id for row in excluded)}
        notices += _labels_elsewhere([name for name in label_list.labels if name not in known], pool)
    is_labeled = _members(pool, labeled_ids)
    is_protected = _members(pool, estimated) & ~is_labeled
    inputs = Inputs(pool, training, is_labeled, is_protected, label_list, excluded, notices)
    _require_enough(configuration, inputs)
    return inputs


def _members(pool: Pool, spectrum_ids: list[str]) -> BoolArray:
    """Return which spectra of the pool are among the ids, shape (n_spectra,)."""
    ids = pl.Series(spectrum_ids, dtype=pl.String).implode()
    found: BoolArray = pool.spectrum_ids.is_in(ids).to_numpy()
    return found


def estimated_before(configuration: Configuration) -> list[str]:
    """Return the ids of every estimation sample of earlier iterations, from the manifest of the previous one.

    Raises
    ------
    ConfigurationError
        If `previous_output` is not the folder of an iteration.
    """
    folder = configuration.paths.get("previous_output")
    if folder is None:
        return []
    try:
        content = json.loads((folder / ITERATION_MANIFEST).read_text(encoding="utf-8"))
        return [str(name) for name in content["estimated_so_far"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(
            f"previous_output {folder}: expected the results of an iteration, found: {error!r}."
        ) from error


def _training(
    configuration: Configuration, label_list: LabelList
) -> tuple[TrainingSet | None, Recipe | None, list[Exclusion], list[str]]:
    if not configuration.trains:
        return None, None, [], []
    keys, paths = configuration.keys, configuration.paths
    parts, recipes, excluded, notices = [], [], [], []
    for key in ("training_set_csv", "training_set_addition_csv"):
        if key not in paths:
            continue
        part, recipe = read_labeled_spectra(paths[key], keys.classes, configuration.recipe, label_list.labels)
        if not part.spectrum_ids:
            raise ConfigurationError(
                f"{paths[key]}: expected labeled spectra, found {part.n_unlabeled} without a label and "
                f"{len(part.excluded)} that cannot be used. Fill in the column 'label', or give labels2add_csv."
            )
        if part.n_unlabeled:
            notices.append(f"{paths[key].name}: {part.n_unlabeled} spectra without a label were passed over.")
        parts.append((paths[key], part))
        recipes.append(recipe)
        excluded += part.excluded
    require_same_grid(recipes[0], parts[0][0].name, recipes[-1], parts[-1][0].name)
    training, replaced = join(parts, recipes[0].grid, keys.classes)
    training.check()
    return training, recipes[0], excluded + replaced, notices


def _pool(configuration: Configuration, workspace: Path, workers: int, progress: Progress) -> Pool:
    """Open the pool, importing its file first if that has not been done: text is parsed once."""
    source = configuration.paths.get("pool_csv") or configuration.paths["folder"]
    if (source / MANIFEST).is_file():
        return Pool.open(source)
    folder = workspace / "cache" / "pools" / _cache_key(source, configuration)
    folder.parent.mkdir(parents=True, exist_ok=True)
    import_pool(
        [source],
        folder,
        recipe=configuration.recipe,
        name=source.stem,
        workers=workers or os.cpu_count() or 1,
        remove_duplicates=configuration.keys.remove_duplicates,
        progress=progress,
    )
    return Pool.open(folder)


def _cache_key(source: Path, configuration: Configuration) -> str:
    """Name the imported form of this file under this recipe; a changed file gets another name."""
    state = source.stat()
    files = sorted(p for p in source.rglob("*") if p.is_file()) if source.is_dir() else []
    listing = [(str(p), p.stat().st_size, p.stat().st_mtime_ns) for p in files]
    content = (str(source), state.st_size, state.st_mtime_ns, listing, configuration.recipe.to_dict())
    digest = hashlib.sha256(repr((content, configuration.keys.remove_duplicates)).encode()).hexdigest()[:16]
    return f"{source.stem[:60]}-{digest}"


def _check_names(configuration: Configuration, pool: Pool) -> list[str]:
    """Say where a list of the pool's names does not match the pool; it is not needed for anything."""
    path = configuration.paths.get("poolnames_csv")
    if path is None or path == configuration.paths.get("pool_csv"):
        return []
    try:
        names = pl.scan_csv(path, infer_schema=False).select("id").collect().to_series()
    except (pl.exceptions.PolarsError, OSError) as error:
        raise ConfigurationError(f"{path}: expected a list of names under the header 'id', found: {error}.") from error
    unknown = names.len() - int(names.is_in(pool.spectrum_ids.implode()).sum())
    return (
        [f"{path.name}: {unknown} of {names.len()} names are not in the pool (excluded.csv lists what was left out)."]
        if unknown
        else []
    )


def _labels_elsewhere(spectrum_ids: list[str], pool: Pool) -> list[str]:
    """Say which of the labels without flux in a training set have none in the pool either."""
    names = pl.Series(spectrum_ids, dtype=pl.String)
    absent = names.filter(~names.is_in(pool.spectrum_ids.implode())).to_list()
    if not absent:
        return []
    listed = ", ".join(absent[:MOST_NAMED]) + (", …" if len(absent) > MOST_NAMED else "")
    said = "1 label was" if len(absent) == 1 else f"{len(absent)} labels were"
    return [f"{said} left out of training: not in this pool or training set ({listed})."]


def _require_enough(configuration: Configuration, inputs: Inputs) -> None:
    needed = configuration.batch_size + configuration.random_sample_size
    available = inputs.pool.n_spectra - int((inputs.is_labeled | inputs.is_protected).sum())
    if needed > available:
        raise PoolExhaustedError(
            f"Requested {needed} spectra (batch_size and random_sample_size), the pool has {available} that "
            "were not chosen before. Lower them."
        )

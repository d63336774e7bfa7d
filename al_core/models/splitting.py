"""Splitting labeled spectra so that one star is never on both sides."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import StratifiedGroupKFold

from al_core.errors import TrainingError
from al_core.models.base import LabelArray, TrainingSet

IndexArray = npt.NDArray[np.int64]


def folds(
    labels: LabelArray, groups: Sequence[str], n_folds: int, seed: int
) -> Iterator[tuple[IndexArray, IndexArray]]:
    """Yield (training, test) rows of each fold; classes are spread evenly, groups are never divided.

    Raises
    ------
    TrainingError
        If there are fewer groups than folds.
    """
    n_groups = len(set(groups))
    if n_groups < n_folds:
        raise TrainingError(f"Expected at least {n_folds} groups for {n_folds} folds, found {n_groups}.")
    splitter = StratifiedGroupKFold(n_splits=n_folds, shuffle=True, random_state=seed)
    yield from splitter.split(np.zeros(len(labels)), labels, np.asarray(groups))


def validation_split(
    training: TrainingSet, fraction: float, seed: int, groups: Sequence[str] | None = None
) -> tuple[TrainingSet, TrainingSet]:
    """Return the part to train on and the part to watch, about `fraction` of all; groups default to the ids."""
    n_folds = max(2, round(1 / fraction))
    names = list(map(str, training.spectrum_ids)) if groups is None else list(groups)
    train, held_out = next(folds(training.labels, names, n_folds, seed))
    return training.subset(train), training.subset(held_out)

"""Balancing a training set whose interesting classes are rare."""

import os

import numpy as np
import numpy.typing as npt

# joblib, below imblearn, warns where a container hides how many cores there are.
os.environ.setdefault("LOKY_MAX_CPU_COUNT", str(os.cpu_count() or 1))

from imblearn.over_sampling import SMOTE

from al_core.errors import TooFewSpectraError
from al_core.models.base import LabelArray, TrainingSet


def oversample(training: TrainingSet, n_neighbors: int, seed: int) -> tuple[npt.NDArray[np.float32], LabelArray]:
    """Return flux and labels with every class as large as the largest, by SMOTE (Chawla et al. 2002, JAIR 16, 321).

    Parameters
    ----------
    training : TrainingSet
    n_neighbors : int
        New spectra lie between one and one of this many nearest of its class.
    seed : int

    Returns
    -------
    flux : ndarray of float32, shape (n, n_points)
        The given spectra first, then the new ones.
    labels : ndarray of int64, shape (n,)

    Raises
    ------
    TooFewSpectraError
        If a smaller class has not more than `n_neighbors` spectra.
    """
    counts = training.counts
    largest = max(counts.values())
    short = {name: count for name, count in counts.items() if count < largest and count <= n_neighbors}
    if short:
        found = ", ".join(f"{name!r} has {count}" for name, count in short.items())
        raise TooFewSpectraError(
            f"SMOTE with {n_neighbors} neighbors needs at least {n_neighbors + 1} spectra of every class; {found}. "
            f"Label {max(n_neighbors + 1 - count for count in short.values())} more, "
            'or set "balance" to "class_weights" or "none".'
        )
    if len(set(counts.values())) == 1:
        return training.flux, training.labels
    flux, labels = SMOTE(k_neighbors=n_neighbors, random_state=seed).fit_resample(training.flux, training.labels)
    return np.asarray(flux, dtype=np.float32), np.asarray(labels, dtype=np.int64)


def class_weights(training: TrainingSet) -> dict[int, float]:
    """Return n / (n_classes * n_class) for each class, so that every class weighs the same in the loss."""
    counts = list(training.counts.values())
    return {k: len(training.labels) / (len(counts) * count) for k, count in enumerate(counts)}

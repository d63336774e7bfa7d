"""What a classifier is, what it learns from, and how it is trained."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from al_core.checkpoint import Checkpoint
from al_core.errors import TrainingError
from al_core.progress import Progress, no_progress
from al_core.spectrum import FloatArray

LabelArray = npt.NDArray[np.int64]
#: Is told of each epoch when it ends: `epoch` (from 1), `loss`, `accuracy`, `val_loss`, `val_accuracy`, `seconds`.
EpochObserver = Callable[[Mapping[str, float]], None]


def no_observer(numbers: Mapping[str, float]) -> None:
    """Observe nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class TrainingSet:
    """Labeled spectra on one grid, scaled as the pool is.

    Parameters
    ----------
    spectrum_ids : ndarray of str, shape (n_spectra,)
    flux : ndarray of float32, shape (n_spectra, n_points)
    labels : ndarray of int64, shape (n_spectra,)
        Positions in `classes`.
    grid : ndarray of float64, shape (n_points,)
        Vacuum Å.
    classes : sequence of str
        Ordered names.
    """

    spectrum_ids: npt.NDArray[Any]
    flux: npt.NDArray[np.float32]
    labels: LabelArray
    grid: npt.NDArray[np.float64]
    classes: tuple[str, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Number of spectra of each class."""
        numbers = np.bincount(self.labels, minlength=len(self.classes))
        return dict(zip(self.classes, map(int, numbers), strict=True))

    def check(self) -> None:
        """Raise TrainingError unless there are two classes or more and every class has a spectrum."""
        empty = [name for name, count in self.counts.items() if count == 0]
        if empty:
            raise TrainingError(
                f"The training set has no spectrum of class {empty[0]!r}; it has {self._text()}. "
                f"Label some, or take the class out of 'classes'."
            )
        if len(self.classes) < 2:
            raise TrainingError(f"Expected two classes or more, found {self._text()}.")

    def _text(self) -> str:
        return ", ".join(f"{count} {name!r}" for name, count in self.counts.items()) or "none"

    def subset(self, rows: npt.NDArray[Any]) -> "TrainingSet":
        """Return the chosen rows (indices or truth values)."""
        return TrainingSet(self.spectrum_ids[rows], self.flux[rows], self.labels[rows], self.grid, self.classes)


@dataclass(frozen=True)
class TrainingOptions:
    """How a network is trained; the defaults are the thesis's protocol.

    `balance`: `smote` (Chawla et al. 2002, JAIR 16, 321) adds interpolated spectra until all classes are as large as
    the largest; `class_weights` weights the loss by n / (n_classes * n_class) instead; `none` does neither.
    `stopping`: watch the `loss` on the training set, or on a `validation` set that `validation_fraction` splits off.
    Training stops when it has not fallen by `min_delta` for `patience` epochs; the best weights are restored.
    """

    balance: Literal["smote", "class_weights", "none"] = "smote"
    smote_neighbors: int = 5
    stopping: Literal["loss", "validation"] = "loss"
    validation_fraction: float = 0.2
    max_epochs: int = 1000
    patience: int = 10
    min_delta: float = 1e-3
    minibatch_size: int = 64


class TrainingHistory(NamedTuple):
    """What happened in each epoch, and which one's weights were kept (numbered from 1)."""

    epochs: list[dict[str, float]]
    best_epoch: int
    n_trained: int


@dataclass(frozen=True)
class ModelCard:
    """What a stored model must say about itself to be used rightly."""

    classes: tuple[str, ...]
    grid: tuple[float, ...]
    scaling: str
    seed: int
    options: TrainingOptions
    history: TrainingHistory
    versions: dict[str, str] = field(default_factory=dict)


class Classifier(Protocol):
    """Learns from labeled spectra, gives probabilities for any others on the same grid."""

    name: str

    def fit(
        self,
        training: TrainingSet,
        options: TrainingOptions,
        seed: int,
        progress: Progress = no_progress,
        groups: Sequence[str] | None = None,
        on_epoch: EpochObserver = no_observer,
        checkpoint: Checkpoint | None = None,
    ) -> TrainingHistory:
        """Learn anew from `training`; the same seed gives the same model on the same machine.

        `groups` (one name for each spectrum, for instance the star) keeps a group on one side of a validation split.
        With a `checkpoint`, a training that was interrupted goes on there, if data, options and seed are the same, and
        ends with the same model as without the interruption.

        Raises
        ------
        TrainingError
            If a class is empty, or too small for SMOTE (TooFewSpectraError).
        """
        ...

    def predict_proba(
        self, flux: FloatArray, progress: Progress = no_progress, checkpoint: Checkpoint | None = None
    ) -> npt.NDArray[np.float32]:
        """Return probabilities, shape (n_spectra, n_classes); columns in the order of the classes.

        With a `checkpoint`, spectra that were scored before an interruption are not scored again.
        """
        ...

    def save(self, folder: Path) -> list[Path]:
        """Write the model and its card into `folder`; return the files."""
        ...

"""Logistic regression on the same pixels: the plain method that a network has to beat."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from al_core.checkpoint import Checkpoint
from al_core.errors import ModelError
from al_core.models.balance import oversample
from al_core.models.base import EpochObserver, TrainingHistory, TrainingOptions, TrainingSet, no_observer
from al_core.progress import Progress, no_progress
from al_core.spectrum import FloatArray


class LogisticClassifier:
    """Multinomial logistic regression (L2, C = 1) as a `Classifier`; of the options it uses `balance` alone."""

    name = "logistic"

    def __init__(self, scaling: str = "zscore") -> None:
        self.scaling = scaling
        self._model: LogisticRegression | None = None
        self._classes: tuple[str, ...] = ()

    def fit(
        self,
        training: TrainingSet,
        options: TrainingOptions,
        seed: int,
        progress: Progress = no_progress,
        groups: Sequence[str] | None = None,  # noqa: ARG002 - there is no validation set
        on_epoch: EpochObserver = no_observer,  # noqa: ARG002 - there are no epochs
        checkpoint: Checkpoint | None = None,  # noqa: ARG002 - it takes seconds
    ) -> TrainingHistory:
        """Fit anew; see `Classifier.fit`."""
        training.check()
        flux, labels = training.flux, training.labels
        if options.balance == "smote":
            flux, labels = oversample(training, options.smote_neighbors, seed)
        weights = "balanced" if options.balance == "class_weights" else None
        progress(0, 1, "Training")
        self._classes = training.classes
        self._model = LogisticRegression(max_iter=5000, class_weight=weights, random_state=seed).fit(flux, labels)
        progress(1, 1, "Training")
        return TrainingHistory([], 1, len(labels))

    def predict_proba(
        self,
        flux: FloatArray,
        progress: Progress = no_progress,
        checkpoint: Checkpoint | None = None,  # noqa: ARG002 - it takes seconds
    ) -> npt.NDArray[np.float32]:
        """Return probabilities of all spectra at once."""
        if self._model is None:
            raise ModelError("The classifier has not been trained yet. Fit it first.")
        progress(0, len(flux), "Scoring")
        return np.asarray(self._model.predict_proba(flux), dtype=np.float32)

    def save(self, folder: Path) -> list[Path]:
        """Write coefficients and classes as `model.json`."""
        if self._model is None:
            raise ModelError("The classifier has not been trained yet. Fit it first.")
        path = folder / "model.json"
        content = {
            "schema": 1,
            "classifier": self.name,
            "classes": self._classes,
            "scaling": self.scaling,
            "coefficients": self._model.coef_.tolist(),
            "intercepts": self._model.intercept_.tolist(),
        }
        path.write_text(json.dumps(content) + "\n", encoding="utf-8")
        return [path]

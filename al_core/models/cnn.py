"""The convolutional network of the thesis (3.2.6), on Keras."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from al_core.errors import GridMismatchError, ModelError
from al_core.models.balance import class_weights, oversample
from al_core.models.base import LabelArray, ModelCard, TrainingHistory, TrainingOptions, TrainingSet
from al_core.models.quiet import native_stderr_silenced
from al_core.models.splitting import validation_split
from al_core.progress import Progress, no_progress
from al_core.spectrum import FloatArray

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
with native_stderr_silenced():
    import keras
    import tensorflow as tf

#: The shortest grid that survives three times two convolutions of 3 and a halving.
MIN_POINTS = 36
#: Spectra in one pass of scoring: the fastest of those measured on two cores.
SCORING_BATCH = 512
#: Spectra read from the pool's file at once while scoring.
SCORING_BLOCK = 32 * SCORING_BATCH

MODEL_FILE = "model.keras"
CARD_FILE = "model.json"


def build_network(n_points: int, n_classes: int) -> keras.Model:
    """Return the untrained network for any grid length and number of classes.

    Three times (Conv1D, Conv1D, max-pooling by 2) with 64, 128 and 256 filters of 3 points, no padding, ReLU; then
    twice (Dense 512, ReLU, Dropout 0.5); then softmax. Adam, categorical cross-entropy.

    Raises
    ------
    GridMismatchError
        If the grid is shorter than 36 points.
    """
    if n_points < MIN_POINTS:
        raise GridMismatchError(f"The network needs a grid of at least {MIN_POINTS} points, found {n_points}.")
    layers: list[Any] = [keras.layers.Input((n_points, 1))]
    for filters in (64, 128, 256):
        layers += [keras.layers.Conv1D(filters, 3, activation="relu") for _ in range(2)]
        layers.append(keras.layers.MaxPooling1D(2))
    layers.append(keras.layers.Flatten())
    for _ in range(2):
        layers += [keras.layers.Dense(512, activation="relu"), keras.layers.Dropout(0.5)]
    layers.append(keras.layers.Dense(n_classes, activation="softmax"))
    network = keras.Sequential(layers)
    network.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return network


class ConvolutionalNetwork:
    """The thesis's network as a `Classifier`."""

    name = "cnn"

    def __init__(self, scaling: str = "zscore") -> None:
        self.scaling = scaling
        self._network: keras.Model | None = None
        self._card: ModelCard | None = None
        self._score: Any = None

    @property
    def card(self) -> ModelCard:
        """What the trained model says about itself."""
        if self._card is None:
            raise ModelError("The network has not been trained yet. Fit or load it first.")
        return self._card

    def fit(
        self,
        training: TrainingSet,
        options: TrainingOptions,
        seed: int,
        progress: Progress = no_progress,
        groups: Sequence[str] | None = None,
    ) -> TrainingHistory:
        """Train from new weights; see `Classifier.fit`."""
        training.check()
        keras.utils.set_random_seed(seed)
        tf.config.experimental.enable_op_determinism()
        self._network, self._score = build_network(training.grid.size, len(training.classes)), None
        fitted, held_out = training, None
        if options.stopping == "validation":
            fitted, held_out = validation_split(training, options.validation_fraction, seed, groups)
        history = self._fit(fitted, held_out, options, seed, progress)
        self._card = ModelCard(
            classes=training.classes,
            grid=tuple(map(float, training.grid)),
            scaling=self.scaling,
            seed=seed,
            options=options,
            history=history,
            versions={"keras": keras.__version__, "tensorflow": tf.__version__, "numpy": np.__version__},
        )
        return history

    def _fit(
        self,
        training: TrainingSet,
        held_out: TrainingSet | None,
        options: TrainingOptions,
        seed: int,
        progress: Progress,
    ) -> TrainingHistory:
        flux, labels = _balanced(training, options, seed)
        stopping = keras.callbacks.EarlyStopping(
            monitor="loss" if held_out is None else "val_loss",
            min_delta=options.min_delta,
            patience=options.patience,
            restore_best_weights=True,
        )
        assert self._network is not None
        history = self._network.fit(
            flux[..., None],
            labels,
            batch_size=options.minibatch_size,
            epochs=options.max_epochs,
            callbacks=[stopping, _Report(progress, options.max_epochs)],
            class_weight=class_weights(training) if options.balance == "class_weights" else None,
            validation_data=None if held_out is None else (held_out.flux[..., None], held_out.labels),
            verbose=0,
        )
        epochs = [
            dict(zip(history.history, map(float, row), strict=True))
            for row in zip(*history.history.values(), strict=True)
        ]
        return TrainingHistory(epochs, int(stopping.best_epoch) + 1, len(labels))

    def predict_proba(self, flux: FloatArray, progress: Progress = no_progress) -> npt.NDArray[np.float32]:
        """Score spectra block by block, so that a memory-mapped pool is never held as a whole."""
        if flux.ndim != 2 or flux.shape[1] != len(self.card.grid):
            raise GridMismatchError(
                f"The network was trained on {len(self.card.grid)} points, found an array of shape {flux.shape}."
            )
        proba = np.empty((len(flux), len(self.card.classes)), dtype=np.float32)
        for start in range(0, len(flux), SCORING_BLOCK):
            progress(start, len(flux), "Scoring")
            block = np.ascontiguousarray(flux[start : start + SCORING_BLOCK], dtype=np.float32)
            for low in range(0, len(block), SCORING_BATCH):
                part = self._forward(block[low : low + SCORING_BATCH])
                proba[start + low : start + low + len(part)] = part
        progress(len(flux), len(flux), "Scoring")
        return proba

    def _forward(self, flux: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Score one batch; a short one is filled up, so that only one shape is ever compiled."""
        padded = np.zeros((SCORING_BATCH, flux.shape[1], 1), dtype=np.float32)
        padded[: len(flux), :, 0] = flux
        assert self._network is not None
        if self._score is None:
            shape = tf.TensorSpec(padded.shape, tf.float32)
            self._score = tf.function(partial(self._network, training=False)).get_concrete_function(shape)
        score: Any = self._score
        result: npt.NDArray[np.float32] = score(tf.constant(padded)).numpy()[: len(flux)]
        return result

    def save(self, folder: Path) -> list[Path]:
        """Write `model.keras` (weights and architecture) and `model.json` (the card)."""
        card = self.card
        assert self._network is not None
        network_path, card_path = folder / MODEL_FILE, folder / CARD_FILE
        temporary = folder / ("part-" + MODEL_FILE)
        _for_inference(self._network).save(temporary)
        temporary.replace(network_path)
        content = asdict(card) | {"schema": 1, "classifier": self.name, "history": card.history._asdict()}
        card_path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        return [network_path, card_path]

    @classmethod
    def load(cls, folder: Path) -> "ConvolutionalNetwork":
        """Read what `save` wrote.

        Raises
        ------
        ModelError
            If a file is missing or cannot be read.
        """
        try:
            content = json.loads((folder / CARD_FILE).read_text(encoding="utf-8"))
            model = cls(content["scaling"])
            model._network = keras.models.load_model(folder / MODEL_FILE)
            model._card = ModelCard(
                classes=tuple(content["classes"]),
                grid=tuple(content["grid"]),
                scaling=content["scaling"],
                seed=content["seed"],
                options=TrainingOptions(**content["options"]),
                history=TrainingHistory(**content["history"]),
                versions=content["versions"],
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(
                f"{folder}: expected a stored network ({MODEL_FILE}, {CARD_FILE}), found: {error}."
            ) from error
        return model


def _for_inference(network: keras.Model) -> keras.Model:
    """Return a copy without the optimizer, whose state is twice as large as the weights."""
    copy = keras.Sequential.from_config(network.get_config())
    copy.set_weights(network.get_weights())
    return copy


class _Report(keras.callbacks.Callback):  # type: ignore[misc]
    """Hands every epoch's numbers on; what `progress` raises ends the training."""

    def __init__(self, progress: Progress, max_epochs: int) -> None:
        super().__init__()
        self._progress = progress
        self._max_epochs = max_epochs

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:  # noqa: ARG002
        if batch % 8 == 0:
            self._progress(self._epoch, self._max_epochs, "Training")

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:  # noqa: ARG002
        self._epoch = epoch

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        numbers = ", ".join(f"{name} {value:.4f}" for name, value in (logs or {}).items())
        self._progress(epoch + 1, self._max_epochs, f"Training, epoch {epoch + 1}: {numbers}")


def _balanced(training: TrainingSet, options: TrainingOptions, seed: int) -> tuple[npt.NDArray[np.float32], LabelArray]:
    if options.balance == "smote":
        return oversample(training, options.smote_neighbors, seed)
    return training.flux, training.labels

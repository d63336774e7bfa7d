"""The convolutional network of the thesis (3.2.6), on Keras."""

import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from al_core.checkpoint import Checkpoint, GrowingArray
from al_core.errors import GridMismatchError, ModelError
from al_core.models.balance import class_weights, oversample
from al_core.models.base import (
    EpochObserver,
    LabelArray,
    ModelCard,
    TrainingHistory,
    TrainingOptions,
    TrainingSet,
    no_observer,
)
from al_core.models.quiet import native_stderr_silenced
from al_core.models.splitting import validation_split
from al_core.models.training_state import SCORES, restore, store
from al_core.progress import Progress, Stage, Throttled, enter_stage, no_progress
from al_core.randomness import Stream, generator
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
        on_epoch: EpochObserver = no_observer,
        checkpoint: Checkpoint | None = None,
    ) -> TrainingHistory:
        """Train from new weights; see `Classifier.fit`."""
        training.check()
        keras.utils.set_random_seed(seed)
        tf.config.experimental.enable_op_determinism()
        self._network, self._score = build_network(training.grid.size, len(training.classes)), None
        fitted, held_out = training, None
        if options.stopping == "validation":
            fitted, held_out = validation_split(training, options.validation_fraction, seed, groups)
        enter_stage(progress, Stage.BALANCE)
        data = _balanced(fitted, options, seed)
        weights = class_weights(fitted) if options.balance == "class_weights" else None
        enter_stage(progress, Stage.TRAIN)
        following = _Following(progress, options.max_epochs, on_epoch, checkpoint)
        following.fingerprint = _fingerprint(checkpoint, self._network, data, held_out, options, seed)
        history = self._fit(data, weights, held_out, options, seed, following)
        self._card = ModelCard(
            classes=training.classes,
            grid=tuple(map(float, training.grid)),
            scaling=self.scaling,
            seed=seed,
            options=options,
            history=history,
            versions=_versions(),
        )
        return history

    def _fit(
        self,
        data: tuple[npt.NDArray[np.float32], LabelArray],
        weights: dict[int, float] | None,
        held_out: TrainingSet | None,
        options: TrainingOptions,
        seed: int,
        following: "_Following",
    ) -> TrainingHistory:
        stopping = _EarlyStopping(
            monitor="loss" if held_out is None else "val_loss",
            min_delta=options.min_delta,
            patience=options.patience,
            restore_best_weights=True,
        )
        assert self._network is not None
        if following.resume(self._network, stopping):
            self._network.set_weights(stopping.best_weights)
        else:
            self._network.fit(
                _minibatches(
                    *data, options.minibatch_size, lambda: generator(seed, following.epoch, Stream.MINIBATCHES)
                ),
                initial_epoch=following.epoch,
                epochs=options.max_epochs,
                callbacks=[stopping, following],
                class_weight=weights,
                validation_data=None if held_out is None else (held_out.flux[..., None], held_out.labels),
                validation_batch_size=options.minibatch_size,
                shuffle=False,
                verbose=0,
            )
        return TrainingHistory(following.epochs, int(stopping.best_epoch) + 1, len(data[1]))

    def predict_proba(
        self, flux: FloatArray, progress: Progress = no_progress, checkpoint: Checkpoint | None = None
    ) -> npt.NDArray[np.float32]:
        """Score spectra block by block, so that a memory-mapped pool is never held as a whole."""
        if flux.ndim != 2 or flux.shape[1] != len(self.card.grid):
            raise GridMismatchError(
                f"The network was trained on {len(self.card.grid)} points, found an array of shape {flux.shape}."
            )
        proba = np.empty((len(flux), len(self.card.classes)), dtype=np.float32)
        kept = self._kept_scores(flux, checkpoint)
        known = np.empty((0, proba.shape[1]), np.float32) if kept is None else kept.read()
        proba[: len(known)] = known
        report = Throttled(progress)
        for start in range(len(known), len(flux), SCORING_BLOCK):
            block = np.ascontiguousarray(flux[start : start + SCORING_BLOCK], dtype=np.float32)
            for low in range(0, len(block), SCORING_BATCH):
                report(start + low, len(flux), "Scoring")
                part = self._forward(block[low : low + SCORING_BATCH])
                proba[start + low : start + low + len(part)] = part
            if kept is not None:
                kept.append(start, proba[start : start + len(block)])
        progress(len(flux), len(flux), "Scoring")
        return proba

    def _kept_scores(self, flux: FloatArray, checkpoint: Checkpoint | None) -> GrowingArray | None:
        if checkpoint is None:
            return None
        assert self._network is not None
        fingerprint = checkpoint.fingerprint(flux.shape, *self._network.get_weights())
        return GrowingArray(checkpoint, SCORES, fingerprint, len(self.card.classes))

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


class _EarlyStopping(keras.callbacks.EarlyStopping):  # type: ignore[misc]
    """Keras's, which would forget on beginning what it has been told of an earlier attempt."""

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        if self.best_weights is None:
            super().on_train_begin(logs)


class _Following(keras.callbacks.Callback):  # type: ignore[misc]
    """Hands every epoch's numbers on and stores the state of the training; what `progress` raises ends it."""

    def __init__(
        self, progress: Progress, max_epochs: int, on_epoch: EpochObserver, checkpoint: Checkpoint | None
    ) -> None:
        super().__init__()
        self._progress, self._throttled = progress, Throttled(progress)
        self._max_epochs = max_epochs
        self._on_epoch = on_epoch
        self._checkpoint = checkpoint
        self._stopping: Any = None
        self._begun = 0.0
        self.fingerprint = ""
        #: The epoch that is trained, counted from 0, and the numbers of those before it.
        self.epoch = 0
        self.epochs: list[dict[str, float]] = []

    def resume(self, network: keras.Model, stopping: keras.callbacks.EarlyStopping) -> bool:
        """Go on from the checkpoint, if it is of this training; return whether that is over already."""
        self._stopping = stopping
        if self._checkpoint is None:
            return False
        self.epochs, is_finished = restore(self._checkpoint, self.fingerprint, network, stopping)
        self.epoch = len(self.epochs)
        if self.epoch:
            self._progress(self.epoch, self._max_epochs, f"Resuming, after epoch {self.epoch}")
        return is_finished

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:  # noqa: ARG002
        self.epoch, self._begun = epoch, time.monotonic()

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:  # noqa: ARG002
        n_batches = self.params["steps"]
        self._throttled(
            self.epoch, self._max_epochs, f"Training, epoch {self.epoch + 1}: minibatch {batch + 1} of {n_batches}"
        )

    def on_test_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:  # noqa: ARG002
        self._throttled(self.epoch, self._max_epochs, f"Training, epoch {self.epoch + 1}: validation")

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        numbers = {name: float(value) for name, value in (logs or {}).items()}
        self.epochs.append(numbers)
        self._on_epoch({"epoch": epoch + 1, **numbers, "seconds": round(time.monotonic() - self._begun, 3)})
        self._store(is_finished=self.model.stop_training or epoch + 1 == self._max_epochs)
        text = ", ".join(f"{name} {value:.4f}" for name, value in numbers.items())
        self._progress(epoch + 1, self._max_epochs, f"Training, epoch {epoch + 1}: {text}")

    def _store(self, is_finished: bool) -> None:
        if self._checkpoint is not None and (is_finished or self._checkpoint.is_due()):
            store(self._checkpoint, self.fingerprint, self.model, self._stopping, self.epochs, is_finished)


def _minibatches(
    flux: npt.NDArray[np.float32], labels: LabelArray, size: int, rng_of_epoch: Callable[[], np.random.Generator]
) -> tf.data.Dataset:
    """Return minibatches in an order drawn anew by each epoch's own generator, so that any epoch can be repeated.

    Keras's own shuffling depends on everything that was drawn before.
    """
    x, y = tf.constant(flux[..., None]), tf.constant(labels)
    orders = tf.data.Dataset.from_generator(
        lambda: iter([rng_of_epoch().permutation(len(labels))]), output_signature=tf.TensorSpec([len(labels)], tf.int64)
    )
    rows = orders.flat_map(lambda order: tf.data.Dataset.from_tensor_slices(order).batch(size))
    minibatches = rows.map(lambda chosen: (tf.gather(x, chosen), tf.gather(y, chosen)))
    counted = minibatches.apply(tf.data.experimental.assert_cardinality(-(-len(labels) // size)))
    return counted.prefetch(2)


def _fingerprint(
    checkpoint: Checkpoint | None,
    network: keras.Model,
    data: tuple[npt.NDArray[np.float32], LabelArray],
    held_out: TrainingSet | None,
    options: TrainingOptions,
    seed: int,
) -> str:
    """Return a hash of all that the trained weights follow from."""
    if checkpoint is None:
        return ""
    shapes = [tuple(variable.shape) for variable in network.variables]  # its layers' names count on in a process
    held = () if held_out is None else (held_out.flux, held_out.labels)
    return checkpoint.fingerprint(*data, *held, options, seed, shapes, sorted(_versions().items()))


def _versions() -> dict[str, str]:
    return {"keras": keras.__version__, "tensorflow": tf.__version__, "numpy": np.__version__}


def _balanced(training: TrainingSet, options: TrainingOptions, seed: int) -> tuple[npt.NDArray[np.float32], LabelArray]:
    if options.balance == "smote":
        return oversample(training, options.smote_neighbors, seed)
    return training.flux, training.labels

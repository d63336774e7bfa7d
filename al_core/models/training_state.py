"""The whole state of a training between two epochs, so that it can be stored and taken up again."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from al_core.checkpoint import Checkpoint

#: Names in a checkpoint: the state of the training, and the probabilities of the pool.
TRAINING, SCORES = "training", "scores"
#: Attributes of Keras's EarlyStopping that make up what it remembers, apart from the best weights.
_STOPPING = ("wait", "best", "best_epoch", "stopped_epoch")


def store(
    checkpoint: Checkpoint,
    fingerprint: str,
    network: Any,
    stopping: Any,
    epochs: Sequence[dict[str, float]],
    is_finished: bool,
) -> None:
    """Store a Keras network in training: weights, seeds of the dropout, optimizer, early stopping and history."""
    arrays = _named("network", [v.numpy() for v in network.variables])
    arrays |= _named("optimizer", [v.numpy() for v in network.optimizer.variables])
    arrays |= _named("best", stopping.best_weights or [])
    remembered = {name: getattr(stopping, name) for name in _STOPPING}
    remembered["best"] = None if stopping.best is None else float(stopping.best)
    state = {"epoch": len(epochs), "epochs": list(epochs), "stopping": remembered, "is_finished": is_finished}
    checkpoint.save(TRAINING, fingerprint, arrays, state)


def restore(
    checkpoint: Checkpoint, fingerprint: str, network: Any, stopping: Any
) -> tuple[list[dict[str, float]], bool]:
    """Bring network and early stopping into the stored state; return its epochs, and whether the training was over."""
    stored = checkpoint.load(TRAINING, fingerprint)
    if stored is None:
        return [], False
    network.optimizer.build(network.trainable_variables)
    for name, variables in (("network", network.variables), ("optimizer", network.optimizer.variables)):
        for variable, value in zip(variables, _series(stored.arrays, name), strict=True):
            variable.assign(value)
    for name, value in stored.state["stopping"].items():
        setattr(stopping, name, value)
    stopping.best_weights = _series(stored.arrays, "best") or None
    return stored.state["epochs"], bool(stored.state["is_finished"])


def _named(name: str, arrays: Sequence[npt.NDArray[Any]]) -> dict[str, npt.NDArray[Any]]:
    return {f"{name}_{number}": np.asarray(array) for number, array in enumerate(arrays)}


def _series(arrays: dict[str, npt.NDArray[Any]], name: str) -> list[npt.NDArray[Any]]:
    numbers = sorted(int(key.removeprefix(f"{name}_")) for key in arrays if key.startswith(f"{name}_"))
    return [arrays[f"{name}_{number}"] for number in numbers]

"""Two runs of a session beside each other: what was set, how they learned, what they would label differently."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from al_core.errors import SessionError
from al_core.performance.intervals import Share, exact_share
from al_core.runs.keys import Keys
from al_core.sessions.iterations import IterationInfo, read_manifest
from al_core.sessions.session import Session

#: Keys that differ between any two runs and say nothing.
_NOT_COMPARED = ("iteration_num", "previous_output", "labels2add_csv", "training_set_addition_csv")
PREDICTIONS = "predictions.parquet"


@dataclass(frozen=True)
class RunPerformance:
    """What the labels of its estimation sample say of a network; None without labels."""

    precision: Share | None
    accuracy: Share | None


@dataclass(frozen=True)
class RunSide:
    """One of the two: its iteration, configuration, epochs and performance."""

    info: IterationInfo
    keys: dict[str, Any]
    epochs: list[dict[str, float]]
    best_epoch: int | None
    performance: RunPerformance


@dataclass(frozen=True, eq=False)
class PredictionChange:
    """How the predictions of the spectra that both runs scored differ.

    Attributes
    ----------
    classes : tuple of str
    counts : ndarray of int64, shape (n_classes, n_classes)
        Rows: class in the first run; columns: class in the second.
    """

    classes: tuple[str, ...]
    counts: npt.NDArray[np.int64]

    @property
    def n_compared(self) -> int:
        """Number of spectra that both runs scored."""
        return int(self.counts.sum())

    @property
    def n_changed(self) -> int:
        """Number of them that changed class."""
        return self.n_compared - int(np.trace(self.counts))


@dataclass(frozen=True, eq=False)
class RunComparison:
    """Two runs; `differences` has the two values of every key that is not the same.

    `overlap` is (spectra in both queues, in the first, in the second); `changes` is None unless both predicted.
    """

    first: RunSide
    second: RunSide
    differences: dict[str, tuple[Any, Any]]
    overlap: tuple[int, int, int]
    changes: PredictionChange | None


def performance_of(session: Session, info: IterationInfo, labels: Mapping[str, str | None]) -> RunPerformance:
    """Return precision and accuracy of a network by the labels that its estimation sample has now.

    Parameters
    ----------
    session : Session
    info : IterationInfo
    labels : mapping
        Name of the class by spectrum_id; None for one that was answered without a class.
    """
    if info.n_epochs == 0:
        return RunPerformance(None, None)
    predicted = {name: k for name, k in info.estimation_predictions().items() if k < len(info.classes)}
    judged = {name: k for name, k in predicted.items() if name in labels}
    wanted = set(session.candidate_names)
    called = [labels[name] for name, k in judged.items() if info.classes[k] in info.candidate_classes]
    right = sum(labels[name] == info.classes[k] for name, k in judged.items())
    return RunPerformance(
        exact_share(sum(label in wanted for label in called), len(called)) if called else None,
        exact_share(right, len(judged)) if judged else None,
    )


def compare_runs(
    session: Session, first: IterationInfo, second: IterationInfo, labels: Mapping[str, str | None]
) -> RunComparison:
    """Compare two iterations.

    Raises
    ------
    SessionError
        If predictions cannot be read.
    """
    sides = [_side(session, info, labels) for info in (first, second)]
    queues = [first.queue_ids, second.queue_ids]
    return RunComparison(
        sides[0],
        sides[1],
        _differences(sides[0].keys, sides[1].keys),
        (len(queues[0] & queues[1]), len(queues[0]), len(queues[1])),
        prediction_change(first, second),
    )


def _side(session: Session, info: IterationInfo, labels: Mapping[str, str | None]) -> RunSide:
    manifest = read_manifest(info.folder)
    training = manifest.get("training") or {}
    return RunSide(
        info,
        dict(manifest.get("configuration") or {}),
        [{"epoch": float(k), **epoch} for k, epoch in enumerate(training.get("epochs") or [], start=1)],
        training.get("best_epoch"),
        performance_of(session, info, labels),
    )


def _differences(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    found = {}
    for key, field in Keys.model_fields.items():
        default = list(field.default) if isinstance(field.default, tuple) else field.default
        values = first.get(key, default), second.get(key, default)
        if key not in _NOT_COMPARED and values[0] != values[1]:
            found[key] = values
    return found


def prediction_change(first: IterationInfo, second: IterationInfo) -> PredictionChange | None:
    """Count how the class of each spectrum changed from one run to the other; None unless both predicted.

    Raises
    ------
    SessionError
        If a file cannot be read.
    """
    paths = first.folder / PREDICTIONS, second.folder / PREDICTIONS
    if not all(path.is_file() for path in paths):
        return None
    classes = tuple(dict.fromkeys([*first.classes, *second.classes]))
    try:
        before, after = _aligned(*paths)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise SessionError(f"The predictions cannot be compared: {error}. Train the iteration again.") from error
    rows, columns = _positions(before, first.classes, classes), _positions(after, second.classes, classes)
    counts = np.bincount(rows * len(classes) + columns, minlength=len(classes) ** 2)
    return PredictionChange(classes, counts.reshape(len(classes), len(classes)).astype(np.int64))


def _aligned(first: Path, second: Path) -> tuple[pl.Series, pl.Series]:
    """Return the predictions of the spectra that both files have; without a join where the pool is the same."""
    names = ["spectrum_id", "prediction"]
    before, after = pl.read_parquet(first, columns=names), pl.read_parquet(second, columns=names)
    if before.height != after.height or not before["spectrum_id"].equals(after["spectrum_id"]):
        both = before.join(after, on="spectrum_id", suffix="_after")
        return both["prediction"], both["prediction_after"]
    return before["prediction"], after["prediction"]


def _positions(predictions: pl.Series, own: tuple[str, ...], classes: tuple[str, ...]) -> npt.NDArray[np.int64]:
    """Return positions in the classes of both runs."""
    places = np.array([classes.index(name) for name in own], dtype=np.int64)
    found: npt.NDArray[np.int64] = places[predictions.to_numpy().astype(np.int64)]
    return found

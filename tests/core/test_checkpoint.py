"""What an interrupted training or scoring goes on from."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from al_core import checkpoint as module
from al_core.checkpoint import Checkpoint, GrowingArray, marker_path, n_rows_of
from al_core.errors import CancelledError
from al_core.models import TrainingOptions
from tests.conftest import made_training_set

TRAINING = made_training_set((14, 9, 8), noise=0.8)
POOL = made_training_set((900, 20, 20), seed=9, noise=0.8).flux
Numbers = list[dict[str, float]]


class StopAfter:
    """A progress that stops once it has seen so many epochs end."""

    def __init__(self, n_epochs: int) -> None:
        self._n_left = n_epochs

    def __call__(self, _done: int, _total: int | None, message: str) -> None:
        self._n_left -= "loss" in message
        if self._n_left <= 0:
            raise CancelledError("stopped")


@pytest.fixture(autouse=True)
def _every_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SECONDS_BETWEEN", 0.0)
    monkeypatch.setattr(module, "LARGEST_SHARE", 1e9)


def trained(checkpoint: Checkpoint | None, options: TrainingOptions, **stop: Any) -> tuple[np.ndarray, Any, Numbers]:
    """Train, and return the probabilities, the history, and what the observer was told."""
    from al_core.models.cnn import ConvolutionalNetwork

    seen: Numbers = []

    def observe(numbers: Mapping[str, float]) -> None:
        seen.append(dict(numbers))

    model = ConvolutionalNetwork()
    arguments = {"on_epoch": observe, "checkpoint": checkpoint} | stop
    history = model.fit(TRAINING, options, 3, **arguments)
    return model.predict_proba(POOL), history, seen


@pytest.mark.parametrize(
    ("options", "stops"),
    [
        (TrainingOptions(max_epochs=6), (2, 3)),
        (TrainingOptions(max_epochs=12, stopping="validation", patience=2, balance="class_weights"), (3,)),
    ],
    ids=["loss", "validation"],
)
def test_a_training_that_was_interrupted_ends_exactly_as_one_that_was_not(
    options: TrainingOptions, stops: tuple[int, ...], tmp_path: Path
) -> None:
    expected, history, numbers = trained(None, options)
    done = 0
    for stop in stops:
        with pytest.raises(CancelledError):
            trained(Checkpoint(tmp_path), options, progress=StopAfter(stop))
        done += stop
        assert Checkpoint(tmp_path).state_of("training")["epoch"] == done
    resumed, again, seen = trained(Checkpoint(tmp_path), options)
    np.testing.assert_array_equal(resumed, expected)
    assert again == history
    assert [epoch["epoch"] for epoch in seen] == list(range(done + 1, len(numbers) + 1))
    assert [e["loss"] for e in seen] == [e["loss"] for e in numbers[done:]]


def test_a_training_that_was_over_is_not_repeated(tmp_path: Path) -> None:
    options = TrainingOptions(max_epochs=30, patience=1, min_delta=0.5)
    expected, history, _ = trained(Checkpoint(tmp_path), options)
    assert history.best_epoch < len(history.epochs) < 30
    resumed, again, seen = trained(Checkpoint(tmp_path), options)
    np.testing.assert_array_equal(resumed, expected)
    assert (again, seen) == (history, [])


@pytest.mark.parametrize("changed", ["options", "key", "damaged"])
def test_a_checkpoint_of_something_else_is_not_used(changed: str, tmp_path: Path) -> None:
    options = TrainingOptions(max_epochs=2)
    trained(Checkpoint(tmp_path, "one pool"), options)
    if changed == "damaged":
        (tmp_path / "training.npz").write_bytes(b"PK cut off")
    options = TrainingOptions(max_epochs=3) if changed == "options" else options
    seen = trained(Checkpoint(tmp_path, "another" if changed == "key" else "one pool"), options)[2]
    assert [epoch["epoch"] for epoch in seen] == list(range(1, options.max_epochs + 1))


def test_every_epoch_is_observed_with_its_numbers() -> None:
    options = TrainingOptions(max_epochs=2, stopping="validation")
    _, history, seen = trained(None, options)
    assert all(set(e) == {"epoch", "loss", "accuracy", "val_loss", "val_accuracy", "seconds"} for e in seen)
    assert [{k: v for k, v in e.items() if k not in ("epoch", "seconds")} for e in seen] == history.epochs
    assert all(epoch["seconds"] > 0 for epoch in seen)


def test_scoring_goes_on_after_the_last_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from al_core.models import cnn

    monkeypatch.setattr(cnn, "SCORING_BLOCK", 256)
    monkeypatch.setattr(cnn, "SCORING_BATCH", 128)
    monkeypatch.setattr("al_core.progress.SECONDS_BETWEEN_REPORTS", 0.0)
    model = cnn.ConvolutionalNetwork()
    model.fit(TRAINING, TrainingOptions(max_epochs=1), 3)
    expected = model.predict_proba(POOL)
    seen: list[int] = []

    def progress(done: int, _total: int | None, _message: str) -> None:
        seen.append(done)
        if done == 640:
            raise CancelledError("stopped")

    with pytest.raises(CancelledError):
        model.predict_proba(POOL, progress, Checkpoint(tmp_path))
    assert n_rows_of(marker_path(tmp_path, "scores")) == 512
    resumed = model.predict_proba(POOL, lambda done, *_: seen.append(-done), Checkpoint(tmp_path))
    np.testing.assert_array_equal(resumed, expected)
    assert seen[6:] == [-512, -640, -768, -896, -940]
    model.fit(TRAINING, TrainingOptions(max_epochs=2), 4)
    other = model.predict_proba(POOL)
    np.testing.assert_array_equal(model.predict_proba(POOL, checkpoint=Checkpoint(tmp_path)), other)


def test_rows_that_were_cut_short_are_not_believed(tmp_path: Path) -> None:
    rows = np.arange(12, dtype=np.float32).reshape(4, 3)
    kept = GrowingArray(Checkpoint(tmp_path), "scores", "of this", 3)
    assert kept.read().shape == (0, 3)
    kept.append(0, rows[:2])
    kept.append(2, rows[2:])
    np.testing.assert_array_equal(kept.read(), rows)
    assert GrowingArray(Checkpoint(tmp_path), "scores", "of that", 3).read().shape == (0, 3)
    (tmp_path / "scores.f32").write_bytes(rows.tobytes()[:-1])
    assert kept.read().shape == (0, 3)


def test_states_are_stored_seldom_enough_to_cost_little(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SECONDS_BETWEEN", 60.0)
    checkpoint = Checkpoint(tmp_path)
    assert checkpoint.is_due()
    checkpoint.save("training", "f", {"a": np.zeros(3)}, {"epoch": 1})
    assert not checkpoint.is_due()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["training.npz"]

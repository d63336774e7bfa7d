"""One iteration: what is chosen, and what never is."""

from pathlib import Path

import numpy as np
import pytest

from al_core.errors import PoolExhaustedError
from al_core.learner import IterationResult, initial_sample, run_iteration
from al_core.models import TrainingHistory, TrainingOptions, TrainingSet
from al_core.strategies import get_strategy, shannon_entropy
from tests.conftest import made_training_set

N = 100


class Oracle:
    """A classifier that is less sure of each spectrum than of the one before: the last ones are queried first."""

    name = "oracle"

    def __init__(self) -> None:
        self.seeds: list[int] = []

    def fit(self, training: TrainingSet, _options: TrainingOptions, seed: int, *_: object) -> TrainingHistory:
        self.seeds.append(seed)
        return TrainingHistory([], 1, len(training.labels))

    def predict_proba(self, flux: np.ndarray, *_: object) -> np.ndarray:
        second = np.linspace(0.01, 0.49, len(flux), dtype=np.float32)
        return np.stack([1 - second, second, np.zeros_like(second)], axis=1)

    def save(self, _folder: Path) -> list[Path]:
        return []


def iterate(
    is_labeled: np.ndarray | None = None,
    is_protected: np.ndarray | None = None,
    *,
    batch: int = 10,
    sample: int = 20,
    seed: int = 1,
    iteration: int = 1,
    strategy: str = "entropy",
    model: Oracle | None = None,
) -> IterationResult:
    return run_iteration(
        model or Oracle(),
        made_training_set((3, 3, 3)),
        np.zeros((N, 140), np.float32),
        np.zeros(N, bool) if is_labeled is None else is_labeled,
        is_protected=is_protected,
        strategy=get_strategy(strategy),
        batch_size=batch,
        sample_size=sample,
        seed=seed,
        iteration=iteration,
    )


def test_the_batch_is_the_most_uncertain_that_is_not_in_the_sample() -> None:
    result = iterate()
    sample = set(result.estimation_sample.tolist())
    expected = [k for k in range(N - 1, -1, -1) if k not in sample][:10]
    assert result.query.indices.tolist() == expected
    assert (np.diff(result.query.utilities) <= 0).all()
    assert len(sample) == 20


def test_shadow_queries_are_members_of_the_sample_that_would_have_been_chosen() -> None:
    result = iterate()
    last = result.query.indices.min()
    assert result.shadow_queried.tolist() == sorted((k for k in result.estimation_sample if k > last), reverse=True)
    assert result.shadow_queried.size > 0


def test_earlier_samples_are_not_queried_but_may_be_drawn_again() -> None:
    protected = np.arange(N) >= 60
    drawn = False
    for seed in range(5):
        result = iterate(is_protected=protected, seed=seed)
        assert not protected[result.query.indices].any()
        drawn |= bool(protected[result.estimation_sample].any())
        shadows = result.shadow_queried
        assert set(range(60, 100)) <= set(shadows.tolist())
        assert not set(shadows.tolist()) & set(result.query.indices.tolist())
    assert drawn


def test_labeled_spectra_are_neither_queried_nor_drawn_nor_shadows() -> None:
    labeled = np.arange(N) >= 60
    for protected in (None, labeled, np.arange(N) < 5):
        result = iterate(labeled, protected)
        for rows in (result.query.indices, result.estimation_sample, result.shadow_queried):
            assert not labeled[rows].any()


def test_the_sample_does_not_depend_on_strategy_or_batch() -> None:
    samples = [
        iterate(strategy=strategy, batch=batch).estimation_sample.tolist()
        for strategy, batch in (("entropy", 10), ("margin", 10), ("random", 30))
    ]
    assert samples[0] == samples[1] == samples[2]


def test_seed_and_iteration_decide_everything_random() -> None:
    def drawn(seed: int, iteration: int) -> tuple[list[int], list[int], list[int]]:
        model = Oracle()
        result = iterate(seed=seed, iteration=iteration, strategy="random", model=model)
        return result.query.indices.tolist(), result.estimation_sample.tolist(), model.seeds

    assert drawn(1, 1) == drawn(1, 1)
    for other in (drawn(2, 1), drawn(1, 2)):
        assert all(a != b for a, b in zip(drawn(1, 1), other, strict=True))


def test_predictions_and_entropies_are_of_the_whole_pool() -> None:
    result = iterate(np.arange(N) < 50)
    assert result.proba.shape == (N, 3)
    np.testing.assert_array_equal(result.predictions, np.zeros(N))
    np.testing.assert_array_equal(result.entropies, shannon_entropy(result.proba))


def test_everything_that_is_left_can_be_chosen() -> None:
    result = iterate(np.arange(N) < 70)
    assert sorted([*result.query.indices, *result.estimation_sample]) == list(range(70, 100))


def test_a_pool_that_is_too_small_is_named_before_training() -> None:
    model = Oracle()
    with pytest.raises(PoolExhaustedError, match="Requested 30 spectra, the pool has 29 "):
        iterate(np.arange(N) < 71, model=model)
    assert model.seeds == []


def test_protected_spectra_leave_too_few_to_query() -> None:
    with pytest.raises(PoolExhaustedError, match="Requested 10 spectra"):
        iterate(is_protected=np.arange(N) >= 5)


def test_initial_samples_are_drawn_without_replacement() -> None:
    sample = initial_sample(50, 50, 1)
    assert sorted(sample.tolist()) == list(range(50))
    assert sample.tolist() == initial_sample(50, 50, 1).tolist() != initial_sample(50, 50, 2).tolist()
    assert sorted(initial_sample(50, 10, 1, np.arange(50) < 40).tolist()) == list(range(40, 50))
    with pytest.raises(PoolExhaustedError):
        initial_sample(50, 51, 1)

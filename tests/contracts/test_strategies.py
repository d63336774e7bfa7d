"""What every query strategy keeps to."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from al_core.errors import ConfigurationError, PoolExhaustedError
from al_core.strategies import STRATEGIES, QueryStrategy, choose_random, get_strategy, shannon_entropy

EVERY = pytest.mark.parametrize("strategy", STRATEGIES.values(), ids=list(STRATEGIES))
#: A sure spectrum, one that two classes share, one spread over all three.
SURE, SHARED, SPREAD = [0.98, 0.01, 0.01], [0.5, 0.5, 0.0], [0.36, 0.33, 0.31]


def made_proba(n: int = 200, n_classes: int = 3, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).dirichlet(np.full(n_classes, 0.5), n).astype(np.float32)


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


@EVERY
def test_the_registry_knows_each_by_its_name(strategy: QueryStrategy) -> None:
    assert get_strategy(strategy.name) is strategy
    assert strategy.label
    assert strategy.label != strategy.name


def test_an_unknown_strategy_is_named_with_those_there_are() -> None:
    with pytest.raises(ConfigurationError, match="'luck'; allowed: entropy, margin, least_confidence, random"):
        get_strategy("luck")


@EVERY
def test_the_same_seed_gives_the_same_query(strategy: QueryStrategy) -> None:
    proba = made_proba()
    first, second = strategy.query(proba, 20, rng()), strategy.query(proba, 20, rng())
    np.testing.assert_array_equal(first.indices, second.indices)
    np.testing.assert_array_equal(first.utilities, second.utilities)


@EVERY
def test_another_seed_breaks_ties_otherwise(strategy: QueryStrategy) -> None:
    proba = np.full((500, 3), 1 / 3, np.float32)
    chosen = {tuple(strategy.query(proba, 10, rng(seed)).indices) for seed in range(5)}
    assert len(chosen) == 5


@EVERY
def test_a_query_has_distinct_indices_and_falling_finite_utilities(strategy: QueryStrategy) -> None:
    query = strategy.query(made_proba(), 50, rng())
    assert query.indices.dtype == np.int64
    assert query.indices.shape == query.utilities.shape == (50,)
    assert len(set(query.indices.tolist())) == 50
    assert np.isfinite(query.utilities).all()
    assert (np.diff(query.utilities) <= 0).all()


@EVERY
def test_probabilities_and_candidates_are_left_unchanged(strategy: QueryStrategy) -> None:
    proba, candidates = made_proba(), np.arange(200) % 2 == 0
    copies = proba.copy(), candidates.copy()
    proba.flags.writeable = candidates.flags.writeable = False
    strategy.query(proba, 10, rng(), candidates)
    np.testing.assert_array_equal(proba, copies[0])
    np.testing.assert_array_equal(candidates, copies[1])


@EVERY
def test_what_is_no_candidate_is_never_chosen(strategy: QueryStrategy) -> None:
    proba = made_proba()
    proba[:150] = 1 / 3
    candidates = np.arange(200) >= 150
    query = strategy.query(proba, 50, rng(), candidates)
    assert sorted(query.indices.tolist()) == list(range(150, 200))


@EVERY
@pytest.mark.parametrize(("size", "n_candidates"), [(201, 200), (51, 50), (1, 0)])
def test_a_pool_that_is_too_small_is_named(strategy: QueryStrategy, size: int, n_candidates: int) -> None:
    candidates = np.arange(200) < n_candidates
    with pytest.raises(PoolExhaustedError, match=f"Requested {size} spectra, the pool has {n_candidates} "):
        strategy.query(made_proba(), size, rng(), candidates)


@EVERY
def test_nothing_may_be_asked_for_and_everything(strategy: QueryStrategy) -> None:
    assert strategy.query(made_proba(), 0, rng()).indices.size == 0
    assert sorted(strategy.query(made_proba(), 200, rng()).indices.tolist()) == list(range(200))


@pytest.mark.parametrize("strategy", [s for s in STRATEGIES.values() if s.name != "random"], ids=lambda s: s.name)
def test_close_classes_come_first(strategy: QueryStrategy) -> None:
    proba = np.array([SURE] * 40 + [SHARED] + [SURE] * 40, dtype=np.float32)
    assert strategy.query(proba, 1, rng()).indices.tolist() == [40]


@EVERY
@given(
    weights=arrays(
        np.float64, st.tuples(st.integers(1, 12), st.integers(2, 5)), elements=st.floats(0, 1, allow_subnormal=False)
    )
)
def test_utilities_are_finite_for_any_probabilities(strategy: QueryStrategy, weights: np.ndarray) -> None:
    weights[weights.sum(axis=1) == 0] = 1
    utilities = strategy.utilities(weights / weights.sum(axis=1, keepdims=True))
    assert utilities.shape == (len(weights),)
    assert np.isfinite(utilities).all()
    assert (utilities >= -1e-12).all()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # -0.98 ln 0.98 - 2 * 0.01 ln 0.01; ln 2; -0.36 ln 0.36 - 0.33 ln 0.33 - 0.31 ln 0.31
        ("entropy", [0.1119018, 0.6931472, 1.0967192]),
        ("margin", [0.03, 1.0, 0.97]),
        ("least_confidence", [0.02, 0.5, 0.64]),
        ("random", [0.0, 0.0, 0.0]),
    ],
)
def test_utilities_by_hand(name: str, expected: list[float]) -> None:
    utilities = STRATEGIES[name].utilities(np.array([SURE, SHARED, SPREAD]))
    np.testing.assert_allclose(utilities, expected, atol=1e-6)


def test_entropy_is_in_nats_from_none_to_the_logarithm_of_the_classes() -> None:
    for n in range(2, 7):
        certain, even = np.eye(n)[:1], np.full((1, n), 1 / n)
        assert shannon_entropy(certain)[0] == 0
        np.testing.assert_allclose(shannon_entropy(even), np.log(n))


def test_random_samples_are_drawn_without_replacement_from_the_candidates() -> None:
    candidates = np.arange(100) % 3 == 0
    sample = choose_random(100, 34, rng(), candidates)
    assert sorted(sample.tolist()) == list(range(0, 100, 3))
    assert sorted(choose_random(10, 10, rng()).tolist()) == list(range(10))
    with pytest.raises(PoolExhaustedError):
        choose_random(100, 35, rng(), candidates)


def test_random_choice_gives_every_spectrum_the_same_chance() -> None:
    proba = made_proba(10)
    counts = np.zeros(10)
    for seed in range(2000):
        counts[STRATEGIES["random"].query(proba, 3, rng(seed)).indices] += 1
    # binomial with p = 0.3: standard deviation 20.5; five of them
    assert np.abs(counts - 600).max() < 103

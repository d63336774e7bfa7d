"""One iteration of active learning: train, predict, query. What it chooses is returned, not written."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from al_core.checkpoint import Checkpoint
from al_core.models.base import (
    Classifier,
    EpochObserver,
    TrainingHistory,
    TrainingOptions,
    TrainingSet,
    no_observer,
)
from al_core.progress import Progress, Stage, enter_stage, no_progress
from al_core.randomness import Stream, derived_seed, generator
from al_core.spectrum import BoolArray, FloatArray
from al_core.strategies import QueryResult, QueryStrategy, choose_random, shannon_entropy
from al_core.strategies.base import IndexArray, require


@dataclass(frozen=True, eq=False)
class IterationResult:
    """What one iteration found.

    Attributes
    ----------
    history : TrainingHistory
    proba : ndarray of float32, shape (n_spectra, n_classes)
        Of the whole pool, labeled spectra included.
    predictions : ndarray of int64, shape (n_spectra,)
        Most probable class.
    entropies : ndarray of float64, shape (n_spectra,)
        In nats.
    query : QueryResult
        The batch for the oracle.
    estimation_sample : ndarray of int64, shape (sample_size,)
        A simple random sample of the unlabeled pool, drawn before anything was predicted.
    shadow_queried : ndarray of int64
        Members of this and earlier samples that the strategy would have chosen; they stay out of the batch.
    """

    history: TrainingHistory
    proba: npt.NDArray[np.float32]
    predictions: npt.NDArray[np.int64]
    entropies: npt.NDArray[np.float64]
    query: QueryResult
    estimation_sample: IndexArray
    shadow_queried: IndexArray


def initial_sample(n_spectra: int, size: int, seed: int, is_labeled: BoolArray | None = None) -> IndexArray:
    """Draw the spectra for an initial training set: at random, without replacement, from the unlabeled ones."""
    candidates = None if is_labeled is None else ~is_labeled
    return choose_random(n_spectra, size, generator(seed, 0, Stream.INITIAL_SAMPLE), candidates)


def run_iteration(
    model: Classifier,
    training: TrainingSet,
    pool_flux: FloatArray,
    is_labeled: BoolArray,
    *,
    is_protected: BoolArray | None = None,
    strategy: QueryStrategy,
    batch_size: int,
    sample_size: int,
    seed: int,
    iteration: int,
    options: TrainingOptions | None = None,
    groups: Sequence[str] | None = None,
    progress: Progress = no_progress,
    on_epoch: EpochObserver = no_observer,
    checkpoint: Checkpoint | None = None,
) -> IterationResult:
    """Train on the labeled spectra, predict the pool, choose what to label next.

    Parameters
    ----------
    model : Classifier
        Trained anew.
    training : TrainingSet
    pool_flux : ndarray or memory map, shape (n_spectra, n_points)
        Scaled as the training set.
    is_labeled : ndarray of bool, shape (n_spectra,)
        Spectra of the pool that have left it for the training set: they are never chosen.
    is_protected : ndarray of bool, shape (n_spectra,), optional
        Members of earlier estimation samples: they may be drawn again for one, but are not queried.
    batch_size, sample_size : int
        Spectra for the oracle, and for the performance estimate.
    seed, iteration : int
        Everything random follows from the two.
    on_epoch, checkpoint
        See `Classifier.fit`.

    Raises
    ------
    PoolExhaustedError
        Before training, if the pool has fewer unlabeled spectra than are to be chosen.
    TrainingError
        If a class is empty or too small.
    """
    unlabeled = ~is_labeled
    require(batch_size + sample_size, int(unlabeled.sum()))
    sample = choose_random(
        len(is_labeled), sample_size, generator(seed, iteration, Stream.ESTIMATION_SAMPLE), unlabeled
    )
    training_seed = derived_seed(seed, iteration, Stream.TRAINING)
    history = model.fit(training, options or TrainingOptions(), training_seed, progress, groups, on_epoch, checkpoint)
    enter_stage(progress, Stage.SCORE)
    proba = model.predict_proba(pool_flux, progress, checkpoint)
    enter_stage(progress, Stage.CHOOSE)
    kept_apart = sample if is_protected is None else np.union1d(sample, np.flatnonzero(is_protected & unlabeled))
    rng = generator(seed, iteration, Stream.QUERY)
    query, shadow = _query(strategy, proba, unlabeled, kept_apart, batch_size, rng)
    return IterationResult(
        history, proba, np.argmax(proba, axis=1).astype(np.int64), shannon_entropy(proba), query, sample, shadow
    )


def _query(
    strategy: QueryStrategy,
    proba: FloatArray,
    unlabeled: BoolArray,
    kept_apart: IndexArray,
    batch_size: int,
    rng: np.random.Generator,
) -> tuple[QueryResult, IndexArray]:
    """Rank with the samples in it, then pass over their members, so that no region is emptied around them."""
    require(batch_size, int(unlabeled.sum()) - kept_apart.size)
    ranked = strategy.query(proba, batch_size + kept_apart.size, rng, unlabeled)
    in_sample = np.isin(ranked.indices, kept_apart)
    chosen = np.flatnonzero(~in_sample)[:batch_size]
    last = chosen[-1] if chosen.size else -1
    shadow = ranked.indices[: last + 1][in_sample[: last + 1]]
    return QueryResult(ranked.indices[chosen], ranked.utilities[chosen]), shadow

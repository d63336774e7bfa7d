"""The loop against known labels: a simulated oracle answers, several strategies and seeds are compared."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from al_core.errors import PoolExhaustedError
from al_core.evaluation.scores import score
from al_core.learner import run_iteration
from al_core.models.base import Classifier, LabelArray, TrainingOptions, TrainingSet
from al_core.progress import Progress, no_progress
from al_core.randomness import Stream, generator
from al_core.strategies import get_strategy

Row = dict[str, str | int | float]


@dataclass(frozen=True, eq=False)
class Problem:
    """What is to be learned: a first training set, and a pool whose labels are known.

    Attributes
    ----------
    training : TrainingSet
    pool_ids : ndarray of str, shape (n_spectra,)
    pool_flux : ndarray of float32, shape (n_spectra, n_points)
    truth : ndarray of int64, shape (n_spectra,)
    """

    training: TrainingSet
    pool_ids: npt.NDArray[np.object_]
    pool_flux: npt.NDArray[np.float32]
    truth: LabelArray


@dataclass(frozen=True)
class Plan:
    """What is compared: strategies, seeds 0 to `n_seeds` - 1, `n_iterations` queries of `batch_size`.

    `test_fraction` of the pool is set apart for the scores before the first query, at random for each seed and alike
    for all strategies: it is never queried, so every score is of the same spectra.
    """

    strategies: Sequence[str]
    n_iterations: int = 5
    batch_size: int = 20
    n_seeds: int = 3
    test_fraction: float = 0.4
    options: TrainingOptions = field(default_factory=TrainingOptions)


def evaluate(
    problem: Problem, plan: Plan, new_model: Callable[[], Classifier], progress: Progress = no_progress
) -> Iterator[Row]:
    """Yield one row for every strategy, seed and iteration: number of labels, accuracy, macro-F1, F1 of each class.

    Iteration 0 is the given training set alone. `queried_CLASS` counts what the queries brought so far.

    Raises
    ------
    PoolExhaustedError
        If the pool is too small for the queries.
    """
    _require(problem, plan)
    total = len(plan.strategies) * plan.n_seeds * (plan.n_iterations + 1)
    done = 0
    for seed in range(plan.n_seeds):
        for name in plan.strategies:
            step = f"Evaluating {name}, seed {seed}"
            for row in _one(problem, plan, new_model, name, seed, _standing(progress, done, total, step)):
                done += 1
                progress(done, total, step)
                yield row


def _one(
    problem: Problem,
    plan: Plan,
    new_model: Callable[[], Classifier],
    name: str,
    seed: int,
    progress: Progress,
) -> Iterator[Row]:
    n = len(problem.truth)
    rng = generator(seed, 0, Stream.EVALUATION)
    is_test = np.zeros(n, dtype=bool)
    is_test[rng.permutation(n)[: round(plan.test_fraction * n)]] = True
    is_queried = np.zeros(n, dtype=bool)
    for iteration in range(plan.n_iterations + 1):
        training = _with_answers(problem, is_queried)
        last = iteration == plan.n_iterations
        result = run_iteration(
            new_model(),
            training,
            problem.pool_flux,
            is_queried | is_test,
            strategy=get_strategy(name),
            batch_size=0 if last else plan.batch_size,
            sample_size=0,
            seed=seed,
            iteration=iteration,
            options=plan.options,
            progress=progress,
        )
        scores = score(problem.truth[is_test], result.predictions[is_test], training.classes)
        found = np.bincount(problem.truth[is_queried], minlength=len(training.classes))
        yield {
            "strategy": name,
            "seed": seed,
            "iteration": iteration,
            "n_labels": len(training.labels),
            **scores,
            **{f"queried_{c}": int(count) for c, count in zip(training.classes, found, strict=True)},
        }
        is_queried[result.query.indices] = True


def _with_answers(problem: Problem, is_queried: npt.NDArray[np.bool_]) -> TrainingSet:
    """Return the training set and everything that the oracle has answered so far."""
    first = problem.training
    return TrainingSet(
        np.concatenate([first.spectrum_ids, problem.pool_ids[is_queried]]),
        np.concatenate([first.flux, problem.pool_flux[is_queried]]),
        np.concatenate([first.labels, problem.truth[is_queried]]),
        first.grid,
        first.classes,
    )


def _require(problem: Problem, plan: Plan) -> None:
    n = len(problem.truth)
    available = n - round(plan.test_fraction * n)
    needed = plan.n_iterations * plan.batch_size
    if needed > available or available == n:
        raise PoolExhaustedError(
            f"{plan.n_iterations} queries of {plan.batch_size} need {needed} spectra; of the pool's {n}, "
            f"{n - available} are set apart for the scores, {available} are left. Lower --iterations or --batch-size."
        )


def _standing(progress: Progress, done: int, total: int, step: str) -> Progress:
    """Return a progress for the parts of a step: it shows the step itself, and lets it be cancelled meanwhile."""

    def part(_done: int, _total: int | None, _message: str) -> None:
        progress(done, total, step)

    return part

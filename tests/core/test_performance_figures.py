"""Figures from a simple random sample: against STATISTICS 12, scipy, scikit-learn, and populations of known truth."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy.stats import beta, binomtest
from sklearn.metrics import balanced_accuracy_score, f1_score, precision_score, recall_score

from al_core.performance import Answer, Figure, FigureState, SampleCounts, count_sample, exact_share, wilson_share
from al_core.performance.figures import (
    BONFERRONI,
    accuracy,
    agreement,
    balanced_accuracy,
    f1,
    lower_limit_of,
    macro_f1,
    majority_share,
    precision,
    recall,
)
from al_core.performance.intervals import lower_limit

CLASSES = ("c1", "c2", "c3")


def counts_of(matrix: list[list[int]], bad: list[int] | None = None, unsure: list[int] | None = None) -> SampleCounts:
    zero = [0] * len(matrix)
    names = CLASSES[: len(matrix)]
    return SampleCounts(names, np.array(matrix), np.array(bad or zero), np.array(unsure or zero), 0)


# --- Intervals --------------------------------------------------------------------------------------------------
# Expected: STATISTICS 12, V5 (quantile function, checked there by binomial tails), and scipy's binomtest.
@pytest.mark.parametrize(("x", "n", "low", "high"), [(19, 20, 0.751267, 0.998735), (0, 40, 0, 0.088097)])
def test_exact_limits_are_those_of_the_vectors(x: int, n: int, low: float, high: float) -> None:
    share = exact_share(x, n)
    assert (share.low, share.high) == pytest.approx((low, high), abs=1e-6)


def test_wilsons_limits_are_those_of_the_vectors() -> None:
    share = wilson_share(28, 30)
    assert (share.low, share.high) == pytest.approx((0.786765, 0.981523), abs=1e-6)


@pytest.mark.parametrize(("x", "n"), [(0, 1), (1, 1), (0, 7), (3, 7), (7, 7), (1, 40), (250, 1000), (1000, 1000)])
@pytest.mark.parametrize(("function", "method"), [(exact_share, "exact"), (wilson_share, "wilson")])
def test_limits_are_those_of_scipy(x: int, n: int, function: Callable[[int, int], object], method: str) -> None:
    share, known = function(x, n), binomtest(x, n).proportion_ci(0.95, method)
    assert (share.low, share.high) == pytest.approx((known.low, known.high), abs=1e-9)  # type: ignore[attr-defined]


def test_the_one_sided_limit_is_the_quantile_of_a_beta_law() -> None:
    assert lower_limit(19, 20) == pytest.approx(beta.ppf(0.05, 19, 2), abs=1e-12)
    assert (lower_limit(0, 20), lower_limit(0, 0)) == (0, 0)


# --- Figures ----------------------------------------------------------------------------------------------------
def drawn(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    truth = rng.choice(3, n, p=[0.6, 0.25, 0.15])
    return truth, np.where(rng.random(n) < 0.75, truth, rng.choice(3, n))


def test_values_are_those_of_scikit_learn() -> None:
    truth, predicted = drawn(np.random.default_rng(1), 300)
    predictions = {f"s{k}": CLASSES[p] for k, p in enumerate(predicted)}
    answers = {f"s{k}": Answer("label", CLASSES[t]) for k, t in enumerate(truth)}
    counts = count_sample(predictions, answers, CLASSES)
    assert accuracy(counts).value == pytest.approx((truth == predicted).mean())
    assert balanced_accuracy(counts, CLASSES).value == pytest.approx(balanced_accuracy_score(truth, predicted))
    assert macro_f1(counts, CLASSES).value == pytest.approx(f1_score(truth, predicted, average="macro"))
    for k, name in enumerate(CLASSES):
        for mine, theirs in ((precision, precision_score), (recall, recall_score), (f1, f1_score)):
            known = theirs(truth, predicted, labels=[k], average=None)[0]
            assert mine(counts, name).value == pytest.approx(known)


def test_nothing_divided_by_nothing_is_not_determined() -> None:
    counts = counts_of([[30, 0, 0], [0, 0, 0], [2, 0, 0]])
    found = precision(counts, "c2")
    assert (found.value, found.low, found.high, found.n) == (None, 0, 1, 0)
    assert found.state == FigureState.NOT_DETERMINED
    assert recall(counts, "c2").value is None
    assert (recall(counts, "c3").value, recall(counts, "c3").state) == (0, FigureState.TOO_FEW)
    assert balanced_accuracy(counts, CLASSES).value is None
    assert macro_f1(counts, CLASSES).value is None


def test_bad_data_is_an_answer_that_no_prediction_meets() -> None:
    counts = counts_of([[8, 0], [0, 6]], bad=[0, 2])
    assert (accuracy(counts).n_right, accuracy(counts).n) == (14, 16)
    assert (precision(counts, "c2").n_right, precision(counts, "c2").n) == (6, 8)
    assert recall(counts, "c2").value == 1


def test_many_unsure_answers_widen_both_sides_and_few_are_passed_over() -> None:
    found = accuracy(counts_of([[60, 10], [10, 20]], unsure=[5, 5]))
    assert (found.value, found.n, found.n_unsure) == (0.8, 100, 10)
    assert (found.low, found.high) == (exact_share(80, 110).low, exact_share(90, 110).high)
    few = accuracy(counts_of([[60, 10], [10, 20]], unsure=[1, 1]))
    assert (few.low, few.high) == (exact_share(80, 100).low, exact_share(80, 100).high)


def test_an_unsure_answer_may_be_a_missed_object() -> None:
    found = recall(counts_of([[50, 0], [0, 10]], unsure=[6, 4]), "c2")
    assert found.low == exact_share(10, 16).low, "all six that are predicted otherwise are missed ones"
    assert found.high == exact_share(14, 14).high


def test_the_predecessors_figure_counts_every_class_of_interest_as_one() -> None:
    counts = counts_of([[70, 3, 1], [5, 8, 4], [4, 2, 6]], bad=[1, 1, 0])
    found = agreement(counts, ["c2", "c3"], ["c2", "c3"])
    assert (found.n_right, found.n) == (20, 25)
    assert found.value == 0.8
    assert lower_limit_of(found) == pytest.approx(beta.ppf(0.05, 20, 6), abs=1e-12)


@pytest.mark.parametrize(
    ("right", "n", "state"),
    [(190, 200, "enough"), (30, 40, "rough"), (6, 12, "too few"), (9, 9, "too few"), (0, 0, "not determined")],
)
def test_a_value_is_shown_only_where_labels_carry_it(right: int, n: int, state: str) -> None:
    assert accuracy(counts_of([[right, n - right], [0, 0]])).state == state


def test_the_commonest_class_says_what_accuracy_is_worth() -> None:
    assert majority_share(counts_of([[90, 2], [5, 1]], bad=[2, 0])) == ("c1", 0.92)
    assert majority_share(counts_of([[0, 0], [0, 0]])) is None


# --- Properties -------------------------------------------------------------------------------------------------
def all_figures(counts: SampleCounts) -> list[Figure]:
    classes = counts.classes
    single = [function(counts, name) for name in classes for function in (precision, recall, f1)]
    return [accuracy(counts), balanced_accuracy(counts, classes), macro_f1(counts, classes), *single]


@pytest.mark.parametrize("seed", range(20))
def test_limits_contain_the_value_and_more_labels_never_widen_them(seed: int) -> None:
    rng = np.random.default_rng(seed)
    matrix, unsure = rng.integers(0, 15, (3, 3)).tolist(), rng.integers(0, 3, 3).tolist()
    small = all_figures(counts_of(matrix, unsure=unsure))
    large = all_figures(counts_of((np.array(matrix) * 4).tolist(), unsure=(np.array(unsure) * 4).tolist()))
    for few, many in zip(small, large, strict=True):
        assert few.value is None or few.low - 1e-12 <= few.value <= few.high + 1e-12
        assert many.high - many.low <= few.high - few.low + 1e-12


def test_the_order_of_the_classes_changes_nothing() -> None:
    matrix = np.array([[50, 3, 1], [5, 8, 4], [4, 2, 6]])
    turned = SampleCounts(("c3", "c1", "c2"), np.roll(matrix, 1, (0, 1)), np.zeros(3, int), np.zeros(3, int), 0)
    for name in CLASSES:
        for function in (precision, recall, f1):
            assert function(turned, name) == function(counts_of(matrix.tolist()), name)
    assert macro_f1(turned, CLASSES) == macro_f1(counts_of(matrix.tolist()), CLASSES)


# --- Coverage ---------------------------------------------------------------------------------------------------
#: Share of the pool by true class (rows) and predicted class.
POPULATIONS = {
    "good": [[0.80, 0.02, 0.01], [0.01, 0.08, 0.01], [0.00, 0.01, 0.06]],
    "rare": [[0.960, 0.010, 0.005], [0.004, 0.010, 0.001], [0.003, 0.001, 0.006]],
    "bad": [[0.40, 0.20, 0.10], [0.10, 0.05, 0.05], [0.05, 0.03, 0.02]],
}


@pytest.mark.parametrize("n", [30, 100, 300])
@pytest.mark.parametrize("name", POPULATIONS)
def test_intervals_cover_the_truth_of_simulated_pools(name: str, n: int) -> None:
    """400 samples of a pool of 20 000: exact intervals cover at least 95 %; 92 % leaves room for chance (3 sigma)."""
    pool = np.rint(np.array(POPULATIONS[name]) * 20_000).astype(np.int64)
    truth = {(f.name, f.class_id): f.value for f in all_figures(counts_of(pool.tolist()))}
    draws = np.random.default_rng(n).multivariate_hypergeometric(pool.ravel(), n, 400).reshape(400, 3, 3)
    hits = dict.fromkeys(truth, 0)
    for matrix in draws:
        for found in all_figures(counts_of(matrix.tolist())):
            known = truth[found.name, found.class_id]
            assert known is not None
            hits[found.name, found.class_id] += found.low <= known <= found.high
    assert min(hits.values()) >= 0.92 * 400, hits


def test_the_method_stands_beside_each_figure() -> None:
    counts = counts_of([[50, 3], [5, 8]])
    assert accuracy(counts).method == "Clopper-Pearson"
    assert balanced_accuracy(counts, CLASSES[:2]).method == BONFERRONI

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose

from al_core.candidates.changes import changes_between, changes_file
from al_core.candidates.statistics import expected_candidates, result_ids, statistics_of
from al_core.metadata.query import EVERYTHING, Range
from tests.core.candidates_place import Searched
from tests.core.labeling_made import IDS, LABELS, SESSION, made_workspace


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_workspace(tmp_path_factory.mktemp("template"))


@pytest.fixture
def place(template: Path, tmp_path: Path) -> Searched:
    return Searched(template, tmp_path)


def counts_of(classes: np.ndarray) -> list[int]:
    return np.bincount(classes, minlength=3).tolist()


@pytest.mark.parametrize("least", [None, 20.0])
def test_classes_are_counted_by_iteration(place: Searched, least: float | None) -> None:
    place.predict(0, wrong=(3, 40, 41))
    place.predict(1)
    place.say(IDS[30], queue="oracle", iteration=0)
    place.say(IDS[31], queue="picked")
    place.say(IDS[5], queue="oracle", iteration=0)
    place.say(IDS[6], "bad")
    condition = EVERYTHING if least is None else Range("snrg", least)
    found = statistics_of(place.store, place.scope, condition, place.networks, place.sessions.journal(SESSION))
    ids = [place.class_id(k) for k in range(3)]
    rows = slice(0 if least is None else 20, None)
    wrong = LABELS.copy()
    wrong[[3, 40, 41]] = (wrong[[3, 40, 41]] + 1) % 3
    first, second = found.iterations
    assert [first.counts[one] for one in ids] == counts_of(wrong[rows])
    assert [second.counts[one] for one in ids] == counts_of(LABELS[rows])
    assert (first.iteration, second.iteration, second.n) == (0, 1, len(IDS[rows]))
    labels = sum(sum(one.counts.values()) for one in found.labels)
    assert labels == (3 if least is None else 2)
    assert {iteration for one in found.labels for iteration in one.counts} == {0, None}
    assert found.survey is not None
    assert dict(found.survey.values) == {"STAR": len(IDS[rows]) // 2, "QSO": len(IDS[rows]) // 2}


def test_what_a_threshold_promises_is_the_sum_of_probabilities(place: Searched) -> None:
    place.predict(0)
    found = expected_candidates(place.store, place.scope, EVERYTHING, 0.5)
    n = int((LABELS > 0).sum())
    assert found.n == n
    assert_allclose(found.mean, 0.9 * n, rtol=1e-6)
    # Independent spectra with p = 0.9: the variance is n p (1 - p).
    half = 1.96 * np.sqrt(n * 0.9 * 0.1)
    assert_allclose([found.low, found.high], [0.9 * n - half, min(n, 0.9 * n + half)], rtol=1e-2)
    assert not found.is_calibrated
    assert expected_candidates(place.store, place.scope, EVERYTHING, 0.99).n == 0


def test_what_changed_class_is_counted_and_listed(place: Searched) -> None:
    place.predict(0, wrong=(3, 40, 41))
    place.predict(1)
    before, after = place.networks
    found = changes_between(before, after)
    assert (found.n, found.n_changed) == (len(IDS), 3)
    assert set(found.rows["id"]) == {IDS[3], IDS[40], IDS[41]}
    assert found.matrix.sum(axis=0).tolist() == counts_of(LABELS)
    assert int(np.trace(found.matrix)) == len(IDS) - 3
    steps = (found.rows["p_after"] - found.rows["p_before"]).abs().to_list()
    assert steps == sorted(steps, reverse=True)
    table = pl.read_csv(b"".join(changes_file(found, after, "csv")))
    assert table.columns == ["id", "before", "after", "p_before", "p_after"]
    assert set(table["after"]) <= {"other", "single peak", "double peak"}
    some = changes_between(before, after, pl.DataFrame({"id": IDS[:10]}))
    assert (some.n, some.n_changed) == (10, 1)


def test_pools_that_differ_are_compared_by_id(place: Searched) -> None:
    place.predict(0, wrong=(3,))
    place.predict(1)
    path = place.networks[1].path
    pl.read_parquet(path).reverse().head(len(IDS) - 2).write_parquet(path)
    found = changes_between(*place.networks)
    assert (found.n, found.n_changed) == (len(IDS) - 2, 1)


def test_ids_of_results_come_once(place: Searched) -> None:
    assert sorted(result_ids(place.store, place.scope, Range("snrg", None, 1.0))["id"]) == IDS[:2]

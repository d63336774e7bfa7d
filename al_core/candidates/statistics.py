"""Classes of the results of a search, by iteration; and how many true candidates a threshold promises."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from al_core.candidates.predicted import Network
from al_core.candidates.predictions import n_rows_of
from al_core.errors import SessionError
from al_core.metadata.base import MetadataStore
from al_core.metadata.language.simplifying import simplified
from al_core.metadata.query import EVERYTHING, And, Condition, Everything, Exists, Range, Scope
from al_core.metadata.results import Facet
from al_core.sessions import LabelJournal

CANDIDATE = "@p_candidate"
#: The field of an index that says what its survey took a spectrum for.
SURVEY_CLASS = "class"
#: Bins in which the variance is summed up.
_BINS = 1000


@dataclass(frozen=True)
class IterationCounts:
    """Results that an iteration predicted, by id of the class; None: a class that the session does not know."""

    iteration: int
    counts: dict[str | None, int]

    @property
    def n(self) -> int:
        """How many there are."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class LabelCounts:
    """Results with a label of a class, by the iteration whose queue they came from; None: from elsewhere."""

    class_id: str
    counts: dict[int | None, int]


@dataclass(frozen=True)
class ResultStatistics:
    """Classes of results: as predicted by every iteration, as labeled, and as the survey says (None: it does not)."""

    iterations: tuple[IterationCounts, ...]
    labels: tuple[LabelCounts, ...]
    survey: Facet | None


@dataclass(frozen=True)
class Expected:
    """How many true candidates are to be expected at a threshold.

    Attributes
    ----------
    n : int
        Results from the threshold on.
    mean, low, high : float
        Expected number, and its 95 % interval if probabilities are right and spectra independent.
    is_calibrated : bool
        Whether probabilities were corrected by labels; else they are the network's own claim.
    """

    n: int
    mean: float
    low: float
    high: float
    is_calibrated: bool = False


def result_ids(store: MetadataStore, scope: Scope, condition: Condition) -> pl.DataFrame:
    """Return the ids of all results, one column `id`, each once."""
    frames = [frame.select("id") for frame in store.all_rows(scope, condition)]
    return pl.concat(frames).unique() if frames else pl.DataFrame(schema={"id": pl.String})


def statistics_of(
    store: MetadataStore, scope: Scope, condition: Condition, networks: Sequence[Network], journal: LabelJournal
) -> ResultStatistics:
    """Count the classes of the results of a search.

    Parameters
    ----------
    store : MetadataStore
    scope : Scope
        With the session.
    condition : Condition
    networks : sequence of Network
        Iterations that are counted.
    journal : LabelJournal
        Of the session.

    Raises
    ------
    ALCoreError
        If predictions cannot be read, or the backend does not answer.
    """
    condition = simplified(condition)
    ids = None if is_everything(store, scope, condition, networks) else result_ids(store, scope, condition)
    survey = None
    if SURVEY_CLASS in store.schema(scope.indices).names:
        survey = store.facets(scope, condition, [SURVEY_CLASS], size=50)[SURVEY_CLASS]
    iterations = tuple(IterationCounts(one.info.number, predicted_counts(one, ids)) for one in networks)
    return ResultStatistics(iterations, _labels(store, scope, condition, journal), survey)


def is_everything(store: MetadataStore, scope: Scope, condition: Condition, networks: Sequence[Network]) -> bool:
    """Whether the results are all that was predicted, so that no ids are needed."""
    if not isinstance(condition, Everything) or not networks:
        return False
    n_rows = store.count(scope, EVERYTHING)
    n_predicted = store.count(scope, Exists("@predicted"))
    return n_rows == n_predicted and all(n_rows_of(one) == n_rows for one in networks)


def predicted_counts(network: Network, ids: pl.DataFrame | None) -> dict[str | None, int]:
    """Return how many spectra an iteration took for each class, among some ids or of all."""
    rows = pl.scan_parquet(network.path).select("spectrum_id", "prediction")
    if ids is not None:
        rows = rows.join(ids.lazy(), left_on="spectrum_id", right_on="id", how="semi")
    try:
        found = dict(rows.group_by("prediction").len().collect().iter_rows())
    except (OSError, pl.exceptions.PolarsError) as error:
        raise SessionError(f"{network.path}: the predictions cannot be read: {error}. Train it again.") from error
    counts: dict[str | None, int] = dict.fromkeys(network.class_ids, 0)
    for position, number in found.items():
        counts[network.class_ids[position]] += number
    return counts


def expected_candidates(store: MetadataStore, scope: Scope, condition: Condition, threshold: float) -> Expected:
    """Return how many true candidates are among the results from a threshold of p(candidate) on.

    The number is the sum of the probabilities; its variance, for independent spectra, the sum of p (1 - p).
    """
    above = And((condition, Range(CANDIDATE, threshold)))
    found = store.statistics(scope, above, CANDIDATE)
    mean = found.count * (found.mean or 0.0)
    bins = store.histogram(scope, above, CANDIDATE, _BINS, 0.0, 1.0)
    middles = [(low + high) / 2 for low, high in zip(bins.edges, bins.edges[1:], strict=False)]
    variance = sum(count * p * (1 - p) for count, p in zip(bins.counts, middles, strict=True))
    half = 1.96 * math.sqrt(variance)
    return Expected(found.count, mean, max(0.0, mean - half), min(float(found.count), mean + half))


def _labels(store: MetadataStore, scope: Scope, condition: Condition, journal: LabelJournal) -> tuple[LabelCounts, ...]:
    labeled = result_ids(store, scope, And((condition, Exists("@label"))))
    said = journal.current().filter(pl.col("kind") == "label").select("spectrum_id", "class_id", "iteration")
    counts = (
        said.join(labeled, left_on="spectrum_id", right_on="id", how="semi")
        .group_by("class_id", "iteration")
        .len()
        .sort("class_id", "iteration", nulls_last=True)
    )
    found: dict[str, dict[int | None, int]] = {}
    for class_id, iteration, number in counts.iter_rows():
        found.setdefault(class_id, {})[iteration] = number
    return tuple(LabelCounts(class_id, numbers) for class_id, numbers in found.items())

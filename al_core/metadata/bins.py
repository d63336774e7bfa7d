"""Bins of histograms, the same ones for every backend."""

import math

import numpy as np
import numpy.typing as npt

from al_core.errors import QueryError

#: Most bins of one histogram.
MAX_BINS = 1000


def bin_edges(low: float, high: float, bins: int) -> npt.NDArray[np.float64]:
    """Return the limits of bins of equal width: float64, shape (bins + 1,); the first is `low`, the last `high`.

    Raises
    ------
    QueryError
        If there are none or too many bins, or nothing lies between the limits.
    """
    if not 1 <= bins <= MAX_BINS:
        raise QueryError(f"A histogram has 1 to {MAX_BINS} bins, {bins} were asked for.")
    if not (math.isfinite(low) and math.isfinite(high) and low < high and math.isfinite(high - low)):
        raise QueryError(f"A histogram needs a lower and a higher limit, found {low:g} and {high:g}.")
    edges = np.linspace(low, high, bins + 1)
    if not (np.diff(edges) > 0).all():
        raise QueryError(f"{low:g} and {high:g} are too close for {bins} bins.")
    return edges

"""Confidence in the most probable class."""

import numpy as np

from al_core.spectrum import FloatArray
from al_core.strategies.base import QueryStrategy


class LeastConfidenceSampling(QueryStrategy):
    """Prefer spectra whose most probable class is least probable (Lewis & Gale 1994; thesis 2.2.2)."""

    name = "least_confidence"
    label = "Least confidence (best class only)"

    def utilities(self, proba: FloatArray) -> FloatArray:
        """Return 1 - p_first, in [0, 1 - 1/n_classes]."""
        return np.asarray(1 - np.max(proba.astype(np.float64), axis=1))

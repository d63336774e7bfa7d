"""Margin between the two most probable classes."""

import numpy as np

from al_core.spectrum import FloatArray
from al_core.strategies.base import QueryStrategy


class MarginSampling(QueryStrategy):
    """Prefer spectra whose two most probable classes are close (Scheffer et al. 2001, LNCS 2189, 309)."""

    name = "margin"
    label = "Margin (best versus second best)"

    def utilities(self, proba: FloatArray) -> FloatArray:
        """Return 1 - (p_first - p_second), in [0, 1]."""
        first_two = -np.partition(-proba.astype(np.float64), 1, axis=1)[:, :2]
        return 1 - (first_two[:, 0] - first_two[:, 1])

"""No preference: what every other strategy is compared with."""

import numpy as np

from al_core.spectrum import FloatArray
from al_core.strategies.base import QueryStrategy


class RandomSampling(QueryStrategy):
    """Prefer nothing; with all utilities equal, the ties that `query` breaks make a simple random sample."""

    name = "random"
    label = "Random (no preference)"

    def utilities(self, proba: FloatArray) -> FloatArray:
        """Return zeros."""
        return np.zeros(len(proba))

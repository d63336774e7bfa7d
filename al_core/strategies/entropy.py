"""Entropy of the predicted probabilities."""

from al_core.spectrum import FloatArray
from al_core.strategies.base import QueryStrategy, shannon_entropy


class EntropySampling(QueryStrategy):
    """Prefer spectra whose probabilities are spread over the classes (thesis 2.2.2; Settles 2009, TR 1648, eq. 2)."""

    name = "entropy"
    label = "Entropy (spread over all classes)"

    def utilities(self, proba: FloatArray) -> FloatArray:
        """Return the entropy in nats, in [0, ln(n_classes)]."""
        return shannon_entropy(proba)

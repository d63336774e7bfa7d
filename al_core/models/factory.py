"""Classifiers by name; TensorFlow is imported when a network is made, not before."""

from collections.abc import Callable

from al_core.errors import ConfigurationError
from al_core.models.base import Classifier


def model_factory(name: str, scaling: str = "zscore") -> Callable[[], Classifier]:
    """Return a function that makes an untrained classifier.

    Raises
    ------
    ConfigurationError
        If there is none of that name.
    """
    if name == "cnn":
        return lambda: _network(scaling)
    if name == "logistic":
        return lambda: _logistic(scaling)
    raise ConfigurationError(f"Unknown classifier {name!r}; allowed: cnn, logistic.")


def _network(scaling: str) -> Classifier:
    from al_core.models.cnn import ConvolutionalNetwork

    return ConvolutionalNetwork(scaling)


def _logistic(scaling: str) -> Classifier:
    from al_core.models.logistic import LogisticClassifier

    return LogisticClassifier(scaling)

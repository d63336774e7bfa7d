"""Query strategies: what decides which spectra are shown to the oracle next."""

from al_core.errors import ConfigurationError
from al_core.strategies.base import QueryResult, QueryStrategy, choose_random, shannon_entropy
from al_core.strategies.entropy import EntropySampling
from al_core.strategies.least_confidence import LeastConfidenceSampling
from al_core.strategies.margin import MarginSampling
from al_core.strategies.random import RandomSampling

#: Every strategy by its name.
STRATEGIES: dict[str, QueryStrategy] = {
    strategy.name: strategy
    for strategy in (EntropySampling(), MarginSampling(), LeastConfidenceSampling(), RandomSampling())
}


def get_strategy(name: str) -> QueryStrategy:
    """Return the strategy of that name.

    Raises
    ------
    ConfigurationError
        If there is none; the message lists the names.
    """
    if name not in STRATEGIES:
        raise ConfigurationError(f"Unknown query strategy {name!r}; allowed: {', '.join(STRATEGIES)}.")
    return STRATEGIES[name]


__all__ = ["STRATEGIES", "QueryResult", "QueryStrategy", "choose_random", "get_strategy", "shannon_entropy"]

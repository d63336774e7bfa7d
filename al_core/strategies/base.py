"""What a query strategy is, how the batch is chosen from its utilities, and how ties are broken."""

from abc import ABC, abstractmethod
from typing import ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt

from al_core.errors import PoolExhaustedError
from al_core.spectrum import BoolArray, FloatArray

IndexArray = npt.NDArray[np.int64]


class QueryResult(NamedTuple):
    """The spectra to label, most informative first: `indices` into the pool, `utilities`; shape (batch_size,)."""

    indices: IndexArray
    utilities: npt.NDArray[np.float64]


class QueryStrategy(ABC):
    """Ranks the candidates by how much a label would teach.

    Attributes
    ----------
    name : str
        As configurations spell it.
    label : str
        As the user reads it.
    """

    name: ClassVar[str]
    label: ClassVar[str]

    @abstractmethod
    def utilities(self, proba: FloatArray) -> FloatArray:
        """Return a number for each spectrum; higher is more informative, always.

        Parameters
        ----------
        proba : ndarray, shape (n_candidates, n_classes)
            Predicted probabilities; rows sum to 1.

        Returns
        -------
        ndarray of float64, shape (n_candidates,)
        """

    def query(
        self, proba: FloatArray, batch_size: int, rng: np.random.Generator, candidates: BoolArray | None = None
    ) -> QueryResult:
        """Choose the batch: the highest utilities, ties broken by `rng`.

        Parameters
        ----------
        proba : ndarray, shape (n_spectra, n_classes)
            Predicted probabilities of the whole pool.
        batch_size : int
            How many to choose.
        rng : Generator
            Breaks ties.
        candidates : ndarray of bool, shape (n_spectra,), optional
            False for spectra that may not be chosen (labeled, or kept for the performance estimate).

        Raises
        ------
        PoolExhaustedError
            If there are fewer candidates than `batch_size`.
        """
        allowed = np.arange(len(proba)) if candidates is None else np.flatnonzero(candidates)
        require(batch_size, allowed.size)
        utilities = np.asarray(self.utilities(proba[allowed]), dtype=np.float64)
        order = np.lexsort((rng.random(allowed.size), -utilities))[:batch_size]
        return QueryResult(allowed[order].astype(np.int64), utilities[order])


def choose_random(
    n_spectra: int, size: int, rng: np.random.Generator, candidates: BoolArray | None = None
) -> IndexArray:
    """Draw a simple random sample without replacement, shape (size,), in the order of drawing.

    Raises
    ------
    PoolExhaustedError
        If there are fewer candidates than `size`.
    """
    allowed = np.arange(n_spectra) if candidates is None else np.flatnonzero(candidates)
    require(size, allowed.size)
    chosen: IndexArray = rng.choice(allowed, size=size, replace=False).astype(np.int64)
    return chosen


def shannon_entropy(proba: FloatArray) -> npt.NDArray[np.float64]:
    """Return the Shannon entropy of each row in nats, shape (n_spectra,), from 0 to ln(n_classes).

    Thesis 2.2.2 writes it with the logarithm to base 2 (bits): divide by ln 2. The original program wrote nats.
    Computed in float64; 0 log 0 is 0.
    """
    p = proba.astype(np.float64)
    logarithm = np.log(p, out=np.zeros_like(p), where=p > 0)
    return np.asarray(np.maximum(-np.sum(p * logarithm, axis=1), 0.0))


def require(requested: int, available: int) -> None:
    """Raise PoolExhaustedError unless as many candidates are left as are requested."""
    if requested > available:
        raise PoolExhaustedError(
            f"Requested {requested} spectra, the pool has {available} that may be chosen. Lower the batch size."
        )

"""Intervals of a share that was counted in a random sample."""

from dataclasses import dataclass
from math import sqrt

from scipy.special import betaincinv, ndtri


@dataclass(frozen=True)
class Share:
    """`n_right` of `n` with its 95 % interval; `value` is None without labels."""

    n_right: int
    n: int
    low: float
    high: float

    @property
    def value(self) -> float | None:
        """The share itself."""
        return self.n_right / self.n if self.n else None

    @property
    def is_enough(self) -> bool:
        """Whether a point value may be shown: 10 labels or more, and the interval no wider than 0.4."""
        return self.n >= 10 and self.high - self.low <= 0.4


def exact_share(n_right: int, n: int, confidence: float = 0.95) -> Share:
    """Return the share with its interval of Clopper and Pearson (Biometrika 26, 404, 1934).

    Parameters
    ----------
    n_right, n : int
        Successes and trials, 0 <= n_right <= n.
    confidence : float
        Least coverage of the interval; each side is missed with at most half of the rest.

    Returns
    -------
    Share
        Without trials the interval is 0 to 1.

    Examples
    --------
    >>> share = exact_share(19, 20)
    >>> f"{share.low:.6f} to {share.high:.6f}"
    '0.751267 to 0.998735'
    """
    tail = (1 - confidence) / 2
    low = float(betaincinv(n_right, n - n_right + 1, tail)) if n_right > 0 else 0.0
    high = float(betaincinv(n_right + 1, n - n_right, 1 - tail)) if n_right < n else 1.0
    return Share(n_right, n, low, high)


def lower_limit(n_right: int, n: int, confidence: float = 0.95) -> float:
    """Return the exact one-sided lower limit of a share: the truth is below it in at most 5 % of samples.

    Examples
    --------
    >>> f"{lower_limit(19, 20):.6f}"
    '0.783894'
    """
    return float(betaincinv(n_right, n - n_right + 1, 1 - confidence)) if n_right > 0 else 0.0


def wilson_share(n_right: int, n: int, confidence: float = 0.95) -> Share:
    """Return the share with Wilson's interval (JASA 22, 209, 1927): shorter, its coverage 95 % only on average.

    Parameters
    ----------
    n_right, n : int
        Successes and trials, 0 <= n_right <= n.
    confidence : float

    Returns
    -------
    Share
        Without trials the interval is 0 to 1.

    Examples
    --------
    >>> share = wilson_share(28, 30)
    >>> f"{share.low:.6f} to {share.high:.6f}"
    '0.786765 to 0.981523'
    """
    if n == 0:
        return Share(0, 0, 0.0, 1.0)
    z = float(ndtri(0.5 + confidence / 2))
    share, weight = n_right / n, z * z / n
    middle = (share + weight / 2) / (1 + weight)
    half = z / (1 + weight) * sqrt(share * (1 - share) / n + weight / (4 * n))
    low = 0.0 if n_right == 0 else middle - half
    return Share(n_right, n, low, 1.0 if n_right == n else middle + half)

"""How good a network is: figures from labels of a random sample, each with its interval and the labels behind it.

`intervals`, `counts`, `figures` and `agreement` are plain statistics; `predictions` counts files of an iteration;
`gathering` alone knows sessions and is imported by its full name, because sessions use the intervals.
"""

from al_core.performance.counts import Answer, SampleCounts, count_sample
from al_core.performance.figures import Figure, FigureState, class_figures, pool_figures
from al_core.performance.intervals import Share, exact_share, lower_limit, wilson_share

__all__ = [
    "Answer",
    "Figure",
    "FigureState",
    "SampleCounts",
    "Share",
    "class_figures",
    "count_sample",
    "exact_share",
    "lower_limit",
    "pool_figures",
    "wilson_share",
]

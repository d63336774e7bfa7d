"""Ids of the page Performance."""

#: Session of the URL; what is shown belongs to it.
PERFORMANCE_SESSION_STORE = "performance-session-store"
#: Iteration of the URL's `?iteration=`, a text; None: the last with labels.
PERFORMANCE_ITERATION_STORE = "performance-iteration-store"
#: Iteration that the cards show now, a text.
PERFORMANCE_SHOWN_STORE = "performance-shown-store"
#: When the cards were computed: `callbacks.performance.freshness.Stamp`.
PERFORMANCE_STAMP_STORE = "performance-stamp-store"
#: Says that the figures are out of date; hidden while they are not.
PERFORMANCE_NEWS = "performance-news"
PERFORMANCE_NEWS_TEXT = "performance-news-text"
PERFORMANCE_REFRESH = "performance-refresh-button"
PERFORMANCE_NOTE = "performance-note"
PERFORMANCE_SELECTOR = "performance-selector"
#: The choice of the iteration; it is made with its options by a callback.
PERFORMANCE_ITERATION = "performance-iteration"
PERFORMANCE_BODY = "performance-body"
PERFORMANCE_MATRIX = "performance-matrix"
PERFORMANCE_MATRIX_VIEW = "performance-matrix-view"
PERFORMANCE_CURVE = "performance-curve"
PERFORMANCE_CURVE_VIEW = "performance-curve-view"
PERFORMANCE_CURVE_LEGEND = "performance-curve-legend"

"""Ids of the page Performance."""

#: Session of the URL; what is shown belongs to it.
PERFORMANCE_SESSION_STORE = "performance-session-store"
#: Iteration of the URL's `?iteration=`, a text; None: the last with labels.
PERFORMANCE_ITERATION_STORE = "performance-iteration-store"
#: Iteration that the cards show now, a text.
PERFORMANCE_SHOWN_STORE = "performance-shown-store"
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

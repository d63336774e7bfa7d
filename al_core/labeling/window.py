"""The window that the network sees: its grid, and an axis that fits all spectra of a queue."""

from typing import Any

import numpy as np
import numpy.typing as npt

from al_core.lines import HALPHA
from al_core.pools import Pool
from al_core.spectrum import FloatArray

#: Spectra that the range is taken from.
_MOST_ROWS = 600
_MARGIN = 0.06


def window_of(pool: Pool, flux: FloatArray) -> dict[str, Any]:
    """Return grid (vacuum Å), scaling, the line in focus and the range of the flux axis for some spectra."""
    grid = pool.grid
    line = HALPHA if grid[0] <= HALPHA <= grid[-1] else None
    return {"grid": np.round(grid, 4), "scaling": pool.recipe.scaling, "line": line, "y_range": flux_range(flux)}


def flux_range(flux: FloatArray) -> tuple[float, float]:
    """Return limits that hold nearly all spectra, so that the axis can stay the same from one to the next.

    Parameters
    ----------
    flux : ndarray, shape (n_spectra, n_points)
        The range goes from the first percentile of their least to the 99th of their greatest values.
    """
    rows = flux[:: max(len(flux) // _MOST_ROWS, 1)]
    if not rows.size:
        return (-3.0, 6.0)
    low = float(np.percentile(_finite(rows.min(axis=1)), 1))
    high = float(np.percentile(_finite(rows.max(axis=1)), 99))
    margin = _MARGIN * (high - low) or 1.0
    return (round(low - margin, 3), round(high + margin, 3))


def _finite(values: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    kept = values[np.isfinite(values)]
    return np.asarray(kept if kept.size else [0.0], dtype=np.float64)

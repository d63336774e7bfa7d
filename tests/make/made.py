"""A made file and the truth it was made from."""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np


class Made(NamedTuple):
    """`wavelength` as the file states it, in `medium`, increasing; `common` what the reader must find."""

    path: Path
    reader: str
    wavelength: np.ndarray
    flux: np.ndarray
    medium: str
    common: dict[str, Any]


def made_flux(n_pixels: int) -> np.ndarray:
    """Return a flux that no two pixels share, exact in float32."""
    return (1 + np.arange(n_pixels) / 64).astype(np.float32).astype(np.float64)

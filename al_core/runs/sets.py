"""What each spectrum of the pool is in an iteration."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from al_core.runs.inputs import Inputs

#: Names of the sets; the position is the code. `candidate` is a word of lists, where both others may apply.
SET_NAMES = ("pool", "training", "oracle", "perf-est")
POOL, TRAINING, ORACLE, ESTIMATION = range(4)


class Queue(NamedTuple):
    """Rows of the pool that are to be labeled, in order: for training, and for the performance estimate."""

    oracle: npt.NDArray[np.int64]
    estimation: npt.NDArray[np.int64]


def set_codes(inputs: Inputs, queue: Queue) -> npt.NDArray[np.uint8]:
    """Return the code of every spectrum of the pool, shape (n_spectra,)."""
    codes = np.full(inputs.pool.n_spectra, POOL, dtype=np.uint8)
    codes[inputs.is_labeled] = TRAINING
    codes[queue.oracle] = ORACLE
    codes[queue.estimation] = ESTIMATION
    return codes

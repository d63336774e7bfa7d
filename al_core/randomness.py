"""One seed for a session; every use of randomness derives its own generator from it."""

from enum import IntEnum

import numpy as np


class Stream(IntEnum):
    """What a generator is for. Numbers are stored in results by way of what they drew: never reuse or renumber one."""

    INITIAL_SAMPLE = 1
    ESTIMATION_SAMPLE = 2
    QUERY = 3
    TRAINING = 4
    BALANCE = 5
    SPLIT = 6
    EVALUATION = 7
    MINIBATCHES = 8
    LABEL_ORDER = 9
    LABEL_POOL = 10
    LABEL_REPEATS = 11


def generator(seed: int, iteration: int, stream: Stream) -> np.random.Generator:
    """Return the generator of one purpose in one iteration."""
    return np.random.default_rng([seed, iteration, int(stream)])


def derived_seed(seed: int, iteration: int, stream: Stream) -> int:
    """Return a number from 0 to 2**31 - 1 for libraries that take a seed and no generator."""
    return int(generator(seed, iteration, stream).integers(2**31))

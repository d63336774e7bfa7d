"""The order in which spectra are served, and the blind repeats among them."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from al_core.errors import SessionError
from al_core.labeling.items import QueueItem
from al_core.randomness import Stream, generator

#: Order: what the user reads.
ORDERS = {"mixed": "Mixed", "uncertain": "Most uncertain first", "thesis": "By set, as in the files"}
MOST_REPEATS = 0.05
#: At least so many others lie between a spectrum and its repeat, so that it is not simply remembered.
_LEAST_DISTANCE = 20


def in_order(items: Sequence[QueueItem], order: str, seed: int, iteration: int) -> list[QueueItem]:
    """Return the items in one of `ORDERS`.

    Parameters
    ----------
    items : sequence of QueueItem
        In the order of the files: batch, estimation sample, candidates.
    order : str
        "mixed" keeps the order within each kind and draws which kind comes next; "uncertain" puts the estimation
        sample last, in the order in which it was drawn, for its place would say how sure the network is.
    seed, iteration : int
        What the draw follows from: it is the same after a reload.

    Raises
    ------
    SessionError
        If there is no such order.
    """
    if order == "thesis":
        return list(items)
    if order == "uncertain":
        return sorted(items, key=lambda item: (item.kind == "random", _less_useful(item)))
    if order != "mixed":
        raise SessionError(f"Expected one of the orders {', '.join(ORDERS)}, found {order!r}.")
    kinds: dict[str, list[QueueItem]] = {}
    for item in items:
        kinds.setdefault(item.kind, []).append(item)
    drawn = generator(seed, iteration, Stream.LABEL_ORDER).permutation(
        np.repeat(list(kinds), [*map(len, kinds.values())])
    )
    waiting = {kind: iter(members) for kind, members in kinds.items()}
    return [next(waiting[str(kind)]) for kind in drawn]


def _less_useful(item: QueueItem) -> float:
    return 0.0 if item.kind == "random" or item.utility is None else -item.utility


def with_repeats(items: Sequence[QueueItem], share: float, seed: int, iteration: int) -> list[QueueItem]:
    """Return the items and, some way behind them, a few of them again.

    Parameters
    ----------
    items : sequence of QueueItem
    share : float
        Of the items that are asked again, 0 to 0.05.

    Raises
    ------
    SessionError
        If the share is another.
    """
    if not 0 <= share <= MOST_REPEATS:
        raise SessionError(f"Expected a share of repeats from 0 to {MOST_REPEATS}, found {share:g}.")
    n_items = len(items)
    distance = min(_LEAST_DISTANCE, n_items // 2)
    rng = generator(seed, iteration, Stream.LABEL_REPEATS)
    # Every place is drawn whatever the share: a greater one adds repeats and moves none.
    order = rng.permutation(max(n_items - distance, 0)).tolist()
    later = [int(rng.integers(place + distance, n_items)) for place in order]
    has_sample = any(item.kind == "random" for item in items)
    behind: dict[int, list[QueueItem]] = {}
    for place, at in list(zip(order, later, strict=True))[: round(share * n_items)]:
        behind.setdefault(at, []).append(_again(items[place], has_sample))
    return [one for place, item in enumerate(items) for one in (item, *behind.get(place, ()))]


def _again(item: QueueItem, has_sample: bool) -> QueueItem:
    """Return an item as its repeat: it hides its name, so it seems to be of the sample where there is one."""
    asked_as = "random" if has_sample else item.kind
    again = replace(item, kind="repeat", asked_as=asked_as)
    return replace(again, utility=None, utility_name=None, rank=None, n_ranked=None)

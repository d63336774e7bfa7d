"""The queue of a session: what is served, why, and where one was."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from al_core.errors import SessionError
from al_core.labeling.items import MOST_ITEMS, LabelQueue, QueueItem
from al_core.labeling.lists import read_list
from al_core.labeling.ordering import in_order, with_repeats
from al_core.labeling.predictions import Predictions
from al_core.labeling.sources import pool_of_upload
from al_core.labeling.state import JournalState
from al_core.pools import Pool
from al_core.randomness import Stream, generator
from al_core.sessions import IterationInfo, Session
from al_core.sessions.iterations import read_manifest
from al_core.strategies import STRATEGIES

if TYPE_CHECKING:
    from al_core.labeling.labeling import Labeling

#: Candidates that are served where the user asks for no other number.
N_CANDIDATES = 500


@dataclass(frozen=True)
class QueueOptions:
    """What is to be served.

    Attributes
    ----------
    source : str
        "iteration" (batch and estimation sample), "candidates", "pool" or "pool:NAME" (no network needed), "upload:ID"
        (the pool that was imported from an upload), "list:ID" (spectra that were picked elsewhere), or "auto": the last
        iteration, else the pool.
    iteration : int, optional
        By default the last.
    order : str
        One of `ORDERS`.
    repeats : float, optional
        Share of blind repeats, 0 to 0.05; by default what was chosen in the session.
    is_blind : bool
        Whether the estimation sample is labeled without seeing the guess.
    limit : int, optional
        Of candidates, or of spectra of a pool.
    is_shuffled : bool
        Whether spectra of a pool come in random order instead of the order of its rows.
    offset : int
        Spectra of a pool or list that are passed over: the next page.
    """

    source: str = "auto"
    iteration: int | None = None
    order: str = "mixed"
    repeats: float | None = None
    is_blind: bool = True
    limit: int | None = None
    is_shuffled: bool = True
    offset: int = 0


class Served(NamedTuple):
    """Items in the order of the files, how many there would be, and what was left out."""

    items: list[QueueItem]
    n_available: int
    notices: list[str]


class Context(NamedTuple):
    """What a queue is made from."""

    session: Session
    pool: Pool | None
    info: IterationInfo | None
    predictions: Predictions | None
    estimated: frozenset[str]
    options: QueueOptions


def make_queue(labeling: "Labeling", session: Session, options: QueueOptions, state: JournalState) -> LabelQueue:
    """Return what is served; see `Labeling.queue`."""
    if options.repeats is None:
        options = replace(options, repeats=labeling.choices(session.session_id).repeats)
    iterations = labeling.iterations(session.session_id)
    info = iteration_of(iterations, options.iteration)
    if options.source == "auto":
        options = replace(options, source="pool" if info is None else "iteration")
    kind, _, name = options.source.partition(":")
    pool_name = name if kind == "pool" and name else None
    if kind == "upload":
        pool_name = pool_of_upload(labeling.library, name)
    if kind == "list":
        pool_name = read_list(labeling.sessions.folder(session.session_id), name)[0].pool
    if kind in ("iteration", "candidates"):
        pool_name = labeling.pool_of(session, info)
    pool = labeling.pool(session, pool_name, info)
    predictions = labeling.predictions(session, info, pool)
    estimated = labeling.estimated(session.session_id)
    context = Context(session, pool, info, predictions, estimated, options)
    if kind == "list":
        served = _of_list(context, read_list(labeling.sessions.folder(session.session_id), name)[1])
    elif kind in _SOURCES:
        served = _SOURCES[kind](context)
    else:
        raise SessionError(
            f"Expected a source of iteration, candidates, pool, upload:ID or list:ID, found {options.source!r}."
        )
    return _finished(context, served, state, pool_name)


def iteration_of(iterations: Sequence[IterationInfo], number: int | None) -> IterationInfo | None:
    """Return the iteration of a number that counts, by default the last; None where there is none yet.

    Raises
    ------
    SessionError
        If there is no iteration of that number.
    """
    current = [info for info in iterations if info.is_current]
    if number is None:
        return current[-1] if current else None
    for info in current:
        if info.number == number:
            return info
    known = ", ".join(str(info.number) for info in current) or "none yet"
    raise SessionError(f"Expected one of the session's iterations ({known}), found {number}.")


def _finished(context: Context, served: Served, state: JournalState, pool_name: str | None) -> LabelQueue:
    session, info, options = context.session, context.info, context.options
    seed, number = session.seed, 0 if info is None else info.number
    items = in_order(_unique(served.items), options.order, seed, number)
    items = with_repeats(items, options.repeats or 0.0, seed, number)
    return LabelQueue(
        source=options.source,
        iteration=None if info is None else info.number,
        strategy=session.strategy if info is None else _strategy_of(info, session),
        items=[_with_state(item, state, options.is_blind) for item in items],
        notices=tuple(served.notices),
        n_available=served.n_available,
        pool=pool_name or session.pool,
        guess_iteration=None if context.predictions is None else context.predictions.info.number,
    )


def _unique(items: Iterable[QueueItem]) -> list[QueueItem]:
    """Serve no spectrum twice; of two kinds the estimation sample wins, for its labels must stay what they are."""
    found: dict[str, QueueItem] = {}
    for item in items:
        if item.spectrum_id not in found or (item.kind == "random" and found[item.spectrum_id].kind != "random"):
            found[item.spectrum_id] = item
    return list(found.values())


def _with_state(item: QueueItem, state: JournalState, is_blind: bool) -> QueueItem:
    name = item.spectrum_id
    answer = (state.repeats if item.kind == "repeat" else state.answers).get(name)
    withheld = answer is None and (item.kind == "repeat" or (item.kind == "random" and is_blind))
    comment = "" if withheld and item.kind == "repeat" else state.comments.get(name, "")
    is_skipped = answer is None and name in state.skipped and item.kind != "repeat"
    return replace(item, answer=answer, comment=comment, is_skipped=is_skipped, is_blind=withheld)


def _strategy_of(info: IterationInfo, session: Session) -> str:
    return info.strategy if info.strategy in STRATEGIES else session.strategy


# ---------------------------------------------------------------------- sources


def _of_iteration(context: Context) -> Served:
    info = context.info
    if info is None:
        raise SessionError("The session has no iteration yet. Draw its first sample, or label spectra of the pool.")
    batch, sample = list(info.queue.get("oracle", ())), list(info.queue.get("perf-est", ()))
    items = _ranked_batch(context, info, batch) if context.predictions else [QueueItem(n, "initial") for n in batch]
    items += [QueueItem(name, "random") for name in sample]
    if read_manifest(info.folder).get("configuration", {}).get("show_candidates") in (True, "yes", "y", "ano", "true"):
        candidates = _of_candidates(context)
        return Served(items + candidates.items, len(items) + candidates.n_available, candidates.notices)
    return Served(items, len(items), [])


def _ranked_batch(context: Context, info: IterationInfo, batch: list[str]) -> list[QueueItem]:
    """Return the batch with the number that ranked each and its place: it was written in that order."""
    predictions, pool = context.predictions, context.pool
    if predictions is None or pool is None or not batch:
        return [QueueItem(name, "uncertain") for name in batch]
    strategy = _strategy_of(info, context.session)
    utilities = STRATEGIES[strategy].utilities(predictions.proba[pool.indices_of(batch)])
    n_ranked = predictions.n_ranked
    return [
        QueueItem(name, "uncertain", round(float(value), 4), strategy, k + 1, n_ranked)
        for k, (name, value) in enumerate(zip(batch, utilities, strict=True))
    ]


def _of_candidates(context: Context) -> Served:
    predictions, pool = context.predictions, context.pool
    if predictions is None or pool is None:
        raise SessionError("No network has predicted candidates yet. Train an iteration first.")
    rows, interest = predictions.candidates(), predictions.interest
    limit = _limited(context.options.limit or N_CANDIDATES)
    batch = () if context.info is None else context.info.queue.get("oracle", ())
    is_elsewhere = np.isin(rows, pool.find([*context.estimated, *batch]))
    places = np.flatnonzero(~is_elsewhere)[:limit]
    items = [
        QueueItem(name, "candidate", round(float(interest[row]), 4), "probability", place + 1, rows.size)
        for name, row, place in zip(pool.ids_of(rows[places]), rows[places], places.tolist(), strict=True)
    ]
    n_elsewhere = int(is_elsewhere.sum())
    notices = []
    if places.size + n_elsewhere < rows.size:
        notices.append(f"The {places.size:,} most probable of {rows.size:,} candidates.")
    if n_elsewhere:
        notices.append(f"{n_elsewhere:,} more candidates are in the batch or in an estimation sample.")
    return Served(items, int(rows.size), notices)


def _of_pool(context: Context) -> Served:
    pool, options = context.pool, context.options
    if pool is None:
        raise SessionError("The session has no pool. Choose one, or import its spectra first.")
    limit, n_spectra = _limited(options.limit or MOST_ITEMS), pool.n_spectra
    if options.is_shuffled:
        rng = generator(context.session.seed, 0, Stream.LABEL_POOL)
        order = rng.permutation(n_spectra)[options.offset : options.offset + limit]
    else:
        order = np.arange(n_spectra)[options.offset : options.offset + limit]
    names = pool.ids_of(order)
    return _limited_list(context, names, n_spectra)


def _of_list(context: Context, ids: list[str]) -> Served:
    limit, start = _limited(context.options.limit or MOST_ITEMS), context.options.offset
    return _limited_list(context, ids[start : start + limit], len(ids))


def _limited_list(context: Context, names: list[str], n_available: int) -> Served:
    kinds = ("random" if name in context.estimated else "picked" for name in names)
    items = [QueueItem(name, kind) for name, kind in zip(names, kinds, strict=True)]
    first = context.options.offset + 1
    is_part = len(names) < n_available
    notices = [f"Spectra {first:,} to {first + len(names) - 1:,} of {n_available:,}."] if is_part and names else []
    return Served(items, n_available, notices)


def _limited(number: int) -> int:
    if not 1 <= number <= MOST_ITEMS:
        raise SessionError(f"Expected 1 to {MOST_ITEMS:,} spectra at a time, found {number:,}.")
    return number


_SOURCES = {"iteration": _of_iteration, "candidates": _of_candidates, "pool": _of_pool, "upload": _of_pool}

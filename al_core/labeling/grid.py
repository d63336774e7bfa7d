"""Every spectrum of a queue as a row: label, what the network says, and all metadata."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from al_core.labeling.items import JOURNAL_QUEUES, LabelQueue, QueueItem
from al_core.labeling.predictions import Predictions
from al_core.labeling.spectra import shown_blind
from al_core.pools import Pool
from al_core.sessions import Session
from al_core.strategies import shannon_entropy

if TYPE_CHECKING:
    from al_core.labeling.labeling import Labeling

#: What every row has beside the metadata.
OWN_COLUMNS = (
    *("key", "id", "kind", "set", "iteration", "is_blind", "label_kind", "class_id", "confidence", "annotator"),
    *("labeled_utc", "comment", "is_skipped", "prediction", "probability", "entropy", "utility", "rank"),
)


def grid_rows(
    labeling: "Labeling", session: Session, queue: LabelQueue, columns: Sequence[str] | None = None
) -> list[dict[str, Any]]:
    """Return a row for each item of a queue, in its order; a blind one without what would sway the answer.

    Parameters
    ----------
    labeling : Labeling
    session : Session
    queue : LabelQueue
    columns : sequence of str, optional
        Columns of metadata; by default all.

    Returns
    -------
    list of dict
        `OWN_COLUMNS`; `prediction` is the id of a class, `probability` its probability, `entropy` in nats, `set` what
        the journal calls the queue. `metadata` holds the columns of the pool.
    """
    pool = labeling.pool(session, queue.pool if queue.pool != session.pool else None)
    if pool is None:
        return [_own(item, queue) | {"metadata": {}} for item in queue.items]
    predictions = _predictions(labeling, session, queue, pool)
    rows = pool.find([item.spectrum_id for item in queue.items])
    metadata = labeling.metadata(pool, np.maximum(rows, 0))
    found = []
    for item, row, about in zip(queue.items, rows.tolist(), metadata, strict=True):
        known = {} if row < 0 else shown_blind(about) if item.is_blind else about
        wanted = known if columns is None else {name: known[name] for name in columns if name in known}
        says = {} if row < 0 or item.is_blind or predictions is None else _says(predictions, row)
        found.append(_own(item, queue) | says | {"metadata": wanted})
    return found


def _predictions(labeling: "Labeling", session: Session, queue: LabelQueue, pool: Pool) -> Predictions | None:
    info = next(
        (
            one
            for one in labeling.iterations(session.session_id)
            if one.is_current and one.number == queue.guess_iteration
        ),
        None,
    )
    return labeling.predictions(session, info, pool)


def _says(predictions: Predictions, row: int) -> dict[str, Any]:
    proba = predictions.proba[row]
    best = int(np.argmax(proba))
    return {
        "prediction": predictions.class_ids[best],
        "probability": round(float(proba[best]), 4),
        "entropy": round(float(shannon_entropy(proba[None, :])[0]), 4),
    }


def _own(item: QueueItem, queue: LabelQueue) -> dict[str, Any]:
    answer = item.answer
    return {
        "key": item.key,
        "id": item.spectrum_id,
        "kind": item.shown_kind,
        "set": JOURNAL_QUEUES[item.shown_kind],
        "iteration": queue.iteration,
        "is_blind": item.is_blind,
        "label_kind": answer and answer.kind,
        "class_id": answer and answer.class_id,
        "confidence": answer and answer.confidence,
        "annotator": answer and answer.annotator,
        "labeled_utc": answer and answer.created_utc,
        "comment": item.comment,
        "is_skipped": item.is_skipped,
        "prediction": None,
        "probability": None,
        "entropy": None,
        "utility": None if item.is_blind else item.utility,
        "rank": None if item.is_blind else item.rank,
    }

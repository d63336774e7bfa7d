"""One label for all results of a search: one act, taken back as one."""

from dataclasses import dataclass, replace
from uuid import uuid4

from al_core.errors import SessionError
from al_core.labeling import Labeling
from al_core.metadata.base import MetadataStore
from al_core.metadata.query import Condition, Scope
from al_core.sessions import LabelEvent
from al_core.sessions.database import session_database
from al_core.sessions.journal import counts, store_events

#: Labels of one act.
MOST_LABELS = 10_000
#: What the journal says of where they come from.
QUEUE = "picked"
_LONGEST_SEARCH = 300
_OF_ACT = """
    SELECT event_id FROM events
    WHERE annotator = ? AND undoes IS NULL AND json_valid(shown) AND json_extract(shown, '$.bulk') = ?
    ORDER BY sequence DESC
"""


@dataclass(frozen=True)
class LabeledResults:
    """What became of it.

    Attributes
    ----------
    bulk : str
        Name of the act, by which it is undone.
    n : int
        Spectra that were labeled.
    n_sample : int
        Members of estimation samples: left out, they are labeled blind, one by one.
    n_missing : int
        Results whose spectrum is not in the pool of the session.
    """

    bulk: str
    n: int
    n_sample: int
    n_missing: int


def label_results(
    labeling: Labeling,
    store: MetadataStore,
    scope: Scope,
    condition: Condition,
    class_id: str,
    *,
    annotator: str,
    expected: int,
    comment: str = "",
    confidence: int | None = None,
    search: str = "",
) -> LabeledResults:
    """Label all results of a search, in one transaction that is on disk when this returns.

    Parameters
    ----------
    labeling : Labeling
    store : MetadataStore
    scope : Scope
        With the session.
    condition : Condition
    class_id : str
    annotator : str
    expected : int
        How many results the person was shown.
    comment : str
        For each of them; without one the comments that there are stay.
    confidence : int, optional
        0 to 4.
    search : str
        The search as text, kept in the journal.

    Raises
    ------
    ALCoreError
        If there are more than `MOST_LABELS`, not as many as expected, or the session has no pool or no such class.
    """
    if scope.session is None:
        raise SessionError("Labels belong to a session. Choose one first.")
    n_found = store.count(scope, condition)
    if n_found != expected:
        raise SessionError(f"The search finds {n_found:,} spectra now, not {expected:,}. Look at them, then label.")
    if n_found > MOST_LABELS:
        raise SessionError(
            f"At most {MOST_LABELS:,} spectra are labeled at once, these are {n_found:,}. Narrow the search."
        )
    ids = list(dict.fromkeys(name for frame in store.all_rows(scope, condition) for name in frame["id"]))
    pool = labeling.require_pool(labeling.sessions.get(scope.session))
    known = [name for name, row in zip(ids, pool.find(ids).tolist(), strict=True) if row >= 0]
    sample = labeling.estimated(scope.session).intersection(known)
    bulk = uuid4().hex[:16]
    shown = {"bulk": bulk, "search": search[:_LONGEST_SEARCH]}
    model = LabelEvent("", "label", "", annotator, class_id, comment or None, confidence, queue=QUEUE, shown=shown)
    events = [
        replace(model, event_id=f"{bulk}-{number}", spectrum_id=name)
        for number, name in enumerate(name for name in known if name not in sample)
    ]
    labeling.sessions.journal(scope.session).append(events)
    return LabeledResults(bulk, len(events), len(sample), len(ids) - len(known))


def undo_act(labeling: Labeling, session_id: str, bulk: str, annotator: str) -> int:
    """Take back what is still left of an act of somebody; return how many labels that were.

    Raises
    ------
    SessionError
        If there is no such session.
    """
    with session_database(labeling.sessions.folder(session_id), write=True) as connection:
        targets = [str(row[0]) for row in connection.execute(_OF_ACT, (annotator, bulk))]
        counting = [target for target in targets if counts(connection, target)]
        undos = [LabelEvent(uuid4().hex, "undo", "", annotator, undoes=target) for target in counting]
        return len(store_events(connection, undos))

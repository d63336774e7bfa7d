"""What a queue is made of."""

from dataclasses import dataclass
from typing import Any

#: Kind of an item: the word that the user reads, and what the journal says of its queue.
WORDS = {
    "uncertain": "Uncertain",
    "random": "Random sample",
    "initial": "First sample",
    "candidate": "Candidate",
    "picked": "Picked",
    "repeat": "Asked again",
}
JOURNAL_QUEUES = {
    "uncertain": "oracle",
    "initial": "oracle",
    "random": "perf-est",
    "candidate": "candidates",
    "picked": "picked",
    "repeat": "repeat",
}
#: The queue of labels that came out of a file.
IMPORTED = "import"
#: Every queue that an event may name.
QUEUES = (*dict.fromkeys(JOURNAL_QUEUES.values()), IMPORTED)
#: At most so many spectra are served at a time.
MOST_ITEMS = 5000


@dataclass(frozen=True)
class Answer:
    """What counts for a spectrum: `kind` is label, unsure or bad."""

    kind: str
    class_id: str | None
    event_id: str
    confidence: int | None
    annotator: str
    created_utc: str


@dataclass(frozen=True)
class QueueItem:
    """A spectrum that is served.

    Attributes
    ----------
    spectrum_id : str
    kind : str
        A key of `WORDS`.
    utility : float or None
        What ranked it, higher first; None where nothing did, or while it is blind.
    utility_name : str or None
        Name of the strategy, or "probability" for a candidate.
    rank, n_ranked : int or None
        Its place, from 1, among those that were ranked.
    is_blind : bool
        Whether everything that could sway the answer is withheld: no answer yet.
    answer : Answer or None
    comment : str
    is_skipped : bool
    asked_as : str or None
        The kind that a repeat seems to be of until it is answered.
    """

    spectrum_id: str
    kind: str
    utility: float | None = None
    utility_name: str | None = None
    rank: int | None = None
    n_ranked: int | None = None
    is_blind: bool = False
    answer: Answer | None = None
    comment: str = ""
    is_skipped: bool = False
    asked_as: str | None = None

    @property
    def shown_kind(self) -> str:
        """What the user may know of its kind: that it is a repeat is told when it is answered."""
        return self.asked_as if self.asked_as and self.is_blind else self.kind

    @property
    def key(self) -> str:
        """Name that differs for every item of a queue: a repeat is about a spectrum that is served before."""
        return f"{self.spectrum_id}#repeat" if self.kind == "repeat" else self.spectrum_id

    @property
    def queue(self) -> str:
        """What the journal says of it."""
        return JOURNAL_QUEUES[self.kind]


@dataclass(frozen=True, eq=False)
class LabelQueue:
    """Spectra in the order in which they are served.

    Attributes
    ----------
    source : str
        What it was made of.
    iteration : int or None
        The iteration that it belongs to, None without one.
    strategy : str
        What chose the uncertain ones.
    items : list of QueueItem
    notices : tuple of str
        What the user has to know: how many were left out, and why.
    n_available : int
        Spectra that there are; more than `items` where the number is limited.
    pool : str or None
        Name of the pool whose spectra they are.
    guess_iteration : int or None
        The iteration whose network guesses.
    """

    source: str
    iteration: int | None
    strategy: str
    items: list[QueueItem]
    notices: tuple[str, ...]
    n_available: int
    pool: str | None
    guess_iteration: int | None

    @property
    def position(self) -> int:
        """Index of the first item without an answer; skipped ones come last; the number of items when all is done."""
        open_items = [k for k, item in enumerate(self.items) if item.answer is None]
        fresh = [k for k in open_items if not self.items[k].is_skipped]
        return next(iter([*fresh[:1], *open_items[:1]]), len(self.items))

    def counts(self) -> dict[str, dict[str, int]]:
        """Return how many there are, answered, skipped and left, of each kind."""
        found: dict[str, dict[str, int]] = {}
        for item in self.items:
            row = found.setdefault(item.kind, {"n": 0, "answered": 0, "skipped": 0, "left": 0})
            row["n"] += 1
            row["answered"] += item.answer is not None
            row["skipped"] += item.answer is None and item.is_skipped
            row["left"] += item.answer is None
        return found


def described(item: QueueItem) -> dict[str, Any]:
    """Return an item as the page reads it, without its picture."""
    shown = not item.is_blind
    return {
        "id": item.spectrum_id,
        "key": item.key,
        "kind": item.shown_kind,
        "word": WORDS[item.shown_kind],
        "asked_as": item.asked_as,
        "queue": item.queue,
        "utility": item.utility if shown else None,
        "utility_name": item.utility_name if shown else None,
        "rank": item.rank if shown else None,
        "n_ranked": item.n_ranked if shown else None,
        "repeat_of": item.spectrum_id if item.kind == "repeat" else None,
        "label": None if item.answer is None else vars(item.answer),
        "comment": item.comment,
        "is_skipped": item.is_skipped,
        "is_blind": item.is_blind,
    }

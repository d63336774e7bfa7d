"""What stands in the journal of labels: one event for each thing that a person did."""

import json
from dataclasses import dataclass
from typing import Any

from al_core.errors import JournalError

#: What a person can say about a spectrum; `undo` takes an earlier event back.
KINDS = ("label", "skip", "unsure", "bad", "comment", "undo")
MOST_CONFIDENCE = 4
LONGEST_COMMENT = 2000


@dataclass(frozen=True)
class LabelEvent:
    """Something that a person did, before it is stored.

    Attributes
    ----------
    event_id : str
        Chosen by the sender and different for each event: the same event sent again is stored once.
    kind : str
        One of `KINDS`.
    spectrum_id : str
        May stay empty for an undo.
    annotator : str
        Who.
    class_id : str, optional
        The class of a label.
    comment : str, optional
        An empty one takes the comment away.
    confidence : int, optional
        0 (a guess) to 4 (beyond doubt).
    duration_ms : int, optional
        How long the spectrum was looked at.
    queue : str, optional
        Where the spectrum came from, for instance "oracle" or "perf-est".
    iteration : int, optional
        The iteration whose queue that was.
    shown : dict, optional
        What was shown beside the spectrum: prediction, probabilities, whether it was blind.
    undoes : str, optional
        The event that an undo takes back; without it, the last of the annotator that counts.
    created_utc : str, optional
        When; by default the time of storing.
    """

    event_id: str
    kind: str
    spectrum_id: str
    annotator: str
    class_id: str | None = None
    comment: str | None = None
    confidence: int | None = None
    duration_ms: int | None = None
    queue: str | None = None
    iteration: int | None = None
    shown: dict[str, Any] | None = None
    undoes: str | None = None
    created_utc: str | None = None

    def check(self) -> None:
        """Raise JournalError unless the fields fit the kind."""
        if not self.event_id or len(self.event_id) > 100:
            raise JournalError(f"Expected an event id of 1 to 100 characters, found {self.event_id!r}.")
        if self.kind not in KINDS:
            raise JournalError(f"Expected one of {', '.join(KINDS)}, found {self.kind!r}.")
        if not self.annotator:
            raise JournalError(f"Event {self.event_id}: expected who did it, found nobody.")
        if not self.spectrum_id and self.kind != "undo":
            raise JournalError(f"Event {self.event_id}: expected the id of a spectrum, found none.")
        for name, kind in (("class_id", "label"), ("undoes", "undo")):
            if getattr(self, name) is not None and self.kind != kind:
                raise JournalError(f"Event {self.event_id}: {self.kind} takes no {name}.")
        if self.kind == "label" and not self.class_id:
            raise JournalError(f"Event {self.event_id}: a label needs a class.")
        self._check_texts_and_numbers()

    def _check_texts_and_numbers(self) -> None:
        if self.kind == "comment" and self.comment is None:
            raise JournalError(f"Event {self.event_id}: a comment needs a text; an empty one takes it away.")
        if self.comment is not None and len(self.comment) > LONGEST_COMMENT:
            raise JournalError(f"Event {self.event_id}: the comment is longer than {LONGEST_COMMENT} characters.")
        if self.confidence is not None and self.confidence not in range(MOST_CONFIDENCE + 1):
            raise JournalError(f"Event {self.event_id}: expected a confidence of 0 to 4, found {self.confidence}.")
        if self.duration_ms is not None and self.duration_ms < 0:
            raise JournalError(f"Event {self.event_id}: expected a time of 0 ms or more, found {self.duration_ms}.")

    def shown_json(self) -> str | None:
        """Return `shown` as stored."""
        return None if self.shown is None else json.dumps(self.shown, ensure_ascii=False, sort_keys=True)


@dataclass(frozen=True)
class StoredEvent:
    """An event in the journal: `sequence` orders all events of a session; `is_repeated` if it was there before."""

    sequence: int
    event_id: str
    kind: str
    spectrum_id: str
    undoes: str | None
    created_utc: str
    is_repeated: bool

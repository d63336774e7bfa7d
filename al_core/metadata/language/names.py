"""What things are called in a search: fields of indices, fields of the session, classes."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from al_core.metadata.fields import MAX_CLASSES, SESSION_FIELDS, SESSION_MARK, Field, Schema

#: Other words for fields of the session; the first one of a field is how it is written.
ALIASES = {
    "labeled_by": "annotator",
    "labelled_by": "annotator",
    "labeled_on": "labeled",
    "labelled_on": "labeled",
}
#: Fields whose values are ids of classes.
CLASS_FIELDS = (SESSION_MARK + "label", SESSION_MARK + "predicted")
#: `p(candidate)`: the probability of any class of interest.
CANDIDATE = "candidate"
CANDIDATE_FIELD = SESSION_MARK + "p_candidate"
#: Parts of names of fields that hold prose: there `field:word` asks for a word, elsewhere for the whole value.
PROSE = ("comment", "remark", "description", "note")


@dataclass(frozen=True)
class ClassName:
    """A class of a session: its id, and what it is called today."""

    class_id: str
    name: str


@dataclass(frozen=True)
class Names:
    """What the classes of the session of a search are called, in the order of the session.

    Without a session there are none, and fields of the session have no values.
    """

    classes: tuple[ClassName, ...] = ()

    def class_id(self, text: str) -> str | None:
        """Return the class of a name (without regard to case), else of an id; None if there is none."""
        wanted = text.casefold()
        named = [one.class_id for one in self.classes if one.name.casefold() == wanted]
        return next(iter([*named, *(one.class_id for one in self.classes if one.class_id == text)]), None)

    def name(self, class_id: str) -> str | None:
        """Return the name that means a class, None where no name does."""
        found = next((one.name for one in self.classes if one.class_id == class_id), None)
        return found if found is not None and self.class_id(found) == class_id else None

    def position(self, text: str) -> int | None:
        """Return the place of the class of a name or id."""
        ids = [one.class_id for one in self.classes]
        found = self.class_id(text)
        return None if found is None or ids.index(found) >= MAX_CLASSES else ids.index(found)

    def beginning_with(self, text: str) -> tuple[str, ...]:
        """Return the classes whose names begin with a text."""
        wanted = text.casefold()
        return tuple(one.class_id for one in self.classes if one.name.casefold().startswith(wanted))


@dataclass(frozen=True)
class FieldNames:
    """Finds fields by what they are called.

    A field of an index comes before one of the session with the same name, which is told with its mark, `@label`.
    """

    schema: Schema
    _by_name: dict[str, Field] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_name: dict[str, Field] = {}
        for one in SESSION_FIELDS:
            by_name[one.name] = by_name[one.name.removeprefix(SESSION_MARK)] = one
        for alias, name in ALIASES.items():
            by_name[alias] = by_name[SESSION_MARK + alias] = by_name[SESSION_MARK + name]
        by_name |= {one.original.lower(): one for one in self.schema if one.original}
        by_name |= {one.name: one for one in self.schema}
        object.__setattr__(self, "_by_name", by_name)

    def find(self, name: str) -> Field | None:
        """Return the field of a name, in any case; names of its original file are understood, too."""
        return self._by_name.get(name.lower())

    def shown(self, name: str) -> str:
        """Return how a field is written: the shortest name that means it."""
        if not name.startswith(SESSION_MARK):
            return name
        plain = name.removeprefix(SESSION_MARK)
        alias = next((one for one, meant in ALIASES.items() if meant == plain), plain)
        found = self.find(alias)
        return alias if found is not None and found.name == name else name

    def near(self, name: str) -> tuple[str, ...]:
        """Return names that this may have been meant to be."""
        probabilities = {f"p{number}" for number in range(MAX_CLASSES)}
        plain = [self.shown(one.name) for one in SESSION_FIELDS]
        known = [*self.schema.names, *(one for one in plain if one not in probabilities)]
        return near(name, known)


def is_prose(one: Field) -> bool:
    """Whether a field holds sentences rather than codes, by its name."""
    return any(part in one.name for part in PROSE)


def near(name: str, known: Iterable[str], most: int = 3) -> tuple[str, ...]:
    """Return what a misspelled name may have been meant to be, the nearest first.

    >>> near("snrgg", ["snrg", "snru", "mag1"])
    ('snrg', 'snru')
    """
    folded: dict[str, str] = {}
    for one in known:
        folded.setdefault(one.lower(), one)
    found = difflib.get_close_matches(name.lower()[:60], folded, n=most, cutoff=0.55)
    return tuple(folded[one] for one in found)


def meant(suggestions: Sequence[str]) -> str:
    """Return “ Did you mean …?”, empty without a suggestion."""
    return f" Did you mean {' or '.join(suggestions)}?" if suggestions else ""

"""What is asked of an index: conditions, scope, order and page, as plain data that each backend translates.

A condition is true or false of each row: `Not` is true of every row of which its part is not true, also where the value
is missing. Text is compared without regard to case (`al_core.metadata.words.fold`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from al_core.errors import QueryError

Value = str | int | float | bool | datetime

#: Rows of a page; who wants more goes on after the last row.
MAX_PAGE = 10_000
#: Parts of one condition, all levels together.
MAX_PARTS = 1000
#: Values of one `In`.
MAX_VALUES = 50_000


@dataclass(frozen=True)
class Everything:
    """True of every row."""


EVERYTHING = Everything()


@dataclass(frozen=True)
class Equal:
    """The field has this value."""

    field: str
    value: Value


@dataclass(frozen=True)
class In:
    """The field has one of these values; of none, where there are none."""

    field: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Range:
    """The field lies between; None is no limit. Both limits belong to it unless they are excluded."""

    field: str
    low: Value | None = None
    high: Value | None = None
    excludes_low: bool = False
    excludes_high: bool = False


@dataclass(frozen=True)
class Exists:
    """The field has a value."""

    field: str


@dataclass(frozen=True)
class Prefix:
    """The text of the field begins with this."""

    field: str
    value: str


@dataclass(frozen=True)
class Words:
    """All words occur in the text of one field, or, without a field, of all text fields together.

    Attributes
    ----------
    text : str
        Taken apart by `al_core.metadata.words.words_of`; without any word in it the condition is true of no row.
    field : str or None
    is_phrase : bool
        The words follow each other in one field.
    is_prefix : bool
        The last word may go on.
    edits : int or None
        0: as they stand. 1 or 2: so many insertions, deletions, substitutions or exchanges of two neighbors in each
        word (optimal string alignment). None: by length, none below 3 characters, 1 up to 5, 2 from 6 on.
        Not together with `is_phrase` or `is_prefix`.
    """

    text: str
    field: str | None = None
    is_phrase: bool = False
    is_prefix: bool = False
    edits: int | None = 0


@dataclass(frozen=True)
class Cone:
    """Within a radius of a position: `ra` and `dec` ICRS, all in degrees; the limit belongs to it."""

    ra: float
    dec: float
    radius: float

    def __post_init__(self) -> None:
        if not (-360 <= self.ra <= 720 and -90 <= self.dec <= 90 and 0 <= self.radius <= 180):
            raise QueryError(
                f"A cone needs a right ascension, a declination of -90 to 90 and a radius of 0 to 180 degrees, found "
                f"{self.ra:g}, {self.dec:g} and {self.radius:g}."
            )


@dataclass(frozen=True)
class And:
    """All are true; of no parts: true of every row."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True)
class Or:
    """One is true; of no parts: true of no row."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True)
class Not:
    """The part is not true."""

    part: "Condition"


Condition = Everything | Equal | In | Range | Exists | Prefix | Words | Cone | And | Or | Not


@dataclass(frozen=True)
class Scope:
    """Where is searched: indices by name, and the session whose labels and predictions count, if any."""

    indices: tuple[str, ...]
    session: str | None = None


@dataclass(frozen=True)
class Sort:
    """Order by a field; rows without a value come last in both directions, ties are broken by id, then by index."""

    field: str
    descending: bool = False


@dataclass(frozen=True)
class Query:
    """One page of what is searched.

    Attributes
    ----------
    scope : Scope
    condition : Condition
    sort : tuple of Sort
        Empty: by id.
    after : tuple or None
        `Page.after` of the page before.
    size : int
        1 to `MAX_PAGE`.
    columns : tuple of str or None
        Fields to return beside `id` and `index`; None: all but those of the session.
    """

    scope: Scope
    condition: Condition = EVERYTHING
    sort: tuple[Sort, ...] = ()
    after: tuple[object, ...] | None = None
    size: int = 100
    columns: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.size <= MAX_PAGE:
            raise QueryError(f"A page has 1 to {MAX_PAGE} rows, {self.size} were asked for.")


def parts_of(condition: Condition) -> Iterator[Condition]:
    """Return a condition and all within it."""
    pending = [condition]
    while pending:
        one = pending.pop()
        yield one
        match one:
            case And(parts) | Or(parts):
                pending.extend(parts)
            case Not(part):
                pending.append(part)


def require_bounded(condition: Condition) -> None:
    """Raise QueryError if a condition has more parts or values than any backend should be asked for."""
    for number, part in enumerate(parts_of(condition), start=1):
        if number > MAX_PARTS:
            raise QueryError(f"The query has more than {MAX_PARTS} conditions. Ask for less at once.")
        if isinstance(part, In) and len(part.values) > MAX_VALUES:
            raise QueryError(f"{part.field}: {len(part.values)} values, at most {MAX_VALUES} at once.")

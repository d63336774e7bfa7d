"""A condition as a query of Elasticsearch; all of it filters, nothing scores."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from al_core.errors import QueryError
from al_core.metadata.checking import field_of, require_askable
from al_core.metadata.elastic.documents import LONGEST_WORD, token
from al_core.metadata.elastic.literals import LONGEST_TEXT, NoSuch, limits, literal
from al_core.metadata.fields import SESSION_MARK, Field, Schema
from al_core.metadata.query import (
    And,
    Condition,
    Cone,
    Equal,
    Everything,
    Exists,
    In,
    Not,
    Or,
    Prefix,
    Range,
    Words,
)
from al_core.metadata.words import fold, words_of

Dsl = dict[str, Any]
ALL: Dsl = {"match_all": {}}
NONE: Dsl = {"match_none": {}}
#: Expansions that a query of words may have: every term there is.
_EVERY = {"rewrite": "constant_score"}
#: What a session says in words takes part where no field is named.
SESSION_TEXTS = ("@comment", "@annotator")
#: Elasticsearch refuses queries that are nested deeper.
_DEEPEST = 24


@dataclass(frozen=True)
class Place:
    """Where a field stands: paths of `f`, `o` and `w`, and the session whose element counts, if it is one of these."""

    field: Field
    searched: str
    original: str
    words: str
    session: str | None = None

    @property
    def is_nested(self) -> bool:
        """Whether it belongs to the elements of `sessions`."""
        return self.field.name.startswith(SESSION_MARK)

    def within(self, query: Dsl) -> Dsl:
        """Return a query about the field as one about the row."""
        if not self.is_nested:
            return query
        if self.session is None:
            return NONE
        return {"nested": {"path": "sessions", "query": {"bool": {"filter": [self.element, query]}}}}

    @property
    def element(self) -> Dsl:
        """Filter of the elements that count."""
        return {"term": {"sessions.session": self.session or ""}}


def place_of(field: Field, session: str | None) -> Place:
    """Return where a field stands."""
    if field.name.startswith(SESSION_MARK):
        name = field.name.removeprefix(SESSION_MARK)
        return Place(field, f"sessions.f.{name}", f"sessions.o.{name}", f"sessions.w.{name}", session)
    return Place(field, f"f.{field.name}", f"o.{field.name}", f"w.{field.name}")


class Translation:
    """Translates conditions over a schema for one session.

    Parameters
    ----------
    schema : Schema
    session : str or None
    cone : callable
        Turns a cone into a query that is exact.
    """

    def __init__(self, schema: Schema, session: str | None, cone: Callable[[Cone], Dsl]) -> None:
        self._schema = schema
        self._session = session
        self._cone = cone

    def query(self, condition: Condition) -> Dsl:
        """Return the query of a condition.

        Raises
        ------
        QueryError
            If it names no field, has a value of another type, or is too large.
        """
        require_askable(condition, self._schema)
        return self._translate(condition, 0)

    def place(self, name: str) -> Place:
        """Return where a field stands; QueryError where there is none."""
        return place_of(field_of(self._schema, name), self._session)

    def _translate(self, condition: Condition, depth: int) -> Dsl:
        condition, is_negated = _bare(condition)
        if depth > _DEEPEST:
            raise QueryError(f"The query is nested more than {_DEEPEST} levels deep. Write it flatter.")
        found = self._translate_bare(condition, depth + is_negated)
        return none_of(found) if is_negated else found

    def _translate_bare(self, condition: Condition, depth: int) -> Dsl:
        match condition:
            case Everything():
                return ALL
            case And():
                return all_of(self._translate(part, depth + 1) for part in _flat(condition))
            case Or():
                return any_of(self._translate(part, depth + 1) for part in _flat(condition))
            case Cone():
                return self._cone(condition)
            case Words():
                return self._words(condition)
            case Not():
                raise TypeError("A bare condition is no negation.")
            case _:
                place = self.place(condition.field)
                return place.within(_of_field(condition, place))

    def _words(self, asked: Words) -> Dsl:
        words = [token(word) for word in words_of(asked.text)]
        groups = [words] if asked.is_phrase else [[word] for word in words]
        if not words:
            return NONE
        last = len(groups) - 1
        return all_of(
            self._group(group, asked, goes_on=asked.is_prefix and number == last) for number, group in enumerate(groups)
        )

    def _group(self, words: list[str], asked: Words, *, goes_on: bool) -> Dsl:
        """Return what is true where one field has a word, or words that follow each other."""
        if asked.field is not None:
            places = [self.place(asked.field)]
            return places[0].within(_of_words(words, places[0].words, asked.edits, goes_on=goes_on))
        said = [self.place(name) for name in SESSION_TEXTS] if self._session is not None else []
        found = [_of_words(words, "all", asked.edits, goes_on=goes_on)]
        found += [place.within(_of_words(words, place.words, asked.edits, goes_on=goes_on)) for place in said]
        return any_of(found) if said else found[0]


def _bare(condition: Condition) -> tuple[Condition, bool]:
    """Return what is within negations and lists of one part, and whether it is negated."""
    is_negated = False
    while True:
        match condition:
            case Not(part):
                condition, is_negated = part, not is_negated
            case And((part,)) | Or((part,)):
                condition = part
            case _:
                return condition, is_negated


def _flat(condition: And | Or) -> Iterable[Condition]:
    """Return the parts, those of parts of the same kind instead of these."""
    pending = list(reversed(condition.parts))
    while pending:
        part = pending.pop()
        if type(part) is type(condition):
            pending.extend(reversed(part.parts))
        else:
            yield part


def all_of(queries: Iterable[Dsl]) -> Dsl:
    """Return what is true where all are."""
    return {"bool": {"filter": list(queries)}}


def any_of(queries: Iterable[Dsl]) -> Dsl:
    """Return what is true where one is."""
    parts = list(queries)
    return {"bool": {"should": parts, "minimum_should_match": 1}} if parts else NONE


def none_of(query: Dsl) -> Dsl:
    """Return what is true where it is not."""
    return {"bool": {"must_not": [query]}}


def _of_field(condition: Equal | In | Range | Exists | Prefix, place: Place) -> Dsl:
    name, field = place.searched, place.field
    match condition:
        case Equal(_, value):
            found = literal(field, value)
            return NONE if isinstance(found, NoSuch) else {"term": {name: found}}
        case In(_, values):
            literals = [literal(field, value) for value in values]
            return {"terms": {name: [one for one in literals if not isinstance(one, NoSuch)]}}
        case Range():
            between = limits(field, condition)
            return NONE if between is None else all_of([{"exists": {"field": name}}, {"range": {name: between}}])
        case Exists():
            return {"exists": {"field": name}}
        case Prefix(_, value):
            return NONE if len(value) > LONGEST_TEXT else {"prefix": {name: {"value": fold(value), **_EVERY}}}


def _of_words(words: list[str], name: str, edits: int | None, *, goes_on: bool) -> Dsl:
    """Return what is true where a word, or words that follow each other, stand in a field of words."""
    if len(words) > 1:
        text = " ".join(words)
        if goes_on:
            return {"match_phrase_prefix": {name: {"query": text, "max_expansions": 2**31 - 1}}}
        return {"match_phrase": {name: {"query": text}}}
    if goes_on:
        return {"prefix": {name: {"value": words[0], **_EVERY}}}
    return _word(words[0], name, edits)


def _word(word: str, name: str, edits: int | None) -> Dsl:
    allowed = edits_of(word) if edits is None else edits
    if not allowed or len(word) > LONGEST_WORD:
        return {"term": {name: word}}
    asked = {"value": word, "fuzziness": allowed, "prefix_length": 0, "transpositions": True, **_EVERY}
    return {"fuzzy": {name: asked}}


def edits_of(word: str) -> int:
    """Return how many edits a word allows by its length, see `Words.edits`."""
    return 0 if len(word) < 3 else 1 if len(word) < 6 else 2

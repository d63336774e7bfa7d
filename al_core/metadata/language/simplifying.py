"""One form of conditions that mean the same: what a search is written from, and what reading it gives."""

from collections.abc import Iterable

from al_core.errors import QueryError
from al_core.metadata.language.source import MAX_DEPTH
from al_core.metadata.query import EVERYTHING, And, Condition, Equal, Everything, In, Not, Or, Range, Words
from al_core.metadata.words import words_of

#: True of no row.
NOTHING = Not(EVERYTHING)


def simplified(condition: Condition) -> Condition:
    """Return a condition that is true of the same rows, in the form in which it is written.

    Conditions within conditions of the same kind are joined, double negations and parts that say nothing dropped; a
    list of one value is the value; words that need not follow each other are conditions of one word each.

    Raises
    ------
    QueryError
        If conditions lie too deep within each other.
    """
    return _simplified(condition, 0)


def n_words(text: str) -> int:
    """Return the number of words of a text, see `al_core.metadata.words`."""
    return 1 if text.isascii() and text.isalnum() else len(words_of(text))


def _simplified(condition: Condition, depth: int) -> Condition:
    if depth > 2 * MAX_DEPTH:
        raise QueryError(f"More than {2 * MAX_DEPTH} conditions within each other. Ask for less at once.")
    match condition:
        case And(parts):
            return _joined(And, (_simplified(part, depth + 1) for part in parts))
        case Or(parts):
            return _joined(Or, (_simplified(part, depth + 1) for part in parts))
        case Not(part):
            inner = _simplified(part, depth + 1)
            return inner.part if isinstance(inner, Not) else Not(inner)
        case In(field, values):
            different = tuple(dict.fromkeys(values))
            if not different:
                return NOTHING
            return Equal(field, different[0]) if len(different) == 1 else In(field, different)
        case Range(field, low, high, excludes_low, excludes_high):
            return Range(field, low, high, excludes_low and low is not None, excludes_high and high is not None)
        case Words():
            return _words(condition)
        case _:
            return condition


def _joined(kind: type[And] | type[Or], parts: Iterable[Condition]) -> Condition:
    kept: list[Condition] = []
    for part in parts:
        if isinstance(part, kind):
            kept.extend(part.parts)
        elif not isinstance(part, Everything):
            kept.append(part)
        elif kind is Or:
            return EVERYTHING
    if len(kept) == 1:
        return kept[0]
    if not kept:
        return EVERYTHING if kind is And else NOTHING
    return kind(tuple(kept))


def _words(condition: Words) -> Condition:
    number = n_words(condition.text)
    if number <= 1:
        return Words(condition.text, condition.field, False, condition.is_prefix, condition.edits)
    if condition.is_phrase:
        return condition
    *others, last = words_of(condition.text)
    field, edits = condition.field, condition.edits
    parts = [Words(one, field, edits=edits) for one in others]
    return And((*parts, Words(last, field, False, condition.is_prefix, edits)))

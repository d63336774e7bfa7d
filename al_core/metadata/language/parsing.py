"""A search as text becomes a condition. The language is described in docs/search.md."""

import re
from collections.abc import Callable

from al_core.errors import QueryError
from al_core.metadata.fields import Field, FieldType, Schema
from al_core.metadata.language.names import CANDIDATE, CANDIDATE_FIELD, FieldNames, Names, meant, near
from al_core.metadata.language.simplifying import n_words, simplified
from al_core.metadata.language.sky import read_cone
from al_core.metadata.language.source import OPENING, Source
from al_core.metadata.language.terms import OPERATORS, TermReader
from al_core.metadata.language.values import read_integer
from al_core.metadata.language.wording import FUZZY, read_fuzziness, words
from al_core.metadata.query import (
    EVERYTHING,
    And,
    Condition,
    Equal,
    Exists,
    In,
    Not,
    Or,
    Value,
    Words,
    require_bounded,
)

#: A word of digits alone is also looked for here.
OBSERVATION = "obsid"
LABEL = "@label"
_KEYWORD = re.compile(rf"(and|or|not)(?=[\s(){OPENING}]|$)", re.IGNORECASE)
_OPERATOR = rf"(:|!=|>=|<=|=|<|>|~(?!\d?(?:[\s()]|$))|{'|'.join(OPERATORS)})"
_FIELD = re.compile(rf"(@?[A-Za-z][A-Za-z0-9_]*)(\s*){_OPERATOR}")
_PROBABILITY = re.compile(r"@?p\(", re.IGNORECASE)
_INSIDE = re.compile(rf"[^(){OPENING}]*")
_BEHIND = re.compile(rf"\s*{_OPERATOR}")
_SUFFIX = re.compile(r"\*|~\d?")
_MINUS = re.compile(r"-(?=\S)")
_SIGNED = re.compile(r"[-−][\d.]")
_STRAY = re.compile(r"[:=<>!~≤≥≠]")


def parse(text: str, schema: Schema, names: Names | None = None) -> Condition:
    """Return what a search asks for.

    Parameters
    ----------
    text : str
        Of at most `MAX_LENGTH` characters; an empty one asks for everything.
    schema : Schema
        Of the indices that are searched.
    names : Names, optional
        Of the session that is searched with them.

    Raises
    ------
    QueryError
        If it is written wrongly; its text, `position` and `length` say where, `suggestions` what may be meant.
    """
    condition = simplified(_Parser(text, schema, names or Names()).parse())
    require_bounded(condition)
    return condition


def _values(part: Condition) -> tuple[Value, ...]:
    return (part.value,) if isinstance(part, Equal) else part.values if isinstance(part, In) else ()


class _Parser:
    def __init__(self, text: str, schema: Schema, names: Names) -> None:
        self._source = Source(text)
        self._fields = FieldNames(schema)
        self._names = names
        self._terms = TermReader(self._source, names)

    def parse(self) -> Condition:
        source = self._source
        source.skip_space()
        if source.is_done():
            return EVERYTHING
        condition = self._either(self._primary)
        if not source.is_done():
            raise source.wrong("this bracket closes none. Delete it, or open one before.")
        return condition

    # ------------------------------------------------------------------ AND, OR, NOT

    def _either(self, primary: Callable[[], Condition], *, are_values: bool = False) -> Condition:
        parts = [self._all(primary, are_values)]
        while self._keyword("or") or (are_values and self._comma()):
            parts.append(self._all(primary, are_values))
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _all(self, primary: Callable[[], Condition], are_values: bool) -> Condition:
        source = self._source
        parts = [self._one(primary, are_values)]
        while True:
            source.skip_space()
            start = source.at
            has_word = self._keyword("and")
            ends = source.is_done() or source.next == ")" or (are_values and source.next == ",")
            if not has_word and (ends or self._is_keyword("or")):
                return parts[0] if len(parts) == 1 else And(tuple(parts))
            part = self._one(primary, are_values)
            if are_values and not has_word and isinstance(part, Equal) and isinstance(parts[-1], Equal):
                raise source.wrong("expected OR between two values of a field.", start)
            parts.append(part)

    def _one(self, primary: Callable[[], Condition], is_value: bool) -> Condition:
        source, is_negated = self._source, False
        while True:
            source.skip_space()
            if self._keyword("not"):
                is_negated = not is_negated
            elif source.match(_MINUS) and not (is_value and source.match(_SIGNED)):
                source.at += 1
                is_negated = not is_negated
            else:
                break
        if source.is_done() or source.next == ")" or self._is_keyword("or") or self._is_keyword("and"):
            raise source.wrong("expected a condition, for instance snrg>20 or class:STAR.")
        part = primary()
        return Not(part) if is_negated else part

    def _keyword(self, word: str) -> bool:
        self._source.skip_space()
        found = self._is_keyword(word)
        self._source.at += len(word) if found else 0
        return found

    def _is_keyword(self, word: str) -> bool:
        found = self._source.match(_KEYWORD)
        return found is not None and found[1].lower() == word

    def _comma(self) -> bool:
        found = self._source.next == ","
        self._source.at += found
        return found

    # ------------------------------------------------------------------ conditions

    def _primary(self) -> Condition:
        source = self._source
        if source.next == "(":
            opened = source.open_bracket()
            condition = self._either(self._primary)
            source.close_bracket(opened)
            return condition
        if source.next in OPENING:
            return self._phrase()
        cone = read_cone(source)
        if cone is not None:
            return cone
        if source.match(_PROBABILITY):
            return self._probability()
        found = source.match(_FIELD)
        if found is not None:
            field = self._fields.find(found[1])
            if field is not None:
                source.at = found.end()
                return self._term(field, found[3])
            if not found[2]:
                raise self._no_field(found[1], found[3])
        return self._word()

    def _term(self, field: Field, operator: str) -> Condition:
        source = self._source
        source.skip_space()
        if source.next != "(" or operator not in (":", "=", "~"):
            return self._terms.read(field, operator)
        return self._value(field, operator)

    def _value(self, field: Field, operator: str) -> Condition:
        """Return `(a OR b)`, or one of the values in it."""
        source = self._source
        if source.next != "(":
            return self._terms.read(field, operator, ",")
        opened = source.open_bracket()
        condition = simplified(self._either(lambda: self._value(field, operator), are_values=True))
        source.close_bracket(opened)
        if isinstance(condition, Or) and all(isinstance(part, Equal | In) for part in condition.parts):
            return In(field.name, tuple(value for part in condition.parts for value in _values(part)))
        return condition

    def _probability(self) -> Condition:
        """Return a condition on `p(name of a class)` or `p(candidate)`."""
        source, start = self._source, self._source.at
        source.take(_PROBABILITY)
        source.skip_space()
        inside = source.take(_INSIDE) if source.next not in OPENING else None
        name = inside[0].strip() if inside is not None else source.quoted()
        source.skip_space()
        if source.next != ")":
            raise source.wrong("expected a class and a closing bracket, for instance p(candidate)>0.5.", start)
        source.at += 1
        field = self._probability_field(name, start, source.at - start)
        operator = source.take(_BEHIND)
        if operator is None:
            raise source.wrong(f"expected a comparison behind p({name[:40]}), for instance p({name[:40]})>0.5.")
        return self._term(field, operator[1])

    def _probability_field(self, name: str, start: int, length: int) -> Field:
        place = self._names.position(name)
        if place is not None:
            return self._fields.schema[f"@p{place}"]
        if name.casefold() == CANDIDATE:
            return self._fields.schema[CANDIDATE_FIELD]
        known = [CANDIDATE, *(one.name for one in self._names.classes)]
        found = near(name, known)
        raise self._source.wrong(
            f"there is no class “{name[:40]}”; expected {', '.join(known[:12])}.{meant(found)}", start, length, found
        )

    def _no_field(self, name: str, operator: str) -> QueryError:
        found = self._fields.near(name)
        raise self._source.wrong(
            f"there is no field {name[:40]}.{meant(found)} To search for “{name[:40]}{operator}” as text, "
            "put it in quotes.",
            length=len(name),
            suggestions=found,
        )

    # ------------------------------------------------------------------ words

    def _phrase(self) -> Condition:
        source, start = self._source, self._source.at
        text = source.quoted()
        suffix = source.take(_SUFFIX)
        ending = "" if suffix is None else suffix[0]
        return words(text, None, True, ending == "*", read_fuzziness(source, ending, start))

    def _word(self) -> Condition:
        source, start = self._source, self._source.at
        word = source.unquoted()
        known: dict[str, Condition] = {"*": EVERYTHING, "labeled": Exists(LABEL), "labelled": Exists(LABEL)}
        known |= {"unlabeled": Not(Exists(LABEL)), "unlabelled": Not(Exists(LABEL))}
        if word.lower() in known:
            return known[word.lower()]
        if _STRAY.match(word):
            raise source.wrong("expected the name of a field before it, for instance snrg>20.", start, len(word))
        text = word.removesuffix("*")
        fuzzy = FUZZY.search(text)
        edits = read_fuzziness(source, fuzzy[0], start + fuzzy.start()) if fuzzy is not None else 0
        text = text[: fuzzy.start()] if fuzzy is not None else text
        if "*" in text or (fuzzy is not None and word.endswith("*")):
            raise source.wrong(
                "“*” stands at the end of a word only. Put the word in quotes to search for it.", start, len(word)
            )
        if not n_words(text):
            raise source.wrong(f"“{text[:40]}” has no letter or digit to search for.", start, max(1, len(word)))
        found = words(text, None, False, word.endswith("*"), edits)
        return self._number(found) if word.isascii() and word.isdigit() else found

    def _number(self, found: Words) -> Condition:
        number = read_integer(found.text)
        field = self._fields.find(OBSERVATION)
        if number is None or field is None or field.name != OBSERVATION or field.type is not FieldType.INTEGER:
            return found
        return Or((found, Equal(OBSERVATION, number)))

"""A condition as text, such that reading the text gives the condition again."""

import re
from datetime import datetime

from al_core.errors import QueryError
from al_core.metadata.fields import FieldType, Schema
from al_core.metadata.language.names import CANDIDATE, CANDIDATE_FIELD, CLASS_FIELDS, FieldNames, Names, is_prose
from al_core.metadata.language.parsing import LABEL, OBSERVATION, parse
from al_core.metadata.language.simplifying import simplified
from al_core.metadata.language.sky import write_cone
from al_core.metadata.language.source import quote
from al_core.metadata.language.values import is_midnight, write_dates, write_day, write_value
from al_core.metadata.language.wording import write_fuzziness
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
    Value,
    Words,
)

_SAFE_WORD = re.compile(r"[^\W\d_][\w.+/\-]*")
_SAFE_VALUE = re.compile(r"\w[\w.+/:\-]*")
_SAFE_ID = re.compile(r"[\w-]+")
_SAFE_NAME = re.compile(r"[^\W_](?:[\w .+/:-]*[\w.+/:-])?")
_MEANS_MORE = {"and", "or", "not", "labeled", "unlabeled", "labelled", "unlabelled", "cone"}
_PROBABILITY = re.compile(r"@p(\d+)")


def write(condition: Condition, schema: Schema, names: Names | None = None) -> str:
    """Return the text of a condition, "" where it asks for everything.

    Parameters
    ----------
    condition : Condition
    schema : Schema
    names : Names, optional
        As for `parse`.

    Raises
    ------
    QueryError
        If it cannot be written: more than a search can hold, or a value that has no text.
    """
    form = simplified(condition)
    if isinstance(form, Everything):
        return ""
    problem = QueryError("A value of this condition cannot be written as text. Ask for it otherwise.")
    for is_careful in (False, True):
        text = _Writer(schema, names or Names(), is_careful).write(form)
        try:
            if parse(text, schema, names) == form:
                return text
        except QueryError as error:
            problem = error
    raise problem


def field_text(name: str, schema: Schema, names: Names) -> str:
    """Return how a field is written in a search: `p(candidate)`, `label`, `snrg`."""
    return _field_text(name, FieldNames(schema), names)


def is_observation(condition: Condition) -> bool:
    """Whether a condition is what a number alone asks for: a word, and the observation of that number."""
    match condition:
        case Or((Words(text, None, False, False, 0), Equal(field, value))):
            return field == OBSERVATION and text.isascii() and text.isdigit() and int(text) == value
        case _:
            return False


class _Writer:
    def __init__(self, schema: Schema, names: Names, is_careful: bool) -> None:
        self._fields = FieldNames(schema)
        self._names = names
        self._is_careful = is_careful

    def write(self, condition: Condition) -> str:
        """Return the text of a simplified condition."""
        match condition:
            case And(parts):
                return " ".join(self._inside(part, Or) for part in parts)
            case Or(parts):
                return " OR ".join(self._alternatives(parts))
            case Not(part):
                return self._negated(part)
            case _:
                return self._leaf(condition)

    def _inside(self, condition: Condition, *bracketed: type) -> str:
        text = self.write(condition)
        needs = isinstance(condition, bracketed) and not self._is_number(condition)
        return f"({text})" if needs else text

    def _alternatives(self, parts: tuple[Condition, ...]) -> list[str]:
        """Return the parts; a word of digits that is also looked for among the observations is one word."""
        texts: list[str] = []
        place = 0
        while place < len(parts):
            if self._is_number(Or(parts[place : place + 2])):
                texts.append(self._number(parts[place]))
                place += 2
            else:
                texts.append(self._inside(parts[place]))
                place += 1
        return texts

    def _number(self, part: Condition) -> str:
        assert isinstance(part, Words)
        return part.text

    def _is_number(self, condition: Condition) -> bool:
        return not self._is_careful and is_observation(condition)

    def _negated(self, part: Condition) -> str:
        match part:
            case Exists(name) if name == LABEL:
                return "unlabeled"
            case Equal(name, value):
                return f"{self._name(name)}!={self._value(name, value)}"
            case _:
                return f"NOT {self._inside(part, And, Or)}"

    def _leaf(self, condition: Condition) -> str:
        match condition:
            case Everything():
                return "*"
            case Equal(name, value):
                return f"{self._name(name)}{self._equals(name)}{self._value(name, value)}"
            case In(name, values):
                listed = " OR ".join(self._value(name, value) for value in values)
                return f"{self._name(name)}{self._equals(name)}({listed})"
            case Range():
                return self._range(condition)
            case Exists(name):
                return "labeled" if name == LABEL else f"{self._name(name)}:*"
            case Prefix(name, text):
                return f"{self._name(name)}{self._equals(name)}{_value_text(text)}*"
            case Words():
                return self._words(condition)
            case Cone():
                return write_cone(condition)
        raise QueryError(f"{type(condition).__name__} cannot be written.")

    # ------------------------------------------------------------------ names and values

    def _name(self, name: str) -> str:
        return _field_text(name, self._fields, self._names)

    def _equals(self, name: str) -> str:
        field = self._fields.schema[name]
        return "=" if field.type is FieldType.STRING and is_prose(field) else ":"

    def _value(self, name: str, value: Value) -> str:
        if not isinstance(value, str):
            return write_value(value)
        if name not in CLASS_FIELDS:
            return _value_text(value)
        known = self._names.name(value)
        if known is not None:
            return _value_text(known)
        if not _SAFE_ID.fullmatch(value):
            raise QueryError(f"{value[:40]!r} is the id of no class.")
        return f"#{value}"

    def _range(self, condition: Range) -> str:
        name, low, high = self._name(condition.field), condition.low, condition.high
        marks = (condition.excludes_low, condition.excludes_high)
        if isinstance(low, datetime) and isinstance(high, datetime) and marks == (False, True):
            dates = write_dates(low, high)
            if dates is not None:
                return f"{name}:{dates}"
        if high is None and isinstance(low, datetime) and not marks[0] and is_midnight(low):
            return f"{name}>={write_day(low)}"
        if low is None and isinstance(high, datetime) and marks[1] and is_midnight(high):
            return f"{name}<{write_day(high)}"
        first = "" if low is None else self._limit(low)
        last = "" if high is None else self._limit(high)
        if high is None and low is not None:
            return f"{name}{'>' if marks[0] else '>='}{first}"
        if low is None and high is not None:
            return f"{name}{'<' if marks[1] else '<='}{last}"
        return f"{name}:{'>' * marks[0]}{first}..{'<' * marks[1]}{last}"

    def _limit(self, value: Value) -> str:
        return quote(value) if isinstance(value, str) else write_value(value)

    def _words(self, condition: Words) -> str:
        ending = "*" if condition.is_prefix else write_fuzziness(condition.edits)
        is_plain = not self._is_careful and condition.text.lower() not in _MEANS_MORE
        if condition.field is None:
            is_safe = is_plain and _SAFE_WORD.fullmatch(condition.text) is not None
            return f"{condition.text if is_safe else quote(condition.text)}{ending}"
        operator = ":" if is_prose(self._fields.schema[condition.field]) else "~"
        is_safe = is_plain and len(condition.text) > 1 and _is_safe(condition.text)
        text = condition.text if is_safe else quote(condition.text)
        return f"{self._name(condition.field)}{operator}{text}{ending}"


def _field_text(name: str, fields: FieldNames, names: Names) -> str:
    if name == CANDIDATE_FIELD and names.position(CANDIDATE) is None:
        return f"p({CANDIDATE})"
    numbered = _PROBABILITY.fullmatch(name)
    place = int(numbered[1]) if numbered else -1
    if 0 <= place < len(names.classes):
        known = names.classes[place].name
        if names.position(known) == place:
            return f"p({known if _SAFE_NAME.fullmatch(known) else quote(known)})"
    return fields.shown(name)


def _value_text(text: str) -> str:
    return text if _is_safe(text) else quote(text)


def _is_safe(text: str) -> bool:
    return _SAFE_VALUE.fullmatch(text) is not None and ".." not in text and text.lower() not in _MEANS_MORE

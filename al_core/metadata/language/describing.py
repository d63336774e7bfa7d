"""A search as rows of field, operator and value: what chips show and a builder changes, and the way back."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from al_core.errors import QueryError
from al_core.metadata.fields import Schema
from al_core.metadata.language.names import CLASS_FIELDS, Names
from al_core.metadata.language.parsing import parse
from al_core.metadata.language.simplifying import NOTHING, simplified
from al_core.metadata.language.source import quote
from al_core.metadata.language.values import write_dates, write_value
from al_core.metadata.language.writing import field_text, is_observation, write
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

#: Operator: what the user reads, and whether a field stands before it. A row may be negated.
OPERATORS = {
    "is": "is",
    "one-of": "is one of",
    "between": "is between",
    "above": "is above",
    "at-least": "is at least",
    "below": "is below",
    "at-most": "is at most",
    "begins": "begins with",
    "exists": "has a value",
    "words": "has the words",
    "phrase": "has the phrase",
    "starting": "has a word beginning with",
    "similar": "has a word similar to",
    "within": "lies within",
    "expression": "expression",
}
_COMPARISONS = {"above": ">", "at-least": ">=", "below": "<", "at-most": "<="}
_PLACE = re.compile(r"Character \d+: ")
_ID = re.compile(r"#[\w-]+")


@dataclass(frozen=True)
class Row:
    """One condition.

    Attributes
    ----------
    field : str
        As it is written in a search; "" for all text together, a position or an expression.
    operator : str
        A key of `OPERATORS`.
    values : tuple of str
        As they are written, without quotes: one; two for "between", any number for "one-of", none for "exists", text
        and "", "1" or "2" (edits; "": by length) for "similar"; right ascension, declination and radius for "within".
    is_negated : bool
    text : str
        The condition as a search.
    """

    field: str
    operator: str
    values: tuple[str, ...] = ()
    is_negated: bool = False
    text: str = ""


def describe(condition: Condition, schema: Schema, names: Names | None = None) -> list[Row]:
    """Return a row for each part that must be true; a part that no row can tell is an expression.

    Raises
    ------
    QueryError
        If it cannot be written.
    """
    form, names = simplified(condition), names or Names()
    if isinstance(form, Everything):
        return []
    parts = form.parts if isinstance(form, And) else (form,)
    return [_row(part, schema, names) for part in parts]


def build(rows: Sequence[Row], schema: Schema, names: Names | None = None) -> Condition:
    """Return the condition of rows; `Row.text` is not looked at.

    Raises
    ------
    QueryError
        If a row is wrong; `position` is its number, from 0.
    """
    parts: list[Condition] = []
    for number, row in enumerate(rows):
        try:
            part = parse(_text(row), schema, names)
        except QueryError as error:
            words = _PLACE.sub("", str(error))
            raise QueryError(f"Condition {number + 1}: {words}", number, 1, error.suggestions) from error
        parts.append(Not(part) if row.is_negated else part)
    return simplified(And(tuple(parts)))


def _row(condition: Condition, schema: Schema, names: Names) -> Row:
    text = write(condition, schema, names) or "*"
    is_negated = isinstance(condition, Not) and condition != NOTHING
    inner = condition.part if isinstance(condition, Not) and is_negated else condition
    told = _told(inner, schema, names)
    if told is None:
        return Row("", "expression", (text,), False, text)
    operator, values = told
    name = getattr(inner, "field", None)
    return Row("" if name is None else field_text(name, schema, names), operator, values, is_negated, text)


def _told(condition: Condition, schema: Schema, names: Names) -> tuple[str, tuple[str, ...]] | None:
    match condition:
        case Equal(field, value):
            return "is", (_value(field, value, names),)
        case In(field, values):
            return "one-of", tuple(_value(field, value, names) for value in values)
        case Range():
            return _range(condition)
        case Exists():
            return "exists", ()
        case Prefix(field, text) if field not in CLASS_FIELDS:
            return "begins", (text,)
        case Words():
            return _words(condition)
        case Or(parts) if is_observation(condition) and isinstance(parts[0], Words):
            return "words", (parts[0].text,)
        case Cone():
            ra, dec, radius = write(condition, schema, names)[len("cone(") : -1].split(", ")
            return "within", (ra, dec, radius)
        case _:
            return None


def _value(field: str, value: Value, names: Names) -> str:
    if field in CLASS_FIELDS and isinstance(value, str):
        return names.name(value) or f"#{value}"
    return write_value(value)


def _range(condition: Range) -> tuple[str, tuple[str, ...]] | None:
    if "" in (condition.low, condition.high):
        return None  # an empty limit in the builder is none
    low, high, marks = condition.low, condition.high, (condition.excludes_low, condition.excludes_high)
    if isinstance(low, datetime) and isinstance(high, datetime) and marks == (False, True):
        dates = write_dates(low, high)
        if dates is not None:
            limits = tuple(dates.split(".."))
            return ("is" if len(limits) == 1 else "between"), limits
    if low is not None and high is not None:
        return None if any(marks) else ("between", (write_value(low), write_value(high)))
    if low is not None:
        return ("above" if marks[0] else "at-least"), (write_value(low),)
    return None if high is None else (("below" if marks[1] else "at-most"), (write_value(high),))


def _words(condition: Words) -> tuple[str, tuple[str, ...]] | None:
    text = condition.text
    if condition.edits != 0:
        return "similar", (text, "" if condition.edits is None else str(condition.edits))
    if condition.is_prefix:
        return None if condition.is_phrase else ("starting", (text,))
    if condition.is_phrase:
        return "phrase", (text,)
    is_number = condition.field is None and text.isascii() and text.isdigit()  # alone: not an observation, too
    return None if is_number or len(text.split()) != 1 else ("words", (text,))


def _text(row: Row) -> str:
    """Return a row as a search."""
    name, operator, values = row.field, row.operator, row.values
    first = values[0] if values else ""
    if operator == "expression":
        return first
    if operator == "within" and len(values) == 3:
        return f"cone({', '.join(values)})"
    if operator in ("words", "phrase", "starting", "similar"):
        return _words_text(row, f"{name}~" if name else "")
    if not name:
        raise QueryError("expected a field.")
    if operator == "exists":
        return f"{name}:*"
    if operator == "one-of":
        return f"{name}=({' OR '.join(map(_quoted, values))})" if values else "NOT *"
    if operator == "between" and len(values) == 2:
        return f"{name}:{'..'.join(quote(value) if value else '' for value in values)}"
    if operator in _COMPARISONS:
        return f"{name}{_COMPARISONS[operator]}{quote(first)}"
    if operator in ("is", "begins"):
        return f"{name}={_quoted(first)}{'*' if operator == 'begins' else ''}"
    raise QueryError(f"there is no operator {operator!r} with {len(values)} values.")


def _words_text(row: Row, head: str) -> str:
    text = row.values[0] if row.values else ""
    if row.operator == "words":
        return " ".join(
            head + (one if one.isascii() and one.isdigit() and not head else quote(one)) for one in text.split()
        )
    ending = {"phrase": "", "starting": "*", "similar": "~" + "".join(row.values[1:])}[row.operator]
    return f"{head}{quote(text)}{ending}"


def _quoted(value: str) -> str:
    return value if _ID.fullmatch(value) else quote(value)

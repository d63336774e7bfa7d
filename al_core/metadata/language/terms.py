"""One condition on a field: what stands behind its name and operator."""

import math
import re
from collections.abc import Callable
from typing import NamedTuple

from al_core.errors import QueryError
from al_core.metadata.fields import Field, FieldType
from al_core.metadata.language.names import CLASS_FIELDS, Names, is_prose, meant, near
from al_core.metadata.language.source import OPENING, Source
from al_core.metadata.language.values import EXPECTED, INTEGERS, TRUTH, Period, read_integer, read_number, read_period
from al_core.metadata.language.wording import FUZZY, read_fuzziness, words
from al_core.metadata.query import Condition, Equal, Exists, In, Not, Prefix, Range, Value

#: Operator: how else it may be written.
OPERATORS = {"≥": ">=", "≤": "<=", "≠": "!="}
_MARK = re.compile(r">=|<=|≥|≤|>|<")
_SUFFIX = re.compile(r"\*|~\d?")
_ID = re.compile(r"#[\w-]+")
_DOTS = ".."


class _Piece(NamedTuple):
    """A text; `mark` is what stands before it: a comparison, or nothing."""

    text: str
    is_quoted: bool
    at: int
    mark: str = ""


class _Read(NamedTuple):
    """A value, or the limits of a range; `suffix` is "*", "~", "~1", "~2" or "", `end` the place behind it."""

    low: _Piece
    high: _Piece | None
    suffix: str
    end: int


class TermReader:
    """Reads values of fields.

    Parameters
    ----------
    source : Source
    names : Names
        Of classes.
    """

    def __init__(self, source: Source, names: Names) -> None:
        self._source = source
        self._names = names

    def read(self, field: Field, operator: str, without: str = "") -> Condition:
        """Return the condition whose value begins here, and go behind it; `without`: characters that end it."""
        operator = OPERATORS.get(operator, operator)
        value = self._value(without)
        if operator == "!=":
            return Not(self._condition(field, "=", value))
        return self._condition(field, operator, value)

    # ------------------------------------------------------------------ pieces

    def _value(self, without: str) -> _Read:
        source = self._source
        low, suffix = self._piece(without, may_end=True), ""
        if source.text.startswith(_DOTS, source.at):
            source.at += len(_DOTS)
            high = self._piece(without, may_end=False)
            return _Read(low, high, "", source.at)
        if low.is_quoted:
            found = source.take(_SUFFIX)
            suffix = "" if found is None else found[0]
        elif len(low.text) > 1 and low.text.endswith("*"):
            low, suffix = low._replace(text=low.text[:-1]), "*"
        elif (fuzzy := FUZZY.search(low.text)) is not None and fuzzy.start() > 0:
            low, suffix = low._replace(text=low.text[: fuzzy.start()]), fuzzy[0]
        return _Read(low, None, suffix, source.at)

    def _piece(self, without: str, *, may_end: bool) -> _Piece:
        source, start = self._source, self._source.at
        found = source.take(_MARK)
        mark = "" if found is None else OPERATORS.get(found[0], found[0])
        if source.next and source.next in OPENING:
            return _Piece(source.quoted(), True, start, mark)
        begin, word = source.at, source.unquoted(without)
        dots = word.find(_DOTS) if may_end else -1
        if dots >= 0:
            word, source.at = word[:dots], begin + dots
        return _Piece(word, False, start, mark)

    # ------------------------------------------------------------------ conditions

    def _condition(self, field: Field, operator: str, value: _Read) -> Condition:
        piece = value.low
        if operator in (":", "=") and value.high is None and piece.mark:  # snrg:>20
            operator, value = piece.mark, value._replace(low=piece._replace(mark=""))
        elif piece.mark and (value.high is None or operator not in (":", "=")):
            raise self._wrong(field, value, piece.mark)
        if value.high is None and not (piece.text or piece.is_quoted):
            raise self._wrong(field, value, "nothing")
        if operator in (">", ">=", "<", "<="):
            return self._compared(field, operator, value)
        if piece.text == "*" and not piece.is_quoted and value.high is None and not value.suffix:
            return Exists(field.name)
        if field.name in CLASS_FIELDS:
            return self._of_class(field, operator, value)
        if value.high is not None and operator != "~":
            return self._range(field, value)
        if field.type is FieldType.STRING:
            return self._text(field, operator, value)
        if value.suffix or operator == "~":
            raise self._source.wrong(
                f"{field.name.lstrip('@')} holds no text, so it cannot be searched with “*” or “~”. "
                f"Expected {EXPECTED[field.type]}.", piece.at, max(1, value.end - piece.at),
            )  # fmt: skip
        return self._equal(field, value)

    def _text(self, field: Field, operator: str, value: _Read) -> Condition:
        piece = value.low
        is_words = operator == "~" or value.suffix.startswith("~") or (operator == ":" and is_prose(field))
        if value.high is not None:
            raise self._source.wrong("expected words; a range stands behind “:”.", piece.at, value.end - piece.at)
        if is_words:
            edits = read_fuzziness(self._source, value.suffix, piece.at)
            return words(piece.text, field.name, piece.is_quoted, value.suffix == "*", edits)
        return Prefix(field.name, piece.text) if value.suffix == "*" else Equal(field.name, piece.text)

    def _equal(self, field: Field, value: _Read) -> Condition:
        text = value.low.text.strip()
        if field.type is FieldType.TIME:
            period = read_period(text)
            if period is None:
                raise self._wrong(field, value, text)
            if period.is_moment:
                return Equal(field.name, period.start)
            return Range(field.name, period.start, period.end, excludes_high=True)
        found: Value | None
        if field.type is FieldType.BOOLEAN:
            found = TRUTH.get(text.lower())
        else:
            found = read_integer(text) if field.type is FieldType.INTEGER else read_number(text)
        if found is None:
            raise self._wrong(field, value, text)
        return Equal(field.name, found)

    def _of_class(self, field: Field, operator: str, value: _Read) -> Condition:
        piece = value.low
        if value.high is not None or operator == "~" or value.suffix.startswith("~"):
            raise self._source.wrong("expected the name of a class.", piece.at, max(1, value.end - piece.at))
        if not piece.is_quoted and _ID.fullmatch(piece.text) and not value.suffix:
            return Equal(field.name, piece.text[1:])
        if value.suffix == "*":
            found = self._names.beginning_with(piece.text)
            if not found:
                raise self._no_class(piece)
            return In(field.name, found)
        class_id = self._names.class_id(piece.text)
        if class_id is None:
            raise self._no_class(piece)
        return Equal(field.name, class_id)

    def _no_class(self, piece: _Piece) -> QueryError:
        known = [one.name for one in self._names.classes]
        if not known:
            raise self._source.wrong("classes belong to a session. Choose one first.", piece.at, len(piece.text))
        found = near(piece.text, known)
        listed = ", ".join(f"“{name}”" for name in known[:12])
        raise self._source.wrong(
            f"expected a class ({listed}), found “{piece.text[:40]}”.{meant(found)}", piece.at, len(piece.text), found
        )

    # ------------------------------------------------------------------ limits

    def _compared(self, field: Field, operator: str, value: _Read) -> Condition:
        if value.high is not None or value.suffix:
            raise self._wrong(field, value, self._source.text[value.low.at : value.end])
        if operator.startswith(">"):
            low, excludes = self._low(field, value.low, excludes=operator == ">")
            return Range(field.name, low, None, excludes_low=excludes)
        high, excludes = self._high(field, value.low, excludes=operator == "<")
        return Range(field.name, None, high, excludes_high=excludes)

    def _range(self, field: Field, value: _Read) -> Condition:
        """Return the range `low..high`; `>low` and `<high` leave the limit out."""
        assert value.high is not None
        first, last = value.low, value.high
        if first.mark not in ("", ">", ">=") or last.mark not in ("", "<", "<="):
            raise self._wrong(field, value, f"{first.mark}{first.text}..{last.mark}{last.text}")
        low, excludes_low = (None, False) if _is_open(first) else self._low(field, first, excludes=first.mark == ">")
        high, excludes_high = (None, False) if _is_open(last) else self._high(field, last, excludes=last.mark == "<")
        return Range(field.name, low, high, excludes_low, excludes_high)

    def _low(self, field: Field, piece: _Piece, *, excludes: bool) -> tuple[Value, bool]:
        limit = self._limit(field, piece, math.ceil)
        if isinstance(limit, Period):
            start, end, is_moment = limit
            return (start, excludes) if is_moment or not excludes else (end, False)
        is_between = field.type is FieldType.INTEGER and read_integer(piece.text) is None
        return limit, excludes and not is_between

    def _high(self, field: Field, piece: _Piece, *, excludes: bool) -> tuple[Value, bool]:
        limit = self._limit(field, piece, math.floor)
        if isinstance(limit, Period):
            start, end, is_moment = limit
            return (start, excludes) if is_moment else (start if excludes else end, True)
        is_between = field.type is FieldType.INTEGER and read_integer(piece.text) is None
        return limit, excludes and not is_between

    def _limit(self, field: Field, piece: _Piece, rounded: Callable[[float], int]) -> Value | Period:
        found: Value | Period | None = None
        if field.name in CLASS_FIELDS or field.type is FieldType.BOOLEAN:
            raise self._source.wrong(
                f"{field.name.lstrip('@')} has no order; expected “:” or “!=”.", piece.at, len(piece.text)
            )
        if field.type is FieldType.STRING:
            found = piece.text
        elif field.type is FieldType.TIME:
            found = read_period(piece.text.strip())
        else:
            number = read_number(piece.text.strip())
            found = number
            if field.type is FieldType.INTEGER and number is not None:
                found = read_integer(piece.text.strip())
                if found is None and rounded(number) in INTEGERS:
                    found = rounded(number)
        if found is None:
            raise self._wrong(field, _Read(piece, None, "", piece.at + len(piece.text)), piece.text)
        return found

    def _wrong(self, field: Field, value: _Read, found: str) -> QueryError:
        shown = f"“{found[:40]}”" if found != "nothing" else found
        raise self._source.wrong(
            f"expected {EXPECTED[field.type]} for {field.name.lstrip('@')}, found {shown}.",
            value.low.at,
            max(1, value.end - value.low.at),
        )


def _is_open(piece: _Piece) -> bool:
    return not piece.text and not piece.is_quoted

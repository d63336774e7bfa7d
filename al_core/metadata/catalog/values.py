"""Single values of fields: are they of its type, and how do they stand in the database of changes."""

import json
import math
from datetime import UTC, datetime
from typing import Any

from al_core.errors import QueryError
from al_core.metadata.fields import MAX_TEXT, Field, FieldType

_KINDS: dict[FieldType, str] = {
    FieldType.STRING: "text",
    FieldType.INTEGER: "a whole number",
    FieldType.NUMBER: "a number",
    FieldType.BOOLEAN: "true or false",
    FieldType.TIME: "a time",
}
#: Whole numbers that a field can hold.
INTEGERS = range(-(2**63), 2**63)


def storable(field: Field, value: Any) -> Any:
    """Return the value as the column of a field holds it; NaN and an empty text are missing.

    Raises
    ------
    QueryError
        If it does not fit the field.
    """
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        return None
    if field.type is FieldType.STRING and isinstance(value, str):
        if len(value) > MAX_TEXT:
            raise QueryError(f"{field.name}: the text has {len(value)} characters, at most {MAX_TEXT} are kept.")
        if not is_unicode(value):
            raise QueryError(f"{field.name}: the text holds half a character (a lone surrogate).")
        return value
    if field.type is FieldType.BOOLEAN and isinstance(value, bool):
        return value
    if field.type is FieldType.TIME and isinstance(value, datetime):
        return moment(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(field, value)
    raise wrong_type(field, value)


def moment(value: datetime) -> datetime:
    """Return a time to the millisecond in UTC; without a zone it is UTC already."""
    aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return aware.replace(microsecond=aware.microsecond // 1000 * 1000)


def _number(field: Field, value: float) -> float:
    if field.type is FieldType.INTEGER and value == int_or_none(value) and int(value) in INTEGERS:
        return int(value)
    if field.type is FieldType.NUMBER and not (isinstance(value, float) and math.isinf(value)):
        try:
            return float(value)
        except OverflowError:
            pass
    raise wrong_type(field, value)


def int_or_none(value: float) -> int | None:
    """Return a whole number, None for one that is not whole or not finite."""
    if isinstance(value, float) and not value.is_integer():
        return None
    return int(value)


def is_unicode(text: str) -> bool:
    """Return whether a text can be written as UTF-8; one with half a character cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def wrong_type(field: Field, value: object) -> QueryError:
    """Return the error that tells of a value that does not fit its field."""
    shown = repr(value)
    shown = shown if len(shown) <= 80 else shown[:77] + "..."
    return QueryError(f"{field.name} holds {_KINDS[field.type]} ({field.type}), {shown} does not fit.")


def to_text(value: Any) -> str:
    """Return a stored value as JSON; a time as milliseconds since 1970 UTC."""
    if isinstance(value, datetime):
        value = milliseconds(value)
    return json.dumps(value, ensure_ascii=False)


def milliseconds(value: datetime) -> int:
    """Return a time as milliseconds since 1970 UTC, exact."""
    since = moment(value) - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000

"""Can a condition be asked of these fields? The same answer for every backend."""

import math
from datetime import datetime
from typing import Any

from al_core.errors import QueryError
from al_core.metadata.catalog.values import is_unicode, wrong_type
from al_core.metadata.fields import Field, FieldType, Schema
from al_core.metadata.query import (
    Condition,
    Cone,
    Equal,
    Exists,
    In,
    Prefix,
    Range,
    Words,
    parts_of,
    require_bounded,
)
from al_core.metadata.sky import HEALPIX_FIELD

_TEXT = FieldType.STRING
_NUMERIC = (FieldType.INTEGER, FieldType.NUMBER)


def field_of(schema: Schema, name: str) -> Field:
    """Return a field of the schema, of sessions, or the hidden `HEALPIX_FIELD`; QueryError where there is none."""
    return HEALPIX_FIELD if name == HEALPIX_FIELD.name else schema[name]


def require_askable(condition: Condition, schema: Schema) -> None:
    """Raise QueryError where a condition names no field, or compares what cannot be compared with it."""
    require_bounded(condition)
    for part in parts_of(condition):
        match part:
            case Equal(name, value):
                require_value(field_of(schema, name), value)
            case In(name, values):
                for value in values:
                    require_value(field_of(schema, name), value)
                field_of(schema, name)
            case Range(name, low, high):
                _require_range(field_of(schema, name), low, high)
            case Exists(name):
                field_of(schema, name)
            case Prefix(name, value):
                _require_text(field_of(schema, name), "begins with")
                require_value(field_of(schema, name), value)
            case Words():
                _require_words(part, schema)
            case Cone():
                _require_positions(schema)


def require_value(field: Field, value: Any) -> None:
    """Raise QueryError where a value cannot be compared with what a field holds."""
    if field.type is _TEXT:
        fits = isinstance(value, str)
    elif field.type is FieldType.BOOLEAN:
        fits = isinstance(value, bool)
    elif field.type is FieldType.TIME:
        fits = isinstance(value, datetime)
    else:
        fits = isinstance(value, int | float) and not isinstance(value, bool) and not math.isnan(_float(value))
    if not fits:
        raise wrong_type(field, value)
    if isinstance(value, str) and not is_unicode(value):
        raise QueryError(f"{field.name}: the text holds half a character (a lone surrogate).")


def require_numeric(field: Field) -> None:
    """Raise QueryError where a field is neither a number nor a time, which histograms and statistics need."""
    if field.type not in (*_NUMERIC, FieldType.TIME):
        raise QueryError(f"{field.name} is {field.type}; a histogram and statistics need a number or a time.")


def _float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _require_range(field: Field, low: Any, high: Any) -> None:
    if field.type is FieldType.BOOLEAN:
        raise QueryError(f"{field.name} is boolean: it is true or false, nothing lies between.")
    for limit in (low, high):
        if limit is not None:
            require_value(field, limit)


def _require_text(field: Field, what: str) -> None:
    if field.type is not _TEXT:
        raise QueryError(f"{field.name} is {field.type}; {what!r} needs text.")


def _require_words(words: Words, schema: Schema) -> None:
    if words.field is not None:
        _require_text(field_of(schema, words.field), "contains words")
    if words.edits not in (None, 0, 1, 2):
        raise QueryError(f"Words may differ by 0, 1 or 2 edits, {words.edits} were asked for.")
    if words.edits != 0 and (words.is_phrase or words.is_prefix):
        raise QueryError("Words that may differ by edits can neither be a phrase nor go on.")
    if not is_unicode(words.text):
        raise QueryError("The text holds half a character (a lone surrogate).")


def _require_positions(schema: Schema) -> None:
    missing = [name for name in ("ra", "dec") if name not in schema.names]
    if missing or any(schema[name].type not in _NUMERIC for name in ("ra", "dec")):
        raise QueryError("A cone needs the numeric fields ra and dec, which these indices do not have.")

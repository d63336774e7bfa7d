"""A search as the page shows it: one chip for each condition that must be true."""

from datetime import UTC, datetime
from typing import Any

from al_core.metadata.fields import FieldType, Schema
from al_core.metadata.language import Names, write
from al_core.metadata.language.names import CANDIDATE_FIELD, CLASS_FIELDS, FieldNames
from al_core.metadata.query import Condition, Cone, Equal, Exists, In, Not, Or, Range, Value, Words

#: Longest text of a chip.
LONGEST = 60


def field_of(part: Condition) -> str | None:
    """Return the one field that a condition is about; "cone" for a position, None where there is none or several."""
    match part:
        case Equal(name, _) | In(name, _) | Range(name) | Exists(name):
            return name
        case Words(_, name):
            return name
        case Cone():
            return "cone"
        case Not(inner):
            return field_of(inner)
        case Or(parts):
            fields = {field_of(one) for one in parts}
            return fields.pop() if len(fields) == 1 else None
        case _:
            return getattr(part, "field", None)


def values_of(part: Condition) -> list[Value | None] | None:
    """Return the values of which a row has one; None among them: or no value. None where it is another condition."""
    match part:
        case Equal(_, value):
            return [value]
        case In(_, values):
            return list(values)
        case Not(Exists()):
            return [None]
        case Or(parts) if field_of(part) is not None:
            found = [values_of(one) for one in parts]
            return None if any(one is None for one in found) else [value for one in found if one for value in one]
        case _:
            return None


def is_range(part: Condition, field: str) -> bool:
    """Whether a condition limits a field, and nothing else."""
    return isinstance(part, Range) and part.field == field


def chips_of(parts: list[Condition], schema: Schema, names: Names) -> list[dict[str, Any]]:
    """Return the chips; `text` of one is what it is in the search."""
    return [_chip(part, schema, names) for part in parts]


def part_text(part: Condition, schema: Schema, names: Names) -> str:
    """Return a condition as it stands beside others."""
    text = write(part, schema, names)
    return f"({text})" if isinstance(part, Or) and " OR " in text else text


def name_of(field: str, schema: Schema) -> str:
    """Return what a field is called in a search."""
    if field == "cone":
        return "cone"
    return "p(candidate)" if field == CANDIDATE_FIELD else FieldNames(schema).shown(field)


def _chip(part: Condition, schema: Schema, names: Names) -> dict[str, Any]:
    text = part_text(part, schema, names)
    field, values = field_of(part), values_of(part)
    about: dict[str, Any] = {"text": text, "field": field, "name": "" if field is None else name_of(field, schema)}
    match part:
        case Words(_, None):
            return about | {"kind": "words", "shown": text}
        case Cone(ra, dec, radius):
            place = {"ra": ra, "dec": dec, "radius": radius}
            return about | place | {"kind": "cone", "shown": f"{ra:g} {dec:+g}, {_angle(radius)}".replace("-", "−")}
        case Range(name, low, high):
            limits = {"low": _plain(low), "high": _plain(high)}
            return about | limits | {"kind": "range", "shown": _range(part, name.startswith("@"))}
        case _ if values is not None and field is not None and field != "cone":
            words = ", ".join(_word(field, value, names) for value in values)
            return about | {"kind": "values", "values": values, "shown": _short(words)}
        case _:
            return about | {"kind": "other", "name": "", "shown": _short(text)}


def _word(field: str, value: Value | None, names: Names) -> str:
    if value is None:
        return "none"
    if field in CLASS_FIELDS and isinstance(value, str):
        return next((one.name for one in names.classes if one.class_id == value), f"#{value}")
    return str(value).lower() if isinstance(value, bool) else str(value)


def _range(part: Range, is_of_session: bool) -> str:
    low, high = (None if one is None else _limit(one) for one in (part.low, part.high))
    if high is None:
        return f"> {low}" if part.excludes_low else f"≥ {low}" if is_of_session else f"{low}.."
    if low is None:
        return f"< {high}" if part.excludes_high else f"≤ {high}" if is_of_session else f"..{high}"
    return f"{low}..{high}"


def _limit(value: Value) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.hour == value.minute == value.second == 0 else f"{value:%Y-%m-%dT%H:%M}"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _plain(value: Value | None) -> Any:
    """Return a limit as axes count: times as milliseconds since 1970."""
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp() * 1000
    return value


def _angle(degrees: float) -> str:
    if degrees >= 1:
        return f"{degrees:g}°"
    return f"{degrees * 60:g}′" if degrees >= 1 / 60 else f"{degrees * 3600:g}″"


def _short(words: str) -> str:
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"


def is_time(schema: Schema, field: str) -> bool:
    """Whether a field holds moments."""
    return schema[field].type is FieldType.TIME

"""The search as text, as chips and as rows of the builder: read, changed and written."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import Response

from al_core.metadata.fields import FieldType
from al_core.metadata.language import parse, simplified
from al_core.metadata.query import And, Condition, Cone, Equal, Exists, In, Not, Or, Range, Value
from al_core.services import Services
from callbacks.api.candidates.asking import Question, answering, number, parts_of_all, question
from callbacks.api.candidates.chips import chips_of, field_of, is_range, part_text, values_of
from callbacks.api.candidates.suggesting import suggestions
from callbacks.api.candidates.trees import condition_of, cone_of, leaf, tree_of
from callbacks.api.labels.answers import BadRequestError, Routes, answer

#: Conditions that are tried without when nothing is found.
MOST_DROPS = 12


@answering
def query(services: Services) -> Response:
    """Read a search, change it where an edit is asked for, and return it as text, chips and tree."""
    asked = question(services)
    edit = asked.content.get("edit")
    parts = asked.parts
    if edit is not None:
        if not isinstance(edit, dict):
            raise BadRequestError("Expected an object for edit.")
        parts = parts_of_all(simplified(And(tuple(edited(asked, parts, edit)))))
    schema, names = asked.schema, asked.names
    text = " ".join(part_text(part, schema, names) for part in parts)
    parts = parts_of_all(parse(text, schema, names)) if text else []
    tree = tree_of(simplified(And(tuple(parts))), schema, names)
    return answer({"q": text, "chips": chips_of(parts, schema, names), "tree": tree})


def edited(asked: Question, parts: list[Condition], edit: dict[str, Any]) -> list[Condition]:
    """Return the conditions after an edit; one of the same kind on the same field is replaced, in its place."""
    match edit.get("kind"):
        case "values":
            field = _field(asked, edit)
            return _replaced(parts, lambda part: _has_values(part, field), _values(asked, field, edit))
        case "range":
            name = _field(asked, edit)
            return _replaced(parts, lambda part: is_range(part, name), _range(asked, name, edit))
        case "cone":
            return _replaced(parts, lambda part: isinstance(part, Cone), _cone(asked, edit))
        case "leaf":
            row = edit.get("leaf")
            made = leaf(row if isinstance(row, dict) else {}, asked.schema, asked.names)
            return _replaced(parts, lambda part: isinstance(made, Range) and is_range(part, made.field), made)
        case "drop":
            place = number(edit, "number", 0, 0, max(len(parts) - 1, 0))
            return [part for k, part in enumerate(parts) if k != place]
        case "tree":
            return parts_of_all(simplified(condition_of(edit.get("tree"), asked.schema, asked.names)))
        case other:
            raise BadRequestError(f"There is no edit {other!r:.40}.")


def _replaced(parts: list[Condition], is_old: Callable[[Condition], bool], new: Condition | None) -> list[Condition]:
    place = next((k for k, part in enumerate(parts) if is_old(part)), len(parts))
    kept = [part for part in parts if not is_old(part)]
    return kept if new is None else [*kept[:place], new, *kept[place:]]


def _has_values(part: Condition, field: str) -> bool:
    return field_of(part) == field and values_of(part) is not None


def _field(asked: Question, edit: dict[str, Any]) -> str:
    return asked.schema[str(edit.get("field", ""))].name


def _values(asked: Question, field: str, edit: dict[str, Any]) -> Condition | None:
    given = edit.get("values")
    if not isinstance(given, list) or len(given) > 1000 or any(isinstance(one, dict | list) for one in given):
        raise BadRequestError("Expected a list of up to 1000 values.")
    kind = asked.schema[field].type
    values = tuple(_time(one) if kind is FieldType.TIME else one for one in given if one is not None)
    found: list[Condition] = []
    if values:
        found.append(Equal(field, values[0]) if len(values) == 1 else In(field, values))
    if None in given:
        found.append(Not(Exists(field)))
    return None if not found else found[0] if len(found) == 1 else Or(tuple(found))


def _range(asked: Question, field: str, edit: dict[str, Any]) -> Condition | None:
    low, high = edit.get("low"), edit.get("high")
    if any(one is not None and (isinstance(one, bool) or not isinstance(one, int | float)) for one in (low, high)):
        raise BadRequestError("Expected numbers for the limits of a range.")
    if low is None and high is None:
        return None
    kind = asked.schema[field].type
    if kind is FieldType.STRING or kind is FieldType.BOOLEAN:
        raise BadRequestError(f"{field} holds no numbers.")
    if kind is FieldType.TIME:
        low, high = (None if one is None else _time(one) for one in (low, high))
    elif kind is FieldType.INTEGER:
        low, high = (None if one is None else round(one) for one in (low, high))
    limits: tuple[Value | None, Value | None] = (low, high)
    return Range(field, *limits)


def _cone(asked: Question, edit: dict[str, Any]) -> Condition | None:
    if edit.get("position") is not None:
        position, radius = str(edit["position"])[:200], str(edit.get("radius") or "1°")[:40]
        return cone_of(position, radius, asked.schema, asked.names)
    given = [edit.get(name) for name in ("ra", "dec", "radius")]
    if all(one is None for one in given):
        return None
    if any(isinstance(one, bool) or not isinstance(one, int | float) for one in given):
        raise BadRequestError("Expected degrees for ra, dec and radius.")
    ra, dec, angle = (float(one) for one in given if one is not None)
    return Cone(ra % 360, dec, angle)


def _time(value: Any) -> datetime:
    if isinstance(value, str):
        return datetime.fromisoformat(value)
    try:
        return datetime.fromtimestamp(round(value) / 1000, UTC)
    except (OverflowError, OSError, ValueError, TypeError) as error:
        raise BadRequestError(f"Expected a time in milliseconds since 1970, found {value!r:.40}.") from error


@answering
def suggest(services: Services) -> Response:
    """Return what may be meant at a place of a search that is being typed."""
    asked = question(services)
    return answer({"suggestions": suggestions(services.metadata, asked)})


@answering
def drops(services: Services) -> Response:
    """Return how many rows there are without each of the conditions."""
    asked = question(services)
    parts = asked.parts[:MOST_DROPS]
    shown = chips_of(parts, asked.schema, asked.names)
    found = []
    for place, chip in enumerate(shown):
        rest = And(tuple(part for k, part in enumerate(asked.parts) if k != place))
        name = f"{chip['name']} {chip['shown']}".strip()
        found.append({"number": place, "name": name, "n": services.metadata.count(asked.scope, simplified(rest))})
    return answer({"drops": found})


ROUTES: Routes = (("/query", "POST", query), ("/suggest", "POST", suggest), ("/drops", "POST", drops))

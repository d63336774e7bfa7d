"""The builder's rows and groups as a condition, and back. A row is written as text and read as any search is."""

from typing import Any

from al_core.errors import QueryError
from al_core.metadata.fields import FieldType, Schema
from al_core.metadata.language import Names, parse, write
from al_core.metadata.language.names import CLASS_FIELDS
from al_core.metadata.language.sky import write_cone
from al_core.metadata.language.source import quote
from al_core.metadata.language.values import write_value
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
from callbacks.api.candidates.chips import name_of
from callbacks.api.labels.answers import BadRequestError

Node = dict[str, Any]
#: Of a position without one.
DEFAULT_RADIUS = "1'"
#: Groups within groups.
DEEPEST = 20


def tree_of(condition: Condition, schema: Schema, names: Names) -> Node:
    """Return the rows and groups of a condition; what has no row of its own comes as text."""
    match condition:
        case Everything():
            return {"op": "all"}
        case And(parts) | Or(parts):
            found = [tree_of(part, schema, names) for part in parts]
            return {"op": "and" if isinstance(condition, And) else "or", "parts": found}
        case Not(part):
            return {"op": "not", "part": tree_of(part, schema, names)}
        case Equal(field, value) if isinstance(value, bool):
            return {"field": field, "op": "true" if value else "false"}
        case Equal(field, value):
            return {"field": field, "op": "is", "value": write_value(value)}
        case In(field, values) if field in CLASS_FIELDS:
            return {"op": "or", "parts": [{"field": field, "op": "is", "value": str(value)} for value in values]}
        case In(field, values) if not any("," in str(value) for value in values):
            return {"field": field, "op": "one_of", "value": ", ".join(write_value(value) for value in values)}
        case Range(field, low, high, False, False):
            return {"field": field, "op": "between", "low": _limit(low), "high": _limit(high)}
        case Exists(field):
            return {"field": field, "op": "exists"}
        case Prefix(field, value):
            return {"field": field, "op": "begins", "value": value}
        case Words(text, field, is_phrase, False, edits):
            op = "phrase" if is_phrase else "words" if edits == 0 else "like"
            return {"field": field or "", "op": op, "value": text}
        case Cone(ra, dec, _):
            radius = write_cone(condition).rpartition(", ")[2].removesuffix(")")
            return {"field": "cone", "op": "cone", "value": f"{ra:.10g} {dec:+.10g}", "radius": radius}
        case _:
            return {"op": "text", "text": write(condition, schema, names)}


def condition_of(node: Any, schema: Schema, names: Names, depth: int = 0) -> Condition:
    """Return the condition of rows and groups; rows without a value are left out.

    Raises
    ------
    QueryError
        If a row is no condition.
    BadRequestError
        If the tree itself is none.
    """
    if not isinstance(node, dict) or depth > DEEPEST:
        raise BadRequestError("Expected rows and groups of conditions.")
    match node.get("op"):
        case "and" | "or" as op:
            parts = [part for part in node.get("parts") or [] if not is_empty(part)]
            found = tuple(condition_of(part, schema, names, depth + 1) for part in parts)
            return And(found) if op == "and" or not found else _either(found)
        case "not":
            return Not(condition_of(node.get("part"), schema, names, depth + 1))
        case "all":
            return Everything()
        case "text":
            return parse(str(node.get("text", "")), schema, names)
        case _:
            return leaf(node, schema, names)


def is_empty(node: Any) -> bool:
    """Whether a row or group says nothing yet."""
    if not isinstance(node, dict):
        return False
    match node.get("op"):
        case "and" | "or":
            return all(is_empty(part) for part in node.get("parts") or [])
        case "not":
            return is_empty(node.get("part"))
        case "between":
            return not _text(node, "low") and not _text(node, "high")
        case "exists" | "missing" | "true" | "false" | "all":
            return False
        case "text":
            return not _text(node, "text")
        case _:
            return not _text(node, "value")


def leaf(node: Node, schema: Schema, names: Names) -> Condition:
    """Return the condition of one row: a field, how, and one or two values as a person wrote them."""
    field, op, value = str(node.get("field") or ""), node.get("op"), _text(node, "value")
    if op == "cone":
        return cone_of(value, _text(node, "radius") or DEFAULT_RADIUS, schema, names)
    name = "" if not field else name_of(schema[field].name, schema)
    match op:
        case "exists":
            return Exists(field)
        case "missing":
            return Not(Exists(field))
        case "true" | "false":
            return parse(f"{name}:{op}", schema, names)
        case "between":
            return _between(name, _text(node, "low"), _text(node, "high"), schema, names)
        case "is":
            return _equal(field, name, value, schema, names)
        case "one_of":
            values = [one.strip() for one in value.split(",") if one.strip()]
            return _either(tuple(_equal(field, name, one, schema, names) for one in values))
        case "begins":
            return Prefix(field, value)
        case "words" | "phrase" | "like":
            edits = None if op == "like" else 0
            return Words(value, field or None, is_phrase=op == "phrase", edits=edits)
        case _:
            raise BadRequestError(f"Expected a row of the builder, found {op!r:.40}.")


def _either(parts: tuple[Condition, ...]) -> Condition:
    """Return what is true where one part is; values of one field are a list of them."""
    values = [part.value for part in parts if isinstance(part, Equal)]
    fields = {part.field for part in parts if isinstance(part, Equal)}
    return In(fields.pop(), tuple(values)) if len(values) == len(parts) and len(fields) == 1 else Or(parts)


def cone_of(position: str, radius: str, schema: Schema, names: Names) -> Cone:
    """Return the cone of a position and a radius as a person wrote them.

    Raises
    ------
    QueryError
        If they are none.
    """
    found = parse(f"{position} r={radius}", schema, names)
    if not isinstance(found, Cone):
        raise QueryError(f"Expected a position and a radius, found {position[:60]!r} and {radius[:20]!r}.")
    return found


def _equal(field: str, name: str, value: str, schema: Schema, names: Names) -> Condition:
    if field in CLASS_FIELDS and any(one.class_id == value for one in names.classes):
        return Equal(field, value)
    if schema[field].type is FieldType.STRING and field not in CLASS_FIELDS:
        return Equal(field, value)
    return parse(f"{name}={quote(value)}", schema, names)


def _between(name: str, low: str, high: str, schema: Schema, names: Names) -> Condition:
    if low and high:
        return parse(f"{name}:{low}..{high}", schema, names)
    return parse(f"{name}>={low}" if low else f"{name}<={high}", schema, names)


def _text(node: Node, name: str) -> str:
    value = node.get(name)
    return "" if value is None else str(value).strip()


def _limit(value: Value | None) -> str:
    return "" if value is None else write_value(value)

"""Fields of an index: names and types that are the same for every backend."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import polars as pl

from al_core.errors import QueryError

#: Begins the name of a field that belongs to what a session says of a spectrum, see `SESSION_FIELDS`.
SESSION_MARK = "@"
#: Longest text that a field holds, in characters; what is longer is rejected when it is imported.
MAX_TEXT = 8000
#: Classes whose probabilities an index keeps for each session.
MAX_CLASSES = 24


class FieldType(StrEnum):
    """What a field holds. A missing value is null; NaN is missing."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    TIME = "time"

    @property
    def dtype(self) -> pl.DataType:
        """Type of its column."""
        return _DTYPES[self]


_DTYPES: dict[FieldType, pl.DataType] = {
    FieldType.STRING: pl.String(),
    FieldType.INTEGER: pl.Int64(),
    FieldType.NUMBER: pl.Float64(),
    FieldType.BOOLEAN: pl.Boolean(),
    FieldType.TIME: pl.Datetime("ms", "UTC"),
}


@dataclass(frozen=True)
class Field:
    """One field.

    Attributes
    ----------
    name : str
        Lower case letters, digits and `_`, beginning with a letter; one name for the same thing in every index.
    type : FieldType
    original : str
        Name in the file it came from.
    unit : str
        "" where it has none.
    description : str
    """

    name: str
    type: FieldType
    original: str = ""
    unit: str = ""
    description: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return {
            "name": self.name,
            "type": str(self.type),
            "original": self.original,
            "unit": self.unit,
            "description": self.description,
        }

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> "Field":
        """Return the field that `to_dict` described."""
        return cls(**{**stored, "type": FieldType(stored["type"])})


class Schema:
    """The fields of one or several indices, by name and in order."""

    def __init__(self, fields: Iterable[Field]) -> None:
        self._fields = {field.name: field for field in fields}

    def __iter__(self) -> Iterator[Field]:
        return iter(self._fields.values())

    def __len__(self) -> int:
        return len(self._fields)

    def __contains__(self, name: object) -> bool:
        return name in self._fields or name in _SESSION_SCHEMA

    def __getitem__(self, name: str) -> Field:
        """Return a field, also one of `SESSION_FIELDS`.

        Raises
        ------
        QueryError
            If there is none of this name.
        """
        found = self._fields.get(name) or _SESSION_SCHEMA.get(name)
        if found is None:
            raise QueryError(f"There is no field {name!r}. Fields: {', '.join(list(self._fields)[:40])}.")
        return found

    @property
    def names(self) -> list[str]:
        """Names, without those of `SESSION_FIELDS`."""
        return list(self._fields)

    def union(self, other: "Schema") -> "Schema":
        """Return the fields of both.

        Raises
        ------
        QueryError
            If a field has two types: these indices cannot be searched together by it.
        """
        for field in other:
            own = self._fields.get(field.name)
            if own is not None and own.type != field.type:
                raise QueryError(
                    f"Field {field.name!r} is {own.type} in one index and {field.type} in another. "
                    "Search them one by one, or import one of them again with another mapping."
                )
        return Schema([*self, *(field for field in other if field.name not in self._fields)])


def _session(name: str, kind: FieldType, description: str, unit: str = "") -> Field:
    return Field(SESSION_MARK + name, kind, unit=unit, description=description)


#: What the session of a `Scope` says of each spectrum, the same names for every session. Classes are told by their ids.
SESSION_FIELDS: tuple[Field, ...] = (
    _session("label", FieldType.STRING, "id of the class that a person gave"),
    _session("answer", FieldType.STRING, "label, unsure, bad or skip"),
    _session("confidence", FieldType.INTEGER, "of the label, 0 to 4"),
    _session("comment", FieldType.STRING, "comment to the spectrum"),
    _session("annotator", FieldType.STRING, "who labeled it"),
    _session("labeled", FieldType.TIME, "when it was labeled"),
    _session("queue", FieldType.STRING, "queue in which it was labeled"),
    _session("iteration", FieldType.INTEGER, "iteration that predicted it"),
    _session("set", FieldType.STRING, "pool, training, oracle or perf-est, in that iteration"),
    _session("predicted", FieldType.STRING, "id of the most probable class"),
    _session("probability", FieldType.NUMBER, "of the most probable class"),
    _session("p_candidate", FieldType.NUMBER, "probability of being of a class of interest"),
    _session("entropy", FieldType.NUMBER, "of the probabilities", "bit"),
    _session("margin", FieldType.NUMBER, "between the two most probable classes"),
    *(
        _session(f"p{number}", FieldType.NUMBER, f"probability of class number {number}, from 0")
        for number in range(MAX_CLASSES)
    ),
)
_SESSION_SCHEMA = {field.name: field for field in SESSION_FIELDS}

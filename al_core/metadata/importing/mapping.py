"""Which column becomes which field, and what names the rows: plain data that a person can look over and change."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Self

from al_core.errors import MetadataError
from al_core.metadata.fields import Field, FieldType
from al_core.metadata.importing.known_fields import free_name, plain_name
from al_core.metadata.importing.sources.base import SourceColumn

#: Fields that are the position.
POSITION = ("ra", "dec")
_PART = re.compile(r"\{([^{}]*?)(?::(\d{1,2}))?\}")


@dataclass(frozen=True)
class MappedColumn:
    """A column of a source and the field that it becomes; None: it is left out."""

    source: str
    field: Field | None


class IdPart(NamedTuple):
    """A piece of the rule for ids: literal text, or a column (padded with zeros to a width)."""

    text: str = ""
    column: str = ""
    width: int = 0


@dataclass(frozen=True)
class Mapping:
    """How a source becomes an index.

    Attributes
    ----------
    columns : tuple of MappedColumn
        In the order of the source.
    id_from : str
        The column that names the rows; or a rule such as `spec-{lmjd}-{planid}_sp{spid:2}-{fiberid:3}`, in which braces
        hold columns, a number the width to which zeros are put in front.
    missing : tuple of str
        Further values that stand for none, in every column: "99.0".
    """

    columns: tuple[MappedColumn, ...]
    id_from: str
    missing: tuple[str, ...] = ()

    @property
    def fields(self) -> list[Field]:
        """The fields of the index, without `id`."""
        return [column.field for column in self.columns if column.field is not None]

    @property
    def id_parts(self) -> tuple[IdPart, ...]:
        """The rule for ids, piece by piece."""
        if "{" not in self.id_from:
            return (IdPart(column=self.id_from),)
        parts, end = [], 0
        for match in _PART.finditer(self.id_from):
            parts += [IdPart(text=self.id_from[end : match.start()])] if match.start() > end else []
            parts.append(IdPart(column=match[1], width=int(match[2] or 0)))
            end = match.end()
        return (*parts, IdPart(text=self.id_from[end:])) if end < len(self.id_from) else tuple(parts)

    @property
    def sources(self) -> list[str]:
        """Columns that are read."""
        ids = [part.column for part in self.id_parts if part.column]
        return list(dict.fromkeys([*ids, *(column.source for column in self.columns if column.field is not None)]))

    def checked(self, columns: Sequence[SourceColumn]) -> Self:
        """Return the mapping if it fits these columns.

        Raises
        ------
        MetadataError
            If a column is not there or cannot be read, a field comes twice, or there is no rule for ids.
        """
        there = {column.name: column.is_usable for column in columns}
        if not self.id_from.strip():
            raise MetadataError(
                f"Which column names the rows? None of {', '.join(list(there)[:12])} does by its name. Choose the "
                "column of the id."
            )
        for name in self.sources:
            if name not in there:
                raise MetadataError(f"There is no column {name!r}. Columns: {', '.join(list(there)[:40])}.")
            if not there[name]:
                raise MetadataError(f"Column {name!r} holds arrays, which no field can. Leave it out.")
        twice = [name for name, count in Counter(field.name for field in self.fields).items() if count > 1]
        if twice:
            raise MetadataError(f"Two columns would become the field {twice[0]!r}. Give one of them another name.")
        for field in self.fields:
            if free_name(plain_name(field.name), set()) != field.name:
                raise MetadataError(
                    f"{field.name!r} cannot be the name of a field: lower case letters, digits and _, beginning with a "
                    "letter, and not id, index or version."
                )
            if field.name in POSITION and field.type is not FieldType.NUMBER:
                raise MetadataError(f"The field {field.name!r} is the position: it must be a number, in degrees.")
        return self

    def with_id(self, id_from: str) -> Self:
        """Return the mapping with another rule for ids."""
        return replace(self, id_from=id_from)

    def with_missing(self, missing: Sequence[str]) -> Self:
        """Return the mapping with these further values that stand for none."""
        return replace(self, missing=tuple(text.strip() for text in missing if text.strip()))

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        columns = [{"source": one.source, "field": one.field.to_dict() if one.field else None} for one in self.columns]
        return {"id_from": self.id_from, "missing": list(self.missing), "columns": columns}

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> Self:
        """Return the mapping that `to_dict` described.

        Raises
        ------
        MetadataError
            If it is none.
        """
        try:
            columns = tuple(
                MappedColumn(str(one["source"]), Field.from_dict(one["field"]) if one["field"] else None)
                for one in stored["columns"]
            )
            return cls(columns, str(stored["id_from"]), tuple(map(str, stored.get("missing", ()))))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise MetadataError(
                f"Expected a mapping of columns to fields, found one that is incomplete: {error}."
            ) from error

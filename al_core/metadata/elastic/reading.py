"""Answers of Elasticsearch as frames."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from al_core.metadata.catalog import ID_FIELD, UNCHANGED
from al_core.metadata.elastic.translation import Place
from al_core.metadata.fields import Field, FieldType

Hit = Mapping[str, Any]


class RowReader:
    """Makes frames of hits: `id`, `index`, perhaps `version`, then the columns asked for.

    Parameters
    ----------
    places : sequence of Place
        Of the columns.
    indices : mapping
        Name of the index of each alias.
    """

    def __init__(self, places: Sequence[Place], indices: Mapping[str, str], *, has_version: bool = False) -> None:
        self._places = [place for place in places if place.field.name != ID_FIELD.name]
        self._indices = indices
        self._has_version = has_version

    @property
    def source(self) -> Any:
        """What to ask of `_source`."""
        found = [_stored(place) for place in self._places if not place.is_nested or place.session]
        found += ["sessions.session"] if any(place.is_nested for place in self._places) else []
        found += ["version"] if self._has_version else []
        return found or False

    def frame(self, hits: Iterable[Hit]) -> pl.DataFrame:
        """Return the rows in the order of the hits."""
        rows = list(hits)
        sources = [row.get("_source") or {} for row in rows]
        columns = [
            pl.Series(ID_FIELD.name, [row["_id"] for row in rows], dtype=pl.String),
            pl.Series("index", [self.index_of(row["_index"]) for row in rows], dtype=pl.String),
        ]
        if self._has_version:
            columns.append(pl.Series("version", [one.get("version", UNCHANGED) for one in sources], dtype=pl.String))
        session = next((place.session for place in self._places if place.is_nested), None)
        said = [_element(source, session) for source in sources] if session else [{}] * len(rows)
        columns += [_column(place, said if place.is_nested else sources) for place in self._places]
        return pl.DataFrame(columns)

    def index_of(self, physical: str) -> str:
        """Return the name of the index that a document lies in."""
        return self._indices.get(physical.rpartition("@")[0], physical)


def _stored(place: Place) -> str:
    return place.original if place.field.type is FieldType.STRING else place.searched


def _element(source: Mapping[str, Any], session: str) -> Mapping[str, Any]:
    """Return what a session says of a row."""
    return next((one for one in source.get("sessions") or [] if one.get("session") == session), {})


def _column(place: Place, sources: Sequence[Mapping[str, Any]]) -> pl.Series:
    group, _, name = _stored(place).removeprefix("sessions.").partition(".")
    values = [(source.get(group) or {}).get(name) for source in sources]
    return typed(place.field, values)


def typed(field: Field, values: Sequence[Any]) -> pl.Series:
    """Return values of JSON as a column of a field."""
    if field.type is FieldType.TIME:
        return pl.Series(field.name, values, dtype=pl.Int64).cast(field.type.dtype)
    if field.type is FieldType.NUMBER:
        values = [None if value is None else float(value) for value in values]
    return pl.Series(field.name, values, dtype=field.type.dtype)


def stored_value(field: Field, key: Any) -> Any:
    """Return the key of a bucket as the value of a field."""
    if field.type is FieldType.BOOLEAN:
        return bool(key)
    if field.type is FieldType.TIME:
        return typed(field, [int(key)]).item()
    return float(key) if field.type is FieldType.NUMBER else key

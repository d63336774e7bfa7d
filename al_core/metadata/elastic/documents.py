"""Rows of a catalog as documents: lines of JSON, made by Polars in one go."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl

from al_core.metadata.catalog import CELL, ID_FIELD, UNCHANGED
from al_core.metadata.fields import SESSION_FIELDS, SESSION_MARK, Field, FieldType, Schema
from al_core.metadata.sky import HEALPIX_FIELD, cells_of
from al_core.metadata.words import folded, spaced

#: Words longer than so many characters are kept as their beginning and a sum: the analyzer cuts at 255 UTF-16 units.
LONGEST_WORD = 120
_LONG = rf"[^ ]{{{LONGEST_WORD + 1}}}"
#: Fields of an element of `sessions`, by their names there.
SESSION_COLUMNS: dict[str, Field] = {
    field.name.removeprefix(SESSION_MARK): Field(field.name.removeprefix(SESSION_MARK), field.type)
    for field in SESSION_FIELDS
}


def token(word: str) -> str:
    """Return a word as it stands in the index; no word contains `~`."""
    if len(word) <= LONGEST_WORD:
        return word
    return f"{word[:LONGEST_WORD]}~{hashlib.sha256(word.encode()).hexdigest()[:32]}"


def mirrored_fields(schema: Schema) -> list[Field]:
    """Return the fields of an index that documents have, the hidden cell too."""
    return [*schema, *([HEALPIX_FIELD] if HEALPIX_FIELD.name not in schema.names else [])]


def documents(rows: pl.DataFrame, index: str, schema: Schema, sessions: pl.Series | None = None) -> pl.Series:
    """Return the document of each row.

    Parameters
    ----------
    rows : DataFrame
        As `Catalog.scan` gives them.
    index : str
    schema : Schema
    sessions : Series of str, optional
        The JSON array of each row, null where no session says anything.
    """
    fields = [field for field in mirrored_fields(schema) if field.name in rows.columns or field.name == CELL]
    head = [
        pl.col(ID_FIELD.name),
        pl.lit(index).alias("index"),
        pl.lit(UNCHANGED).alias("version"),
        *([_position()] if {"ra", "dec"} <= set(rows.columns) and _are_numbers(schema) else []),
    ]
    rows = rows.with_columns(pl.col(CELL).cast(pl.Int64).alias(HEALPIX_FIELD.name))
    encoded = rows.select(pl.struct(*head, *_values(rows, fields)).struct.json_encode()).to_series()
    if sessions is None:
        return encoded
    parts = pl.DataFrame([encoded.alias("row"), sessions.alias("sessions")])
    whole = pl.concat_str(pl.col("row").str.head(-1), pl.lit(',"sessions":'), pl.col("sessions"), pl.lit("}"))
    return parts.select(pl.when(pl.col("sessions").is_null()).then(pl.col("row")).otherwise(whole)).to_series()


def elements(frame: pl.DataFrame, session: str, push: str) -> pl.DataFrame:
    """Return `id` and `element`: what a session says of each spectrum as JSON, null where it says nothing."""
    names = [name for name in SESSION_COLUMNS if name in frame.columns]
    frame = frame.select(ID_FIELD.name, *(pl.col(name).cast(SESSION_COLUMNS[name].type.dtype) for name in names))
    head = [pl.lit(session).alias("session"), pl.lit(push).alias("push")]
    fields = [SESSION_COLUMNS[name] for name in names]
    body = pl.struct(*head, *_values(frame, fields)).struct.json_encode() if names else pl.lit(None, dtype=pl.String)
    says = pl.any_horizontal(pl.col(name).is_not_null() for name in names) if names else pl.lit(value=False)
    return frame.select(ID_FIELD.name, pl.when(says).then(body).alias("element"))


def changed_parts(values: dict[str, Any], schema: Schema, position: dict[str, Any]) -> dict[str, Any]:
    """Return the part of a document that a change replaces.

    Parameters
    ----------
    values : dict
        As `Change.values`: JSON's values, times as milliseconds.
    schema : Schema
    position : dict
        `ra` and `dec` as the document has them.
    """
    known = {name: value for name, value in values.items() if name in schema.names}
    texts = {name: value for name, value in known.items() if schema[name].type is FieldType.STRING}
    numbers = {name: _number(schema[name], value) for name, value in known.items() if name not in texts}
    folds = dict(zip(texts, _each(folded, texts.values()), strict=True))
    spaces = dict(zip(texts, _each(spaced, texts.values()), strict=True))
    words = {name: None if text is None else " ".join(map(token, text.split())) for name, text in spaces.items()}
    part: dict[str, Any] = {"f": numbers | folds, "o": texts, "w": words}
    if {"ra", "dec"} & set(known) and _are_numbers(schema):
        ra, dec = (known.get(name, position.get(name)) for name in ("ra", "dec"))
        part["pos"] = point(ra, dec)
        part["f"][HEALPIX_FIELD.name] = None if part["pos"] is None else _cell(ra, dec)
    return part


def _cell(ra: Any, dec: Any) -> int:
    return int(cells_of([ra], [dec])[0])


def point(ra: float | None, dec: float | None) -> dict[str, float] | None:
    """Return a position as Elasticsearch takes it, None where there is none."""
    if ra is None or dec is None or not abs(dec) <= 90:
        return None
    return {"lat": dec, "lon": (ra + 180) % 360 - 180}


def _are_numbers(schema: Schema) -> bool:
    kinds = (FieldType.NUMBER, FieldType.INTEGER)
    return all(name in schema.names and schema[name].type in kinds for name in ("ra", "dec"))


def _number(field: Field, value: Any) -> Any:
    return value + 0.0 if field.type is FieldType.NUMBER and value is not None else value


def _each(expression: Any, texts: Iterable[str | None]) -> list[str | None]:
    frame = pl.DataFrame([pl.Series("text", list(texts), dtype=pl.String)])
    return frame.select(expression(pl.col("text"))).to_series().to_list()


def _position() -> pl.Expr:
    ra, dec = pl.col("ra").cast(pl.Float64), pl.col("dec").cast(pl.Float64)
    lon = (ra + 180).mod(360) - 180
    where = pl.struct(dec.alias("lat"), lon.alias("lon"))
    return pl.when(ra.is_not_null() & (dec.abs() <= 90)).then(where).alias("pos")


def _values(frame: pl.DataFrame, fields: Sequence[Field]) -> list[pl.Expr]:
    """Return `f`, `o` and `w` of the fields."""
    texts = [field.name for field in fields if field.type is FieldType.STRING]
    groups = [pl.struct(_searched(field) for field in fields).alias("f")] if fields else []
    if texts:
        groups.append(pl.struct(pl.col(name) for name in texts).alias("o"))
        groups.append(pl.struct(_words(frame, name) for name in texts).alias("w"))
    return groups


def _searched(field: Field) -> pl.Expr:
    column = pl.col(field.name)
    if field.type is FieldType.STRING:
        return folded(column)
    if field.type is FieldType.TIME:
        return column.dt.epoch("ms")
    return column + 0.0 if field.type is FieldType.NUMBER else column  # no -0.0: it is another number to Lucene


def _words(frame: pl.DataFrame, name: str) -> pl.Expr:
    words = spaced(pl.col(name))
    if not frame.select(words.str.contains(_LONG).any()).item():
        return words
    shortened = words.map_elements(lambda text: " ".join(map(token, text.split())), return_dtype=pl.String)
    return pl.when(words.str.contains(_LONG)).then(shortened).otherwise(words).alias(name)

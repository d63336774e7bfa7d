"""A mapping suggested from names, units and a sample of the rows; a person may change it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from al_core.metadata.fields import Field, FieldType
from al_core.metadata.importing.known_fields import (
    ID_NAMES,
    KNOWN,
    LAMOST_FILE,
    free_name,
    known_name,
    plain_name,
    rank_of,
)
from al_core.metadata.importing.mapping import POSITION, MappedColumn, Mapping
from al_core.metadata.importing.sources.base import Source, SourceColumn
from al_core.metadata.importing.values import fast, is_sexagesimal, settle

#: Order in which types are tried on text.
_TRIED = (FieldType.INTEGER, FieldType.NUMBER, FieldType.TIME)
#: Whole numbers beyond it are names: tables and plots in a browser would round them.
_LARGEST_EXACT = 2**53
_SURVEYS = (
    ("LAMOST, medium resolution", {"planid", "spid", "fiberid", "mobsid"}),
    ("LAMOST", {"planid", "spid", "fiberid", "snrg"}),
    ("Ondřejov", {"gratang", "dichmir", "expval"}),
    ("SDSS", {"plate", "mjd", "fiberid"}),
    ("answer of a Simple Spectral Access service", {"accref", "ssa_dstitle"}),
    ("emission-line stars of Hou et al. 2016", {"halpha_type", "objtype_hou"}),
)
_UCDS = {"pos.eq.ra;meta.main": "ra", "pos.eq.dec;meta.main": "dec"}


@dataclass(frozen=True)
class Suggestion:
    """A mapping, what the source seems to be ("" if unknown), and notes for whoever confirms it."""

    mapping: Mapping
    survey: str
    notes: tuple[str, ...] = ()


def suggest(source: Source) -> Suggestion:
    """Return how a source could become an index; `Mapping.checked` says what is still missing.

    Parameters
    ----------
    source : Source
        Its sample is read: columns without a known name get the type that all values of the sample have.
    """
    sample = source.sample()
    names = _names(source.columns)
    columns = [MappedColumn(column.name, _field(column, names, sample)) for column in source.columns]
    survey = _survey([column.name for column in source.columns])
    id_from = _id_from(source.columns, survey)
    mapping = Mapping(tuple(_without_id(columns, id_from)), id_from)
    return Suggestion(mapping, survey, tuple(_notes(source.columns, mapping)))


def _names(columns: Sequence[SourceColumn]) -> dict[str, str]:
    """Return the field of each column; of several columns that mean the same, the best name gets the known one."""
    known = {column.name: _UCDS.get(column.ucd) or known_name(column.name) for column in columns if column.is_usable}
    best: dict[str, str] = {}
    for column in columns:
        field = known.get(column.name)
        if field is None:
            continue
        other = best.get(field)
        if other is None or rank_of(field, column.name) < rank_of(field, other):
            best[field] = column.name
    names = {column: field for field, column in best.items()}
    taken = set(best)
    for column in columns:
        if column.is_usable and column.name not in names:
            names[column.name] = free_name(plain_name(column.name), taken)
            taken.add(names[column.name])
    return names


def _field(column: SourceColumn, names: dict[str, str], sample: pl.DataFrame) -> Field | None:
    if not column.is_usable or is_unnamed(column.name):
        return None
    name = names[column.name]
    if name in KNOWN:
        known = KNOWN[name]
        return replace(
            known, original=column.name, unit=column.unit or known.unit, type=_kept(known, sample[column.name])
        )
    stated = _stated(column.dtype)
    kind = stated or type_of(sample[column.name])
    return Field(name, kind, original=column.name, unit=column.unit, description=column.description[:300])


def _stated(dtype: pl.DataType) -> FieldType | None:
    """Return the type of a column that the source states; of whole numbers and text it depends on the values."""
    if dtype == pl.Boolean:
        return FieldType.BOOLEAN
    return FieldType.NUMBER if dtype.is_float() else None


def is_unnamed(name: str) -> bool:
    """Whether a column has no name of its own: what pandas makes of an index, or an empty cell of a header."""
    return name.startswith(("Unnamed: ", "column "))


def _kept(known: Field, values: pl.Series) -> FieldType:
    """Return the type of a known field, or text where hardly any value of the sample fits it."""
    if known.type is FieldType.STRING or known.name in POSITION or values.null_count() == len(values):
        return known.type
    return known.type if _share_bad(values, known.type) < 0.5 else type_of(values)


def _share_bad(values: pl.Series, kind: FieldType, position: str = "") -> float:
    first = values.to_frame("value").select(fast("value", values.dtype, kind)).to_series()
    bad = settle(values, first, kind, position).bad
    n_values = len(values) - values.null_count()
    return 0.0 if bad is None or not n_values else int(bad.sum()) / n_values


def type_of(values: pl.Series) -> FieldType:
    """Return the narrowest type that all values of a sample have; text where there is none."""
    dtype = values.dtype
    if dtype == pl.Boolean:
        return FieldType.BOOLEAN
    if dtype.is_integer():
        largest = values.abs().max()
        return FieldType.STRING if isinstance(largest, int) and largest > _LARGEST_EXACT else FieldType.INTEGER
    if dtype.is_numeric():
        return FieldType.NUMBER
    if dtype in (pl.Date, pl.Datetime):
        return FieldType.TIME
    if dtype != pl.String:
        return FieldType.STRING
    for kind in _TRIED:
        if _all_are(values, kind):
            return kind
    is_word = values.drop_nulls().str.strip_chars().str.to_lowercase().is_in(["true", "false", ""]).all()
    has_word = values.drop_nulls().str.contains(r"(?i)true|false").any()
    return FieldType.BOOLEAN if is_word and has_word else FieldType.STRING


def _all_are(values: pl.Series, kind: FieldType) -> bool:
    """Whether all values are of a type, and some is there; numbers with zeros in front are names."""
    first = values.to_frame("value").select(fast("value", values.dtype, kind)).to_series()
    found = settle(values, first, kind)
    if found.bad is not None or found.values.null_count() == len(values):
        return False
    if kind is FieldType.INTEGER:
        text = values.drop_nulls().str.strip_chars()
        largest = found.values.abs().max()
        is_plain = text.filter(text.str.contains(r"\d")).str.contains(r"^[+-]?(0|[1-9]\d*)$").all()
        return is_plain and isinstance(largest, int) and largest <= _LARGEST_EXACT
    if kind is FieldType.NUMBER:
        text = values.drop_nulls().str.strip_chars()
        is_name = text.str.contains(r"^[+-]?0\d") | text.str.contains(r"^\d{17,}$")
        return not bool(is_name.any())
    return True


def _survey(names: Sequence[str]) -> str:
    plain = {plain_name(name) for name in names} | {known_name(name) or "" for name in names}
    return next((label for label, needed in _SURVEYS if needed <= plain), "")


def _id_from(columns: Sequence[SourceColumn], survey: str) -> str:
    """Return the column that names the rows: that of files, else that of ids; "" if there is none."""
    by_name: dict[str, str] = {}
    for column in columns:
        if column.is_usable:
            plain = plain_name(column.name)
            by_name.setdefault(plain, column.name)
            by_name.setdefault(known_name(column.name) or plain, column.name)
    found = next((name for name in ID_NAMES if name in by_name), "")
    if survey == "LAMOST" and found in ("obsid", "designation", "") and {"lmjd", "planid", "spid"} <= set(by_name):
        rule = LAMOST_FILE
        for part in ("lmjd", "planid", "spid", "fiberid"):
            rule = rule.replace("{" + part, "{" + by_name[part])
        return rule
    return by_name.get(found, "")


def _without_id(columns: list[MappedColumn], id_from: str) -> list[MappedColumn]:
    """Leave the column out that is the id itself; a file name, an obsid and the like stay fields as well."""
    plain = plain_name(id_from) if "{" not in id_from else ""
    return [
        MappedColumn(one.source, None) if one.source == id_from and plain in ("id", "spectrum_id") else one
        for one in columns
    ]


def _notes(columns: Sequence[SourceColumn], mapping: Mapping) -> list[str]:
    notes = []
    unusable = [column.name for column in columns if not column.is_usable]
    if unusable:
        notes.append(f"Left out, because no field can hold arrays: {', '.join(unusable[:10])}.")
    fields = {field.name for field in mapping.fields}
    if not set(POSITION) <= fields:
        notes.append("No column is a position (ra and dec): these rows cannot be found on the sky.")
    if "{" in mapping.id_from:
        notes.append(f"Ids are made by the rule {mapping.id_from}, as files of the survey are named.")
    elif not mapping.id_from:
        notes.append("No column names the rows. Choose one.")
    return notes


def looks_sexagesimal(values: pl.Series) -> bool:
    """Whether a column of text holds sexagesimal coordinates."""
    return values.dtype == pl.String and bool(is_sexagesimal(values.drop_nulls()).any())

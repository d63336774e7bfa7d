"""Columns of a file that is written: name, unit, what they hold."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from al_core.metadata.fields import SESSION_MARK, Field, FieldType, Schema
from al_core.metadata.language import Names
from al_core.metadata.language.names import CLASS_FIELDS

#: UCDs (IVOA Unified Content Descriptors 1.1) of fields that mean the same everywhere.
UCDS = {
    "id": "meta.id;meta.main",
    "spectrum_id": "meta.id;meta.main",
    "ra": "pos.eq.ra;meta.main",
    "dec": "pos.eq.dec;meta.main",
    "obsdate": "time.start;obs",
    "snrg": "stat.snr",
    "z": "src.redshift",
    "class": "src.class",
    "subclass": "src.spType",
    "comment": "meta.note",
    "predicted": "src.class;stat.fit",
    "label": "src.class",
    "probability": "stat.probability",
    "p_candidate": "stat.probability",
}
#: Units of positions, where an index does not say them.
_UNITS = {"ra": "deg", "dec": "deg"}
#: What an index is called beside the rows of it.
INDEX = "index"


@dataclass(frozen=True)
class Column:
    """A column of a file.

    Attributes
    ----------
    name : str
        In the file.
    type : FieldType
    unit, description : str
    source : str
        Name of the field, or of the column of a frame, that it comes from.
    values : tuple of (str, str)
        What is written for each value, where that is another: names of classes for their ids.
    """

    name: str
    type: FieldType
    unit: str = ""
    description: str = ""
    source: str = ""
    values: tuple[tuple[str, str], ...] = ()

    @property
    def ucd(self) -> str:
        """What it means to tools of the Virtual Observatory."""
        return UCDS.get(self.name, "stat.probability" if self.name.startswith("p(") else "")


def columns_of(fields: Sequence[Field], names: Names, *, has_index: bool) -> list[Column]:
    """Return the columns of rows of a search: `id`, `index` where there are several, then the fields.

    Fields of the session lose their mark, or are called `session_...` where an index has a field of that name; classes
    are told by their names of today.
    """
    made = [Column("id", FieldType.STRING, description="name of the spectrum", source="id")]
    made += [Column(INDEX, FieldType.STRING, description="index of the row", source=INDEX)] if has_index else []
    taken = {"id", INDEX} | {field.name for field in fields if not field.name.startswith(SESSION_MARK)}
    for field in fields:
        if field.name != "id":
            made.append(_column(field, names, taken))
            taken.add(made[-1].name)
    return made


def _column(field: Field, names: Names, taken: set[str]) -> Column:
    plain = field.name.removeprefix(SESSION_MARK)
    column = Column(plain, field.type, field.unit or _UNITS.get(plain, ""), field.description, field.name)
    if plain == field.name:
        return column
    if plain[0] == "p" and plain[1:].isdigit() and int(plain[1:]) < len(names.classes):
        name = names.classes[int(plain[1:])].name
        column = replace(column, name=f"p({name})", description=f"probability of {name}")
    if field.name in CLASS_FIELDS:
        known = tuple((one.class_id, one.name) for one in names.classes)
        column = replace(column, values=known, description=field.description.replace("id of the", "name of the"))
    return replace(column, name=f"session_{plain}") if column.name in taken else column


def schema_names(columns: Sequence[Column], schema: Schema) -> list[str]:
    """Return the fields that a store is asked for."""
    return [one.source for one in columns if one.source in schema and one.source != "id"]

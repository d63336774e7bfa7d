"""Tables as VOTable 1.4 (https://www.ivoa.net/documents/VOTable/20191021/), written piece by piece."""

import math
import re
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import polars as pl

from al_core import __version__

#: Characters that XML 1.0 cannot hold.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: Of columns that mean the same everywhere: UCD and description.
_ABOUT = {
    "id": ("meta.id;meta.main", "id of the spectrum"),
    "spectrum_id": ("meta.id;meta.main", "id of the spectrum"),
    "label": ("meta.code.class", "position of the class in the session"),
    "class_name": ("meta.code.class", "name of the class today"),
    "comment": ("meta.note", "comment"),
    "created_utc": ("time.creation", "when it was said, ISO 8601"),
    "duration_ms": ("time.duration", "how long the spectrum was looked at"),
    "counts": ("meta.code", "whether it has not been undone"),
}
_UNITS = {"duration_ms": "ms"}


def votable_of(tables: Iterator[pl.DataFrame], name: str) -> Iterator[bytes]:
    """Yield a VOTable of tables with the same columns; a missing value is an empty cell.

    Parameters
    ----------
    tables : iterator of DataFrame
        At least one.
    name : str
        Of the table.
    """
    first = next(tables)
    fields = "".join(_field(column, dtype) for column, dtype in first.schema.items())
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">\n'
        f'<RESOURCE type="results">\n<INFO name="software" value={quoteattr(f"Spectrolabe {__version__}")}/>\n'
        f"<TABLE name={quoteattr(_clean(name))}>\n{fields}<DATA><TABLEDATA>\n"
    ).encode()
    yield _rows(first)
    for table in tables:
        yield _rows(table)
    yield b"</TABLEDATA></DATA>\n</TABLE>\n</RESOURCE>\n</VOTABLE>\n"


def _field(name: str, dtype: pl.DataType) -> str:
    kind = {pl.Int64: "long", pl.Float32: "float", pl.Float64: "double", pl.Boolean: "boolean"}.get(type(dtype))
    typed = f'datatype="{kind}"' if kind else 'datatype="unicodeChar" arraysize="*"'
    ucd, text = _ABOUT.get(name, ("", ""))
    more = (f" ucd={quoteattr(ucd)}" if ucd else "") + (f' unit="{_UNITS[name]}"' if name in _UNITS else "")
    about = f"<DESCRIPTION>{escape(text)}</DESCRIPTION>" if text else ""
    return f"<FIELD name={quoteattr(_clean(name))} {typed}{more}>{about}</FIELD>\n"


def _rows(table: pl.DataFrame) -> bytes:
    lines = ("<TR>" + "".join(f"<TD>{_cell(value)}</TD>" for value in row) + "</TR>\n" for row in table.iter_rows())
    return "".join(lines).encode()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else "NaN"
    return escape(_clean(str(value)))


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)

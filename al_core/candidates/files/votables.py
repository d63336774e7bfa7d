"""Rows as VOTable 1.4 (https://www.ivoa.net/documents/VOTable/20191021/), written column-wise, part by part."""

from collections.abc import Iterable, Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

import polars as pl

from al_core import __version__
from al_core.candidates.files.columns import Column
from al_core.metadata.fields import FieldType

_TYPES = {
    FieldType.INTEGER: 'datatype="long"',
    FieldType.NUMBER: 'datatype="double"',
    FieldType.BOOLEAN: 'datatype="boolean"',
    FieldType.STRING: 'datatype="unicodeChar" arraysize="*"',
    FieldType.TIME: 'datatype="char" arraysize="*" xtype="timestamp"',
}
#: Characters that XML 1.0 cannot hold.
_FORBIDDEN = "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]"


def votable(columns: Sequence[Column], frames: Iterable[pl.DataFrame], n_rows: int, name: str) -> Iterator[bytes]:
    """Yield a VOTable of frames with these columns; a missing value is an empty cell."""
    fields = "".join(_field(column) for column in columns)
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">\n'
        f'<RESOURCE type="results">\n<INFO name="software" value={quoteattr(f"Spectrolabe {__version__}")}/>\n'
        f'<TABLE name={quoteattr(_clean(name))} nrows="{n_rows}">\n{fields}<DATA><TABLEDATA>\n'
    ).encode()
    for frame in frames:
        yield _rows(frame)
    yield b"</TABLEDATA></DATA>\n</TABLE>\n</RESOURCE>\n</VOTABLE>\n"


def _field(column: Column) -> str:
    more = (f" ucd={quoteattr(column.ucd)}" if column.ucd else "") + (
        f" unit={quoteattr(_clean(column.unit))}" if column.unit else ""
    )
    about = f"<DESCRIPTION>{escape(_clean(column.description))}</DESCRIPTION>" if column.description else ""
    return f"<FIELD name={quoteattr(_clean(column.name))} {_TYPES[column.type]}{more}>{about}</FIELD>\n"


def _rows(frame: pl.DataFrame) -> bytes:
    if frame.is_empty():
        return b""
    cells = [_cell(name, dtype) for name, dtype in frame.schema.items()]
    line = pl.concat_str([pl.lit("<TR><TD>"), *_between(cells), pl.lit("</TD></TR>\n")])
    return "".join(frame.select(line.alias("line"))["line"].to_list()).encode()


def _between(cells: list[pl.Expr]) -> Iterator[pl.Expr]:
    for number, cell in enumerate(cells):
        if number:
            yield pl.lit("</TD><TD>")
        yield cell


def _cell(name: str, dtype: pl.DataType) -> pl.Expr:
    value = pl.col(name)
    if isinstance(dtype, pl.Datetime):
        value = value.dt.strftime("%Y-%m-%dT%H:%M:%S%.3f")
    elif dtype == pl.String:
        value = value.str.replace_all(_FORBIDDEN, "\ufffd")
        for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
            value = value.str.replace_all(sign, entity, literal=True)
    return value.cast(pl.String).fill_null("")


def _clean(text: str) -> str:
    return str(pl.select(pl.lit(text).str.replace_all(_FORBIDDEN, "\ufffd")).item())

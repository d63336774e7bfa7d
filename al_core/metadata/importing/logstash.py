"""Configuration files of Logstash as mappings: columns, separator and types give the index that Logstash would."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from al_core.errors import MetadataError
from al_core.metadata.fields import Field, FieldType
from al_core.metadata.importing.known_fields import ID_NAMES, KNOWN, free_name, known_name, plain_name
from al_core.metadata.importing.logstash_syntax import Plugin, Value, parse
from al_core.metadata.importing.mapping import POSITION, MappedColumn, Mapping
from al_core.metadata.importing.sources.base import Source
from al_core.metadata.importing.sources.opening import Reading
from al_core.metadata.importing.suggesting import looks_sexagesimal, type_of

_TYPES = {
    "integer": FieldType.INTEGER,
    "float": FieldType.NUMBER,
    "string": FieldType.STRING,
    "boolean": FieldType.BOOLEAN,
    "date": FieldType.TIME,
    "date_time": FieldType.TIME,
}
#: Settings that change no value here.
_HARMLESS = frozenset({"id", "add_tag", "remove_tag", "strip", "tag_on_failure", "skip_header", "source", "quote_char"})
_IGNORED_CSV = frozenset({"skip_empty_columns", "skip_empty_rows", "autogenerate_column_names", "target"})


@dataclass(frozen=True)
class LogstashFile:
    """What a configuration says of a table.

    Attributes
    ----------
    reading : Reading
        Separator and names of the columns, in order.
    types : dict of str to FieldType
        Of the columns that it converts.
    renamed : dict of str to str
    removed : frozenset of str
    index : str
        Name of the index, "" if it names none.
    id_from : str
        Rule for ids, "" if it names none.
    """

    reading: Reading
    types: dict[str, FieldType]
    renamed: dict[str, str]
    removed: frozenset[str]
    index: str
    id_from: str


def read_logstash(path: Path) -> LogstashFile:
    """Read a configuration file.

    Raises
    ------
    MetadataError
        If it cannot be read, has no filter `csv` with columns, or changes values in a way that is not understood.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise MetadataError(f"{path}: expected a configuration file of Logstash, found {error}.") from error
    try:
        return _understood(parse(text))
    except MetadataError as error:
        raise MetadataError(f"{path}: {error}") from error


def _understood(plugins: list[Plugin]) -> LogstashFile:
    filters = [plugin for plugin in plugins if plugin.section == "filter"]
    tables = [plugin for plugin in filters if plugin.name == "csv"]
    if len(tables) != 1:
        raise MetadataError(f"Expected one filter csv, found {len(tables)}.")
    unknown = next((plugin for plugin in filters if plugin.name not in ("csv", "mutate")), None)
    if unknown is not None:
        raise MetadataError(f"Line {unknown.line}: the filter {unknown.name!r} is not understood; csv and mutate are.")
    settings = dict(tables[0].settings)
    _require_known(tables[0], {"columns", "separator", "convert", *_IGNORED_CSV})
    names = _texts(settings.get("columns", []), tables[0])
    if not names:
        raise MetadataError(f"Line {tables[0].line}: expected the columns of the table (columns => [...]), found none.")
    separator = str(settings.get("separator", ","))
    if len(separator) != 1:
        raise MetadataError(f"Line {tables[0].line}: expected a separator of one character, found {separator!r}.")
    types = dict(_types(tables[0], settings.get("convert", {}), names))
    renamed: dict[str, str] = {}
    removed: set[str] = set()
    for plugin in filters:
        if plugin.name == "mutate":
            _mutate(plugin, names, types, renamed, removed)
    output = next(
        (dict(one.settings) for one in plugins if one.section == "output" and one.name == "elasticsearch"), {}
    )
    rule = re.sub(r"%\{\[?([^}\]]+)\]?\}", r"{\1}", str(output.get("document_id", "")))
    index = str(output.get("index", ""))
    return LogstashFile(Reading(separator, None, tuple(names)), types, renamed, frozenset(removed), index, rule)


def _mutate(
    plugin: Plugin, names: list[str], types: dict[str, FieldType], renamed: dict[str, str], removed: set[str]
) -> None:
    _require_known(plugin, {"convert", "rename", "remove_field"})
    for setting, value in plugin.settings:
        if setting == "convert":
            types |= _types(plugin, value, names)
        elif setting == "rename":
            renamed |= dict(_pairs(plugin, value))
        elif setting == "remove_field":
            removed |= set(_texts(value, plugin))


def _require_known(plugin: Plugin, known: set[str]) -> None:
    unknown = next((name for name, _ in plugin.settings if name not in known | _HARMLESS), None)
    if unknown is not None:
        raise MetadataError(
            f"Line {plugin.line}: {plugin.name} {unknown!r} is not understood; {', '.join(sorted(known))} are."
        )


def _types(plugin: Plugin, value: Value, names: list[str]) -> Iterator[tuple[str, FieldType]]:
    for column, kind in _pairs(plugin, value):
        if column not in names:
            raise MetadataError(f"Line {plugin.line}: convert names {column!r}, which is none of the columns.")
        if kind not in _TYPES:
            raise MetadataError(f"Line {plugin.line}: {column!r} cannot become {kind!r}; types: {', '.join(_TYPES)}.")
        yield column, _TYPES[kind]


def _pairs(plugin: Plugin, value: Value) -> Iterator[tuple[str, str]]:
    """Yield the pairs of a table, or of a list in which they follow each other."""
    if isinstance(value, dict):
        yield from ((name, str(other)) for name, other in value.items())
        return
    texts = _texts(value, plugin)
    if len(texts) % 2:
        raise MetadataError(f"Line {plugin.line}: expected pairs, found {texts}.")
    yield from zip(texts[::2], texts[1::2], strict=True)


def _texts(value: Value, plugin: Plugin) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return [str(one) for one in value]
    raise MetadataError(f"Line {plugin.line}: expected a list of names, found {value!r}.")


def logstash_mapping(config: LogstashFile, source: Source) -> Mapping:
    """Return the mapping to the index that Logstash would make of a source.

    Columns that it converts have that type; others are times where all values of the sample are dates, as Elasticsearch
    detects them, else text. A position is always numbers in degrees: text of sexagesimal coordinates is kept beside
    them as `ra_text` and `dec_text`.
    """
    sample = source.sample()
    columns: list[MappedColumn] = []
    taken: set[str] = set()
    id_from = config.id_from or _id_from(config)
    for column in source.columns:
        if column.name in config.removed or (
            column.name == id_from and plain_name(column.name) in ("id", "spectrum_id")
        ):
            columns.append(MappedColumn(column.name, None))
            continue
        for field in _fields(column.name, config, sample[column.name]):
            name = free_name(field.name, taken)
            taken.add(name)
            columns.append(MappedColumn(column.name, replace(field, name=name)))
    return Mapping(tuple(columns), id_from)


def _fields(column: str, config: LogstashFile, values: pl.Series) -> Iterator[Field]:
    name = plain_name(config.renamed.get(column, column))
    known = KNOWN.get(name) or KNOWN.get(known_name(name) or "")
    unit, description = (known.unit, known.description) if known else ("", "")
    kind = config.types.get(column)
    if kind is None:
        kind = FieldType.TIME if type_of(values) is FieldType.TIME else FieldType.STRING
    if name not in POSITION:
        yield Field(name, kind, column, unit, description)
        return
    yield Field(name, FieldType.NUMBER, column, unit, description)
    if looks_sexagesimal(values):
        yield Field(f"{name}_text", FieldType.STRING, column, description=f"{description}, as it was written")


def _id_from(config: LogstashFile) -> str:
    names = {plain_name(name): name for name in reversed(config.reading.names)}
    return next((names[name] for name in ID_NAMES if name in names), "")

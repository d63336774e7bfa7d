"""How an index looks in Elasticsearch.

A document is a row: `id`, `index`, `version`, `pos` (its position), `f` (values as they are searched and sorted: text
folded), `o` (text as it was), `w` (words of text), `all` (words of all texts together), and `sessions`, one element for
each session that says something of the row, with `f`, `o`, `w` of its own. No name of a session is ever a field's name.
"""

from collections.abc import Iterable
from typing import Any

from al_core.metadata.fields import SESSION_FIELDS, SESSION_MARK, Field, FieldType
from al_core.metadata.query import MAX_PAGE

#: Fields that an index may have in Elasticsearch; text needs three of them.
_MOST_FIELDS = 20_000
#: Rows that a search reaches by their number: a page behind as many rows, and one row more that tells of a next page.
LARGEST_WINDOW = 2 * MAX_PAGE + 1
_WORDS: dict[str, Any] = {"type": "text", "analyzer": "whitespace", "norms": False}
_KEYWORD: dict[str, Any] = {"type": "keyword"}
_ORIGINAL: dict[str, Any] = {"type": "keyword", "index": False}
_PLAIN: dict[FieldType, dict[str, Any]] = {
    FieldType.INTEGER: {"type": "long"},
    FieldType.NUMBER: {"type": "double"},
    FieldType.BOOLEAN: {"type": "boolean"},
    FieldType.TIME: {"type": "date", "format": "epoch_millis"},
}


def settings_for(n_shards: int) -> dict[str, Any]:
    """Return the settings of a new index, as it is while it is filled."""
    return {
        "number_of_shards": n_shards,
        "auto_expand_replicas": "0-1",
        "refresh_interval": "-1",
        "max_result_window": LARGEST_WINDOW,
        "mapping.total_fields.limit": _MOST_FIELDS,
        "mapping.nested_objects.limit": 10_000,
        "max_terms_count": 65_536,
    }


#: What changes once an index is filled: it is searched from then on.
SETTINGS_WHEN_FILLED: dict[str, Any] = {"refresh_interval": "1s"}


def mappings_for(fields: Iterable[Field], meta: dict[str, Any]) -> dict[str, Any]:
    """Return the mapping of an index with these fields; anything else in a document is refused."""
    return {
        "dynamic": "strict",
        "_meta": meta,
        "properties": {
            "id": _KEYWORD,
            "index": _KEYWORD,
            "version": {"type": "keyword", "index": False, "doc_values": False},
            "pos": {"type": "geo_point"},
            "all": _WORDS,
            "sessions": {"type": "nested", "dynamic": "strict", "properties": _sessions()},
            **properties_of(fields),
        },
    }


def properties_of(fields: Iterable[Field], *, copies: bool = True) -> dict[str, Any]:
    """Return `f`, `o` and `w` for fields; with `copies`, words count among `all` too."""
    known = list(fields)
    texts = [field.name for field in known if field.type is FieldType.STRING]
    words = {**_WORDS, "copy_to": "all"} if copies else _WORDS
    return {
        "f": _object({field.name: _PLAIN.get(field.type, _KEYWORD) for field in known}),
        "o": _object(dict.fromkeys(texts, _ORIGINAL)),
        "w": _object(dict.fromkeys(texts, words)),
    }


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"dynamic": "strict", "properties": properties}


def _sessions() -> dict[str, Any]:
    fields = (Field(field.name.removeprefix(SESSION_MARK), field.type) for field in SESSION_FIELDS)
    return {"session": _KEYWORD, "push": _KEYWORD, **properties_of(fields, copies=False)}

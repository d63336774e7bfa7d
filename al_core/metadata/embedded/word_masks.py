"""Which rows have words: as they were imported, with what was changed since, and with what a session says."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from al_core.metadata.embedded.numbers import Mask, NumberColumn
from al_core.metadata.embedded.table import Table
from al_core.metadata.embedded.texts import Column, Search
from al_core.metadata.embedded.word_search import (
    edits_allowed,
    finding,
    finding_any,
    groups_of,
    similar_words,
    vocabulary_of,
)
from al_core.metadata.fields import SESSION_MARK, FieldType
from al_core.metadata.query import Words

#: What a session says in words, and who says it; they take part where no field is named.
SESSION_TEXTS = ("@comment", "@annotator")


class _Vocabulary:
    """The different words of a column."""

    def __init__(self, words: pl.Series) -> None:
        self.words = words
        self.n_bytes = int(words.estimated_size())


def words_mask(table: Table, words: Words) -> Mask:
    """Return the rows in which the words occur, see `Words`."""
    groups = groups_of(words)
    if not groups:
        return np.zeros(table.n_rows, dtype=bool)
    mask = np.ones(table.n_rows, dtype=bool)
    for number, group in enumerate(groups, start=1):
        goes_on = words.is_prefix and number == len(groups)
        mask &= _group_mask(table, words, group, goes_on)
    return mask


def text_fields(table: Table) -> list[str]:
    """Return the fields in which words are looked for where none is named."""
    own = [field.name for field in table.schema if field.type is FieldType.STRING]
    return own + (list(SESSION_TEXTS) if table.session is not None else [])


def _group_mask(table: Table, words: Words, group: Sequence[str], goes_on: bool) -> Mask:
    """Return the rows in which one field has a word, or a phrase."""
    edits = edits_allowed(group[0], words.edits) if len(group) == 1 and not goes_on else 0
    mask = np.zeros(table.n_rows, dtype=bool)
    for name in text_fields(table) if words.field is None else [words.field]:
        key = ("words", name, tuple(group), goes_on, edits, table.stamp_of(name))
        mask |= table.kept(key, lambda name=name: _field_mask(table, name, group, goes_on, edits))  # type: ignore[misc]
    return mask


def _field_mask(table: Table, name: str, group: Sequence[str], goes_on: bool, edits: int) -> Mask:
    if name.startswith(SESSION_MARK):
        column = table.column(name)
        return _search(table, name, column, group, goes_on, edits) if column else np.zeros(table.n_rows, dtype=bool)
    if name not in table.schema.names:
        return np.zeros(table.n_rows, dtype=bool)
    key = ("unchanged words", name, tuple(group), goes_on, edits)
    column = table.unchanged_column(name)
    mask: Mask = table.kept(key, lambda: _search(table, name, column, group, goes_on, edits))
    changed = table.changed(name)
    if changed is None:
        return mask
    mask = mask.copy()
    mask[changed.rows] = False
    mask[_changed_rows(table, name, group, goes_on, edits)] = True
    return mask


def _search(table: Table, name: str, column: Column, group: Sequence[str], goes_on: bool, edits: int) -> Mask:
    if isinstance(column, NumberColumn):
        raise TypeError(f"{name} holds no text.")
    search: Search = finding(group, goes_on)
    if edits:
        stamp = table.stamp_of(name) if name.startswith(SESSION_MARK) else None
        known = table.kept(("vocabulary", name, stamp), lambda: _Vocabulary(vocabulary_of(column)))
        search = finding_any(similar_words(known.words, group[0], edits))
    return column.found(search)


def _changed_rows(table: Table, name: str, group: Sequence[str], goes_on: bool, edits: int) -> np.ndarray:
    """Return the rows whose changed text has the words."""
    changes = table.catalog.changes
    if edits:
        known = table.kept(
            ("changed vocabulary", table.stamp_of(name)),
            lambda: _Vocabulary(pl.Series(changes.vocabulary(), dtype=pl.String)),
        )
        similar = similar_words(known.words, group[0], edits)
        expressions = [
            " OR ".join(f'"{one}"' for one in similar[start : start + 100]) for start in range(0, len(similar), 100)
        ]
    else:
        expressions = ['"' + " ".join(group) + '"' + (" *" if goes_on else "")]
    found = [table.identities.find(changes.find_words(name, one)["id"]) for one in expressions]
    rows = np.concatenate([np.empty(0, dtype=np.int64), *found])
    return rows[rows >= 0]

"""What was changed in single rows of an index, and fields that were added: an SQLite database beside the rows.

Changes are told by id, so they outlast a new generation of the rows. Each has a number that only grows; the version of
a row is the number of its last change.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from al_core.errors import QueryError
from al_core.metadata.catalog.layout import CHANGES, ID_FIELD, require_name
from al_core.metadata.catalog.values import is_unicode, storable, to_text
from al_core.metadata.fields import Field, FieldType, Schema
from al_core.metadata.results import Outcome, Patch
from al_core.metadata.words import spaced
from al_core.storage.database import connected, transaction

#: Version of a row that was never changed.
UNCHANGED = "0"
_MIGRATIONS = (
    """
    CREATE TABLE field (name TEXT PRIMARY KEY, content TEXT NOT NULL, added_utc TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE row (
        id TEXT PRIMARY KEY, version INTEGER NOT NULL, mirrored INTEGER NOT NULL DEFAULT 0, changed_utc TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE UNIQUE INDEX row_version ON row (version);
    CREATE INDEX row_waiting ON row (version) WHERE mirrored = 0;
    CREATE TABLE value (
        number INTEGER PRIMARY KEY, id TEXT NOT NULL, field TEXT NOT NULL, content TEXT NOT NULL, UNIQUE (id, field)
    );
    CREATE INDEX value_field ON value (field);
    CREATE TABLE changed_field (name TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;
    CREATE VIRTUAL TABLE words USING fts5 (content, tokenize = 'ascii');
    CREATE TABLE counter (number INTEGER NOT NULL);
    INSERT INTO counter VALUES (0);
    """,
)

_SET_VALUE = (
    "INSERT INTO value (id, field, content) VALUES (?, ?, ?) "
    "ON CONFLICT (id, field) DO UPDATE SET content = excluded.content RETURNING number"
)


@dataclass(frozen=True)
class Change:
    """All that was ever changed in one row: `values` by field, None for one that was removed."""

    row_id: str
    version: str
    values: dict[str, Any]


class Changes:
    """The database of an index; every call opens it anew, so it may be shared by threads."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / CHANGES

    @property
    def n_bytes(self) -> int:
        """Size on disk."""
        return sum(path.stat().st_size for path in self._path.parent.glob(CHANGES + "*"))

    def stamp(self) -> int:
        """Return a number that grows with every change and added field; 0 where there never was one."""
        if not self._path.exists():
            return 0
        with self._connected() as database:
            return int(database.execute("SELECT number FROM counter").fetchone()[0])

    def fields(self) -> list[Field]:
        """Return the fields that were added, oldest first."""
        if not self._path.exists():
            return []
        with self._connected() as database:
            found = database.execute("SELECT content FROM field ORDER BY added_utc, name").fetchall()
        return [Field.from_dict(json.loads(row["content"])) for row in found]

    def add_fields(self, fields: Sequence[Field], schema: Schema) -> None:
        """Add fields; nothing where one is there already with the same type.

        Raises
        ------
        QueryError
            If a name is taken by another type; then none is added.
        """
        for field in fields:
            require_name(field.name)
            if field.name in schema and schema[field.name].type != field.type:
                raise QueryError(f"Field {field.name!r} is {schema[field.name].type} already, not {field.type}.")
        new = [field for field in fields if field.name not in schema]
        if not new:
            return
        now = datetime.now(UTC).isoformat()
        with self._connected() as database, transaction(database):
            rows = [(field.name, json.dumps(field.to_dict()), now) for field in new]
            database.executemany("INSERT OR IGNORE INTO field VALUES (?, ?, ?)", rows)
            database.execute("UPDATE counter SET number = number + 1")

    def patch(
        self, patches: Sequence[Patch], schema: Schema, are_known: Callable[[list[str]], set[str]]
    ) -> list[Outcome]:
        """Change rows, each for itself; what is returned is on disk.

        Parameters
        ----------
        patches : sequence of Patch
        schema : Schema
            Fields that may be changed.
        are_known : callable
            Takes ids and returns those that the index has.
        """
        known = are_known([patch.row_id for patch in patches])
        words = _words_of(patches)
        with self._connected() as database, transaction(database):
            return [self._patch_one(database, patch, schema, known, words) for patch in patches]

    def _patch_one(
        self, database: sqlite3.Connection, patch: Patch, schema: Schema, known: set[str], words: dict[str, str]
    ) -> Outcome:
        if patch.row_id not in known:
            return Outcome(patch.row_id, None, "There is no row of this id.")
        found = database.execute("SELECT version FROM row WHERE id = ?", (patch.row_id,)).fetchone()
        current = str(found[0]) if found else UNCHANGED
        if patch.version is not None and patch.version != current:
            error = (
                f"The row was changed by somebody else: it has version {current}, not {patch.version}. Read it again."
            )
            return Outcome(patch.row_id, current, error, is_conflict=True)
        try:
            values = {name: _checked(schema, name, value) for name, value in patch.values.items()}
        except QueryError as error:
            return Outcome(patch.row_id, current, str(error))
        return Outcome(patch.row_id, str(_store(database, patch.row_id, values, words)))

    def versions(self, ids: Sequence[str]) -> dict[str, str]:
        """Return the version of those rows that were ever changed."""
        found: dict[str, str] = {}
        if self._path.exists():
            with self._connected() as database:
                for part in _parts(ids):
                    marks = ", ".join("?" * len(part))
                    rows = database.execute(f"SELECT id, version FROM row WHERE id IN ({marks})", part)
                    found |= {row["id"]: str(row["version"]) for row in rows}
        return found

    def n_rows(self) -> int:
        """Return how many rows were ever changed."""
        if not self._path.exists():
            return 0
        with self._connected() as database:
            return int(database.execute("SELECT count(*) FROM row").fetchone()[0])

    def field_stamps(self) -> dict[str, int]:
        """Return which fields were ever changed, with the number of the last change of each."""
        if not self._path.exists():
            return {}
        with self._connected() as database:
            return {str(row[0]): int(row[1]) for row in database.execute("SELECT name, number FROM changed_field")}

    def column(self, field: Field) -> pl.DataFrame:
        """Return `id` and `value` of every row in which a field was changed; null where it was removed."""
        rows: list[tuple[str, str]] = []
        if self._path.exists():
            with self._connected() as database:
                found = database.execute("SELECT id, content FROM value WHERE field = ?", (field.name,))
                rows = [(row[0], row[1]) for row in found]
        values = [_value_of(field, content) for _, content in rows]
        kind = pl.Int64() if field.type is FieldType.TIME else field.type.dtype
        value = pl.Series("value", values, dtype=kind).cast(field.type.dtype)
        return pl.DataFrame([pl.Series("id", [one for one, _ in rows], dtype=pl.String), value])

    def find_words(self, field: str | None, expression: str) -> pl.DataFrame:
        """Return `id` and `field` of changed texts that match an expression of FTS5 over words of `words.spaced`."""
        if not self._path.exists():
            return pl.DataFrame(schema={"id": pl.String, "field": pl.String})
        asked = "SELECT value.id, value.field FROM words JOIN value ON value.number = words.rowid WHERE words MATCH ?"
        with self._connected() as database:
            rows = database.execute(asked, (expression,)).fetchall()
        found = [(row[0], row[1]) for row in rows if field is None or row[1] == field]
        return pl.DataFrame(found, schema={"id": pl.String, "field": pl.String}, orient="row")

    def vocabulary(self) -> list[str]:
        """Return every word of changed texts once."""
        if not self._path.exists():
            return []
        with self._connected() as database:
            database.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.terms USING fts5vocab (main, words, row)")
            return [str(row[0]) for row in database.execute("SELECT term FROM terms")]

    def waiting(self, limit: int = 1000, after: int = 0) -> list[Change]:
        """Return changes that were not mirrored yet, in their order; `after` is the version of the last one seen."""
        if not self._path.exists():
            return []
        with self._connected() as database:
            asked = "SELECT id, version FROM row WHERE mirrored = 0 AND version > ? ORDER BY version LIMIT ?"
            return [_change(database, row) for row in database.execute(asked, (after, limit)).fetchall()]

    def n_waiting(self) -> int:
        """Return how many rows have changes that were not mirrored yet."""
        if not self._path.exists():
            return 0
        with self._connected() as database:
            return int(database.execute("SELECT count(*) FROM row WHERE mirrored = 0").fetchone()[0])

    def mark_mirrored(self, versions: Iterable[tuple[str, str]]) -> None:
        """Note that rows were mirrored: id and version; one that was changed again meanwhile waits on."""
        with self._connected() as database, transaction(database):
            rows = [(one, int(version)) for one, version in versions]
            database.executemany("UPDATE row SET mirrored = 1 WHERE id = ? AND version = ?", rows)

    def mark_unmirrored(self) -> None:
        """Let every change wait again, as for a mirror that is made anew."""
        if self._path.exists():
            with self._connected() as database, transaction(database):
                database.execute("UPDATE row SET mirrored = 0")

    def _connected(self) -> Any:
        return connected(self._path, _MIGRATIONS)


def _checked(schema: Schema, name: str, value: Any) -> Any:
    if name == ID_FIELD.name or name not in schema.names:
        raise QueryError(f"There is no field {name!r} that could be changed.")
    return storable(schema[name], value)


def _store(database: sqlite3.Connection, row_id: str, values: dict[str, Any], words: dict[str, str]) -> int:
    """Store the values of a row; return its new version."""
    number = int(database.execute("UPDATE counter SET number = number + 1 RETURNING number").fetchone()[0])
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    database.execute(
        "INSERT INTO row VALUES (?, ?, 0, ?) ON CONFLICT (id) DO UPDATE SET version = excluded.version, mirrored = 0, "
        "changed_utc = excluded.changed_utc",
        (row_id, number, now),
    )
    for name, value in values.items():
        place = database.execute(_SET_VALUE, (row_id, name, to_text(value))).fetchone()[0]
        database.execute("INSERT OR REPLACE INTO changed_field VALUES (?, ?)", (name, number))
        database.execute("DELETE FROM words WHERE rowid = ?", (place,))
        if isinstance(value, str):
            database.execute("INSERT INTO words (rowid, content) VALUES (?, ?)", (place, words[value]))
    return number


def _words_of(patches: Sequence[Patch]) -> dict[str, str]:
    """Return the words of every text that patches bring, as `words.spaced` separates them."""
    texts = {value for patch in patches for value in patch.values.values() if isinstance(value, str)}
    sound = [text for text in texts if text.isascii() or is_unicode(text)]
    frame = pl.DataFrame({"text": sound}, schema={"text": pl.String})
    return dict(frame.select("text", words=spaced(pl.col("text"))).rows())


def _change(database: sqlite3.Connection, row: sqlite3.Row) -> Change:
    found = database.execute("SELECT field, content FROM value WHERE id = ?", (row["id"],)).fetchall()
    return Change(row["id"], str(row["version"]), {one["field"]: json.loads(one["content"]) for one in found})


def _value_of(field: Field, content: str) -> Any:
    """Return the stored value; None where it does not fit, as after an import that gave the field another type."""
    value = json.loads(content)
    try:
        return value if field.type is FieldType.TIME and isinstance(value, int) else storable(field, value)
    except QueryError:
        return None


def _parts(ids: Sequence[str], size: int = 500) -> Iterable[list[str]]:
    return (list(ids[start : start + size]) for start in range(0, len(ids), size))

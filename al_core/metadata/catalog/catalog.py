"""Reading an index: one generation of its rows, with what was changed since."""

import shutil
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock
from uuid import uuid4

import polars as pl

from al_core.errors import MetadataError
from al_core.metadata.catalog.changes import UNCHANGED, Changes
from al_core.metadata.catalog.identities import Identities
from al_core.metadata.catalog.layout import (
    BUILD,
    CELL,
    ID_FIELD,
    INDICES,
    MANIFEST,
    RANK,
    Manifest,
    folder_of,
    read_manifest,
    rejected_file,
    rows_file,
)
from al_core.metadata.fields import Field, Schema
from al_core.metadata.results import Outcome, Patch


class Catalog:
    """One generation of an index; changes are those of the moment of the call.

    Attributes
    ----------
    name : str
    manifest : Manifest
    changes : Changes
    token : str
        Different for whatever was opened apart; names what is kept in memory of it.
    """

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder, self.name, self.manifest = folder, manifest.name, manifest
        self.changes = Changes(folder)
        self.token = uuid4().hex
        self._lock = Lock()
        self._schema: tuple[int, Schema] | None = None

    @classmethod
    def open(cls, workspace: Path, name: str) -> "Catalog":
        """Open the newest generation.

        Raises
        ------
        MetadataError
            If there is no such index, or its manifest cannot be read.
        """
        folder = folder_of(workspace, name)
        manifest = read_manifest(folder)
        if manifest is None:
            raise MetadataError(f"There is no index {name!r}.")
        return cls(folder, manifest)

    @property
    def n_rows(self) -> int:
        """Rows of the index."""
        return self.manifest.n_rows

    @property
    def rows_path(self) -> Path:
        """File of the rows: `id`, fields, `RANK`, `CELL`, as `layout.columns_of` says; without changes."""
        return rows_file(self.folder, self.manifest.generation)

    @property
    def rejected_path(self) -> Path:
        """CSV file of the rejected rows: source, row, reason."""
        return rejected_file(self.folder, self.manifest.generation)

    @property
    def stamp(self) -> tuple[int, int]:
        """Generation, and a number that grows with every change."""
        return self.manifest.generation, self.changes.stamp()

    @property
    def schema(self) -> Schema:
        """Fields: `id`, those that were imported, those that were added."""
        stamp = self.changes.stamp()
        kept = self._schema
        if kept is None or kept[0] != stamp:
            own = {field.name: field for field in self.manifest.fields}
            added = [field for field in self.changes.fields() if field.name not in own]
            kept = self._schema = (stamp, Schema([*self.manifest.fields, *added]))
        return kept[1]

    @property
    def n_bytes(self) -> int:
        """Size on disk of this generation and the changes."""
        files = (self.rows_path, self.rejected_path, self.folder / MANIFEST)
        return sum(path.stat().st_size for path in files if path.exists()) + self.changes.n_bytes

    @property
    def identities(self) -> Identities:
        """Ids in memory, read when they are first asked for."""
        with self._lock:
            return self._identities

    @cached_property
    def _identities(self) -> Identities:
        return Identities.read(self.rows_path)

    def scan(self, columns: Sequence[str] | None = None, *, with_changes: bool = True) -> pl.LazyFrame:
        """Return all rows lazily: `id`, columns (None: every field), `RANK`, `CELL`; in the order of cells."""
        schema = self.schema
        names = [name for name in (schema.names if columns is None else columns) if name != ID_FIELD.name]
        rows = pl.scan_parquet(self.rows_path)
        stored = {field.name for field in self.manifest.fields}
        missing = [pl.lit(None, dtype=schema[name].type.dtype).alias(name) for name in names if name not in stored]
        rows = rows.with_columns(missing).select(ID_FIELD.name, *names, RANK, CELL)
        if with_changes:
            for name in set(names) & set(self.changes.field_stamps()):
                changed = self.changes.column(schema[name]).lazy().with_columns(is_changed=pl.lit(value=True))
                rows = rows.join(changed, on=ID_FIELD.name, how="left", maintain_order="left")
                value = pl.when(pl.col("is_changed")).then(pl.col("value")).otherwise(pl.col(name))
                rows = rows.with_columns(value.alias(name)).drop("value", "is_changed")
        return rows

    def get(self, ids: Sequence[str], columns: Sequence[str] | None = None) -> pl.DataFrame:
        """Return rows in the order asked for: `id`, `version`, columns; unknown ids are left out."""
        rows = self.scan(columns).filter(pl.col(ID_FIELD.name).is_in(list(ids))).drop(RANK, CELL).collect()
        asked = pl.DataFrame([pl.Series(ID_FIELD.name, ids, dtype=pl.String)])
        found = asked.join(rows, on=ID_FIELD.name, how="inner", maintain_order="left")
        versions = self.changes.versions(found[ID_FIELD.name].to_list())
        version = [versions.get(one, UNCHANGED) for one in found[ID_FIELD.name]]
        return found.insert_column(1, pl.Series("version", version, dtype=pl.String))

    def patch(self, patches: Sequence[Patch]) -> list[Outcome]:
        """Change fields of rows, each row for itself; what is returned is on disk."""
        return self.changes.patch(patches, self.schema, self._known)

    def add_fields(self, fields: Sequence[Field]) -> None:
        """Add fields that no row has a value of yet; QueryError where a name is taken by another type."""
        self.changes.add_fields(fields, self.schema)

    def rejected(self, limit: int | None = None) -> pl.DataFrame:
        """Return the rows that were not taken: source, row, reason."""
        return pl.read_csv(
            self.rejected_path,
            n_rows=limit,
            schema={"source": pl.String, "row": pl.String, "reason": pl.String},
        )

    def _known(self, ids: list[str]) -> set[str]:
        rows = self.identities.find(ids)
        return {one for one, row in zip(ids, rows, strict=True) if row >= 0}


class Catalogs:
    """The indices of a workspace; a catalog is opened once for each generation, so its ids are in memory once."""

    def __init__(self, workspace: Path) -> None:
        self.workspace = workspace
        self._lock = Lock()
        self._open: dict[str, tuple[tuple[int, ...], Catalog]] = {}

    def names(self) -> list[str]:
        """Return the names of all indices that were published, sorted."""
        return sorted(path.parent.name for path in (self.workspace / INDICES).glob(f"*/{MANIFEST}"))

    def open(self, name: str) -> Catalog:
        """Return the newest generation of an index.

        Raises
        ------
        MetadataError
            If there is no such index, or its manifest cannot be read.
        """
        path = folder_of(self.workspace, name) / MANIFEST
        try:
            found = path.stat()
        except OSError as error:
            raise MetadataError(f"There is no index {name!r}.") from error
        stamp = (found.st_mtime_ns, found.st_ino, found.st_size)
        with self._lock:
            kept = self._open.get(name)
            if kept is None or kept[0] != stamp:
                kept = self._open[name] = (stamp, Catalog.open(self.workspace, name))
            return kept[1]

    def unfinished(self) -> list[str]:
        """Return the names of indices whose import was interrupted or goes on, sorted."""
        return sorted(path.parent.name for path in (self.workspace / INDICES).glob(f"*/{BUILD}") if path.is_dir())

    def remove(self, name: str) -> None:
        """Remove an index with its changes, the manifest first; nothing where there is none."""
        folder = folder_of(self.workspace, name)
        (folder / MANIFEST).unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)
        with self._lock:
            self._open.pop(name, None)

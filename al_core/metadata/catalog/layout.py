"""The folder of an index: names of its files, and the manifest that says which of them count."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl

from al_core import __version__
from al_core.errors import MetadataError
from al_core.files import write_durably
from al_core.metadata.fields import Field, FieldType, Schema

INDICES = "indices"
MANIFEST = "manifest.json"
CHANGES = "changes.db"
BUILD = "build"
SCHEMA_VERSION = 1

#: First field of every index: the name of the spectrum, unique in the index.
ID_FIELD = Field("id", FieldType.STRING, description="name of the spectrum: its file without extensions")
#: Longest id, bytes of UTF-8.
MAX_ID_BYTES = 500
#: Hidden column: rank of the id among all of the index, in the order of its bytes.
RANK = "_ord"
#: Hidden column: HEALPix cell, null where a row has no position. Rows are in the order of cells, then of ids.
CELL = "_hpx"


@dataclass(frozen=True)
class Source:
    """Where rows of an index came from, and how many it had, rejected ones too."""

    name: str
    n_rows: int


@dataclass(frozen=True)
class Manifest:
    """What an index is; `generation` counts how often its rows were made anew, from 1."""

    name: str
    generation: int
    fields: tuple[Field, ...]
    sources: tuple[Source, ...]
    n_rows: int
    n_rejected: int
    created_utc: str

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        head = {"schema_version": SCHEMA_VERSION, "software_version": __version__}
        body = {name: getattr(self, name) for name in ("name", "generation", "n_rows", "n_rejected", "created_utc")}
        lists = {"fields": [one.to_dict() for one in self.fields], "sources": [asdict(one) for one in self.sources]}
        return head | body | lists

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> "Manifest":
        """Return the manifest that `to_dict` described; raises KeyError, TypeError or ValueError for anything else."""
        return cls(
            **{name: stored[name] for name in ("name", "generation", "n_rows", "n_rejected", "created_utc")},
            fields=tuple(Field.from_dict(one) for one in stored["fields"]),
            sources=tuple(Source(**one) for one in stored["sources"]),
        )


def folder_of(workspace: Path, name: str) -> Path:
    """Return the folder of an index.

    Raises
    ------
    MetadataError
        If the name would lead elsewhere.
    """
    if not name or name != Path(name).name or name.startswith(".") or "\\" in name or "\0" in name:
        raise MetadataError(f"{name!r} cannot be the name of an index: it becomes the name of a folder.")
    return workspace / INDICES / name


def rows_file(folder: Path, generation: int) -> Path:
    """Return where the rows of a generation stand."""
    return folder / f"rows-{generation:06d}.parquet"


def rejected_file(folder: Path, generation: int) -> Path:
    """Return where the rejected rows of a generation are listed: source, row, reason."""
    return folder / f"rejected-{generation:06d}.csv"


def read_manifest(folder: Path) -> Manifest | None:
    """Return the manifest; None where there is none yet.

    Raises
    ------
    MetadataError
        If it cannot be read.
    """
    path = folder / MANIFEST
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        if stored["schema_version"] > SCHEMA_VERSION:
            raise MetadataError(f"{path} was written by a newer Spectrolabe: start that one.")
        return Manifest.from_dict(stored)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise MetadataError(f"{path} cannot be read ({error}). Import the index again.") from error


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Publish a manifest in one step; what it names must be on disk."""
    write_durably(folder / MANIFEST, json.dumps(manifest.to_dict(), indent=1, ensure_ascii=False).encode())


def columns_of(fields: Schema) -> dict[str, pl.DataType]:
    """Return the columns of the rows file: `id`, fields, hidden ones."""
    own = {field.name: field.type.dtype for field in fields if field.name != ID_FIELD.name}
    return {ID_FIELD.name: pl.String(), **own, RANK: pl.UInt32(), CELL: pl.UInt16()}


def checked_fields(fields: list[Field]) -> tuple[Field, ...]:
    """Return `ID_FIELD` and the fields.

    Raises
    ------
    MetadataError
        If a name comes twice or cannot be one; `id` need not be there, but must be text.
    """
    names = [field.name for field in fields]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise MetadataError(f"Fields come twice: {', '.join(twice)}.")
    for field in fields:
        require_name(field.name)
        if field.name == ID_FIELD.name and field.type is not FieldType.STRING:
            raise MetadataError(f"The field 'id' is the name of the spectrum, text; it cannot be {field.type}.")
    return (ID_FIELD, *(field for field in fields if field.name != ID_FIELD.name))


def require_name(name: str) -> None:
    """Raise MetadataError where a text cannot be the name of a field."""
    plain = name.isascii() and name.replace("_", "a").isalnum() and name == name.lower() and name[0].isalpha()
    if not plain or name == "index" or name == "version":
        raise MetadataError(
            f"{name!r} cannot be the name of a field: it needs lower case letters, digits and _, beginning with a "
            "letter, and neither 'index' nor 'version'."
        )

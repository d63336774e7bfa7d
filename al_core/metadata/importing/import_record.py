"""What an index keeps of its import: from what, how, and whether a pool made it."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from al_core.files import write_durably
from al_core.metadata.catalog import Catalogs
from al_core.metadata.catalog.layout import folder_of
from al_core.metadata.importing.mapping import Mapping

#: Raised when the same file and mapping would give other rows than before.
_VERSION = 1


@dataclass(frozen=True)
class ImportRecord:
    """The import that made a generation of an index.

    Attributes
    ----------
    fingerprint : str
        Of the sources and the mapping.
    sources : tuple of str
        Paths.
    pool : str
        The pool that it was made from, "" if it was made from files.
    mapping : dict
        As `Mapping.to_dict` gives it.
    """

    fingerprint: str
    sources: tuple[str, ...]
    pool: str
    mapping: dict[str, Any]


def fingerprint_of(paths: Sequence[Path], mapping: Mapping, reading: Sequence[object] = ()) -> str:
    """Return what tells an import from others: names, sizes and times of the files, and how they are read."""
    files = [(str(path.resolve()), path.stat().st_size, path.stat().st_mtime_ns) for path in paths]
    content = json.dumps([_VERSION, files, mapping.to_dict(), list(reading)], sort_keys=True, default=str)
    return hashlib.blake2b(content.encode(), digest_size=16).hexdigest()


def write_record(workspace: Path, name: str, generation: int, record: ImportRecord) -> None:
    """Note an import, before its generation is published."""
    folder = folder_of(workspace, name)
    write_durably(folder / _file(generation), json.dumps(asdict(record), indent=1, ensure_ascii=False).encode())


def read_record(workspace: Path, name: str) -> ImportRecord | None:
    """Return the import that made the index as it is; None where that is not known."""
    if name not in Catalogs(workspace).names():
        return None
    generation = Catalogs(workspace).open(name).manifest.generation
    try:
        stored = json.loads((folder_of(workspace, name) / _file(generation)).read_bytes())
        return ImportRecord(**{**stored, "sources": tuple(stored["sources"])})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def forget_older(workspace: Path, name: str, generation: int) -> None:
    """Remove the records of earlier generations."""
    for path in folder_of(workspace, name).glob("import-*.json"):
        if path.name != _file(generation):
            path.unlink(missing_ok=True)


def _file(generation: int) -> str:
    return f"import-{generation:06d}.json"

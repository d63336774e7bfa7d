"""What an import is told, as plain data: the command line and the jobs share it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from al_core.errors import MetadataError
from al_core.metadata.catalog import Catalogs
from al_core.metadata.importing.importing import IndexReport, checked_index_name, import_metadata
from al_core.metadata.importing.mapping import Mapping
from al_core.metadata.importing.pools import index_pool
from al_core.metadata.importing.sources import Reading, Source, open_source
from al_core.metadata.importing.suggesting import suggest
from al_core.progress import Progress, no_progress


@dataclass(frozen=True)
class IndexOrder:
    """An import of metadata.

    Attributes
    ----------
    name : str
        Of the index.
    paths : tuple of str
        Files, all with the same columns; none where a pool is given.
    pool : str
        Name of a pool, "" for files.
    mapping : dict or None
        As `Mapping.to_dict` gives it; None: the one that is suggested.
    separator, encoding : str or None
    names : tuple of str
        Of the columns of a table without header.
    replace : bool
        Whether an index of that name may be replaced.
    """

    name: str
    paths: tuple[str, ...] = ()
    pool: str = ""
    mapping: dict[str, Any] | None = None
    separator: str | None = None
    encoding: str | None = None
    names: tuple[str, ...] = ()
    replace: bool = False

    @property
    def reading(self) -> Reading:
        """How text tables are read."""
        return Reading(self.separator, self.encoding, self.names)

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON can hold: the parameters of a job."""
        return asdict(self) | {"paths": list(self.paths), "names": list(self.names)}

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> "IndexOrder":
        """Return the order that `to_dict` described."""
        known = {key: value for key, value in stored.items() if key in cls.__dataclass_fields__}
        return cls(**{**known, "paths": tuple(known.get("paths", ())), "names": tuple(known.get("names", ()))})


def checked_order(workspace: Path, order: IndexOrder) -> IndexOrder:
    """Return an order that can be carried out, its mapping written out.

    Raises
    ------
    MetadataError
        If a name is not allowed or taken, a file is missing or cannot be read, or the mapping does not fit.
    """
    name = checked_index_name(order.name)
    if not order.replace and name in Catalogs(workspace).names():
        raise MetadataError(f"There is an index {name!r} already. Choose another name, or replace that one.")
    if order.pool:
        return replace(order, name=name)
    mapping = mapping_for(order, opened(order))
    return replace(order, name=name, mapping=mapping.to_dict())


def opened(order: IndexOrder) -> list[Source]:
    """Open the files of an order."""
    if not order.paths:
        raise MetadataError("Nothing is chosen to be imported.")
    return [open_source(Path(path), order.reading) for path in order.paths]


def mapping_for(order: IndexOrder, sources: Sequence[Source]) -> Mapping:
    """Return the mapping of an order, the suggested one where it has none, checked against the sources."""
    mapping = suggest(sources[0]).mapping if order.mapping is None else Mapping.from_dict(order.mapping)
    for source in sources:
        mapping.checked(source.columns)
    return mapping


def carry_out(workspace: Path, order: IndexOrder, progress: Progress = no_progress) -> IndexReport:
    """Make the index; an earlier, interrupted attempt is gone on with.

    Raises
    ------
    MetadataError
        See `import_metadata`.
    """
    if order.pool:
        return index_pool(workspace, order.pool, progress, order.name, replace=order.replace)
    sources = opened(order)
    mapping = mapping_for(order, sources)
    return import_metadata(workspace, order.name, sources, mapping, replace=order.replace, progress=progress)

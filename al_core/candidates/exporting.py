"""All results of a search as a file, however many they are."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from al_core.candidates.files import FORMATS, SUFFIXES, Column, Spool, write_table
from al_core.candidates.files.columns import columns_of, schema_names
from al_core.candidates.names import names_of
from al_core.errors import MetadataError, SessionError
from al_core.files import PART
from al_core.metadata.base import MetadataStore
from al_core.metadata.fields import MAX_CLASSES, SESSION_FIELDS, Field, Schema
from al_core.metadata.language import parse
from al_core.metadata.query import And, Condition, In, Not, Scope, Sort
from al_core.pools import Pool
from al_core.progress import Progress
from al_core.sessions import Session

ZIP = "zip"
#: What a job may be asked for.
ALL_FORMATS = {**FORMATS, ZIP: "ZIP with the spectra"}
#: The name of its file, without its ending.
FILE = "candidates"


@dataclass(frozen=True)
class ExportOrder:
    """What is exported: parameters of the job `export-candidates`, all that JSON can hold.

    Attributes
    ----------
    indices : tuple of str
    q : str
        The search.
    format : str
        A key of `ALL_FORMATS`.
    session : str or None
        Whose labels and predictions count.
    columns : tuple of str or None
        Fields, in order; None: all.
    sort : tuple of (str, bool)
        Fields, and whether the largest comes first.
    only : tuple of str or None
        Ids that were chosen by hand, whatever the search says.
    without : tuple of str
        Ids that were left out by hand.
    """

    indices: tuple[str, ...]
    q: str
    format: str
    session: str | None = None
    columns: tuple[str, ...] | None = None
    sort: tuple[tuple[str, bool], ...] = ()
    only: tuple[str, ...] | None = None
    without: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.format not in ALL_FORMATS:
            raise MetadataError(f"Expected one of the formats {', '.join(ALL_FORMATS)}, found {self.format!r}.")

    def to_dict(self) -> dict[str, Any]:
        """Return the parameters of a job."""
        return asdict(self)

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> "ExportOrder":
        """Return the order that the parameters of a job describe."""
        lists = {name: None if told.get(name) is None else tuple(told[name]) for name in ("columns", "only")}
        return cls(
            indices=tuple(told["indices"]),
            q=str(told["q"]),
            format=str(told["format"]),
            session=told.get("session"),
            sort=tuple((str(name), bool(down)) for name, down in told.get("sort") or ()),
            without=tuple(told.get("without") or ()),
            **lists,
        )


@dataclass(frozen=True)
class Exported:
    """A file that was written: its rows, and spectra that a ZIP lacks."""

    path: Path
    n_rows: int
    n_missing: int


def check_order(order: ExportOrder, store: MetadataStore, session: Session | None) -> int:
    """Return how many rows an export has, before it is begun.

    Raises
    ------
    QueryError
        If the search cannot be read, or names a field that is not there.
    """
    schema = store.schema(order.indices)
    _fields(order, schema, session)
    return store.count(_scope(order), condition_of(order, schema, session))


def export(
    order: ExportOrder,
    store: MetadataStore,
    session: Session | None,
    pool: Pool | None,
    output: Path,
    scratch: Path,
    progress: Progress,
) -> Exported:
    """Collect the rows of a search and write them; memory stays flat.

    Parameters
    ----------
    order : ExportOrder
    store : MetadataStore
    session : Session or None
        The one that the order names.
    pool : Pool or None
        Whose spectra a ZIP has.
    output : Path
        Folder of the file.
    scratch : Path
        Folder for what waits; removed at the end.
    progress : Progress

    Raises
    ------
    ALCoreError
        If the search cannot be read, the backend does not answer, or a ZIP is asked for without a pool.
    """
    if order.format == ZIP and pool is None:
        raise SessionError("A ZIP with spectra needs a session with a pool. Choose one, or export the table alone.")
    path = output / f"{FILE}.{SUFFIXES.get(order.format, ZIP)}"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    try:
        spool = _collected(order, store, session, scratch, progress)
        if order.format == ZIP and pool is not None:
            from al_core.candidates.files.spectra_zip import write_zip

            return Exported(path, spool.n_rows, write_zip(spool, pool, path, progress))
        write_table(spool, path, order.format, FILE, progress)
        return Exported(path, spool.n_rows, 0)
    finally:
        path.with_name(path.name + PART).unlink(missing_ok=True)
        shutil.rmtree(scratch, ignore_errors=True)


def condition_of(order: ExportOrder, schema: Schema, session: Session | None) -> Condition:
    """Return the condition of an order, with what was chosen and left out by hand."""
    if order.only is not None:
        return In("id", order.only)
    condition = parse(order.q, schema, names_of(session))
    return And((condition, Not(In("id", order.without)))) if order.without else condition


def _collected(
    order: ExportOrder, store: MetadataStore, session: Session | None, scratch: Path, progress: Progress
) -> Spool:
    schema = store.schema(order.indices)
    columns = _columns(order, schema, session)
    scope, condition = _scope(order), condition_of(order, schema, session)
    total = store.count(scope, condition)
    spool = Spool(scratch, columns)
    sort = tuple(Sort(name, down) for name, down in order.sort)
    progress(0, total, "Collecting rows")
    for frame in store.all_rows(scope, condition, schema_names(columns, schema), sort):
        spool.append(frame)
        progress(min(spool.n_taken, total), total, "Collecting rows")
    spool.finish()
    return spool


def _scope(order: ExportOrder) -> Scope:
    return Scope(order.indices, order.session)


def _columns(order: ExportOrder, schema: Schema, session: Session | None) -> list[Column]:
    return columns_of(_fields(order, schema, session), names_of(session), has_index=len(order.indices) > 1)


def _fields(order: ExportOrder, schema: Schema, session: Session | None) -> Sequence[Field]:
    if order.columns is not None:
        return [schema[name] for name in dict.fromkeys(order.columns)]
    n_classes = 0 if session is None else min(len(session.classes), MAX_CLASSES)
    unused = {f"@p{number}" for number in range(n_classes, MAX_CLASSES)}
    own = [] if session is None else [field for field in SESSION_FIELDS if field.name not in unused]
    return [*(field for field in schema if not field.name.startswith("_")), *own]

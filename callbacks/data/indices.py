"""Metadata: what a table's columns become, and the import that makes an index of them."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dash import ALL, Dash, Input, Output, State, no_update

from al_core.errors import ALCoreError, LibraryError, MetadataError
from al_core.library.names import suggested_name
from al_core.library.recognition import recognize
from al_core.metadata.fields import Field, FieldType
from al_core.metadata.importing import MappedColumn, Mapping, Reading, Source, open_source, preview, suggest
from al_core.metadata.importing.importing import rejected_rows
from al_core.metadata.importing.orders import IndexOrder, checked_order
from al_core.metadata.results import IndexInfo
from callbacks import ids
from callbacks.access import current_user
from callbacks.data import choosing
from callbacks.messages import beside, message_of
from pages._components.data_indices import LEAVE_OUT, MappedRow, index_detail, index_form, mapping_form
from pages._components.states import error_text
from pages._components.toasts import toast

if TYPE_CHECKING:
    from al_core.services import Services

Shown = dict[str, Any]
#: Rejected rows that the page lists, and characters of an example.
MOST_REJECTED, EXAMPLE = 100, 40


def register(app: Dash, services: "Services") -> None:
    """Register the callbacks."""

    @app.callback(
        Output(ids.DATA_INDEX_MAPPING, "children"),
        Input(ids.DATA_INDEX_FILE_SELECT, "value"),
        Input(ids.DATA_INDEX_NAMES_INPUT, "value"),
        Input(ids.DATA_INDEX_ENCODING_SELECT, "value"),
        State(ids.DATA_SHOWN_STORE, "data"),
    )
    def show_mapping(path: str | None, names: str, encoding: str, shown: Shown) -> Any:
        try:
            return mapping(services, shown, path or "", names, encoding)
        except (ALCoreError, OSError) as error:
            return error_text(message_of(error))

    @app.callback(
        Output(ids.DATA_SHOWN_STORE, "data", allow_duplicate=True),
        Output(ids.DATA_CHANGED_STORE, "data", allow_duplicate=True),
        Output(ids.TOAST_STORE, "data", allow_duplicate=True),
        Input(ids.DATA_INDEX_BUTTON, "n_clicks"),
        State(ids.DATA_SHOWN_STORE, "data"),
        State(ids.DATA_CHANGED_STORE, "data"),
        State(ids.DATA_INDEX_NAME_INPUT, "value"),
        State(ids.DATA_INDEX_FILE_SELECT, "value"),
        State(ids.DATA_INDEX_NAMES_INPUT, "value"),
        State(ids.DATA_INDEX_ENCODING_SELECT, "value"),
        State(ids.DATA_INDEX_MISSING_INPUT, "value"),
        State(ids.DATA_INDEX_REPLACE_CHECK, "value"),
        State({"type": "data-index-id", "part": ALL}, "value"),
        State({"type": "data-index-field", "number": ALL, "column": ALL}, "value"),
        State({"type": "data-index-type", "number": ALL, "column": ALL}, "value"),
        prevent_initial_call=True,
    )
    @beside(ids.DATA_INDEX_ERROR)
    def begin(n: int | None, shown: Shown, changed: int, name: str, *form: Any) -> Any:
        if not n:
            return no_update, no_update, no_update
        job_id = submit(services, shown, name, *form)
        return {"kind": "job", "name": job_id}, changed + 1, toast(f"Import of {name.strip()} begun", kind="plain")


def infos(services: "Services") -> list[IndexInfo]:
    """Return all indices; one that cannot be read is left out."""
    catalogs = services.catalogs
    found = []
    for name in catalogs.names():
        try:
            catalog = catalogs.open(name)
        except (ALCoreError, OSError):
            continue
        about = catalog.manifest
        origin = tuple(source.name for source in about.sources)
        found.append(IndexInfo(name, about.n_rows, about.n_rows, 0, catalog.n_bytes, about.created_utc, origin))
    return found


def index(services: "Services", name: str) -> Any:
    """Return an index with its fields and what was rejected."""
    info = next((one for one in infos(services) if one.name == name), None)
    if info is None:
        raise MetadataError(f"There is no index {name!r} any more.")
    catalog = services.catalogs.open(name)
    n_rejected = catalog.manifest.n_rejected
    return index_detail(info, list(catalog.schema), rejected_rows(catalog.rejected_path, MOST_REJECTED), n_rejected)


def form(services: "Services", shown: Shown) -> Any:
    """Return the form for the tables of a choice."""
    choice = shown.get("choice") or {}
    files = offered(services, choice)
    if not files:
        raise LibraryError("There is no table in this choice.")
    name = Path(choosing.name_of(services, choice)).name
    return index_form(files, suggested_name(name.split(".")[0] or name))


def offered(services: "Services", choice: Shown) -> list[dict[str, str]]:
    """Return the files of a choice that may be tables of metadata."""
    paths = choosing.paths_of(services, choice)
    found = [path for path in paths if path.is_file()] or list(recognize(paths).lists)
    return [{"label": path.name, "value": str(path)} for path in found]


def opened(services: "Services", shown: Shown, path: str, names: str, encoding: str) -> tuple[Source, Reading]:
    """Open a chosen table, if it is one of those that were offered: the browser may send anything."""
    if path not in {one["value"] for one in offered(services, shown.get("choice") or {})}:
        raise LibraryError("This table is not there any more. Choose it again.")
    given = tuple(name.strip() for name in (names or "").split(",") if name.strip())
    reading = Reading(None, encoding or None, given)
    return open_source(Path(path), reading), reading


def mapping(services: "Services", shown: Shown, path: str, names: str, encoding: str) -> Any:
    """Return the suggested mapping for the person to confirm."""
    source, _ = opened(services, shown, path, names, encoding)
    found = suggest(source)
    first = next(iter(source.batches())).frame.head(50)
    examples = {
        name: next((str(one)[:EXAMPLE] for one in first[name] if one not in (None, "")), "") for name in first.columns
    }
    rows = [
        MappedRow(one.source, examples.get(one.source, ""), one.field, one.source in examples)
        for one in found.mapping.columns
    ]
    reasons = preview(source, found.mapping)[1] if found.mapping.id_from else ()
    label = f"Recognized: {source.label}{', ' + found.survey if found.survey else ''}."
    return mapping_form(label, rows, found.mapping.id_from, found.notes, reasons)


def submit(
    services: "Services",
    shown: Shown,
    name: str,
    path: str,
    names: str,
    encoding: str,
    missing: str,
    is_replacing: bool,
    id_from: Sequence[str | None],
    field_names: Sequence[str],
    field_types: Sequence[str],
) -> str:
    """Check the form, submit the job and return its id; `id_from` holds the choice of one selection."""
    source, reading = opened(services, shown, path or "", names, encoding)
    known = suggest(source).mapping.columns
    if len(known) != len(field_names):
        raise LibraryError("The columns have changed. Look through them again.")
    columns = tuple(
        MappedColumn(one.source, _field(one, told, kind))
        for one, told, kind in zip(known, field_names, field_types, strict=True)
    )
    chosen = Mapping(columns, next(filter(None, id_from), "")).with_missing((missing or "").split(","))
    order = IndexOrder(
        name=name or "",
        paths=(path,),
        mapping=chosen.to_dict(),
        encoding=reading.encoding,
        names=reading.names,
        replace=bool(is_replacing),
    )
    checked = checked_order(services.settings.workspace, order)
    return services.jobs.submit("index", f"Index {checked.name}", checked.to_dict(), owner=current_user()).job_id


def _field(column: MappedColumn, name: str, kind: str) -> Field | None:
    """Return the field that a person confirmed or changed; None: leave out."""
    if kind == LEAVE_OUT:
        return None
    if not (name or "").strip():
        raise MetadataError(f"Column {column.source!r} needs the name of a field, or must be left out.")
    known = column.field or Field(name, FieldType(kind), original=column.source)
    return replace(known, name=name.strip(), type=FieldType(kind), original=column.source)

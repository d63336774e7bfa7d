"""Indices of metadata on the page Data: their list, one of them, and the form that makes one from a table."""

from collections.abc import Sequence
from typing import NamedTuple

from dash import html
from dash.development.base_component import Component

from al_core.metadata.fields import Field, FieldType
from al_core.metadata.results import IndexInfo
from callbacks import ids
from pages._components.buttons import button, dom_id
from pages._components.cards import card, key_figure, key_figures, section
from pages._components.data_rows import list_row
from pages._components.fields import checkbox, error_slot, field, fields, select, text_input
from pages._components.states import banner
from pages._components.tables import data_table
from pages._components.text import count, counted, file_size

#: Value of a column that becomes no field.
LEAVE_OUT = "leave out"
_TYPES = [{"label": "Leave out", "value": LEAVE_OUT}, *({"label": str(one), "value": str(one)} for one in FieldType)]


class MappedRow(NamedTuple):
    """A column of a table: its name, a value of it, and the field that is suggested (None: leave out)."""

    column: str
    example: str
    field: Field | None
    is_usable: bool


def indices_card(indices: Sequence[IndexInfo], shown: dict[str, object]) -> Component:
    """Return the card of indices."""
    rows = [
        list_row(
            info.name,
            counted(info.n_source, "row"),
            ids.data_action("show", "index", info.name),
            is_current=shown == {"kind": "index", "name": info.name},
        )
        for info in indices
    ]
    empty = html.P("A pool's metadata are indexed with it. Add a catalogue to search that too.", className="secondary")
    body = html.Ul(rows, className="data-rows", **{"aria-label": "Indices"}) if rows else empty
    return card("Metadata", body, subtitle=count(len(indices)) if indices else None, flush=bool(rows))


def index_detail(
    info: IndexInfo, fields_of: Sequence[Field], rejected: Sequence[Sequence[str]], n_rejected: int
) -> Component:
    """Return an index: facts, fields, rejected rows."""
    figures = key_figures(
        key_figure("Rows", count(info.n_source), ", ".join(info.origin)),
        key_figure("Fields", count(len(fields_of))),
        key_figure("Rejected", count(n_rejected), "with reasons, below" if n_rejected else "nothing"),
        key_figure("On disk", file_size(info.bytes), info.refreshed_utc[:10]),
    )
    delete = button("Delete", kind="danger", id=ids.data_action("delete", "index", info.name))
    rows = [
        [html.Code(one.name), str(one.type), one.original if one.original != one.name else "", _about(one)]
        for one in fields_of
    ]
    table = data_table("Fields", ["Field", "Type", "In the file", "About"], rows)
    parts = [card(info.name, figures, tools=[delete]), card("Fields", table)]
    if rejected:
        lines = [list(row) for row in rejected]
        body = data_table("Rejected rows", ["File", ("Line", "number"), "Reason"], lines)
        more = f"{count(len(lines))} of {count(n_rejected)}" if n_rejected > len(lines) else None
        parts.append(card("Rejected", body, subtitle=more))
    return html.Div(parts, className="stack")


def _about(one: Field) -> str:
    return f"{one.description} ({one.unit})" if one.unit and one.description else one.description or one.unit


def index_form(files: Sequence[dict[str, str]], suggested: str) -> Component:
    """Return the form that makes an index; how its columns become fields is filled in by a callback."""
    reading = [
        field("Table", select(ids.DATA_INDEX_FILE_SELECT, files, files[0]["value"] if files else None)),
        field(
            "Names of the columns, divided by commas",
            text_input(ids.DATA_INDEX_NAMES_INPUT, "", debounce=True, mono=True),
            hint="Only for a table without a line of names",
        ),
        field(
            "Encoding",
            select(ids.DATA_INDEX_ENCODING_SELECT, ["utf-8", "latin-1", "cp1250", "cp1252"], "utf-8"),
        ),
        field(
            "Values that mean none, divided by commas",
            text_input(ids.DATA_INDEX_MISSING_INPUT, "", mono=True),
            hint="Besides empty, nan, null and -; for instance 99.0, -9999",
        ),
    ]
    parts = [
        section("Reading", html.Div([fields(*reading[:2]), fields(*reading[2:])], className="stack")),
        section("Columns", html.Div(id=ids.DATA_INDEX_MAPPING)),
        section(
            "Index",
            html.Div(
                [
                    field("Name of the index", text_input(ids.DATA_INDEX_NAME_INPUT, suggested)),
                    checkbox(ids.DATA_INDEX_REPLACE_CHECK, "Replace an index of that name"),
                ],
                className="stack",
            ),
        ),
    ]
    make = button("Import metadata", kind="primary", id=ids.DATA_INDEX_BUTTON)
    foot = html.Div([error_slot(ids.DATA_INDEX_ERROR), html.Div(make, className="tools data-end")])
    return card("Metadata of a table", parts, subtitle="to search, filter and count", foot=foot)


def mapping_form(
    label: str, rows: Sequence[MappedRow], id_from: str, notes: Sequence[str], reasons: Sequence[str]
) -> Component:
    """Return what each column becomes, for the person to confirm.

    Parameters
    ----------
    label : str
        What the table is.
    rows : sequence of MappedRow
    id_from : str
        Column or rule that names the rows.
    notes : sequence of str
    reasons : sequence of str
        Why some of the first rows would be rejected.
    """
    columns = [row.column for row in rows if row.is_usable]
    rule = [] if id_from in columns or not id_from else [{"label": f"by the rule {id_from}", "value": id_from}]
    options = [*rule, *({"label": name, "value": name} for name in columns)]
    chosen = select(ids.DATA_INDEX_ID_SELECT, options, id_from or None, placeholder="Choose")
    named = field("Rows are named by", chosen, hint="A name of a file counts without its folder and extension")
    body = [_mapping_row(number, row) for number, row in enumerate(rows)]
    heads = [html.Th(text, scope="col") for text in ("Column", "For instance", "Field", "Type")]
    caption = html.Caption("Which field each column becomes", className="visually-hidden")
    table = html.Table([caption, html.Thead(html.Tr(heads)), html.Tbody(body)], className="data-table data-mapping")
    written = [html.P(note, className="field-hint") for note in (label, *notes)]
    warning = [banner("waiting", "Some of the first rows would be rejected.", "; ".join(reasons))] if reasons else []
    return html.Div([*written, named, table, *warning], className="stack")


def _mapping_row(number: int, row: MappedRow) -> Component:
    name_id, type_id = ids.data_index_field(number, row.column), ids.data_index_type(number, row.column)
    name = text_input(name_id, row.field.name if row.field else "", mono=True, disabled=not row.is_usable)
    kind = select(
        type_id, _TYPES, str(row.field.type) if row.field else LEAVE_OUT, disabled=not row.is_usable, small=True
    )
    return html.Tr(
        [
            html.Td(row.column, className="mono"),
            html.Td(row.example, className="quiet small"),
            html.Td([html.Label(f"Field of {row.column}", htmlFor=dom_id(name_id), className="visually-hidden"), name]),
            html.Td([html.Label(f"Type of {row.column}", htmlFor=dom_id(type_id), className="visually-hidden"), kind]),
        ]
    )


def index_button() -> Component:
    """Return the button that leads from a choice to the form of its metadata."""
    return button("Index its metadata", kind="outline", id=ids.data_action("show", "index-new"))

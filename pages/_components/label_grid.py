"""The table of the page Label: every spectrum of the queue with all metadata; assets/label/grid*.js fills it."""

import dash_ag_grid as dag
from dash import dcc, html
from dash.development.base_component import Component

from callbacks import ids
from pages._components.buttons import menu
from pages._components.icons import icon
from pages._components.label_controls import choice, command
from pages._components.tables import grid

VIEWS = [("spectrum", "Spectrum"), ("table", "Table")]
#: How rows are chosen and cells are edited; columns and rows come from the browser, which knows the queue.
OPTIONS = {
    "rowSelection": {
        "mode": "multiRow",
        "selectAll": "filtered",
        "checkboxes": True,
        "headerCheckbox": True,
        "enableClickSelection": False,
        "ctrlASelectsRows": True,
    },
    "selectionColumnDef": {"pinned": "left", "width": 44, "sortable": False, "resizable": False},
    "animateRows": False,
    "ensureDomOrder": True,
    "stopEditingWhenCellsLoseFocus": True,
    "suppressDragLeaveHidesColumns": True,
    "tooltipShowDelay": 400,
    "localeText": {"noRowsToShow": "No spectrum matches"},
}


def view_choice() -> Component:
    """Return the switch between one spectrum and the table of all."""
    return choice("view", VIEWS, about="View")


def table_view(*, is_open: bool = False) -> Component:
    """Return the place of the table, its tools and the bar of what is done to selected rows."""
    parts = [
        _tools(),
        html.Div(id="label-grid-notice", className="label-grid-notice"),
        html.Div(id=ids.LABEL_GRID_HOST, className="label-grid-host"),
        _act_bar(),
        dcc.Store(id=ids.LABEL_GRID_STORE),
    ]
    return html.Section(
        parts, id="label-grid", className="label-grid", hidden=not is_open, **{"aria-label": "Table of the queue"}
    )


def table() -> dag.AgGrid:
    """Return the grid itself, without columns and rows."""
    made = grid(ids.LABEL_GRID_TABLE, [], row_id="key", options=OPTIONS, height="100%")
    del made.columnDefs, made.rowData  # the browser sets both; a new value from here would undo that
    made.getRowId = "params.data.key"
    return made


def _tools() -> Component:
    search = html.Div(id="label-grid-search-host", className="search-field")
    count = html.Div(id="label-grid-count", className="label-grid-count", role="status")
    clear = command("grid-clear", "Clear filters", class_name="button button-soft button-small", hidden=True)
    columns = command(
        "grid-columns", "Columns", class_name="button button-soft button-small", icon="sliders-horizontal"
    )
    files = menu(
        html.Span([icon("download"), "Export"], className="row-line"),
        html.Div(id="label-grid-files"),
        class_name="menu-end label-grid-export",
    )
    return html.Div(
        [html.Div([search, count, clear], className="tools"), html.Div([columns, files], className="tools")],
        className="label-grid-tools",
    )


def _act_bar() -> Component:
    classes = menu(
        html.Span(["Label as", icon("chevron-down")], className="row-line"),
        html.Div(id="label-grid-classes"),
        class_name="label-grid-as",
    )
    acts = [
        classes,
        command("grid-bad", "Bad data", class_name="button button-soft button-small"),
        command("grid-comment", "Comment…", class_name="button button-soft button-small"),
        command("grid-none", "Clear selection", class_name="button button-plain button-small"),
    ]
    undo = command("undo", "Undo", class_name="button button-soft button-small", icon="undo-2", key="Z")
    return html.Div(
        [
            html.Div(id="label-grid-selected", className="label-grid-selected", role="status"),
            html.Div(acts, id="label-grid-acts", className="tools", role="group", **{"aria-label": "Selected rows"}),
            html.Div(undo, className="label-grid-end"),
        ],
        className="label-grid-act",
        id="label-grid-act",
    )

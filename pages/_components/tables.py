"""Plain tables; large ones are ag-grid."""

from collections.abc import Sequence
from typing import Any

import dash_ag_grid as dag
from dash import html
from dash.development.base_component import Component

Id = str | dict[str, Any]


def data_table(
    caption: str,
    columns: Sequence[str | tuple[str, str]],
    rows: Sequence[Sequence[Any]],
    *,
    show_caption: bool = False,
    id: Id | None = None,
    class_name: str = "",
) -> Component:
    """Return an HTML table.

    Parameters
    ----------
    caption : str
        What the table shows; for screen readers alone unless `show_caption`.
    columns : sequence of str or (str, str)
        Heads; a pair says how the column is set: "number" (right), "mono", "text".
    rows : sequence of sequences
        Cells: text, numbers or components. None is shown as "—".
    """
    heads = [column if isinstance(column, tuple) else (column, "text") for column in columns]
    kinds = [kind for _, kind in heads]
    top = html.Tr([_head(head, kind) for head, kind in heads])
    body = [html.Tr([_cell(value, kind) for value, kind in zip(row, kinds, strict=True)]) for row in rows]
    title = html.Caption(caption, className="" if show_caption else "visually-hidden")
    known = {} if id is None else {"id": id}
    table = html.Table(
        [title, html.Thead(top), html.Tbody(body)], className=f"data-table {class_name}".strip(), **known
    )
    # A table wider than its card scrolls; then the keyboard must be able to, too.
    return html.Div(table, className="table-scroll", tabIndex="0", role="region", **{"aria-label": caption})


def grid(
    id: Id,
    columns: list[dict[str, Any]],
    rows: list[dict[str, Any]] | None = None,
    *,
    row_id: str | None = None,
    options: dict[str, Any] | None = None,
    height: str = "420px",
    **more: Any,
) -> Component:
    """Return an ag-grid in the look of the product; `row_id` names the field that identifies a row."""
    known = {"getRowId": f"params.data[{row_id!r}]"} if row_id else {}
    return dag.AgGrid(
        id=id,
        columnDefs=columns,
        rowData=rows,
        className="grid",
        dashGridOptions={"rowHeight": 40, "headerHeight": 34, "suppressCellFocus": False, **(options or {})},
        style={"height": height},
        **known,
        **more,
    )


def _head(head: str, kind: str) -> Component:
    # A column without a name, such as that of checkboxes, has no head: an empty one would be read out.
    return html.Th(head, scope="col", className=f"cell-{kind}") if head else html.Td(className=f"cell-{kind}")


def _cell(value: Any, kind: str) -> Component:
    return html.Td("—" if value is None else value, className=f"cell-{kind}")

"""The card "Where it errs": labels against predictions, as shares of a row or as counts."""

from collections.abc import Mapping
from typing import Any

from dash import html
from dash.development.base_component import Component

from al_core.performance.counts import SampleCounts
from pages._components.chips import class_mark, class_name
from pages._components.text import count

Rows = Mapping[str, int]
#: Least width, px: of the names and sums together, and of a column.
_SIDES, _COLUMN, _NARROW = 140, 56, 44
#: Columns up to which their classes are named; more are told by their shape alone.
_MOST_NAMED = 5


def confusion_matrix(counts: SampleCounts, classes: tuple[str, ...], names: Mapping[str, str], rows: Rows) -> Component:
    """Return the table; a class on its parent (`view-share`, `view-counts`) says what is large in a cell.

    Parameters
    ----------
    counts : SampleCounts
    classes : tuple of str
        The classes that the network predicts: the columns.
    names, rows : mapping
        Name, and row of the palette, of each class.
    """
    columns = [counts.position(class_id) for class_id in classes]
    is_many = len(classes) > _MOST_NAMED
    head = html.Tr(
        [
            html.Td(className="matrix-corner"),
            *(html.Th(_head(class_id, names, rows, is_many), scope="col") for class_id in classes),
            html.Th("n labeled", scope="col", className="matrix-n"),
        ]
    )
    shown = [k for k, class_id in enumerate(counts.classes) if class_id in classes or counts.labeled[k].any()]
    body = [
        _row(_name(counts.classes[k], names, rows), counts.labeled[k][columns].tolist(), counts.classes[k], classes)
        for k in shown
    ]
    others = (("bad data", counts.bad), ("unsure", counts.unsure))
    body += [_row(word, cells[columns].tolist(), None, classes) for word, cells in others if cells.any()]
    caption = html.Caption("Labels (rows) against predictions (columns)", className="visually-hidden")
    width = {"minWidth": f"{_SIDES + (_NARROW if is_many else _COLUMN) * len(classes)}px"}
    kind = "matrix matrix-many" if is_many else "matrix"
    table = html.Table([caption, html.Thead(head), html.Tbody(body)], className=kind, style=width)
    said = {"aria-label": "Labels against predictions"}
    return html.Div(table, className="table-scroll", tabIndex="0", role="region", **said)


def _row(name: Any, cells: list[int], class_id: str | None, classes: tuple[str, ...]) -> Component:
    total = sum(cells)
    is_missing = name == "unsure"
    made = [_cell(n, 0 if is_missing else total, class_id == column) for n, column in zip(cells, classes, strict=True)]
    kind = "matrix-missing" if is_missing else ""
    return html.Tr([html.Th(name, scope="row"), *made, html.Td(count(total), className="matrix-n")], className=kind)


def _cell(n: int, total: int, is_right: bool) -> Component:
    share = n / total if total else 0.0
    said = html.Span(" right" if is_right else "", className="visually-hidden")
    inside = [
        html.Span(_percent(share) if total else "—", className="matrix-share"),
        html.Span([count(n), said], className="matrix-count"),
    ]
    style = {"--ink": f"{5 + 17 * share:.1f}%" if n and total else "2.5%"}
    kinds = ["matrix-cell", "matrix-right" if is_right else "", "" if n else "matrix-zero"]
    return html.Td(inside, className=" ".join(filter(None, kinds)), style=style)


def _percent(share: float) -> str:
    percent = 100 * share
    if percent == 0 or percent == 100:
        return f"{percent:.0f} %"
    return f"{percent:.1f} %" if percent < 1 or percent > 99 else f"{percent:.0f} %"


def _name(class_id: str, names: Mapping[str, str], rows: Rows) -> Component:
    return class_name(rows.get(class_id, 1), names.get(class_id, "removed class"))


def _head(class_id: str, names: Mapping[str, str], rows: Rows, is_many: bool) -> Component:
    if not is_many:
        return _name(class_id, names, rows)
    name = names.get(class_id, "removed class")
    inside = [class_mark(rows.get(class_id, 1)), html.Span(name, className="visually-hidden")]
    return html.Span(inside, className="class-name", title=name)

"""The table of results, as far as one can scroll, and the view of statistics."""

import dash_ag_grid as dag
from dash import html
from dash.development.base_component import Component

from callbacks import ids

#: Rows come in blocks as one scrolls; columns come from the browser, which knows the fields of the index.
OPTIONS = {
    "rowHeight": 40,
    "headerHeight": 34,
    "cacheBlockSize": 100,
    "maxBlocksInCache": 20,
    # The component's own datasource never answers what it was asked before ours took its place.
    "maxConcurrentDatasourceRequests": 20,
    "blockLoadDebounceMillis": 60,
    "infiniteInitialRowCount": 1,
    "rowBuffer": 6,
    "animateRows": False,
    "ensureDomOrder": True,
    "suppressDragLeaveHidesColumns": True,
    "suppressMultiSort": False,
    "tooltipShowDelay": 400,
    "suppressNoRowsOverlay": True,
}


def table() -> Component:
    """Return the place of the grid."""
    grid = dag.AgGrid(
        id=ids.CANDIDATES_TABLE,
        rowModelType="infinite",
        className="grid candidates-grid",
        dashGridOptions=OPTIONS,
        getRowId="params.data.key",
        style={"height": "100%"},
    )
    return html.Div(
        [
            html.Div(grid, id="candidates-grid-host", className="candidates-grid-host"),
            html.Div(id="candidates-none", className="candidates-none", hidden=True),
        ],
        id="candidates-results",
        className="candidates-results",
    )


def statistics() -> Component:
    """Return the place of the statistics."""
    return html.Div(id="candidates-statistics", className="candidates-statistics", hidden=True)

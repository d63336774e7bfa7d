"""Ids of the page Label."""

#: Written by the scripts of the page when its table is opened first: the grid is loaded only then.
LABEL_GRID_STORE = "label-grid-store"
#: Children: the grid.
LABEL_GRID_HOST = "label-grid-host"
LABEL_GRID_TABLE = "label-grid-table"

"""Ids of the page Candidates."""

#: The grid; assets/candidates gives it columns and rows.
CANDIDATES_TABLE = "candidates-table"

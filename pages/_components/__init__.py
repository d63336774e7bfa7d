"""Pieces of layout that pages and callbacks compose: pure functions that return Dash components."""

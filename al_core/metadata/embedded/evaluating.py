"""From a condition to the rows that meet it."""

from collections.abc import Hashable
from typing import Any

import numpy as np

from al_core.metadata.embedded.numbers import Mask, NumberColumn
from al_core.metadata.embedded.table import Table
from al_core.metadata.embedded.word_masks import words_mask
from al_core.metadata.query import And, Condition, Cone, Equal, Everything, Exists, In, Not, Or, Prefix, Range, Words
from al_core.metadata.sky import cells_near, is_within

#: A condition as a list: parts that test rows, and after their parts what combines them, with their number.
Program = tuple[Condition | tuple[str, int], ...]


def program_of(condition: Condition) -> Program:
    """Return a condition as a list that is worked through with a stack, however deep it is nested."""
    done: list[Condition | tuple[str, int]] = []
    pending: list[Condition | tuple[str, int]] = [condition]
    while pending:
        match pending.pop():
            case And(parts):
                done.append(("and", len(parts)))
                pending.extend(parts)
            case Or(parts):
                done.append(("or", len(parts)))
                pending.extend(parts)
            case Not(part):
                done.append(("not", 1))
                pending.append(part)
            case one:
                done.append(one)
    return tuple(reversed(done))


def mask_of(table: Table, program: Program) -> Mask:
    """Return which rows meet a condition, shape (n_rows,); not to be written to."""
    if program == (Everything(),):
        return np.broadcast_to(np.True_, table.n_rows)
    stamps = tuple(_stamp(table, item) for item in program)
    found: Mask = table.kept(("mask", program, stamps), lambda: _combined(table, program))
    return found


def _stamp(table: Table, item: Condition | tuple[str, int]) -> Hashable:
    match item:
        case Cone():
            return table.stamp_of("ra"), table.stamp_of("dec")
        case Equal(name) | In(name) | Range(name) | Exists(name) | Prefix(name):
            return table.stamp_of(name)
        case Words(_, name):
            return table.stamp_of(name)
        case _:
            return None


def _combined(table: Table, program: Program) -> Mask:
    stack: list[Mask] = []
    for item in program:
        if isinstance(item, tuple):
            name, count = item
            parts = [stack.pop() for _ in range(count)]
            stack.append(_combine(name, parts, table.n_rows))
        else:
            stack.append(_leaf(table, item))
    return stack.pop()


def _combine(name: str, parts: list[Mask], n_rows: int) -> Mask:
    if name == "not":
        return ~parts[0]
    mask = np.full(n_rows, name == "and")
    for part in parts:
        if name == "and":
            mask &= part
        else:
            mask |= part
    return mask


def _leaf(table: Table, item: Condition) -> Mask:
    if isinstance(item, Everything):
        return np.broadcast_to(np.True_, table.n_rows)
    found: Mask = table.kept(("leaf", item, _stamp(table, item)), lambda: _tested(table, item))
    return found


def _tested(table: Table, item: Condition) -> Mask:
    match item:
        case Words():
            return words_mask(table, item)
        case Cone():
            return _cone(table, item)
        case Equal(name) | In(name) | Range(name) | Exists(name) | Prefix(name):
            column: Any = table.column(name)
            return np.zeros(table.n_rows, dtype=bool) if column is None else _compared(column, item)
        case _:
            raise TypeError(f"{type(item).__name__} is no condition.")


def _compared(column: Any, item: Condition) -> Mask:
    match item:
        case Equal(_, value):
            found = column.equal(value)
        case In(_, values):
            found = column.is_in(values)
        case Range(_, low, high, excludes_low, excludes_high):
            found = column.exists() if low is None and high is None else None
            if found is None:
                found = column.between(low, high, excludes_low, excludes_high)
        case Prefix(_, value):
            found = column.begins(value)
        case _:
            found = column.exists()
    return np.asarray(found)


def _cone(table: Table, cone: Cone) -> Mask:
    """Return the rows within a cone: cells that lie in it altogether, and row by row where its limit passes."""
    mask = np.zeros(table.n_rows, dtype=bool)
    if not isinstance(table.column("ra"), NumberColumn) or not isinstance(table.column("dec"), NumberColumn):
        return mask
    near, within = cells_near(cone.ra, cone.dec, cone.radius)
    starts = table.cell_starts()
    for cell_from, cell_to in _runs(within):
        mask[starts[cell_from] : starts[cell_to]] = True
    runs = [np.arange(starts[begin], starts[end]) for begin, end in _runs(near & ~within)]
    rows = np.concatenate([np.empty(0, dtype=np.int64), table.moved_rows(), *runs])
    ra, dec, has = table.positions(rows)
    mask[rows] = has & is_within(ra, dec, cone.ra, cone.dec, cone.radius)
    return mask


def _runs(cells: Mask) -> list[tuple[int, int]]:
    """Return begin and end of each run of cells that are true."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], cells, [False]))))
    return [(int(begin), int(end)) for begin, end in edges.reshape(-1, 2)]

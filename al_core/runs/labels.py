"""Labels as files state them, and lists of labels and comments by id."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import polars as pl

from al_core.errors import ConfigurationError, ReadError

#: Names of the published Ondřejov dataset, and the class that the original program made of each.
SYNONYMS = {"absorption": "other", "emission": "single peak", "double-peak": "double peak"}


class LabelList(NamedTuple):
    """Labels and comments by spectrum_id; `label` is a position in the classes."""

    labels: dict[str, int]
    comments: dict[str, str]


def class_index(label: object, classes: Sequence[str]) -> int | None:
    """Return the position of a label in the classes; None for an empty label.

    A label is a position, or the name of a class; the names of the published Ondřejov dataset are understood.

    Raises
    ------
    ConfigurationError
        If it is neither; without the place, which the caller adds.

    Examples
    --------
    >>> class_index("double-peak", ["other", "single peak", "double peak"])
    2
    """
    if label is None or (isinstance(label, str) and not label.strip()):
        return None
    text = str(label).strip()
    for name in (text, SYNONYMS.get(text, text)):
        if name in classes:
            return list(classes).index(name)
    number = _whole_number(text)
    if number is not None and 0 <= number < len(classes):
        return number
    names = ", ".join(f"{k} {name!r}" for k, name in enumerate(classes))
    raise ConfigurationError(f"found label {text!r}; allowed: {names}.")


def _whole_number(text: str) -> int | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return int(value) if value.is_integer() else None


def read_label_list(path: Path, classes: Sequence[str]) -> LabelList:
    """Read `id,label,comment` (header optional, comment optional); rows without a label are passed over.

    Raises
    ------
    ReadError
        If the file is not such a list; the original program's lists without ids cannot be joined safely.
    ConfigurationError
        If a label is no class.
    """
    rows = _rows(path)
    named = [name.strip().lower() for name in rows[0]] if rows else []
    columns = {"id": 0, "label": 1, "comment": 2}
    if "id" in named or "label" in named:
        if "id" not in named or "label" not in named:
            raise ReadError(f"{path}: expected columns 'id' and 'label', found {', '.join(rows[0])}.")
        columns = {name: named.index(name) for name in ("id", "label", "comment") if name in named}
        rows = rows[1:]
    labels: dict[str, int] = {}
    comments: dict[str, str] = {}
    for number, row in enumerate(rows, start=1):
        fields = {name: row[place].strip() if place < len(row) else "" for name, place in columns.items()}
        if not fields["id"] and not any(fields.values()):
            continue
        if not fields["id"] or _looks_like_label(fields["id"], classes):
            raise ReadError(
                f"{path}, row {number}: expected an id in the first column, found {fields['id']!r}. Lists that are "
                "joined to spectra by line number are not accepted: write the column 'id'."
            )
        try:
            index = class_index(fields["label"], classes)
        except ConfigurationError as error:
            raise ConfigurationError(f"{path}, spectrum {fields['id']!r}: {error}") from error
        if index is not None:
            labels[fields["id"]] = index
        if fields.get("comment", "") not in ("", "undefined"):
            comments[fields["id"]] = fields["comment"]
    return LabelList(labels, comments)


def _looks_like_label(text: str, classes: Sequence[str]) -> bool:
    number = _whole_number(text)
    return text in classes or (number is not None and 0 <= number < len(classes))


def _rows(path: Path) -> list[list[str]]:
    try:
        frame = pl.read_csv(path, has_header=False, infer_schema=False, truncate_ragged_lines=True)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise ReadError(f"{path}: expected a list of labels (id,label,comment), found: {error}.") from error
    return [[value or "" for value in row] for row in frame.rows()]

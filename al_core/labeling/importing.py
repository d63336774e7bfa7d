"""Label files of the predecessor, `id,label,comment`, into the journal: each row once, or rejected with its reason."""

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from al_core.errors import ConfigurationError, JournalError, ReadError
from al_core.labeling.items import IMPORTED
from al_core.labeling.spreadsheets import plain_text
from al_core.labeling.state import SpectrumState, states_of
from al_core.library.label_files import base_id
from al_core.pools import Pool
from al_core.runs.labels import class_index
from al_core.sessions import LabelEvent, Session
from al_core.sessions.database import session_database
from al_core.sessions.journal import store_events

#: Largest file, bytes: a million rows have room in it.
LARGEST_FILE = 64 * 2**20
#: What the predecessor writes where nobody has commented.
_NO_COMMENT = "undefined"
_COLUMNS = ("id", "label", "comment")


class Row(NamedTuple):
    """A row of the file: its line number, from 1."""

    line: int
    spectrum_id: str
    label: str
    comment: str


class RejectedRow(NamedTuple):
    """A row that was left out, and why."""

    line: int
    spectrum_id: str
    reason: str


@dataclass(frozen=True)
class ImportedLabels:
    """What became of a file.

    Attributes
    ----------
    n_labels, n_comments : int
        New in the journal.
    n_known : int
        Rows that say what the journal says already, among them all of a file that is imported again.
    n_empty : int
        Rows with neither label nor comment.
    rejected : list of RejectedRow
    """

    n_labels: int
    n_comments: int
    n_known: int
    n_empty: int
    rejected: list[RejectedRow]


def import_labels(
    folder: Path,
    session: Session,
    pool: Pool,
    content: bytes,
    *,
    annotator: str,
    name: str = "labels.csv",
    replaces: bool = False,
) -> ImportedLabels:
    """Add the labels and comments of a file to the journal, in one transaction.

    Parameters
    ----------
    folder : Path
        Of the session.
    session : Session
    pool : Pool
        Whose spectra the file is about.
    content : bytes
        `id,label,comment`; header and comment may be missing. A label is the position of a class or its name.
    annotator : str
        Who imports it.
    name : str
        Of the file; it is kept with each label.
    replaces : bool
        Whether a label of the file replaces another one that is there; otherwise that row is rejected.

    Raises
    ------
    ReadError
        If it is no such list.
    """
    rows, n_empty = _rows(content)
    stamp = hashlib.sha256(content).hexdigest()
    rejected: list[RejectedRow] = []
    names = _known_names(pool, rows, rejected)
    counts = {"label": 0, "comment": 0, "known": 0}
    with session_database(folder, write=True) as connection:
        states = states_of(connection, names.values())
        for row in rows:
            if row.line not in names:
                continue
            spectrum_id = names[row.line]
            try:
                event = _event(session, row, spectrum_id, states[spectrum_id], replaces)
            except (ConfigurationError, JournalError) as error:
                rejected.append(RejectedRow(row.line, row.spectrum_id, str(error)))
                continue
            if event is None:
                counts["known"] += 1
                continue
            event_id = uuid5(NAMESPACE_URL, f"{session.session_id}/{IMPORTED}/{stamp}/{row.line}").hex
            stored = store_events(connection, [_complete(event, event_id, annotator, name)])
            counts["known" if stored[0].is_repeated else event["kind"]] += 1
    rejected.sort()
    return ImportedLabels(counts["label"], counts["comment"], counts["known"], n_empty, rejected)


def _complete(event: Mapping[str, Any], event_id: str, annotator: str, name: str) -> LabelEvent:
    return LabelEvent(event_id=event_id, annotator=annotator, queue=IMPORTED, shown={"file": name[:200]}, **event)


def _event(session: Session, row: Row, spectrum_id: str, state: SpectrumState, replaces: bool) -> dict[str, str] | None:
    """Return what a row adds: a label, with its comment, or a comment; None if all of it is there already."""
    place = class_index(row.label, session.class_names)
    comment = {"comment": row.comment} if row.comment and row.comment != state.comment else {}
    about = {"spectrum_id": spectrum_id, **comment}
    if place is None:
        return {"kind": "comment", **about} if comment else None
    wanted = session.classes[place]
    if state.label is None or (replaces and state.label.class_id != wanted.class_id):
        return {"kind": "label", "class_id": wanted.class_id, **about}
    if state.label.class_id != wanted.class_id:
        found = session.class_of(state.label.class_id or "")
        what = f"“{found.name}”" if found else {"bad": "bad data"}.get(state.label.kind, state.label.kind)
        raise JournalError(f"It is labeled {what} already; the file says “{wanted.name}”.")
    return {"kind": "comment", **about} if comment else None


def _known_names(pool: Pool, rows: list[Row], rejected: list[RejectedRow]) -> dict[int, str]:
    """Return the id in the pool of each row by its line; a name of a file counts without folder and extension."""
    names = [row.spectrum_id for row in rows]
    bare = [base_id(name) for name in names]
    exact, other = pool.find(names), pool.find(bare)
    last = {(name if row >= 0 else base): k for k, (name, base, row) in enumerate(zip(names, bare, exact, strict=True))}
    found: dict[int, str] = {}
    for k, row in enumerate(rows):
        name = names[k] if exact[k] >= 0 else bare[k]
        if exact[k] < 0 and other[k] < 0:
            rejected.append(RejectedRow(row.line, row.spectrum_id, f"Pool “{pool.name}” has no such spectrum."))
        elif last[name] != k:
            again = rows[last[name]].line
            rejected.append(RejectedRow(row.line, row.spectrum_id, f"It stands again in line {again}, which counts."))
        else:
            found[row.line] = name
    return found


def _rows(content: bytes) -> tuple[list[Row], int]:
    """Return the rows that say something, and how many do not."""
    if len(content) > LARGEST_FILE:
        raise ReadError(f"Expected a list of labels of at most {LARGEST_FILE // 2**20} MB, found more. Divide it.")
    found, n_empty = [], 0
    for row in _parsed(content):
        if row.label or row.comment:
            found.append(row)
        else:
            n_empty += 1
    if not found and not n_empty:
        raise ReadError("Expected a list of labels (id,label,comment), found an empty file.")
    return found, n_empty


def _parsed(content: bytes) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(_decoded(content), newline=""))
    places: dict[str, int] | None = None
    try:
        for cells in reader:
            if places is None:
                places, is_header = _places(cells)
                if is_header:
                    continue
            texts = {name: cells[k].strip() if k < len(cells) else "" for name, k in places.items()}
            if any(cell.strip() for cell in cells):
                comment = plain_text(texts.get("comment", ""))
                comment = "" if comment == _NO_COMMENT else comment
                yield Row(reader.line_num, texts["id"], texts["label"], comment)
    except csv.Error as error:
        raise ReadError(f"Expected a list of labels (id,label,comment), found: {error}.") from error


def _places(cells: list[str]) -> tuple[dict[str, int], bool]:
    named = [cell.strip().lower() for cell in cells]
    if "id" not in named and "label" not in named:
        return {name: k for k, name in enumerate(_COLUMNS)}, False
    if "id" not in named or "label" not in named:
        raise ReadError(
            f"Expected columns 'id' and 'label', found {', '.join(cells)[:200]}. Lists that are joined to spectra by "
            "line number are not accepted: write the column 'id'."
        )
    return {name: named.index(name) for name in _COLUMNS if name in named}, True


def _decoded(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\0" in text:
        raise ReadError("Expected a list of labels (id,label,comment), found a file that is no text.")
    return text

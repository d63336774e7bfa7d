"""Labels, labeled spectra and the journal as files: in the predecessor's form, and with everything that is known."""

import io
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from al_core.errors import SessionError
from al_core.labeling.spreadsheets import safe_texts
from al_core.labeling.votable import votable_of
from al_core.pools import Pool
from al_core.sessions import Session
from al_core.sessions.database import session_database

if TYPE_CHECKING:
    from al_core.labeling.labeling import Labeling

#: What can be exported.
CONTENTS = ("labels", "spectra", "journal")
#: Format: type of the file.
FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "votable": "application/x-votable+xml",
}
SUFFIXES = {"csv": "csv", "parquet": "parquet", "votable": "vot"}
#: Columns that a person has written: what begins like a formula is made harmless in CSV files.
WRITTEN = ("comment", "annotator", "class_name", "shown")
#: Spectra that are in memory at a time.
_ROWS = 500
_JOURNAL = """
    SELECT e.sequence, e.event_id, e.kind, e.spectrum_id, e.class_id, c.name AS class_name, e.comment, e.confidence,
           e.annotator, e.created_utc, e.duration_ms, e.queue, e.iteration, e.shown, e.undoes,
           e.event_id NOT IN (SELECT event_id FROM undone) AS counts
    FROM events e LEFT JOIN classes c ON c.class_id = e.class_id
    ORDER BY e.sequence
"""
_JOURNAL_SCHEMA: dict[str, Any] = {
    "sequence": pl.Int64,
    "event_id": pl.String,
    "kind": pl.String,
    "spectrum_id": pl.String,
    "class_id": pl.String,
    "class_name": pl.String,
    "comment": pl.String,
    "confidence": pl.Int64,
    "annotator": pl.String,
    "created_utc": pl.String,
    "duration_ms": pl.Int64,
    "queue": pl.String,
    "iteration": pl.Int64,
    "shown": pl.String,
    "undoes": pl.String,
    "counts": pl.Boolean,
}


def labels_table(folder: Path, session: Session, without: frozenset[str] = frozenset()) -> pl.DataFrame:
    """Return `id,label,comment` of every spectrum with a label or a comment, in the order of labeling.

    `label` is the position of the class in the session, as the predecessor writes it; it is empty where there is only
    a comment, or the spectrum was called unsure or bad data.

    Parameters
    ----------
    folder : Path
        Of the session.
    session : Session
    without : frozenset of str
        Spectra that are left out.
    """
    with session_database(folder) as connection:
        connection.execute("BEGIN")
        labels = connection.execute("SELECT spectrum_id, class_id FROM current_labels ORDER BY sequence").fetchall()
        rows = connection.execute("SELECT spectrum_id, comment FROM current_comments WHERE comment <> ''")
        comments = {str(row[0]): str(row[1]) for row in rows}
    positions = {one.class_id: k for k, one in enumerate(session.classes)}
    known = {str(name): positions.get(class_id) for name, class_id in labels}
    names = [name for name in dict.fromkeys([*known, *sorted(comments)]) if name not in without]
    kept = [name for name in names if known.get(name) is not None or name in comments]
    return pl.DataFrame(
        {
            "id": kept,
            "label": [known.get(name) for name in kept],
            "comment": [comments.get(name) for name in kept],
        },
        schema={"id": pl.String, "label": pl.Int64, "comment": pl.String},
    )


def journal_table(folder: Path) -> pl.DataFrame:
    """Return every event with the name of its class, and whether it counts still (undone ones do not)."""
    with session_database(folder) as connection:
        rows = connection.execute(_JOURNAL).fetchall()
    return pl.DataFrame([_row(row) for row in rows], schema=_JOURNAL_SCHEMA, orient="row")


def _row(row: sqlite3.Row) -> tuple[Any, ...]:
    return (*tuple(row)[:-1], bool(row["counts"]))


def spectra_tables(pool: Pool, labels: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Yield `id,label`, then one column a wavelength, a few hundred rows at a time: the form of a training set.

    Spectra that the pool does not have are left out; without any, one table with the columns alone is given.

    Parameters
    ----------
    pool : Pool
    labels : DataFrame
        As `labels_table` returns it; rows without a label are left out.
    """
    labeled = labels.filter(pl.col("label").is_not_null())
    found = pool.find(labeled["id"])
    kept = np.flatnonzero(found >= 0)
    names = [repr(float(wavelength)) for wavelength in pool.grid]
    for start in range(0, max(kept.size, 1), _ROWS):
        part = kept[start : start + _ROWS]
        flux = np.asarray(pool.flux[found[part]])
        head = labeled[part.tolist()].select("id", "label")
        yield head.with_columns(pl.Series(name, flux[:, k]) for k, name in enumerate(names))


def written(tables: Iterator[pl.DataFrame], file_format: str, name: str) -> Iterator[bytes]:
    """Yield a file of tables with the same columns, piece by piece.

    Parameters
    ----------
    tables : iterator of DataFrame
        At least one.
    file_format : str
        A key of `FORMATS`.
    name : str
        What a VOTable calls it.
    """
    if file_format == "csv":
        return _csv(tables)
    if file_format == "votable":
        return votable_of(tables, name)
    return _parquet(tables)


def _csv(tables: Iterator[pl.DataFrame]) -> Iterator[bytes]:
    for number, table in enumerate(tables):
        yield safe_texts(table, WRITTEN).write_csv(include_header=number == 0).encode()


def _parquet(tables: Iterator[pl.DataFrame]) -> Iterator[bytes]:
    file = io.BytesIO()
    pl.concat(list(tables)).write_parquet(file, compression="zstd")
    yield file.getvalue()


def tables_of(labeling: "Labeling", session_id: str, what: str, *, has_sample: bool = True) -> Iterator[pl.DataFrame]:
    """Return the tables of an export; everything that can fail fails here, before the first piece is sent.

    Parameters
    ----------
    labeling : Labeling
    session_id : str
    what : str
        One of `CONTENTS`.
    has_sample : bool
        Whether members of estimation samples are among labels and spectra: to train on them would spoil the estimate.

    Raises
    ------
    ALCoreError
        If there is no such session, or it has no pool.
    """
    session, folder = labeling.sessions.get(session_id), labeling.sessions.folder(session_id)
    if what == "journal":
        return iter([journal_table(folder)])
    if what not in CONTENTS:
        raise SessionError(f"Expected one of {', '.join(CONTENTS)} to export, found {what!r}.")
    without: frozenset[str] = frozenset() if has_sample else labeling.estimated(session_id)
    labels = labels_table(folder, session, without)
    return iter([labels]) if what == "labels" else spectra_tables(labeling.require_pool(session), labels)


def file_name(session_id: str, what: str, file_format: str) -> str:
    """Return the name of an exported file."""
    return f"{session_id}-{what}.{SUFFIXES[file_format]}"


def require_format(file_format: str, allowed: Sequence[str] = tuple(FORMATS)) -> None:
    """Raise SessionError if there is no such format."""
    if file_format not in allowed:
        raise SessionError(f"Expected one of the formats {', '.join(allowed)}, found {file_format!r}.")

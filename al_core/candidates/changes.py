"""Two iterations beside each other: which spectra changed class."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from al_core.candidates.files import Column, streamed
from al_core.candidates.files.spool import selected
from al_core.candidates.predicted import Network, predicted_slices
from al_core.metadata.fields import FieldType

_COLUMNS = ["id", "predicted", "p_candidate"]


@dataclass(frozen=True, eq=False)
class Changes:
    """How classes changed from one iteration to another.

    Attributes
    ----------
    classes : tuple of str or None
        Ids; None for classes that the session does not know.
    matrix : ndarray of int64, shape (n_classes, n_classes)
        Rows: class before; columns: class after.
    rows : DataFrame
        What changed class: `id`, `before`, `after` (ids of classes), `p_before`, `p_after` (of being a candidate), the
        largest change of probability first.
    """

    classes: tuple[str | None, ...]
    matrix: npt.NDArray[np.int64]
    rows: pl.DataFrame

    @property
    def n(self) -> int:
        """Spectra that both iterations predicted."""
        return int(self.matrix.sum())

    @property
    def n_changed(self) -> int:
        """Those of them that changed class."""
        return self.rows.height


def changes_between(before: Network, after: Network, ids: pl.DataFrame | None = None) -> Changes:
    """Compare two iterations by the spectra that both predicted.

    Parameters
    ----------
    before, after : Network
    ids : DataFrame, optional
        Column `id`: only these spectra.

    Raises
    ------
    SessionError
        If predictions cannot be read.
    """
    classes = tuple(dict.fromkeys([*before.class_ids, *after.class_ids]))
    places = {class_id: place for place, class_id in enumerate(classes)}
    matrix = np.zeros((len(classes), len(classes)), dtype=np.int64)
    changed: list[pl.DataFrame] = []
    for pair in _pairs(before, after, ids):
        counts = pair.group_by("before", "after").len()
        for old, new, number in counts.iter_rows():
            matrix[places[old], places[new]] += number
        changed.append(pair.filter(pl.col("before").ne_missing(pl.col("after"))))
    rows = pl.concat(changed)
    by = (pl.col("p_after") - pl.col("p_before")).abs()
    return Changes(classes, matrix, rows.sort(by, pl.col("id"), descending=[True, False], nulls_last=True))


def change_columns(network: Network) -> list[Column]:
    """Return the columns of `Changes.rows` as a file has them: classes by their names."""
    known = tuple((one.class_id, one.name) for one in network.classes)
    number = FieldType.NUMBER
    return [
        Column("id", FieldType.STRING, description="name of the spectrum", source="id"),
        Column("before", FieldType.STRING, description="class before", source="before", values=known),
        Column("after", FieldType.STRING, description="class after", source="after", values=known),
        Column("p_before", number, description="probability of a candidate before", source="p_before"),
        Column("p_after", number, description="probability of a candidate after", source="p_after"),
    ]


def changes_file(changes: Changes, network: Network, file_format: str) -> Iterator[bytes]:
    """Return what changed class as a file, piece by piece; see `al_core.candidates.files.streamed`."""
    columns = change_columns(network)
    return streamed(file_format, columns, [selected(changes.rows, columns)], changes.n_changed, "changed class")


def _pairs(before: Network, after: Network, ids: pl.DataFrame | None) -> Iterator[pl.DataFrame]:
    """Yield `id`, `before`, `after`, `p_before`, `p_after` of the spectra that both have, row by row where they can."""
    old_slices, new_slices = predicted_slices(before), predicted_slices(after)
    for one, other in zip(old_slices, new_slices, strict=False):
        old, new = _named(one, "before"), _named(other, "after")
        if old.height != new.height or not old["id"].equals(new["id"]):
            olds = [old, *(_named(rest, "before") for rest in old_slices)]
            news = [new, *(_named(rest, "after") for rest in new_slices)]
            yield _among(pl.concat(olds).join(pl.concat(news), on="id"), ids)
            return
        yield _among(old.with_columns(new["after"], new["p_after"]), ids)


def _named(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    return frame.select("id", pl.col("predicted").cast(pl.String).alias(name), pl.col("p_candidate").alias(f"p_{name}"))


def _among(pair: pl.DataFrame, ids: pl.DataFrame | None) -> pl.DataFrame:
    return pair if ids is None else pair.join(ids, on="id", how="semi")

"""Columns of a matrix as metadata: text with placeholders missing, the common set typed, labels as they are."""

import re
from datetime import date
from pathlib import PurePath
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from al_core.readers.matrix_header import MatrixHeader
from al_core.readers.matrix_rows import Rows
from al_core.readers.survey_metadata import degrees_of_sexagesimal
from al_core.spectrum import spectrum_id_of

#: Column names, in lower case, that state a value of the common set; the first that a file has is taken.
_COMMON_NAMES = {
    "ra": ("ra",),
    "dec": ("dec",),
    "class": ("class",),
    "subclass": ("subclass",),
    "z": ("z",),
    "mag": ("mag", "mag_r", "mag_ps_r", "rmag"),
    "snr": ("snr", "snr_r", "snrr", "sn_r"),
    "obsdate": ("obsdate", "date-obs", "date_obs"),
}
_NUMBERS = ("ra", "dec", "z", "mag", "snr")

COMMON_SCHEMA: dict[str, type[pl.DataType]] = {"id": pl.String} | {
    name: pl.Float64 if name in _NUMBERS else pl.String for name in _COMMON_NAMES
}

_PLACEHOLDER = r"^\s*(-9?999(\.0*)?|nan|NaN|None|null|-)?\s*$"
_PLACEHOLDER_99 = r"^\s*(-9?999(\.0*)?|99(\.0*)?|nan|NaN|None|null|-)?\s*$"
_HAS_99 = re.compile(r"(mag|sn)", re.IGNORECASE)
_INTEGER = re.compile(r"[+-]?\d+\Z")


def spectrum_ids(header: MatrixHeader, rows: Rows) -> npt.NDArray[Any]:
    """Return the ids as an object array; a file name loses folder and extensions."""
    names = rows.table[f"c{header.id_position}"].str.strip_chars().to_list()
    if header.id_is_file:
        names = [spectrum_id_of(PurePath(name.replace("\\", "/"))) for name in names]
    ids = np.empty(len(names), dtype=object)
    ids[:] = names
    return ids


def metadata_frame(header: MatrixHeader, rows: Rows) -> pl.DataFrame:
    """Return the columns that are neither id, label nor flux, as text; a column without name is `column_N`."""
    columns = []
    for position in header.metadata_columns:
        name = header.names[position] or f"column_{position + 1}"
        blank = _PLACEHOLDER_99 if _HAS_99.match(name) else _PLACEHOLDER
        column = pl.col(f"c{position}").str.strip_chars()
        columns.append(pl.when(column.str.contains(blank)).then(None).otherwise(column).alias(name))
    return rows.table.select(columns)


def labels_of(header: MatrixHeader, rows: Rows) -> npt.NDArray[Any] | None:
    """Return the labels: int for a class index, str for a class name, None for an empty cell."""
    if header.label_position is None:
        return None
    texts = rows.table[f"c{header.label_position}"].str.strip_chars().to_list()
    value_of = {text: _label(text) for text in set(texts)}
    labels = np.empty(len(texts), dtype=object)
    labels[:] = [value_of[text] for text in texts]
    return labels


def _label(text: str | None) -> int | str | None:
    if not text:
        return None
    return int(text) if _INTEGER.match(text) else text


def common_frame(header: MatrixHeader, ids: npt.NDArray[Any], metadata: pl.DataFrame) -> pl.DataFrame:
    """Return the common set as far as the columns state it; a number that does not parse is missing."""
    by_name = {name.lower(): name for name in reversed(metadata.columns)}
    series = [pl.Series("id", ids.tolist(), dtype=pl.String)]
    for name, dtype in list(COMMON_SCHEMA.items())[1:]:
        found = next((by_name[known] for known in _COMMON_NAMES[name] if known in by_name), None)
        if found is None:
            series.append(pl.Series(name, [None] * len(ids), dtype=dtype))
        else:
            series.append(metadata[found].cast(dtype, strict=False).alias(name))
    return _with_positions(pl.DataFrame(series), metadata) if header.is_ondrejov else pl.DataFrame(series)


def _with_positions(common: pl.DataFrame, metadata: pl.DataFrame) -> pl.DataFrame:
    """Return the common set with positions of Ondřejov in degrees.

    The published table repeats the cards of the CCD700 images, where a sexagesimal position is that of the epoch of
    observation; the image states that epoch in EQUINOX, here it is `date-obs`.
    """
    if common["ra"].null_count() < metadata["ra"].len() - metadata["ra"].null_count():
        return common
    texts = zip(metadata["ra"], metadata["dec"], metadata["date-obs"], strict=True)
    positions = [degrees_of_sexagesimal(ra, dec, _year(day)) for ra, dec, day in texts]
    stated = common.select("ra", "dec").rows()
    both = [old if old[0] is not None else new for old, new in zip(stated, positions, strict=True)]
    return common.with_columns(
        pl.Series("ra", [ra for ra, _ in both], dtype=pl.Float64),
        pl.Series("dec", [dec for _, dec in both], dtype=pl.Float64),
    )


def _year(day: str | None) -> float:
    """Return the Julian epoch of an ISO date, NaN without one."""
    try:
        found = date.fromisoformat((day or "")[:10])
    except ValueError:
        return float("nan")
    return 2000.0 + (found - date(2000, 1, 1)).days / 365.25


def common_of_ids(ids: npt.NDArray[Any]) -> pl.DataFrame:
    """Return a common set that knows the ids only."""
    common = pl.DataFrame({"id": ids.tolist()}, schema={"id": pl.String})
    missing = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in COMMON_SCHEMA.items() if name != "id"]
    return common.with_columns(missing)

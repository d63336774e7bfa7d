"""Rows as a FITS binary table (FITS Standard 4.0, section 7.3), written part by part."""

import io
import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from al_core import __version__
from al_core.candidates.files.columns import Column
from al_core.candidates.files.spool import Spool
from al_core.metadata.fields import FieldType
from al_core.progress import Progress

_BLOCK = 2880
#: A missing whole number: the least of 64 bits.
_NULL = -(2**63)
_MOMENT, _MOMENT_LENGTH = "%Y-%m-%dT%H:%M:%S%.3f", 23
_NOT_ASCII = "[^ -~]"


def write_fits(spool: Spool, path: Path, name: str, progress: Progress) -> None:
    """Write a table; a character that FITS cannot hold becomes "?", a missing number is NaN or the column's TNULL.

    Parameters
    ----------
    spool : Spool
    path : Path
    name : str
        EXTNAME.
    progress : Progress
    """
    widths = _widths(spool)
    dtype = np.dtype([(f"c{k}", _dtype(one, widths)) for k, one in enumerate(spool.columns)])
    with path.open("wb") as file:
        file.write(_headers(spool, name, widths))
        for number, frame in enumerate(spool.frames()):
            progress(number, len(spool.paths), "Writing")
            rows = np.zeros(frame.height, dtype=dtype)
            for k, column in enumerate(spool.columns):
                rows[f"c{k}"] = _values(frame[column.name], column, widths)
            file.write(rows.tobytes())
        file.write(b"\0" * (-spool.n_rows * dtype.itemsize % _BLOCK))


def _headers(spool: Spool, name: str, widths: dict[str, int]) -> bytes:
    from astropy.io import fits

    columns = [
        fits.Column(
            name=_ascii(one.name),
            format=_format(one, widths),
            unit=_ascii(one.unit) or None,
            null=_NULL if one.type is FieldType.INTEGER else None,
        )
        for one in spool.columns
    ]
    table = fits.BinTableHDU.from_columns(columns, nrows=0, name=_ascii(name)[:60])
    header: Any = table.header
    header["NAXIS2"] = spool.n_rows
    header["CREATOR"] = f"Spectrolabe {__version__}"
    for k, one in enumerate(spool.columns, start=1):
        if one.description:
            header.comments[f"TTYPE{k}"] = _ascii(one.description)[:40]
        if one.ucd:
            header[f"TUCD{k}"] = one.ucd
    output = io.BytesIO()
    fits.PrimaryHDU().writeto(output)
    text: str = header.tostring()
    return output.getvalue() + text.encode("ascii")


def _widths(spool: Spool) -> dict[str, int]:
    """Return the length of the longest text of each column of text, at least 1."""
    texts = [one.name for one in spool.columns if one.type is FieldType.STRING]
    found = dict.fromkeys(texts, 1)
    for frame in spool.frames():
        for name in texts:
            longest = frame[name].str.len_chars().max()
            found[name] = max(found[name], int(longest) if isinstance(longest, int) else 1)
    return found


def _format(column: Column, widths: dict[str, int]) -> str:
    if column.type is FieldType.STRING:
        return f"{widths[column.name]}A"
    kinds = {FieldType.INTEGER: "K", FieldType.NUMBER: "D", FieldType.BOOLEAN: "L"}
    return kinds.get(column.type, f"{_MOMENT_LENGTH}A")


def _dtype(column: Column, widths: dict[str, int]) -> str:
    if column.type is FieldType.STRING:
        return f"S{widths[column.name]}"
    kinds = {FieldType.INTEGER: ">i8", FieldType.NUMBER: ">f8", FieldType.BOOLEAN: "S1"}
    return kinds.get(column.type, f"S{_MOMENT_LENGTH}")


def _values(values: pl.Series, column: Column, widths: dict[str, int]) -> npt.NDArray[Any]:
    if column.type is FieldType.INTEGER:
        return values.fill_null(_NULL).to_numpy()
    if column.type is FieldType.NUMBER:
        return values.cast(pl.Float64).fill_null(float("nan")).to_numpy()
    if column.type is FieldType.BOOLEAN:
        codes = pl.select(pl.when(values).then(pl.lit("T")).when(~values).then(pl.lit("F")).otherwise(pl.lit("")))
        return codes.to_series().to_numpy().astype("S1")
    if column.type is FieldType.TIME:
        return values.dt.strftime(_MOMENT).fill_null("").to_numpy().astype(f"S{_MOMENT_LENGTH}")
    texts = values.fill_null("").str.replace_all(_NOT_ASCII, "?")
    return texts.to_numpy().astype(f"S{widths[column.name]}")


def _ascii(text: str) -> str:
    """Return a text for a header: accents dropped, other signs as "?"."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(one if " " <= one <= "~" else "?" for one in plain if not unicodedata.combining(one))

"""A ZIP with a table and the spectra of its rows: files as they were observed, else what the pool has of them."""

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

from al_core.candidates.files.spool import Spool
from al_core.candidates.files.tables import csv
from al_core.errors import MetadataError
from al_core.files import replacing
from al_core.labeling.originals import path_of
from al_core.labeling.table import metadata_of
from al_core.pools import Pool
from al_core.progress import Progress, no_progress

#: Spectra of one file; more are better copied as files.
MOST_SPECTRA = 50_000
_AT_ONCE = 500
_UNSAFE = re.compile(r'[\x00-\x1f\\/:*?"<>|]')
#: What is compressed already.
_STORED = (".gz", ".zip", ".bz2")
README = """Spectra of a search.

table.csv      one row for each result
spectra/       original files, named as they were; where there is none, ID.csv with the spectrum as the pool has it
               (wavelength in vacuum Angstrom; flux scaled as the recipe of the pool says)
missing.csv    results whose spectrum is not in the pool, or whose file is gone
"""


def write_zip(spool: Spool, pool: Pool, path: Path, progress: Progress = no_progress) -> int:
    """Write the archive and return how many spectra it lacks; it appears when it is whole.

    Raises
    ------
    MetadataError
        If there are more than `MOST_SPECTRA` rows.
    """
    if spool.n_rows > MOST_SPECTRA:
        raise MetadataError(
            f"A ZIP with spectra has at most {MOST_SPECTRA:,}, these are {spool.n_rows:,}. Narrow the search, or "
            "export the table alone."
        )
    missing: list[tuple[str, str]] = []
    with replacing(path) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", README)
        with archive.open("table.csv", "w", force_zip64=True) as table:
            table.writelines(csv(spool.frames()))
        taken: set[str] = set()
        for done, name in enumerate(_put_spectra(spool, pool, archive, missing, taken)):
            progress(done, spool.n_rows, f"Spectra, {name}")
        if missing:
            lines = pl.DataFrame(missing, schema=["id", "reason"], orient="row").write_csv()
            archive.writestr("missing.csv", lines)
    return len(missing)


def _put_spectra(
    spool: Spool, pool: Pool, archive: zipfile.ZipFile, missing: list[tuple[str, str]], taken: set[str]
) -> Iterator[str]:
    tables = tuple(pool.manifest.get("plan", {}).get("matrices", ()))
    for frame in spool.frames():
        for start in range(0, frame.height, _AT_ONCE):
            names = frame["id"][start : start + _AT_ONCE].to_list()
            rows = pool.find(names)
            known = [(name, int(row)) for name, row in zip(names, rows.tolist(), strict=True) if row >= 0]
            missing += [(n, "not in the pool") for n, row in zip(names, rows.tolist(), strict=True) if row < 0]
            about = metadata_of(pool, np.array([row for _, row in known], dtype=np.int64), ["source"]).to_dicts()
            for (name, row), metadata in zip(known, about or [{}] * len(known), strict=True):
                source = path_of(metadata.get("source"), name, tables)
                reason = _put(archive, pool, name, row, source, taken)
                if reason:
                    missing.append((name, reason))
                yield name


def _put(archive: zipfile.ZipFile, pool: Pool, name: str, row: int, source: Path | None, taken: set[str]) -> str:
    """Add one spectrum; return why it is not the original, "" where it is or never was."""
    if source is not None and source.is_file():
        inside = f"spectra/{source.name}"
        if inside not in taken:  # several spectra may be of one file
            taken.add(inside)
            is_packed = source.suffix.lower() in _STORED
            archive.write(source, inside, zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED)
        return ""
    plain = _UNSAFE.sub("_", name)[:180].strip(". ") or "spectrum"
    inside, number = f"spectra/{plain}.csv", 1
    while inside in taken:
        number += 1
        inside = f"spectra/{plain} {number}.csv"
    taken.add(inside)
    output = io.BytesIO()
    pl.DataFrame({"wavelength": pool.grid, "flux": np.asarray(pool.flux[row])}).write_csv(output)
    archive.writestr(inside, output.getvalue())
    return "" if source is None else f"{source.name} is gone; the spectrum is that of the pool"

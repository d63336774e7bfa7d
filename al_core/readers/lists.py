"""Text files that name spectra without holding any: catalogs, label lists, lists of paths.

They are recognised so that the error says what they are.
"""

import csv
import re
from pathlib import Path

from al_core.errors import NoSpectrumError
from al_core.readers.base import Recognition
from al_core.readers.file_head import FileHead
from al_core.readers.matrix_header import has_ondrejov_columns, is_wavelength_name
from al_core.readers.survey_metadata import recognised_head
from al_core.spectrum import Spectrum

_PATH = re.compile(r"\S+\.(fits|fit|fits\.gz|vot|xml|csv|txt)\Z", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z_][\w .:/()\[\]-]*\Z")


class ListReader:
    """Recognises tables without wavelengths and lists of paths; `read` always says that there is no spectrum."""

    name = "list"
    label = "list or catalog without spectra"

    def identify(self, path: Path | FileHead) -> Recognition:
        """Recognise lines of paths, or comma-separated columns with names none of which is a wavelength."""
        head = FileHead.of(path)
        found = _what(head)
        return Recognition(bool(found), found or "neither a list of files nor a table with column names")

    def read(self, path: Path | FileHead) -> list[Spectrum]:
        """Raise `NoSpectrumError` with what the file is."""
        head = recognised_head(self, path)
        raise NoSpectrumError(f"{head.path}: expected a spectrum, found {_what(head)}. Import the spectra it names.")


def _what(head: FileHead) -> str:
    """Return what the file lists, "" if it is no list."""
    if not head.is_text or head.start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return ""
    lines = [line for line in head.start.decode("utf-8-sig", "replace").splitlines()[:20] if line.strip()]
    whole = lines if len(head.start) == head.size else lines[:-1] or lines
    if whole and all(_PATH.match(line.strip()) for line in whole):
        return "a list of files"
    return _table(whole)


def _table(lines: list[str]) -> str:
    """Return the description of a table: a line of names, then lines with as many cells."""
    try:
        rows = list(csv.reader(lines))
    except csv.Error:
        return ""
    if not rows:
        return ""
    names = [name.strip() for name in rows[0]]
    if names == ["id"]:
        return "a list of ids (the column id only)"
    is_header = len(names) > 1 and all(_NAME.match(name) and not is_wavelength_name(name) for name in names if name)
    if not is_header or has_ondrejov_columns(names) or any(len(row) != len(names) for row in rows[1:]):
        return ""
    return f"a table without wavelength columns ({', '.join(names[:6])}{', ...' if len(names) > 6 else ''})"

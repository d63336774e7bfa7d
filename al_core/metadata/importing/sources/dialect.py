"""How a text table is written: encoding, separator, header; found by its content."""

import codecs
import gzip
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from al_core.errors import MetadataError
from al_core.metadata.importing.sources.cells import split_record

#: Separators that are looked for, the likelier first.
SEPARATORS = (",", "|", ";", "\t")
#: What a separator is called.
SEPARATOR_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "|"}
#: Bytes that are looked at.
HEAD_BYTES = 2**20
_GZIP = b"\x1f\x8b"
#: Characters that no text has many of.
_CONTROL = bytes([*range(9), *range(14, 32), 127])
_VALUE = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\Z|.*\.(fits|fit|fits\.gz)\Z", re.IGNORECASE)


@dataclass(frozen=True)
class Dialect:
    """How a text table is written.

    Attributes
    ----------
    separator : str
    encoding : str
        "utf-8", or the name of a code of one byte a character.
    names : tuple of str
        Of the columns; unique.
    n_head_lines, n_head_bytes : int
        Before the first row: comments and header.
    is_compressed : bool
        By gzip.
    """

    separator: str
    encoding: str
    names: tuple[str, ...]
    n_head_lines: int
    n_head_bytes: int
    is_compressed: bool


def open_bytes(path: Path) -> BinaryIO:
    """Open a file, decompressing what gzip wrote."""
    with path.open("rb") as file:
        is_compressed = file.read(2) == _GZIP
    return gzip.open(path, "rb") if is_compressed else path.open("rb")  # type: ignore[return-value]


def find_dialect(
    path: Path, *, separator: str | None = None, encoding: str | None = None, names: Sequence[str] = ()
) -> Dialect:
    """Look at the beginning of a text table.

    Parameters
    ----------
    path : Path
    separator, encoding : str, optional
        Where the user says them.
    names : sequence of str
        Of the columns of a table without header; a first line that repeats them is passed over.

    Raises
    ------
    MetadataError
        If it is no text, is not in the encoding, has no rows, or its header cannot be one.
    """
    with open_bytes(path) as file:
        head = file.read(HEAD_BYTES)
    encoding = _encoding(path, head, encoding)
    bom = len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0
    lines = _lines(head[bom:], encoding, is_whole=len(head) < HEAD_BYTES)
    n_comments = _n_comments(lines)
    if n_comments == len(lines):
        raise MetadataError(f"{path}: expected a table, found an empty file.")
    separator = separator or _separator(lines[n_comments:])
    has_header, n_head = True, n_comments + 1
    first = split_record(lines[n_comments].lstrip("#"), separator) or []
    if names:
        given = tuple(name.strip() for name in names)
        has_header = [cell.strip().lower() for cell in first] == [name.lower() for name in given]
        n_head = n_comments + has_header
        first = list(given)
    elif values := _values(first):
        raise MetadataError(
            f"{path}: expected the names of columns in the first line, found values ({', '.join(values[:3])}, ...). "
            "Give the names of the columns; a table of spectra is imported as a pool."
        )
    if n_head == len(lines):
        raise MetadataError(f"{path}: expected rows, found a header alone.")
    n_bytes = bom + sum(len(line.encode(encoding)) for line in lines[:n_head])
    return Dialect(separator, encoding, _checked_names(path, first), n_head, n_bytes, _is_compressed(path))


def _is_compressed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == _GZIP


def _encoding(path: Path, head: bytes, wanted: str | None) -> str:
    if not head:
        raise MetadataError(f"{path}: expected a table, found an empty file.")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise MetadataError(f"{path}: expected UTF-8, found UTF-16. Save it as UTF-8.")
    if len(head) - len(head.translate(None, _CONTROL)) > max(len(head) // 100, 10):
        raise MetadataError(f"{path}: expected text, found bytes that are none. It is not a table that can be read.")
    encoding = _codec(wanted)
    text = head[: head.rfind(b"\n") + 1] or head
    try:
        text.decode(encoding)
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        raise MetadataError(
            f"{path}: expected text in {encoding}, found byte 0x{text[error.start]:02X} in line {line}. Name its "
            "encoding, for instance latin-1."
        ) from error
    return encoding


def _codec(wanted: str | None) -> str:
    try:
        found = codecs.lookup(wanted or "utf-8").name
        is_single = found in ("utf-8", "utf-8-sig") or len("aé".encode(found, "replace")) == 2
    except LookupError as error:
        raise MetadataError(f"There is no encoding {wanted!r}. Known ones: utf-8, latin-1, cp1250, cp1252.") from error
    if not is_single:
        raise MetadataError(f"Tables in {wanted} cannot be read. Save the table as UTF-8.")
    return "utf-8" if found == "utf-8-sig" else found


def _lines(head: bytes, encoding: str, *, is_whole: bool) -> list[str]:
    """Return the lines, each with its end, without one that was cut off."""
    lines = head.decode(encoding, "replace").splitlines(keepends=True)
    if not is_whole and len(lines) > 1:
        lines.pop()
    return _joined(lines)


def _joined(lines: list[str]) -> list[str]:
    """Undo what `splitlines` splits besides newlines."""
    return "".join(lines).replace("\n", "\n\0").split("\0")[: None if lines and not lines[-1].endswith("\n") else -1]


def _n_comments(lines: list[str]) -> int:
    """Return how many lines stand before the header: blank ones and comments; the last comment may be the header."""
    n = next((number for number, line in enumerate(lines) if line.strip() and not line.startswith("#")), len(lines))
    if 0 < n < len(lines) and lines[n - 1].startswith("#"):
        separator = _separator([lines[n - 1], lines[n]])
        if lines[n - 1].count(separator) == lines[n].count(separator) > 0:
            return n - 1
    return n


def _separator(lines: list[str]) -> str:
    """Return the separator that most lines have as often as the header; of equals the one that comes most often."""
    cells = {sign: Counter(len(split_record(line, sign) or []) for line in lines[:200]) for sign in SEPARATORS}
    header = {sign: len(split_record(lines[0], sign) or []) for sign in SEPARATORS}
    scores = {sign: (header[sign] > 1, cells[sign][header[sign]], header[sign]) for sign in SEPARATORS}
    return max(SEPARATORS, key=lambda sign: scores[sign])


def _values(cells: list[str]) -> list[str]:
    """Return what cannot be names of columns, if it is more than a quarter of the cells."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    values = [cell for cell in filled if _VALUE.match(cell)]
    return values if len(values) > len(filled) / 4 else []


def _checked_names(path: Path, cells: list[str]) -> tuple[str, ...]:
    names = [cell.strip().replace("\n", " ") or f"column {number}" for number, cell in enumerate(cells, 1)]
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise MetadataError(
            f"{path}: expected each column once, found {', '.join(map(repr, twice[:5]))} more than once."
        )
    if "\0" in "".join(names):
        raise MetadataError(f"{path}: expected names of columns, found a null character (byte 0) in the header.")
    return tuple(names)

"""What chosen files are, before anything is imported: formats by content, counts, grids, labels."""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from al_core.errors import LibraryError, NoSpectrumError, ReadError
from al_core.library.unpacking import is_archive
from al_core.pools.inputs import PASSED_OVER
from al_core.readers import MatrixReader, identify, open_matrix
from al_core.readers.lists import ListReader

#: Files that are listed at most, and files whose content is looked at.
MOST_LISTED, MOST_IDENTIFIED = 2_000_000, 120
#: Kinds of formats in the order in which they are shown.
KINDS = ("spectrum", "pool", "training", "archive", "list", "unknown")
#: Files whose names promise one spectrum each; only some of them are opened.
_LIKELY_SPECTRA = (".fits", ".fit", ".fts", ".fits.gz", ".fit.gz", ".fits.fz", ".vot", ".xml", ".txt", ".dat")


@dataclass(frozen=True)
class Format:
    """Files of one format.

    `kind` is `spectrum` (one a file), `pool` or `training` (many on one grid, without or with labels), `list` (a
    catalog, metadata or labels), `archive` or `unknown`; `n_looked_at` of them were opened. `detail` says what else is
    known: the grid, or why a file is not recognized.
    """

    kind: str
    label: str
    n_looked_at: int
    example: str
    detail: str = ""


@dataclass(frozen=True)
class Recognized:
    """What a choice of files and folders holds.

    `n_files` and `n_bytes` count all of them; `formats` are those of the files that were looked at, commonest first;
    `passed_over` counts documents and the like; `lists` are the tables without spectra, which may be metadata.
    """

    n_files: int
    n_bytes: int
    formats: tuple[Format, ...]
    passed_over: int
    lists: tuple[Path, ...] = field(default=())
    is_sampled: bool = False

    @property
    def has_spectra(self) -> bool:
        """Whether anything in it can be imported."""
        return any(one.kind in ("spectrum", "pool", "training") for one in self.formats)

    @property
    def has_labels(self) -> bool:
        """Whether a file states labels beside spectra."""
        return any(one.kind == "training" for one in self.formats)

    @property
    def is_on_grid(self) -> bool:
        """Whether all spectra stand in tables on a grid, so that a recipe need not resample."""
        kinds = {one.kind for one in self.formats}
        return bool(kinds & {"pool", "training"}) and "spectrum" not in kinds


def recognize(paths: Sequence[Path]) -> Recognized:
    """Look at files and folders; of many files of likely spectra a sample is opened.

    Raises
    ------
    LibraryError
        If a path does not exist or there is no file.
    """
    files = list(islice(_files(paths), MOST_LISTED))
    taken = [path for path in files if Path(path).suffix.lower() not in PASSED_OVER]
    if not files:
        raise LibraryError(f"No file was found in {', '.join(path.name for path in paths) or 'this choice'}.")
    likely = [path for path in taken if path.lower().endswith(_LIKELY_SPECTRA)]
    others = [path for path in taken if not path.lower().endswith(_LIKELY_SPECTRA)][:MOST_IDENTIFIED]
    step = max(1.0, len(likely) / MOST_IDENTIFIED)
    sample = [likely[int(place * step)] for place in range(min(len(likely), MOST_IDENTIFIED))]
    found = [(path, *_identified(Path(path))) for path in [*others, *sample]]
    return Recognized(
        n_files=len(taken),
        n_bytes=sum(os.path.getsize(path) for path in taken),  # noqa: PTH202 - millions of paths, kept as text
        formats=_formats(found),
        passed_over=len(files) - len(taken),
        lists=tuple(Path(path) for path, kind, *_ in found if kind == "list"),
        is_sampled=len(found) < len(taken),
    )


def _files(paths: Sequence[Path]) -> Iterator[str]:
    for path in paths:
        if path.is_file():
            yield str(path)
        elif path.is_dir():
            for folder, folders, names in os.walk(path):
                folders[:] = sorted(name for name in folders if not name.startswith("."))
                yield from (os.path.join(folder, name) for name in sorted(names) if not name.startswith("."))  # noqa: PTH118
        else:
            raise LibraryError(f"{path.name} is not there any more. Choose it again.")


def _identified(path: Path) -> tuple[str, str, str]:
    """Return kind, label and detail of one file."""
    try:
        reader = identify(path)
    except ReadError as error:
        return (
            ("archive", "Zip archive", "") if is_archive(path) else ("unknown", "Not recognized", _short(error, path))
        )
    except OSError as error:
        return "unknown", "Not readable", str(error.strerror or error)
    if isinstance(reader, ListReader):
        return "list", reader.label.capitalize(), _list_detail(path)
    if not isinstance(reader, MatrixReader):
        return "spectrum", reader.label, ""
    return _matrix(path, reader.label)


def _matrix(path: Path, label: str) -> tuple[str, str, str]:
    try:
        source = open_matrix(path)
    except ReadError as error:
        return "unknown", label, _short(error, path)
    grid = source.wavelength
    rows = "" if source.n_rows is None else f"{source.n_rows:,} spectra, "
    return source.kind, label, f"{rows}{grid.size} points, {grid[0]:,.1f} to {grid[-1]:,.1f} Å"


def _list_detail(path: Path) -> str:
    try:
        open_matrix(path)
    except NoSpectrumError as error:
        return _short(error, path).removeprefix("expected a spectrum, found ").split(". ")[0]
    except ReadError as error:
        return _short(error, path)
    return ""


def _short(error: Exception, path: Path) -> str:
    """Return the reason without the path, and without what every reader says of a file that none of them knows."""
    return str(error).removeprefix(f"{path}: ").partition(" Tried: ")[0]


def _formats(found: Sequence[tuple[str, str, str, str]]) -> tuple[Format, ...]:
    """Put files of the same kind, format and (for tables) grid together."""
    counts = Counter((kind, label, "" if kind == "unknown" else detail) for _, kind, label, detail in found)
    first: dict[tuple[str, str, str], tuple[str, str]] = {}
    for path, kind, label, detail in found:
        first.setdefault((kind, label, "" if kind == "unknown" else detail), (path, detail))
    formats = [Format(key[0], key[1], n, Path(first[key][0]).name, first[key][1]) for key, n in counts.most_common()]
    return tuple(sorted(formats, key=lambda one: KINDS.index(one.kind)))

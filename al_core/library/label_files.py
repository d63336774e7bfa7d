"""Labels as other data sets state them, and which classes of a session they are."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath

import polars as pl

from al_core.errors import ConfigurationError, LibraryError, ReadError
from al_core.readers import MatrixReader, identify, open_matrix
from al_core.runs.labels import class_index
from al_core.spectrum import spectrum_id_of

#: Columns that name a spectrum, best first, and those that may hold its label.
ID_COLUMNS = ("id", "spectrum_id", "file", "filename", "path", "name")
LABEL_COLUMNS = ("label", "class", "type", "subclass")
#: More different labels than this are numbers or comments, not classes.
MOST_LABELS = 60


def read_labels(path: Path) -> dict[str, str]:
    """Return the label of each spectrum that a file names.

    Tables with labels, lists `id,label` and lists of files are understood; in a list of files every file has the name
    of the list as its label. Rows without a label are passed over.

    Raises
    ------
    ReadError
        If the file is none of these.
    """
    if isinstance(identify(path), MatrixReader):
        return _labels_of_matrix(path)
    table = _table(path)
    names = {name.strip().lower(): name for name in reversed(table.columns)}
    key = next((names[name] for name in ID_COLUMNS if name in names), None)
    label = next((names[name] for name in LABEL_COLUMNS if name in names), None)
    if key is None or label is None:
        return _labels_of_list(path)
    rows = table.select(pl.col(key).alias("key"), pl.col(label).alias("label")).drop_nulls()
    return {base_id(row[0]): row[1].strip() for row in rows.iter_rows() if row[0].strip() and row[1].strip()}


def base_id(name: str) -> str:
    """Return the id of a spectrum from its file, path or address.

    >>> base_id("ivo://asu.cas.cz/stel/ccd700/uc050029")
    'uc050029'
    """
    return spectrum_id_of(PurePosixPath(name.strip().replace("\\", "/").rstrip("/")))


def count_labels(labels: Iterable[str]) -> dict[str, int]:
    """Return how often each label comes, the commonest first.

    Raises
    ------
    LibraryError
        If there are too many different ones to be classes.
    """
    counts = Counter(labels)
    if len(counts) > MOST_LABELS:
        raise LibraryError(
            f"Found {len(counts)} different labels, such as {next(iter(counts))!r}; at most {MOST_LABELS} can be "
            "classes. Choose a file whose column 'label' names classes."
        )
    return dict(counts.most_common())


def suggested_mapping(labels: Iterable[str], classes: Sequence[str]) -> dict[str, str | None]:
    """Return the class that each label probably is; None where nothing fits, so that a person decides."""
    return {label: _suggestion(label, classes) for label in labels}


def checked_mapping(mapping: Mapping[str, str | None], classes: Sequence[str]) -> dict[str, str | None]:
    """Return the mapping if all of its classes exist.

    Raises
    ------
    LibraryError
        If one does not, or no label has a class.
    """
    for label, name in mapping.items():
        if name is not None and name not in classes:
            raise LibraryError(f"Label {label!r} is mapped to {name!r}, which is not among the classes.")
    if mapping and not any(mapping.values()):
        raise LibraryError("No label has a class. Choose a class for one label at least.")
    return dict(mapping)


def _suggestion(label: str, classes: Sequence[str]) -> str | None:
    folded = {name.casefold().replace("-", " ").replace("_", " "): name for name in classes}
    same = folded.get(label.strip().casefold().replace("-", " ").replace("_", " "))
    if same is not None:
        return same
    try:
        place = class_index(label, classes)
    except ConfigurationError:
        return None
    return None if place is None else classes[place]


def _labels_of_matrix(path: Path) -> dict[str, str]:
    labels: dict[str, str] = {}
    for chunk in open_matrix(path).chunks():
        if chunk.labels is None:
            raise ReadError(f"{path.name}: expected a column 'label', found spectra without labels.")
        pairs = zip(chunk.spectrum_ids, chunk.labels, strict=True)
        labels |= {str(one): str(label).strip() for one, label in pairs if label is not None and str(label).strip()}
    return labels


def _table(path: Path) -> pl.DataFrame:
    try:
        return pl.read_csv(path, infer_schema=False, truncate_ragged_lines=True)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise ReadError(f"{path.name}: expected a table with labels, found {error}.") from error


def _labels_of_list(path: Path) -> dict[str, str]:
    """Return the names in a list of files, each with the name of the list as label."""
    lines = [line.strip() for line in path.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    if not lines or any("," in line or "." not in line for line in lines[:50]):
        raise ReadError(f"{path.name}: expected columns 'id' and 'label', or a list of files. Name the columns.")
    return {base_id(line): path.stem for line in lines}

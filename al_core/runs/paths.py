"""Where the files are that a configuration names."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from al_core.runs.keys import Keys
from al_core.runs.problems import ConfigurationText, Problem

#: Keys whose values are looked up as files or folders.
PATH_KEYS = (
    "training_set_csv",
    "training_set_addition_csv",
    "pool_csv",
    "poolnames_csv",
    "labels2add_csv",
    "csv_metadata_file",
    "previous_output",
)
#: Those of them whose value may be a folder.
FOLDER_KEYS = ("pool_csv", "previous_output")


@dataclass(frozen=True)
class Places:
    """Where values of path keys are looked up.

    Attributes
    ----------
    beside : Path
        The folder that relative paths start from.
    root : Path
        Below it, paths of another server are found by their end.
    named : dict
        By key: names that stand for a file or folder, as those of the workspace's pools do.
    unused : frozenset of str
        Keys whose files are not asked for, since something else will stand there.
    """

    beside: Path
    root: Path
    named: Mapping[str, Mapping[str, Path]] = field(default_factory=dict)
    unused: frozenset[str] = frozenset()

    def find(self, key: str, value: str) -> Path | None:
        """Return what a value means, None if there is nothing."""
        return self.named.get(key, {}).get(value) or find_file(value, self.beside, self.root)


def find_files(keys: Keys, text: ConfigurationText, places: Places) -> tuple[dict[str, Path], list[Problem]]:
    """Return the existing files by key, and what could not be found."""
    paths: dict[str, Path] = {}
    problems: list[Problem] = []
    for key in PATH_KEYS:
        value = getattr(keys, key)
        if value is None or key in places.unused:
            continue
        found = places.find(key, value)
        if found is None:
            problems.append(text.problem(key, _not_found(value, places.root)))
        elif found.is_dir() and key not in FOLDER_KEYS:
            problems.append(text.problem(key, f"found the folder {found}; allowed: {_description(key)}."))
        else:
            paths[key] = found
    folder, missing = _find_folder(keys, text, places.beside, places.root)
    return paths | folder, problems + missing


def _not_found(value: str, root: Path) -> str:
    return (
        f"found no file {value!r}. Looked beside the configuration and, by the end of the path, below "
        f"{root}. Correct the path, or set SPECTROLABE_DATA_ROOT to the folder that holds the data."
    )


def _description(key: str) -> str:
    return Keys.model_fields[key].description or "another value"


def _find_folder(
    keys: Keys, text: ConfigurationText, beside: Path, root: Path
) -> tuple[dict[str, Path], list[Problem]]:
    """Return the folder of spectra where there is no pool file: the one named, or that of the configuration."""
    if keys.pool_csv is not None:
        return {}, []
    beside = beside.resolve()
    if keys.folder is not None:
        folder = find_file(keys.folder, beside, root)
        if folder is None or not folder.is_dir():
            message = f"found no folder {keys.folder!r}. Name one with spectra, or give pool_csv."
            return {}, [text.problem("folder", message)]
        return {"folder": folder}, []
    if not any(True for pattern in ("*.fit", "*.fits", "*.fits.gz", "*.vot") for _ in beside.rglob(pattern)):
        message = f"it is missing, and there are no FITS files or VOTables in {beside}. Name the pool or a 'folder'."
        return {}, [text.problem("pool_csv", message)]
    return {"folder": beside}, []


def find_file(name: str, beside: Path, root: Path) -> Path | None:
    """Return the existing file or folder that a path in a configuration means, None if there is none.

    A path counts as written (relative ones beside the configuration); else its last parts, as many as exist, below
    `root`: `/data/vocloud/filesystem/DATA/active-learning/pool.csv` is found as `ROOT/active-learning/pool.csv` or
    `ROOT/pool.csv`. Blanks around a part, as line breaks leave them in old files, are dropped if need be.
    """
    parts = PurePosixPath(name).parts
    cleaned = tuple(part.strip() for part in parts)
    for variant in dict.fromkeys((parts, cleaned)):
        direct = beside / Path(*variant)
        if _exists(direct):
            return direct.resolve()
        relative = [part for part in variant if part not in ("/", "..", ".")]
        for start in range(len(relative)):
            candidate = root / Path(*relative[start:])
            if _exists(candidate):
                return candidate.resolve()
    return None


def _exists(path: Path) -> bool:
    """Whether there is such a file or folder that may be looked at; no name is too long to ask for."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False

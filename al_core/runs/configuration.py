"""Reading and checking a configuration file: everything that can be wrong is said before anything is written."""

import difflib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic import ValidationError

from al_core.errors import ConfigurationError, RecipeError
from al_core.models.base import TrainingOptions
from al_core.preprocessing import Recipe, load_recipe
from al_core.runs.keys import ALIASES, DEFAULT_CLASSES, Keys, allowed_keys, describe
from al_core.strategies import STRATEGIES

#: What the original program raises smaller numbers to when it trains.
LEAST_BATCH_SIZE = 10
LEAST_RANDOM_SAMPLE_SIZE = 3
#: Spectra drawn for an initial training set where the configuration gives no number.
INITIAL_SAMPLE_SIZE = 100
#: Keys whose values are looked up as files or folders.
_PATH_KEYS = (
    "training_set_csv",
    "training_set_addition_csv",
    "pool_csv",
    "poolnames_csv",
    "labels2add_csv",
    "csv_metadata_file",
    "previous_output",
)
#: Those of them whose value may be a folder.
_FOLDER_KEYS = ("pool_csv", "previous_output")


@dataclass(frozen=True)
class Configuration:
    """A checked configuration: `keys` as written, `paths` that exist, and what follows from them.

    Attributes
    ----------
    source : Path
        The file it came from.
    paths : dict
        Input files by key; only those given.
    notices : tuple of str
        What the user should know about how keys were understood.
    """

    source: Path
    keys: Keys
    paths: dict[str, Path]
    recipe: Recipe
    candidate_classes: tuple[str, ...]
    batch_size: int
    random_sample_size: int
    notices: tuple[str, ...]

    @property
    def trains(self) -> bool:
        """Whether a network is trained; otherwise random spectra are chosen for labeling only."""
        return self.keys.run_active_learning and self.keys.iteration_num > 0 and "training_set_csv" in self.paths

    @property
    def training_options(self) -> TrainingOptions:
        """The options of training that the keys name."""
        k = self.keys
        return TrainingOptions(
            balance=k.balance,
            smote_neighbors=k.smote_neighbors,
            stopping=k.stopping,
            validation_fraction=k.validation_fraction,
            max_epochs=k.max_epochs,
            patience=k.patience,
            min_delta=k.min_delta,
            minibatch_size=k.minibatch_size,
        )


class _Located:
    """The text of a configuration file, to say on which line a key stands."""

    def __init__(self, source: Path, text: str) -> None:
        self.source = source
        self._text = text

    def error(self, key: str, message: str) -> ConfigurationError:
        match = re.search(rf'"{re.escape(key)}"\s*:', self._text)
        line = f", line {self._text.count(chr(10), 0, match.start()) + 1}" if match else ""
        return ConfigurationError(f'{self.source}{line}, key "{key}": {message}')


def load_configuration(
    path: Path, data_root: Path | None = None, overrides: Mapping[str, object] | None = None
) -> Configuration:
    """Read and check a configuration file.

    Parameters
    ----------
    path : Path
        JSON, as the thesis (3.2.2) and the public program write it.
    data_root : Path, optional
        Where paths of another server are looked for; by default the folder of the file.
    overrides : mapping, optional
        Keys that count instead of those in the file.

    Raises
    ------
    ConfigurationError
        If it is not JSON, has an unknown key, a wrong type, an impossible value or a missing file. The message names
        the line and key, what was found and what is allowed.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: expected a configuration file in JSON, found: {error}.") from error
    located = _Located(path, text)
    written = _parse(path, text, located)
    keys = _validate({**_without_aliases(written, located), **(overrides or {})}, located)
    return _complete(keys, written, located, data_root or path.resolve().parent)


def _parse(path: Path, text: str, located: _Located) -> dict[str, Any]:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        seen: dict[str, Any] = {}
        for key, value in pairs:
            if key in seen:
                raise located.error(key, "it stands twice. Keep one.")
            seen[key] = value
        return seen

    try:
        content = json.loads(text, object_pairs_hook=unique)
    except json.JSONDecodeError as error:
        raise ConfigurationError(
            f"{path}, line {error.lineno}, column {error.colno}: expected JSON, found: {error.msg}."
        ) from error
    except (ValueError, RecursionError) as error:
        raise ConfigurationError(f"{path}: expected JSON, found: {error}.") from error
    if not isinstance(content, dict):
        raise ConfigurationError(f"{path}: expected a JSON object {{...}}, found {type(content).__name__}.")
    return content


def _without_aliases(written: dict[str, Any], located: _Located) -> dict[str, Any]:
    keys: dict[str, Any] = {}
    for name, value in written.items():
        key = ALIASES.get(name, name)
        if key not in Keys.model_fields:
            near = difflib.get_close_matches(name, allowed_keys(), 1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise located.error(name, f"unknown key.{hint} Allowed: {', '.join(allowed_keys())}.")
        if key in keys and keys[key] != value:
            raise located.error(name, f"means the same as another key that says {keys[key]!r}. Keep one of them.")
        keys[key] = value
    return keys


def _validate(content: dict[str, Any], located: _Located) -> Keys:
    try:
        return Keys.model_validate(content)
    except ValidationError as error:
        key = str(error.errors()[0]["loc"][0])
        allowed = Keys.model_fields[key].description
        found = json.dumps(content[key], ensure_ascii=False)
        raise located.error(_as_written(key, located), f"found {found}; allowed: {allowed}.") from error


def _description(key: str) -> str:
    return Keys.model_fields[key].description or "another value"


def _as_written(key: str, located: _Located) -> str:
    names = [key, *(alias for alias, name in ALIASES.items() if name == key)]
    return next((name for name in names if f'"{name}"' in located._text), key)


def _complete(keys: Keys, written: dict[str, Any], located: _Located, root: Path) -> Configuration:
    notices: list[str] = []
    paths = _find_files(keys, located, root)
    candidates = keys.candidate_classes or (keys.classes[-1],)
    for name in candidates:
        if name not in keys.classes:
            raise located.error("candidate_classes", f"found {name!r}; allowed: {describe(keys.classes)}.")
    if keys.strategy not in STRATEGIES:
        raise located.error("strategy", f"found {keys.strategy!r}; allowed: {', '.join(STRATEGIES)}.")
    _check_output_names(keys, located)
    trains = keys.run_active_learning and keys.iteration_num > 0
    if trains and "training_set_csv" not in paths:
        notices.append("No training_set_csv: nothing is trained, random spectra are chosen for labeling only.")
        trains = False
    if any(name in written for name in ("normalize", "binning")):
        notices.append(f"normalize, binning: the recipe {keys.recipe!r} puts all spectra on one grid and scales them.")
    batch_size, sample_size = _sizes(keys, trains, notices)
    recipe = _recipe(keys, located, root)
    return Configuration(
        located.source, keys, paths, recipe, tuple(candidates), batch_size, sample_size, tuple(notices)
    )


def _sizes(keys: Keys, trains: bool, notices: list[str]) -> tuple[int, int]:
    """Return the sizes of the batch and of the random sample, by the rules of the original program."""
    if not trains:
        given = {"batch_size", "random_sample_size"} & keys.model_fields_set
        total = sum(getattr(keys, name) for name in given)
        return total or INITIAL_SAMPLE_SIZE, 0
    for name, least in (("batch_size", LEAST_BATCH_SIZE), ("random_sample_size", LEAST_RANDOM_SAMPLE_SIZE)):
        if getattr(keys, name) < least:
            notices.append(f"{name} raised from {getattr(keys, name)} to {least}, the least that is used in training.")
    return max(keys.batch_size, LEAST_BATCH_SIZE), max(keys.random_sample_size, LEAST_RANDOM_SAMPLE_SIZE)


def _check_output_names(keys: Keys, located: _Located) -> None:
    seen: dict[str, str] = {}
    for key in ("oracle_csv", "performance_estimation_csv", "candidates_csv", "csv_spectra_file2", "out_file"):
        name = getattr(keys, key)
        if name is None:
            continue
        if name in seen:
            raise located.error(key, f"writes {name!r}, as {seen[name]} does. Give each file its own name.")
        seen[name] = key


def _recipe(keys: Keys, located: _Located, root: Path) -> Recipe:
    try:
        found = find_file(keys.recipe, located.source.parent, root)
        recipe = load_recipe(str(found) if found else keys.recipe)
    except RecipeError as error:
        raise located.error("recipe", str(error)) from error
    return recipe if keys.scaling is None else recipe.with_scaling(keys.scaling)


def _find_files(keys: Keys, located: _Located, root: Path) -> dict[str, Path]:
    paths: dict[str, Path] = {}
    for key in _PATH_KEYS:
        value = getattr(keys, key)
        if value is None:
            continue
        found = find_file(value, located.source.parent, root)
        if found is None:
            raise located.error(
                _as_written(key, located),
                f"found no file {value!r}. Looked beside the configuration and, by the end of the path, below "
                f"{root}. Correct the path, or set SPECTROLABE_DATA_ROOT to the folder that holds the data.",
            )
        if found.is_dir() and key not in _FOLDER_KEYS:
            raise located.error(_as_written(key, located), f"found the folder {found}; allowed: {_description(key)}.")
        paths[key] = found
    paths.update(_find_folder(keys, located, root))
    return paths


def _find_folder(keys: Keys, located: _Located, root: Path) -> dict[str, Path]:
    """Return the folder of spectra where there is no pool file: the one named, or that of the configuration."""
    if keys.pool_csv is not None:
        return {}
    beside = located.source.resolve().parent
    if keys.folder is not None:
        folder = find_file(keys.folder, beside, root)
        if folder is None or not folder.is_dir():
            raise located.error("folder", f"found no folder {keys.folder!r}. Name one with spectra, or give pool_csv.")
        return {"folder": folder}
    if not any(True for pattern in ("*.fit", "*.fits", "*.fits.gz", "*.vot") for _ in beside.rglob(pattern)):
        raise located.error(
            "pool_csv",
            f"it is missing, and there are no FITS files or VOTables in {beside}. Name the pool or a 'folder'.",
        )
    return {"folder": beside}


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
    except OSError:
        return False


__all__ = ["DEFAULT_CLASSES", "Configuration", "find_file", "load_configuration"]

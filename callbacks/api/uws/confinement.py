"""Paths that come over the network: found below the data root or the workspace, and nowhere else."""

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from al_core.errors import ConfigurationError
from al_core.preprocessing import RECIPES
from al_core.runs.keys import ALIASES
from al_core.runs.paths import PATH_KEYS
from al_core.settings import Settings

#: Keys that name the pool, with which `folder` is not looked at.
POOL_KEYS = {"pool_csv", "csv_spectra_file"}


def confined(written: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    """Return a configuration in which every path is absolute and lies below the data root or the workspace.

    Raises
    ------
    ConfigurationError
        If nothing is there. It does not tell whether the server has such a file elsewhere.
    """
    roots = [root.resolve() for root in (settings.data_root, settings.workspace) if root is not None]
    content = dict(written)
    for name, value in _paths(written):
        found = find_below(value, roots)
        if found is None:
            raise ConfigurationError(
                f'key "{name}": found no file {value!r} below the data root or the workspace of this server. '
                "Name one that is there, by its path from either."
            )
        content[name] = str(found)
    return content


def _paths(written: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the keys that a run opens as files, with their values; a folder does not count beside a pool."""
    used = set(PATH_KEYS) | (set() if POOL_KEYS & set(written) else {"folder"})
    for name, value in written.items():
        key = ALIASES.get(name, name)
        is_recipe_file = key == "recipe" and value not in RECIPES
        if isinstance(value, str) and value.strip() and (key in used or is_recipe_file):
            yield name, value


def find_below(name: str, roots: list[Path]) -> Path | None:
    """Return the existing file or folder that a path means below one of `roots`.

    As in a configuration file: as written, else its last parts, as many as exist; blanks around a part are dropped if
    need be. Links are followed before it is decided where a file lies.
    """
    for candidate in _candidates(name, roots):
        try:
            path = candidate.resolve()
            is_there = path.exists()
        except (OSError, ValueError, RuntimeError):
            continue
        if is_there and any(path.is_relative_to(root) for root in roots):
            return path
    return None


def _candidates(name: str, roots: list[Path]) -> Iterator[Path]:
    parts = PurePosixPath(name).parts
    for variant in dict.fromkeys((parts, tuple(part.strip() for part in parts))):
        if variant[:1] == ("/",):
            yield Path(*variant)
        relative = [part for part in variant if part not in ("/", "..", ".", "")]
        for start in range(len(relative)):
            yield from (root / Path(*relative[start:]) for root in roots)

"""The data of a workspace: pools, training sets, uploads, recipes, and the folders that may be looked into."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from al_core.errors import LibraryError, PoolError
from al_core.library.folders import DataRoot
from al_core.library.names import checked_name
from al_core.library.plate import Plate, make_plate, read_plate, write_plate
from al_core.library.pool_info import PoolInfo, read_pool_info
from al_core.library.recipes import RecipeStore
from al_core.library.training_sets import TrainingSetInfo, TrainingSets
from al_core.library.uploads import Uploads
from al_core.pools import Pool
from al_core.pools.folder import claimed, remove_all
from al_core.pools.layout import JOURNAL, MANIFEST, REJECTED
from al_core.settings import Settings


@dataclass(frozen=True)
class ImportOrder:
    """What an import job is told: its parameters, all defaults written out.

    `keep_grid` (None: tables keep theirs unless files of one spectrum come with them), `exposures`, `remove_duplicates`
    and `replace` are those of `al_core.pools.import_pool`; `recipe` is the recipe itself, so that a later change of a
    stored one does not reach an import that goes on.
    """

    name: str
    paths: tuple[str, ...]
    recipe: dict[str, Any]
    metadata_csv: str | None = None
    keep_grid: bool | None = None
    exposures: bool = False
    remove_duplicates: bool = False
    replace: bool = False


class Library:
    """Everything below WORKSPACE that holds data, and the data root; it keeps no state of its own.

    Attributes
    ----------
    uploads : Uploads
    recipes : RecipeStore
    training : TrainingSets
    data_root : DataRoot
    """

    def __init__(self, workspace: Path, settings: Settings) -> None:
        self.workspace = workspace
        self.uploads = Uploads(workspace)
        self.recipes = RecipeStore(workspace)
        self.training = TrainingSets(workspace)
        self.data_root = DataRoot(settings.data_root)

    def pools(self) -> list[PoolInfo]:
        """Return all pools, the newest first; those that cannot be used say why."""
        root = self._pools
        if not root.is_dir():
            return []
        folders = [folder for folder in root.iterdir() if folder.is_dir() and not folder.name.startswith(".")]
        found = [self._info(folder) for folder in sorted(folders)]
        return sorted(found, key=lambda info: info.created_utc, reverse=True)

    def pool_info(self, name: str) -> PoolInfo:
        """Return what lists show of a pool.

        Raises
        ------
        LibraryError
            If there is none of this name.
        """
        folder = self._pool_folder(name)
        if not folder.is_dir():
            raise LibraryError(f"There is no pool {name!r} any more. Choose another one.")
        return self._info(folder)

    def pool(self, name: str) -> Pool:
        """Open a pool.

        Raises
        ------
        PoolError
            If it is missing, unfinished or inconsistent.
        """
        return Pool.open(self._pool_folder(name))

    def plate(self, name: str) -> Plate:
        """Return the plate of a pool, made and stored if it is the first time."""
        info = self.pool_info(name)
        if info.plate is not None:
            return info.plate
        pool = self.pool(name)
        plate = make_plate(pool)
        write_plate(self._plate_path(info), plate)
        return plate

    def rejected_path(self, name: str) -> Path:
        """Return the CSV of what the import left out."""
        return self._pool_folder(name) / REJECTED

    def delete_pool(self, name: str) -> None:
        """Remove a pool or an unfinished import, and the index that was made from it; other files in its folder stay.

        Raises
        ------
        LibraryError
            If there is none of this name.
        PoolError
            If an import writes to it.
        """
        info = self.pool_info(name)
        from al_core.metadata.importing import remove_pool_index

        with claimed(info.path):
            remove_all(info.path)
        remove_pool_index(self.workspace, info.path.name)
        for plate in self._plates.glob(f"{info.path.name}-*.json"):
            plate.unlink(missing_ok=True)

    def training_sets(self) -> list[TrainingSetInfo]:
        """Return all training sets, the newest first."""
        return self.training.all()

    def order_import(self, order: ImportOrder) -> dict[str, Any]:
        """Check what an import is told and return the parameters of its job.

        Raises
        ------
        LibraryError
            If the name is taken or not allowed, or a path is missing.
        RecipeError
            If the recipe is none.
        """
        from al_core.preprocessing import Recipe

        name = checked_name(order.name, "pool")
        if not order.replace and (self._pools / name / MANIFEST).is_file():
            raise LibraryError(f"There is a pool {name!r} already. Choose another name, or replace that one.")
        if not order.paths:
            raise LibraryError("Nothing is chosen to be imported.")
        for path in (*order.paths, *([order.metadata_csv] if order.metadata_csv else [])):
            if not Path(path).exists():
                raise LibraryError(f"{path} is not there any more. Choose it again.")
        recipe = Recipe.from_dict(order.recipe, "recipe").to_dict()
        checked = replace(order, name=name, recipe=recipe)
        return {field: getattr(checked, field) for field in ImportOrder.__dataclass_fields__} | {
            "paths": list(checked.paths)
        }

    def is_unfinished(self, name: str) -> bool:
        """Whether an import into this pool was interrupted."""
        folder = self._pool_folder(name)
        return (folder / JOURNAL).is_file() and not (folder / MANIFEST).is_file()

    def pool_folders(self, names: Sequence[str]) -> list[Path]:
        """Return the folders of pools by name."""
        return [self._pool_folder(name) for name in names]

    @property
    def _pools(self) -> Path:
        return self.workspace / "pools"

    @property
    def _plates(self) -> Path:
        return self.workspace / "cache" / "plates"

    def _pool_folder(self, name: str) -> Path:
        if not name or name in (".", "..") or "/" in name or "\\" in name or "\0" in name:
            raise PoolError(f"{name!r} is not the name of a pool.")
        return self._pools / name

    def _info(self, folder: Path) -> PoolInfo:
        info = read_pool_info(folder)
        return info if info.problem else replace(info, plate=read_plate(self._plate_path(info)))

    def _plate_path(self, info: PoolInfo) -> Path:
        """Name a plate for the moment of the import, so that a pool that was replaced gets a new one."""
        moment = "".join(character for character in info.created_utc if character.isdigit())
        return self._plates / f"{info.path.name}-{moment}.json"


def free_space(path: Path) -> int:
    """Return the free bytes of the disk that holds the path."""
    return shutil.disk_usage(path).free

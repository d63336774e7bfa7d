"""Recipes of the workspace beside the predefined ones: `WORKSPACE/recipes/NAME.json`."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from al_core.errors import LibraryError, RecipeError
from al_core.files import write_durably
from al_core.library.names import checked_name
from al_core.preprocessing import RECIPES, Recipe, load_recipe


@dataclass(frozen=True)
class StoredRecipe:
    """A recipe that can be chosen; `problem` says why a file cannot be used, "" if it can."""

    name: str
    is_predefined: bool
    recipe: Recipe | None
    problem: str = ""


class RecipeStore:
    """The recipes that can be chosen."""

    def __init__(self, workspace: Path) -> None:
        self.folder = workspace / "recipes"

    def all(self) -> list[StoredRecipe]:
        """Return the predefined recipes, then those of the workspace by name."""
        own = sorted(self.folder.glob("*.json")) if self.folder.is_dir() else []
        return [StoredRecipe(name, True, recipe) for name, recipe in RECIPES.items()] + [_read(path) for path in own]

    def get(self, name: str) -> Recipe:
        """Return a recipe by name.

        Raises
        ------
        LibraryError
            If there is none, or its file cannot be used.
        """
        if name in RECIPES:
            return RECIPES[name]
        path = self._path(name)
        if not path.is_file():
            raise LibraryError(f"There is no recipe {name!r} any more. Choose another one.")
        stored = _read(path)
        if stored.recipe is None:
            raise LibraryError(stored.problem)
        return stored.recipe

    def save(self, name: str, steps: list[dict[str, Any]]) -> Recipe:
        """Check and store a recipe of the workspace, replacing one of this name.

        Raises
        ------
        LibraryError
            If the name is not allowed or that of a predefined recipe.
        RecipeError
            If the steps are not a recipe.
        """
        checked = checked_name(name, "recipe")
        if checked in RECIPES:
            raise LibraryError(f"{checked!r} is a predefined recipe. Choose another name.")
        recipe = Recipe.from_dict({"name": checked, "steps": steps}, f"recipe {checked!r}")
        self.folder.mkdir(parents=True, exist_ok=True)
        write_durably(self._path(checked), (json.dumps(recipe.to_dict(), indent=2) + "\n").encode())
        return recipe

    def remove(self, name: str) -> None:
        """Remove a recipe of the workspace; pools keep the one that they were made with."""
        if name in RECIPES:
            raise LibraryError(f"{name!r} is a predefined recipe and stays.")
        self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self.folder / f"{checked_name(name, 'recipe')}.json"


def _read(path: Path) -> StoredRecipe:
    try:
        return StoredRecipe(path.stem, False, load_recipe(str(path)))
    except RecipeError as error:
        return StoredRecipe(path.stem, False, None, str(error))

"""Checking a configuration: from text to keys that can be used, with everything that is wrong on the way."""

import difflib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from al_core.errors import RecipeError
from al_core.preprocessing import Recipe, load_recipe
from al_core.runs.keys import ALIASES, Keys, allowed_keys, describe
from al_core.runs.paths import find_file
from al_core.runs.problems import ConfigurationText, Problem
from al_core.strategies import STRATEGIES

OUTPUT_NAMES = ("oracle_csv", "performance_estimation_csv", "candidates_csv", "csv_spectra_file2", "out_file")


def parse(text: str) -> tuple[dict[str, Any], list[Problem]]:
    """Return the object that a text holds; empty, with the problem, where it holds none."""
    twice: list[str] = []

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in pairs]
        twice.extend(name for name in dict.fromkeys(names) if names.count(name) > 1)
        return dict(pairs)

    try:
        content = json.loads(text, object_pairs_hook=unique)
    except json.JSONDecodeError as error:
        return {}, [Problem(f"expected JSON, found: {error.msg}.", line=error.lineno, column=error.colno)]
    except (ValueError, RecursionError) as error:
        return {}, [Problem(f"expected JSON, found: {error}.")]
    if not isinstance(content, dict):
        return {}, [Problem(f"expected a JSON object {{...}}, found {type(content).__name__}.")]
    located = ConfigurationText(text)
    return content, [located.problem(name, "it stands twice. Keep one.", 1) for name in dict.fromkeys(twice)]


def without_aliases(written: Mapping[str, Any], text: ConfigurationText) -> tuple[dict[str, Any], list[Problem]]:
    """Return the keys under their first names, without those that nobody knows."""
    keys: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, value in written.items():
        key = ALIASES.get(name, name)
        if key not in Keys.model_fields:
            near = difflib.get_close_matches(name, allowed_keys(), 1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            problems.append(text.problem(name, f"unknown key.{hint} Allowed: {', '.join(allowed_keys())}."))
        elif key in keys and keys[key] != value:
            message = f"means the same as another key that says {keys[key]!r}. Keep one of them."
            problems.append(text.problem(name, message))
        else:
            keys[key] = value
    return keys, problems


def validate(content: Mapping[str, Any], text: ConfigurationText) -> tuple[Keys, list[Problem]]:
    """Return the keys with their types; a key whose value is impossible is a problem and keeps its default."""
    try:
        return Keys.model_validate(dict(content)), []
    except ValidationError as error:
        wrong = list(dict.fromkeys(str(found["loc"][0]) for found in error.errors()))
    problems = [text.problem(key, _value_message(key, content[key])) for key in wrong]
    return Keys.model_validate({key: value for key, value in content.items() if key not in wrong}), problems


def _value_message(key: str, value: Any) -> str:
    found = json.dumps(value, ensure_ascii=False, default=str)
    return f"found {found}; allowed: {Keys.model_fields[key].description}."


def check_choices(keys: Keys, text: ConfigurationText) -> list[Problem]:
    """Return what does not fit together: classes, strategy and names of results."""
    problems = [
        text.problem("candidate_classes", f"found {name!r}; allowed: {describe(keys.classes)}.")
        for name in keys.candidate_classes or ()
        if name not in keys.classes
    ]
    if keys.strategy not in STRATEGIES:
        problems.append(text.problem("strategy", f"found {keys.strategy!r}; allowed: {', '.join(STRATEGIES)}."))
    return problems + _check_output_names(keys, text)


def _check_output_names(keys: Keys, text: ConfigurationText) -> list[Problem]:
    seen: dict[str, str] = {}
    problems: list[Problem] = []
    for key in OUTPUT_NAMES:
        name = getattr(keys, key)
        if name is None:
            continue
        if name in seen:
            message = f"writes {name!r}, as {seen[name]} does. Give each file its own name."
            problems.append(text.problem(key, message))
        seen.setdefault(name, key)
    return problems


def check_recipe(keys: Keys, text: ConfigurationText, beside: Path, root: Path) -> tuple[Recipe | None, list[Problem]]:
    """Return the recipe with the scaling that the keys ask for."""
    try:
        found = find_file(keys.recipe, beside, root)
        recipe = load_recipe(str(found) if found else keys.recipe)
    except RecipeError as error:
        return None, [text.problem("recipe", str(error))]
    return (recipe if keys.scaling is None else recipe.with_scaling(keys.scaling)), []

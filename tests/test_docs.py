"""The documents say what the code does: settings, keys, commands, recipes, configurations and links."""

import inspect
import json
import re
from pathlib import Path

import pytest
from pydantic.fields import FieldInfo

from al_core.commands import COMMANDS
from al_core.preprocessing import RECIPES, Recipe
from al_core.preprocessing.steps import STEPS
from al_core.readers import READERS
from al_core.runs.configuration import LEAST_BATCH_SIZE, LEAST_RANDOM_SAMPLE_SIZE
from al_core.runs.keys import ALIASES, Keys, allowed_keys
from al_core.settings import APPLICATION_DIR, Settings
from al_core.simulation.truth_table import TRUTH_COLUMNS
from al_core.strategies import STRATEGIES

FOLDERS = ("docs", "data/configs", "tests", "al_core", "benchmarks")
PAGES = sorted([*APPLICATION_DIR.glob("*.md"), *(p for f in FOLDERS for p in (APPLICATION_DIR / f).rglob("*.md"))])
CONFIGS = sorted((APPLICATION_DIR / "data" / "configs").glob("*.json"))
LINK = re.compile(r"(?<!`)\[[^\]\n]*\]\(([^)\s]+)\)")


def text_of(name: str) -> str:
    return (APPLICATION_DIR / name).read_text(encoding="utf-8")


def rows_of(name: str) -> dict[str, list[str]]:
    """Rows of all tables of a page by their first cell, without its backticks; the other cells."""
    lines = [line.strip("| ") for line in text_of(name).splitlines() if line.startswith("| `")]
    cells = [[cell.strip() for cell in line.split("|")] for line in lines]
    return {row[0].strip("`"): row[1:] for row in cells}


def shown_default(field: FieldInfo) -> str:
    value = field.default
    if value is None:
        return "none"
    if isinstance(value, Path):
        return f"`{value.relative_to(APPLICATION_DIR).as_posix()}`"
    return f"`{value}`"


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_stands_in_the_readme_with_default_and_help(name: str) -> None:
    field = Settings.model_fields[name]
    assert rows_of("README.md")[f"SPECTROLABE_{name.upper()}"] == [shown_default(field), field.description]


def test_the_readme_names_no_setting_that_is_not_there() -> None:
    found = set(re.findall(r"SPECTROLABE_([A-Z_]+)", text_of("README.md")))
    assert found == {name.upper() for name in Settings.model_fields}


def test_every_key_has_its_row() -> None:
    rows = rows_of("docs/configuration.md")
    assert sorted(rows) == sorted(Keys.model_fields)


@pytest.mark.parametrize("alias", ALIASES)
def test_every_other_name_of_a_key_stands_in_its_row(alias: str) -> None:
    assert f"`{alias}`" in rows_of("docs/configuration.md")[ALIASES[alias]]


@pytest.mark.parametrize("key", [k for k, f in Keys.model_fields.items() if type(f.default) in (int, float, str)])
def test_the_default_of_a_key_stands_in_its_row(key: str) -> None:
    default = str(Keys.model_fields[key].default)
    assert default in [cell.strip("`") for cell in rows_of("docs/configuration.md")[key]]


def test_strategies_and_minimums_are_documented() -> None:
    page = text_of("docs/configuration.md")
    assert all(f"`{name}`" in page for name in STRATEGIES)
    assert f"at least {LEAST_BATCH_SIZE} and `random_sample_size` to at least {LEAST_RANDOM_SAMPLE_SIZE}" in page


@pytest.mark.parametrize("command", [command.NAME for command in COMMANDS])
def test_every_command_stands_in_the_readme(command: str) -> None:
    assert command in rows_of("README.md")


@pytest.mark.parametrize("name", [*(reader.name for reader in READERS), *RECIPES])
def test_every_format_and_recipe_stands_in_the_readme(name: str) -> None:
    assert name in rows_of("README.md")


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.name)
def test_a_predefined_configuration_has_allowed_keys_and_values(path: Path) -> None:
    content = json.loads(path.read_text(encoding="utf-8"))
    assert set(content) <= set(allowed_keys())
    Keys.model_validate({ALIASES.get(name, name): value for name, value in content.items()})
    assert f"`{path.name}`" in text_of("data/configs/README.md")


def test_the_example_of_the_page_has_allowed_keys() -> None:
    examples = re.findall(r"```json\n(.*?)```", text_of("docs/configuration.md"), re.DOTALL)
    assert examples
    for example in examples:
        Keys.model_validate(json.loads(example))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(APPLICATION_DIR).as_posix())
def test_relative_links_lead_somewhere(page: Path) -> None:
    targets = [link.partition("#")[0] for link in LINK.findall(page.read_text(encoding="utf-8"))]
    broken = [t for t in targets if t and "://" not in t and not (page.parent / t).exists()]
    assert not broken, f"{page.name}: links to files that are not there: {', '.join(broken)}"


def test_every_column_of_the_truth_is_documented() -> None:
    rows = rows_of("docs/simulation.md")
    assert {name: rows.get(name) for name in TRUTH_COLUMNS} == {name: [text] for name, text in TRUTH_COLUMNS.items()}


@pytest.mark.parametrize("step", STEPS)
def test_every_step_and_parameter_is_documented(step: str) -> None:
    page = text_of("docs/recipes.md")
    names = [p.name for p in inspect.signature(STEPS[step]).parameters.values() if p.kind is p.KEYWORD_ONLY]
    assert all(f"`{name}`" in page for name in [step, *names])


def test_the_example_of_a_recipe_is_one() -> None:
    (example,) = re.findall(r"```json\n(.*?)```", text_of("docs/recipes.md"), re.DOTALL)
    assert Recipe.from_dict(json.loads(example)).grid.size == 140

"""The skeleton of the page Label, and what it shares with its scripts."""

import re
from pathlib import Path

from pages._components.icons import FOLDER, mask_url

ASSETS = FOLDER.parent
SHEET = ASSETS / "51-label-icons.css"


def icons_of_sheet() -> dict[str, str]:
    """Name and picture of each icon of the sheet."""
    found = re.findall(
        r"^\.label-icon-([\w-]+) \{ --icon: (url\(.*\)); \}$", SHEET.read_text(encoding="utf-8"), re.MULTILINE
    )
    return dict(found)


def scripts() -> list[Path]:
    return sorted((ASSETS / "label").glob("*.js"))


def test_icons_of_the_scripts_are_those_of_the_assets() -> None:
    assert icons_of_sheet() == {name: mask_url(name) for name in icons_of_sheet()}


def test_scripts_use_no_icon_that_is_not_in_the_sheet() -> None:
    pattern = r"""label\.icon\("([\w-]+)"\)|label-icon-([a-z][\w-]*)"""
    used = {one or other for path in scripts() for one, other in re.findall(pattern, path.read_text(encoding="utf-8"))}
    assert used - icons_of_sheet().keys() == set()

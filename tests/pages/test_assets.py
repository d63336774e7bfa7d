"""What the browser loads: from here alone, and the same colors everywhere."""

import re

from al_core.settings import APPLICATION_DIR
from callbacks.theme import DARK, LIGHT

ASSETS = APPLICATION_DIR / "assets"
TOKENS = (ASSETS / "00-tokens.css").read_text(encoding="utf-8")
TOKEN = re.compile(r"--([a-z0-9-]+): (#[0-9a-f]{6}|rgba\([^)]*\));")
#: Where a name of XML or a licence stands, nothing is loaded.
NAMES = ("http://www.w3.org/",)


def tokens(selector: str) -> dict[str, str]:
    block = TOKENS.split(selector, 1)[1].split("\n}", 1)[0]
    return dict(TOKEN.findall(block))


def luminance(color: str) -> float:
    """Relative luminance, WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    parts = [int(color[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_nothing_is_loaded_from_elsewhere() -> None:
    for path in (p for p in ASSETS.rglob("*") if p.suffix in {".css", ".js", ".svg"}):
        text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        found = [url for url in re.findall(r"https?://[^\s\"')]+", text) if not url.startswith(NAMES)]
        assert not found, f"{path.name}: {found}"


def test_every_file_of_a_style_sheet_is_there() -> None:
    for name in re.findall(r'url\("(fonts/[^"]+)"\)', TOKENS):
        assert (ASSETS / name).is_file()


def test_figures_are_drawn_in_the_colors_of_the_page() -> None:
    for colors, selector in ((LIGHT, '[data-bs-theme="light"] {'), (DARK, '[data-bs-theme="dark"] {')):
        known = tokens(selector)
        assert {name: known[name] for name in colors} == dict(colors)


def test_the_script_knows_the_dark_color_of_each_light_one() -> None:
    script = (ASSETS / "figures.js").read_text(encoding="utf-8")
    pairs = re.findall(r'\["([^"]+)", "([^"]+)"\], // (\S+)', script)
    assert pairs == [(LIGHT[name], DARK[name], name) for name in LIGHT]


def test_a_color_stands_in_each_theme_once() -> None:
    assert len(set(LIGHT.values())) == len(set(DARK.values())) == len(LIGHT)


def test_text_is_readable_on_every_ground() -> None:
    for selector in ('[data-bs-theme="light"] {', '[data-bs-theme="dark"] {'):
        known = tokens(selector)
        for name in ("text", "text-2", "text-3"):
            assert all(contrast(known[name], known[ground]) >= 4.5 for ground in ("bg", "surface", "surface-2"))
        for name in ("danger", "success", "uncertain", "random", "candidate", "accent"):
            assert contrast(known[name], known[f"{name}-bg"]) >= 4.5
        assert contrast(known["on-action"], known["action"]) >= 4.5
        assert contrast(known["control"], known["surface"]) >= 3

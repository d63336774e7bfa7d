"""The colors that figures are drawn with: the tokens of assets/00-tokens.css, light and dark.

The server draws in the light colors; assets/figures.js replaces each by its dark one where the page is dark, and again
when the theme is switched. So a figure uses these colors alone, and a color stands in each theme once.
"""

from types import MappingProxyType

LIGHT = MappingProxyType(
    {
        "surface": "#ffffff",
        "surface-2": "#eef1f5",
        "text": "#131b28",
        "text-2": "#465062",
        "text-3": "#626c7e",
        "line": "#dfe3ea",
        "control": "#7f8a9b",
        "accent": "#7f5606",
        "accent-line": "#c8a25a",
        "danger": "#b3261e",
        "success": "#1c6b3c",
        "uncertain": "#4b52a8",
        "random": "#0b6770",
        "candidate": "#94306b",
        "trace": "#1a2638",
        "band": "rgba(26, 38, 56, 0.13)",
        "grid": "#e9ecf1",
        "class-1": "#57524e",
        "class-2": "#c8501a",
        "class-3": "#3a53b8",
        "class-4": "#009683",
        "class-5": "#7a1464",
        "class-6": "#8f8446",
        "class-7": "#2e7ba6",
        "class-8": "#6b0a12",
        "class-9": "#211b7e",
        "class-10": "#3f7030",
        "class-11": "#c05a78",
        "class-12": "#7a5618",
    }
)
DARK = MappingProxyType(
    {
        "surface": "#1a1917",
        "surface-2": "#24221f",
        "text": "#eae5db",
        "text-2": "#b9b2a6",
        "text-3": "#968f83",
        "line": "#312e2a",
        "control": "#787166",
        "accent": "#e2b35c",
        "accent-line": "#7c6334",
        "danger": "#f28b7d",
        "success": "#86c79a",
        "uncertain": "#aab2f5",
        "random": "#6cc3c4",
        "candidate": "#f2a2cb",
        "trace": "#efe9dd",
        "band": "rgba(234, 229, 219, 0.16)",
        "grid": "#282622",
        "class-1": "#8f867e",
        "class-2": "#e07a4f",
        "class-3": "#6490e0",
        "class-4": "#91eab4",
        "class-5": "#e6c5fe",
        "class-6": "#f2d878",
        "class-7": "#57c1d8",
        "class-8": "#f59baa",
        "class-9": "#a7a2fa",
        "class-10": "#b1c275",
        "class-11": "#d79ab4",
        "class-12": "#a07b50",
    }
)
THEMES = MappingProxyType({"light": LIGHT, "dark": DARK})
SANS = '"IBM Plex Sans", system-ui, sans-serif'
MONO = '"IBM Plex Mono", ui-monospace, monospace'
#: Symbols of Plotly in the order of the palette.
_SYMBOLS = (
    *("circle-open", "triangle-up", "diamond", "square", "cross", "circle"),
    *("x", "triangle-down", "star", "pentagon", "hexagon", "hourglass"),
)
#: Row of the palette: symbol.
CLASS_SYMBOLS = MappingProxyType(dict(enumerate(_SYMBOLS, start=1)))


def color(name: str, theme: str = "light") -> str:
    """Return the color of a token."""
    return THEMES[theme][name]


def class_color(row: int, theme: str = "light") -> str:
    """Return the color of a class by its row of the palette, 1 to 12."""
    return THEMES[theme][f"class-{row}"]

"""The twelve rows of the class palette: shape, plotly symbol and key; the colors stand in the style sheet.

Above five classes colors alone are told apart badly, so a class always has all three.
"""

from typing import NamedTuple


class PaletteRow(NamedTuple):
    """One row: `shape` is a word for people, `symbol` the one of plotly, `key` what labels with it at first."""

    shape: str
    symbol: str
    key: str


#: In order; the class number n gets row n. Row numbers are stored, so rows are never reordered.
PALETTE: tuple[PaletteRow, ...] = (
    PaletteRow("ring", "circle-open", "1"),
    PaletteRow("triangle", "triangle-up", "2"),
    PaletteRow("diamond", "diamond", "3"),
    PaletteRow("square", "square", "4"),
    PaletteRow("cross", "cross", "5"),
    PaletteRow("disc", "circle", "6"),
    PaletteRow("saltire", "x", "7"),
    PaletteRow("triangle down", "triangle-down", "8"),
    PaletteRow("star", "star", "9"),
    PaletteRow("pentagon", "pentagon", "0"),
    PaletteRow("hexagon", "hexagon", "Q"),
    PaletteRow("hourglass", "hourglass", "W"),
)
N_COLORS = len(PALETTE)
SHAPES: tuple[str, ...] = tuple(row.shape for row in PALETTE)
SYMBOLS: dict[str, str] = {row.shape: row.symbol for row in PALETTE}
#: Keys a class may have, in the order in which new classes take them. The letters left out belong to labeling itself:
#: B bad data, C comment, G guess, K keys, L lines, M means, N nearest, P previous, S skip, U unsure, Z undo.
KEYS: tuple[str, ...] = (*(row.key for row in PALETTE), "E", "R", "T", "A", "D", "F", "V", "X", "Y")

"""Text as search sees it: the same folding and the same words for every backend."""

import polars as pl

#: Characters that belong to words: letters, marks and digits. Everything else separates them.
_SEPARATORS = r"[^\p{L}\p{M}\p{N}]+"


def folded(column: pl.Expr) -> pl.Expr:
    """Return text without regard to case."""
    return column.str.to_lowercase()


def spaced(column: pl.Expr) -> pl.Expr:
    """Return the words of text, folded and separated by one space each, without spaces at the ends."""
    return folded(column).str.replace_all(_SEPARATORS, " ").str.strip_chars(" ")


def fold(text: str) -> str:
    """Return one text without regard to case, exactly as `folded` does."""
    return str(pl.select(folded(pl.lit(text))).item())


def words_of(text: str) -> list[str]:
    """Return the words of one text, exactly as `spaced` separates them.

    >>> words_of("spec-55960-GAC_101N09_V2")
    ['spec', '55960', 'gac', '101n09', 'v2']
    """
    return str(pl.select(spaced(pl.lit(text))).item()).split()

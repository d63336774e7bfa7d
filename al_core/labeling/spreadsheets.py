"""Texts in CSV files that a spreadsheet would take for formulas.

A cell that begins with one of `RISKY` gets an apostrophe before it, which spreadsheets hide and never compute
(https://owasp.org/www-community/attacks/CSV_Injection); the import of labels takes it off again. Ids and numbers stay
as they are: ids join files, and a number is none of a person's making.
"""

from collections.abc import Iterable

import polars as pl

#: Also the wide forms, which some spreadsheets compute as well.
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
GUARD = "'"


def safe_text(text: str) -> str:
    """Return the text with a guard where it begins like a formula, or like a guarded text.

    >>> safe_text("=1+1"), safe_text("Hα, strong"), safe_text("'=1")
    ("'=1+1", 'Hα, strong', "''=1")
    """
    return GUARD + text if text.lstrip(GUARD).startswith(RISKY) else text


def plain_text(text: str) -> str:
    """Return the text without its guard.

    >>> plain_text("'=1+1"), plain_text("'t Hooft"), plain_text("''=1")
    ('=1+1', "'t Hooft", "'=1")
    """
    is_guarded = text.startswith(GUARD) and text.lstrip(GUARD).startswith(RISKY)
    return text[1:] if is_guarded else text


def safe_texts(table: pl.DataFrame, columns: Iterable[str]) -> pl.DataFrame:
    """Return the table with guards in some of its columns."""
    present = [name for name in columns if name in table.columns]
    return table.with_columns(
        pl.Series(name, [None if text is None else safe_text(text) for text in table[name]], dtype=pl.String)
        for name in present
    )

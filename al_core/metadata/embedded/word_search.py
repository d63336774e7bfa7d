"""Words in texts: exact, going on, in a phrase, or with a few edits."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import polars as pl
from rapidfuzz import process
from rapidfuzz.distance import OSA

from al_core.metadata.embedded.numbers import Mask
from al_core.metadata.embedded.texts import Column, Search, TextColumn, folded_series
from al_core.metadata.query import Words
from al_core.metadata.words import spaced, words_of

#: So many words at most are looked for in place of one that may differ by edits.
_CHUNK = 200_000


def edits_allowed(word: str, edits: int | None) -> int:
    """Return by how many edits a word may differ, see `Words.edits`."""
    if edits is not None:
        return edits
    return 0 if len(word) < 3 else 1 if len(word) <= 5 else 2


def groups_of(words: Words) -> list[list[str]]:
    """Return what has to be found, each part of it in one field: a phrase as a whole, else word by word."""
    found = words_of(words.text)
    return [found] if words.is_phrase and found else [[word] for word in found]


def finding(group: Sequence[str], goes_on: bool) -> Search:
    """Return a search for words that follow each other; with `goes_on`, the last may be longer."""
    literal = " " + " ".join(group) + ("" if goes_on else " ")
    return partial(_find_any, rare=[max(group, key=len)], literals=[literal])


def finding_any(words: Sequence[str]) -> Search:
    """Return a search for one of several words."""
    return partial(_find_any, rare=list(words), literals=[f" {word} " for word in words])


def _find_any(texts: pl.Series, rare: list[str], literals: list[str]) -> Mask:
    """Return which texts hold one of `literals` between their words; those without any of `rare` are passed over."""
    mask = np.zeros(len(texts), dtype=bool)
    if not literals:
        return mask
    if texts.str.len_bytes().sum() == texts.str.len_chars().sum():  # ASCII alone, which needs no folding
        maybe = np.flatnonzero(texts.str.contains_any(rare, ascii_case_insensitive=True).to_numpy())
    else:
        maybe = np.flatnonzero(_contains(folded_series(texts), rare).to_numpy())
    words = texts.gather(maybe).to_frame("t").select(pl.concat_str(pl.lit(" "), spaced(pl.col("t")), pl.lit(" ")))
    mask[maybe[_contains(words.to_series(), literals).to_numpy()]] = True
    return mask


def _contains(texts: pl.Series, literals: list[str]) -> pl.Series:
    if len(literals) == 1:
        return texts.str.contains(literals[0], literal=True)
    return texts.str.contains_any(literals)


def vocabulary_of(column: Column) -> pl.Series:
    """Return the different words of a column of text, each once."""
    texts = column.series if isinstance(column, TextColumn) else column.values  # type: ignore[union-attr]
    found = pl.Series([], dtype=pl.String)
    for start in range(0, len(texts), _CHUNK):
        chunk = texts.slice(start, _CHUNK).drop_nulls().to_frame("t")
        words = chunk.select(spaced(pl.col("t")).str.split(" ").list.explode()).to_series().unique()
        found = pl.concat([found, words]).unique()
    return found.filter(found != "")


def similar_words(vocabulary: pl.Series, word: str, edits: int) -> list[str]:
    """Return the words that differ by at most so many edits (optimal string alignment), sorted."""
    length = vocabulary.str.len_chars().cast(pl.Int64)
    close = vocabulary.filter((length - len(word)).abs() <= edits).to_list()
    hits = process.extract(word, close, scorer=OSA.distance, score_cutoff=edits, limit=None)
    return sorted(hit[0] for hit in hits)

"""Words in a search: phrases, words that go on, and words that are misspelled."""

import re

from al_core.metadata.language.simplifying import n_words
from al_core.metadata.language.source import Source
from al_core.metadata.query import Words

#: Ends a word that may be misspelled.
FUZZY = re.compile(r"~\d?$")


def words(text: str, field: str | None, is_quoted: bool, is_prefix: bool, edits: int | None) -> Words:
    """Return the condition of words as they were written: what is quoted, or holds no space, is a phrase."""
    is_phrase = edits == 0 and n_words(text) > 1 and (is_quoted or " " not in text)
    return Words(text, field, is_phrase, is_prefix, edits)


def read_fuzziness(source: Source, suffix: str, at: int) -> int | None:
    """Return the edits of a word that ends so: None by length, 0 as it stands."""
    if not suffix.startswith("~"):
        return 0
    if suffix == "~":
        return None
    if suffix[1] not in "12":
        raise source.wrong("expected ~, ~1 or ~2: so many letters may differ.", at)
    return int(suffix[1])


def write_fuzziness(edits: int | None) -> str:
    """Return the end of a word."""
    return "~" if edits is None else f"~{edits}" if edits else ""

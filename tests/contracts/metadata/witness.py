"""The third witness: what a store should answer, in plain Python over rows that are dictionaries."""

import math
import unicodedata
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cmp_to_key
from typing import Any

from al_core.metadata import (
    And,
    Condition,
    Cone,
    Equal,
    Everything,
    Exists,
    In,
    Not,
    Or,
    Prefix,
    Range,
    Sort,
    Words,
)

Row = dict[str, Any]


def words_of(text: str) -> list[str]:
    kept = [character if unicodedata.category(character)[0] in "LMN" else " " for character in text.lower()]
    return "".join(kept).split()


def plain(value: Any) -> Any:
    if isinstance(value, str):
        return value.lower()
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value
    return value


def distance(one: str, other: str) -> int:
    """Optimal string alignment, as Wikipedia's pseudocode has it."""
    table = [[max(i, j) if not (i and j) else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            cost = one[i - 1] != other[j - 1]
            table[i][j] = min(table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + cost)
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
    return table[-1][-1]


def separation(ra: float, dec: float, ra0: float, dec0: float) -> float:
    """Angle between two unit vectors, degrees."""
    one, other = vector(ra, dec), vector(ra0, dec0)
    cross = [one[k - 2] * other[k - 1] - one[k - 1] * other[k - 2] for k in range(3)]
    return math.degrees(math.atan2(math.hypot(*cross), sum(a * b for a, b in zip(one, other, strict=True))))


def vector(ra: float, dec: float) -> list[float]:
    lon, lat = math.radians(ra % 360), math.radians(dec)
    return [math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)]


class Witness:
    """Rows of all indices: `id`, `index`, fields, and those of a session with their mark."""

    def __init__(self, rows: Iterable[Row], text_fields: Iterable[str]) -> None:
        self.rows = list(rows)
        self.text_fields = list(text_fields)

    def hits(self, condition: Condition) -> list[Row]:
        return [row for row in self.rows if self.is_hit(row, condition)]

    def ids(self, condition: Condition, sort: tuple[Sort, ...] = ()) -> list[tuple[str, str]]:
        rows = sorted(self.hits(condition), key=lambda row: (row["id"].encode(), row["index"]))
        for one in reversed(sort):
            rows.sort(key=cmp_to_key(lambda a, b, one=one: compared(a, b, one)))
        return [(row["id"], row["index"]) for row in rows]

    def facet(self, condition: Condition, field: str) -> tuple[list[tuple[Any, int]], int]:
        values = [row.get(field) for row in self.hits(condition)]
        counts = Counter(value for value in values if value is not None)
        return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])), values.count(None)

    def is_hit(self, row: Row, condition: Condition) -> bool:
        match condition:
            case Everything():
                return True
            case And(parts):
                return all(self.is_hit(row, part) for part in parts)
            case Or(parts):
                return any(self.is_hit(row, part) for part in parts)
            case Not(part):
                return not self.is_hit(row, part)
            case Words():
                return self.has_words(row, condition)
            case Cone(ra, dec, radius):
                has = row.get("ra") is not None and row.get("dec") is not None and abs(row["dec"]) <= 90
                return has and separation(row["ra"], row["dec"], ra, dec) <= radius + 1e-12
            case Equal(field) | In(field) | Range(field) | Exists(field) | Prefix(field):
                value = plain(row.get(field))
                return value is not None and is_value(value, condition)
            case _:
                raise AssertionError(condition)

    def has_words(self, row: Row, words: Words) -> bool:
        fields = self.text_fields if words.field is None else [words.field]
        texts = [words_of(row[field]) for field in fields if row.get(field) is not None]
        asked = words_of(words.text)
        if not asked:
            return False
        if words.is_phrase:
            return any(has_phrase(text, asked, words.is_prefix) for text in texts)
        tests = [word_test(word, words, is_last=number == len(asked)) for number, word in enumerate(asked, 1)]
        return all(any(test(word) for text in texts for word in text) for test in tests)


def is_value(value: Any, condition: Condition) -> bool:
    match condition:
        case Equal(_, wanted):
            return bool(value == plain(wanted))
        case In(_, wanted):
            return value in [plain(one) for one in wanted]
        case Prefix(_, wanted):
            return value.startswith(plain(wanted))
        case Range(_, low, high, excludes_low, excludes_high):
            is_above = low is None or (value > plain(low) if excludes_low else value >= plain(low))
            is_below = high is None or (value < plain(high) if excludes_high else value <= plain(high))
            return is_above and is_below
        case _:
            return True


def has_phrase(text: list[str], asked: list[str], goes_on: bool) -> bool:
    for start in range(len(text) - len(asked) + 1):
        found = text[start : start + len(asked)]
        is_last = found[-1].startswith(asked[-1]) if goes_on else found[-1] == asked[-1]
        if found[:-1] == asked[:-1] and is_last:
            return True
    return False


def word_test(word: str, words: Words, *, is_last: bool) -> Any:
    if words.is_prefix and is_last:
        return lambda found: found.startswith(word)
    edits = words.edits
    if edits is None:
        edits = 0 if len(word) < 3 else 1 if len(word) <= 5 else 2
    return lambda found: distance(word, found) <= edits


def compared(one: Row, other: Row, sort: Sort) -> int:
    """Missing values last; `id` by its bytes, other text without regard to case."""
    a, b = one.get(sort.field), other.get(sort.field)
    if a is None or b is None:
        return (a is None) - (b is None)
    if sort.field != "id":
        a, b = plain(a), plain(b)
    return ((a > b) - (a < b)) * (-1 if sort.descending else 1)

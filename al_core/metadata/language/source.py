"""The text of a search while it is read: the place, what stands there, and errors that say where."""

import re
import unicodedata

from al_core.errors import QueryError

#: Longest text of a search, in characters.
MAX_LENGTH = 10_000
#: Brackets within brackets.
MAX_DEPTH = 50
OPENING, CLOSING = '"“”„', '"“”'
_SPACE = re.compile(r"\s*")
_UNQUOTED = re.compile(rf"[^\s(){OPENING}]+")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_MARKED = re.compile(rf"[{CLOSING}\\]")
_NEVER = ("Cc", "Cs")


class Source:
    """A text that is read from left to right.

    Attributes
    ----------
    text : str
    at : int
        The place of the next character.
    depth : int
        Brackets that are open.
    """

    def __init__(self, text: str) -> None:
        if len(text) > MAX_LENGTH:
            raise QueryError(
                f"The search has {len(text):,} characters, at most {MAX_LENGTH:,} are read. Ask for less at once."
            )
        self.text, self.at, self.depth = text, 0, 0
        wrong = next(
            (k for k, one in enumerate(text) if unicodedata.category(one) in _NEVER and one not in "\t\n\r"), None
        )
        if wrong is not None:
            raise self.wrong(
                f"expected text, found the control character U+{ord(text[wrong]):04X}. Delete it.", wrong, 1
            )

    def wrong(
        self, message: str, at: int | None = None, length: int = 1, suggestions: tuple[str, ...] = ()
    ) -> QueryError:
        """Return the error that says where."""
        place = min(self.at if at is None else at, len(self.text))
        return QueryError(f"Character {place + 1}: {message}", place, length, suggestions)

    def skip_space(self) -> None:
        """Go on to the next character that is no space."""
        self.at = self.skipped(self.at)

    def skipped(self, at: int) -> int:
        """Return the place of the next character that is no space."""
        found = _SPACE.match(self.text, at)
        return at if found is None else found.end()

    def is_done(self) -> bool:
        """Whether nothing is left."""
        return self.at >= len(self.text)

    @property
    def next(self) -> str:
        """The next character, "" at the end."""
        return self.text[self.at : self.at + 1]

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Return a match at this place; the place stays."""
        return pattern.match(self.text, self.at)

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Return a match at this place and go behind it."""
        found = pattern.match(self.text, self.at)
        if found is not None:
            self.at = found.end()
        return found

    def unquoted(self, without: str = "") -> str:
        """Return what stands here up to a space, bracket or quote, or one of `without`, and go behind it."""
        found = self.match(_UNQUOTED)
        word = "" if found is None else found[0]
        ends = [word.index(one) for one in without if one in word]
        word = word[: min(ends)] if ends else word
        self.at += len(word)
        return word

    def quoted(self) -> str:
        """Return the text in the quotes that begin here, and go behind them."""
        start = self.at
        self.at += 1
        while not self.is_done():
            if self.next == "\\":
                self.at += 2
            elif self.next in CLOSING:
                inside = _ESCAPE.sub(_unescaped, self.text[start + 1 : self.at])
                self.at += 1
                if any(unicodedata.category(one) == "Cs" for one in inside):
                    raise self.wrong("half a character stands in these quotes.", start, self.at - start)
                return inside
            else:
                self.at += 1
        raise self.wrong("the quotes that begin here are not closed.", start)

    def open_bracket(self) -> int:
        """Go behind an opening bracket and return its place."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.wrong(f"more than {MAX_DEPTH} brackets within each other. Ask for less at once.")
        self.at += 1
        return self.at - 1

    def close_bracket(self, opened: int) -> None:
        """Go behind the bracket that closes the one at `opened`."""
        self.skip_space()
        if self.next != ")":
            raise self.wrong("the bracket that begins here is not closed.", opened)
        self.depth -= 1
        self.at += 1


def quote(text: str) -> str:
    r"""Return a text in quotes, as `Source.quoted` reads it.

    >>> print(quote('a "b" \\ c'))
    "a \"b\" \\ c"
    """
    escaped = _MARKED.sub(lambda found: "\\" + found[0], text)
    return '"' + "".join(f"\\u{ord(one):04x}" if unicodedata.category(one) in _NEVER else one for one in escaped) + '"'


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[1], 16)) if found[1] else found[2]

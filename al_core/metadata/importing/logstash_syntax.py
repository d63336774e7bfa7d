"""The language of Logstash configuration files: sections of plugins with settings; without conditions."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from al_core.errors import MetadataError

#: What a setting may hold: text, a list, or a table.
Value = str | list["Value"] | dict[str, "Value"]

_TOKEN = re.compile(
    r"""(?P<blank>[\s,]+|\#[^\n]*)
    |(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<sign>=>|[{}\[\]])
    |(?P<word>[^\s,{}\[\]"'=\#]+)""",
    re.VERBOSE,
)
#: A name that was broken at the end of a line, as in printed listings.
_BROKEN = re.compile(r"-\n\s*")


class Token(NamedTuple):
    """A piece of the text; `kind` is "string", "sign", "word" or "end"."""

    kind: str
    text: str
    line: int


@dataclass(frozen=True)
class Plugin:
    """A plugin of a section: `mutate { ... }`, with its settings in order (a name may come twice)."""

    section: str
    name: str
    settings: tuple[tuple[str, Value], ...]
    line: int


def parse(text: str) -> list[Plugin]:
    """Return the plugins of a configuration in order.

    A closing brace too many is passed over, as printed listings have them.

    Raises
    ------
    MetadataError
        If something is not closed, not expected or a condition; it names the line.
    """
    return _Parser(text).plugins()


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._at = 0

    def plugins(self) -> list[Plugin]:
        found: list[Plugin] = []
        section, depth = "", 0
        while self._next().kind != "end":
            token = self._take()
            if token.text == "}" and token.kind == "sign":
                depth = max(depth - 1, 0)
            elif token.kind != "word":
                raise _unexpected(token, "the name of a section or plugin")
            elif token.text in ("if", "else"):
                raise MetadataError(
                    f"Line {token.line}: conditions ({token.text}) are not understood. Write without them."
                )
            elif token.text in ("input", "filter", "output") and depth == 0:
                self._expect("{")
                section, depth = token.text, 1
            else:
                found.append(self._plugin(section or "filter", token))
        if depth:
            raise MetadataError(f"Line {self._next().line}: the section {section!r} is not closed by }}.")
        return found

    def _plugin(self, section: str, name: Token) -> Plugin:
        self._expect("{")
        return Plugin(section, name.text, tuple(self._settings(name)), name.line)

    def _settings(self, opened: Token) -> Iterator[tuple[str, Value]]:
        while self._next().text != "}" or self._next().kind != "sign":
            token = self._take()
            if token.kind == "end":
                raise MetadataError(f"Line {opened.line}: {opened.text!r} is not closed by }}.")
            if token.kind == "sign":
                raise _unexpected(token, "the name of a setting")
            if self._next().text == "{":  # a plugin within, such as a codec
                self._take()
                dict(self._settings(token))
                continue
            self._expect("=>")
            yield token.text, self._value()
        self._take()

    def _value(self) -> Value:
        token = self._take()
        if token.kind == "string":
            return token.text
        if token.kind == "word":
            if self._next() == ("sign", "{", self._next().line):  # `codec => json { ... }`
                self._take()
                dict(self._settings(token))
            return token.text
        if token.text == "[":
            return self._list(token)
        if token.text == "{":
            return dict(self._settings(token))
        raise _unexpected(token, "a value")

    def _list(self, opened: Token) -> list[Value]:
        values: list[Value] = []
        while self._next().text != "]" or self._next().kind != "sign":
            if self._next().kind == "end":
                raise MetadataError(f"Line {opened.line}: the list is not closed by ].")
            values.append(self._value())
        self._take()
        return values

    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._tokens[self._at]
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token

    def _expect(self, sign: str) -> None:
        token = self._take()
        if token.text != sign or token.kind != "sign":
            raise _unexpected(token, sign)


def _tokens(text: str) -> Iterator[Token]:
    position, line = 0, 1
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            what = "a quotation mark that is not closed" if text[position] in "\"'" else repr(text[position])
            raise MetadataError(f"Line {line}: found {what}.")
        kind, found = match.lastgroup or "", match[0]
        if kind == "string":
            yield Token(kind, _BROKEN.sub("", re.sub(r"\\(.)", _escaped, found[1:-1])), line)
        elif kind != "blank":
            yield Token(kind, found, line)
        line += found.count("\n")
        position = match.end()
    yield Token("end", "the end", line)


def _escaped(match: re.Match[str]) -> str:
    return {"t": "\t", "n": "\n", "r": "\r"}.get(match[1], match[1])


def _unexpected(token: Token, expected: str) -> MetadataError:
    return MetadataError(f"Line {token.line}: expected {expected}, found {token.text!r}.")

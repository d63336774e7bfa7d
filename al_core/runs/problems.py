"""What is wrong with a configuration, and where it stands in its text."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from al_core.errors import ConfigurationError
from al_core.runs.keys import ALIASES


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong.

    Attributes
    ----------
    message : str
        What was found, and what is allowed.
    key : str or None
        The key, under its first name (`classes`, not `categories`); None where the text as a whole is wrong.
    name : str or None
        The key as it is written.
    line, column : int or None
        Where it stands, from 1; None where the text does not have it.
    """

    message: str
    key: str | None = None
    name: str | None = None
    line: int | None = None
    column: int | None = None

    def error(self, source: object) -> ConfigurationError:
        """Return it as an error that names source, line and key."""
        line = f", line {self.line}" if self.line else ""
        column = f", column {self.column}" if self.column else ""
        key = f', key "{self.name}"' if self.name else ""
        return ConfigurationError(f"{source}{line}{column}{key}: {self.message}")


class ConfigurationText:
    """The text of a configuration, to say on which line a key stands."""

    def __init__(self, text: str) -> None:
        self.text = text

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "ConfigurationText":
        """Write a configuration as it is shown and stored."""
        return cls(configuration_text(content))

    def problem(self, key: str, message: str, occurrence: int = 0) -> Problem:
        """Return the problem of a key, located; `occurrence` counts where a key stands more than once."""
        name = self.as_written(key)
        places = list(re.finditer(rf'"{re.escape(name)}"\s*:', self.text))
        line = self.text.count("\n", 0, places[min(occurrence, len(places) - 1)].start()) + 1 if places else None
        return Problem(message, ALIASES.get(key, key), name, line)

    def as_written(self, key: str) -> str:
        """Return the name under which a key stands in the text."""
        names = [key, *(alias for alias, name in ALIASES.items() if name == key)]
        return next((name for name in names if f'"{name}"' in self.text), key)


def configuration_text(content: Mapping[str, Any]) -> str:
    """Return JSON with one key a line, in the order of the keys."""
    return json.dumps(content, indent=2, ensure_ascii=False)

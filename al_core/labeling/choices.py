"""What was chosen for labeling in a session, by whomever and in whichever browser."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from al_core.errors import SessionDamagedError, SessionError
from al_core.labeling.ordering import MOST_REPEATS
from al_core.sessions.database import session_database

MOST_COLUMNS = 500
_LONGEST_NAME = 200


@dataclass(frozen=True)
class LabelChoices:
    """The choices of a session.

    Attributes
    ----------
    repeats : float
        Share of the queue that is asked again, blind; 0 to 0.05.
    columns : tuple of str or None
        Metadata beside the plot, in order; None for those of `metadata2show`.
    """

    repeats: float = 0.0
    columns: tuple[str, ...] | None = None


def read_choices(folder: Path) -> LabelChoices:
    """Return the choices of the session of a folder."""
    with session_database(folder) as connection:
        rows = connection.execute("SELECT name, value FROM label_choices").fetchall()
    try:
        return _checked(LabelChoices(), {str(name): json.loads(value) for name, value in rows})
    except (ValueError, SessionError) as error:
        raise SessionDamagedError(f"Session {folder.name!r}: its choices cannot be read: {error}") from error


def store_choices(folder: Path, given: Mapping[str, Any]) -> LabelChoices:
    """Change the choices that are given, and return all of them.

    Parameters
    ----------
    folder : Path
        Of the session.
    given : mapping
        As JSON: fields of `LabelChoices`.

    Raises
    ------
    SessionError
        If there is no such choice, or its value is impossible.
    """
    changed = _checked(LabelChoices(), given)
    with session_database(folder, write=True) as connection:
        rows = [(name, json.dumps(getattr(changed, name))) for name in given]
        connection.executemany("INSERT OR REPLACE INTO label_choices VALUES (?, ?)", rows)
    return read_choices(folder)


def _checked(before: LabelChoices, given: Mapping[str, Any]) -> LabelChoices:
    for name, value in given.items():
        if name not in _CHECKS:
            raise SessionError(f"Expected one of the choices {', '.join(_CHECKS)}, found {name!r:.60}.")
        checked: Any = _CHECKS[name](value)
        before = replace(before, **{name: checked})
    return before


def _repeats(value: Any) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not is_number or not 0 <= value <= MOST_REPEATS:
        raise SessionError(f"Expected a share of repeats from 0 to {MOST_REPEATS}, found {value!r:.60}.")
    return float(value)


def _columns(value: Any) -> tuple[str, ...] | None:
    if value is None:
        return None
    is_list = isinstance(value, list) and len(value) <= MOST_COLUMNS
    if not is_list or not all(isinstance(one, str) and len(one) <= _LONGEST_NAME for one in value):
        raise SessionError(f"Expected at most {MOST_COLUMNS} names of columns, found {value!r:.60}.")
    return tuple(dict.fromkeys(value))


_CHECKS = {"repeats": _repeats, "columns": _columns}

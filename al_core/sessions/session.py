"""What a session is: one search, with its pool, classes, strategy, seed and the draft of its next run."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class SessionClass:
    """A class of a session; its place in `Session.classes` is its index in files of runs.

    Attributes
    ----------
    class_id : str
        Never changes and never comes again in the session: labels are stored under it, so a class may be renamed.
    name : str
    color_row : int
        Row of the palette, 1 to 12.
    shape : str
        One of `palette.SHAPES`.
    key : str
        The key that labels with it, one of `palette.KEYS`.
    is_candidate : bool
        Whether it is a class of interest.
    """

    class_id: str
    name: str
    color_row: int
    shape: str
    key: str
    is_candidate: bool


@dataclass(frozen=True)
class Session:
    """A session as stored.

    Attributes
    ----------
    session_id : str
        Name of its folder and of its runs; never changes.
    name : str
        What is shown.
    created_utc, changed_utc : str
        ISO 8601 with offset.
    is_archived : bool
    pool : str or None
        Name of a pool of the workspace.
    training_set : Path or None
        The labeled spectra that it started from.
    classes : tuple of SessionClass
    strategy : str
        Name of a query strategy.
    seed : int
    configuration : dict
        Draft of the next run: keys of a configuration that differ from their defaults.
    simulated : bool
        Whether its spectra are simulated, not observed.
    origin : str or None
        "clone of …" where it was copied from another.
    """

    session_id: str
    name: str
    created_utc: str
    changed_utc: str
    is_archived: bool
    pool: str | None
    training_set: Path | None
    classes: tuple[SessionClass, ...]
    strategy: str
    seed: int
    configuration: dict[str, Any]
    simulated: bool
    origin: str | None

    @property
    def class_names(self) -> tuple[str, ...]:
        """Names in order: the `classes` of a configuration."""
        return tuple(one.name for one in self.classes)

    @property
    def candidate_names(self) -> tuple[str, ...]:
        """Names of the classes of interest: the `candidate_classes` of a configuration."""
        return tuple(one.name for one in self.classes if one.is_candidate)

    def class_of(self, class_id: str) -> SessionClass | None:
        """Return the class of an id, None if it was removed."""
        return next((one for one in self.classes if one.class_id == class_id), None)

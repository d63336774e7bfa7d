"""Making and checking the classes of a session."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from uuid import uuid4

from al_core.errors import SessionError
from al_core.sessions.palette import KEYS, N_COLORS, PALETTE, SHAPES
from al_core.sessions.session import SessionClass

LONGEST_CLASS_NAME = 40
#: More than there are keys could not be labeled.
MOST_CLASSES = len(KEYS)


def new_class(name: str, others: Sequence[SessionClass], *, is_candidate: bool = False) -> SessionClass:
    """Return a class without an id, with the first color, shape and key that the others leave free."""
    row, shape = _free_mark(others)
    keys = {one.key for one in others}
    wanted = (PALETTE[row - 1].key, *KEYS)
    return SessionClass("", name, row, shape, next((key for key in wanted if key not in keys), ""), is_candidate)


def _free_mark(others: Sequence[SessionClass]) -> tuple[int, str]:
    """Return a row of the palette that is free; when none is, its color with the shape of another row."""
    rows, taken = {one.color_row for one in others}, {(one.color_row, one.shape) for one in others}
    pairs = [(k + 1, SHAPES[(k + shift) % N_COLORS]) for shift in range(N_COLORS) for k in range(N_COLORS)]
    free = [pair for pair in pairs if pair not in taken]
    return next((pair for pair in free if pair[0] not in rows), free[0])


def classes_of(
    given: Iterable[str | SessionClass], candidate_classes: Iterable[str] | None = None
) -> tuple[SessionClass, ...]:
    """Return checked classes from names or from classes; those without an id get one.

    Parameters
    ----------
    given : iterable of str or SessionClass
        In order.
    candidate_classes : iterable of str, optional
        Names of the classes of interest; by default those marked, else the last, as in a configuration.

    Raises
    ------
    SessionError
        If they cannot be told apart, or a value is impossible; the text names the class.
    """
    classes: list[SessionClass] = []
    for one in given:
        made = new_class(one, classes) if isinstance(one, str) else one
        classes.append(replace(made, name=" ".join(made.name.split()), class_id=made.class_id or uuid4().hex[:12]))
    check_classes(classes)
    return _with_candidates(classes, None if candidate_classes is None else list(candidate_classes))


def _with_candidates(classes: list[SessionClass], candidates: list[str] | None) -> tuple[SessionClass, ...]:
    names = [one.name for one in classes]
    if candidates is None:
        candidates = [one.name for one in classes if one.is_candidate] or names[-1:]
    for name in candidates:
        if name not in names:
            raise SessionError(f"The class of interest “{name}” is no class; there are {_listed(names)}.")
    if not candidates:
        raise SessionError("Mark at least one class as a class of interest: it is what you are looking for.")
    if len(candidates) == len(names):
        raise SessionError("Leave at least one class unmarked: what is not of interest needs a class, too.")
    return tuple(replace(one, is_candidate=one.name in candidates) for one in classes)


def check_classes(classes: Sequence[SessionClass]) -> None:
    """Raise SessionError unless there are two or more, all different and all possible."""
    if len(classes) < 2:
        raise SessionError(f"A session needs two or more classes, found {len(classes)}. Add one.")
    if len(classes) > MOST_CLASSES:
        raise SessionError(f"At most {MOST_CLASSES} classes have a key, found {len(classes)}. Join some.")
    for one in classes:
        _check_one(one)
    _check_different([one.name for one in classes], "The name “{}” stands for two classes. Give each its own.")
    _check_different([one.key for one in classes], "Key {} labels two classes. Give each its own.")
    _check_different([one.class_id for one in classes], "Class id {} stands twice.")
    marks = [f"color {one.color_row} and the shape “{one.shape}”" for one in classes]
    _check_different(marks, "Two classes have {}. Change one, or they look the same.")


def _check_one(one: SessionClass) -> None:
    if not one.name:
        raise SessionError("Each class needs a name.")
    if len(one.name) > LONGEST_CLASS_NAME or not one.name.isprintable():
        raise SessionError(f"The class name “{one.name}” is too long; at most {LONGEST_CLASS_NAME} characters.")
    if not 1 <= one.color_row <= N_COLORS:
        raise SessionError(f"Class “{one.name}”: expected a color from 1 to {N_COLORS}, found {one.color_row}.")
    if one.shape not in SHAPES:
        raise SessionError(f"Class “{one.name}”: expected one of the shapes {_listed(SHAPES)}, found “{one.shape}”.")
    if one.key not in KEYS:
        found = f"“{one.key}”" if one.key else "none"
        raise SessionError(f"Class “{one.name}”: expected one of the keys {' '.join(KEYS)}, found {found}.")


def _check_different(values: Sequence[str], message: str) -> None:
    seen: set[str] = set()
    for value in values:
        if value.casefold() in seen:
            raise SessionError(message.format(value))
        seen.add(value.casefold())


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)

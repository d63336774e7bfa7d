"""What a draft must fit beside the rules of its keys: the session it belongs to, and the labels there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from al_core.errors import ALCoreError
from al_core.readers import open_matrix
from al_core.runs.configuration import Checked, Configuration
from al_core.runs.keys import ALIASES
from al_core.runs.labels import class_index
from al_core.runs.problems import ConfigurationText, Problem

if TYPE_CHECKING:
    from al_core.sessions.running import RunBasis

_WRITTEN = ("training_set_addition_csv", "labels2add_csv", "previous_output")


def check_session_keys(
    text: ConfigurationText, checked: Checked, basis: RunBasis
) -> tuple[tuple[Problem, ...], tuple[str, ...]]:
    """Return what contradicts the session, and what of the draft a run in a session does not use."""
    written = {ALIASES.get(key, key): value for key, value in checked.written.items()}
    already = {problem.key for problem in checked.problems}
    problems: list[Problem] = []
    if "classes" in written and "classes" not in already:
        problems += _classes(text, written["classes"], basis)
    name = written.get("learning_session_name", basis.session.session_id)
    if name != basis.session.session_id and "learning_session_name" not in already:
        message = f"found {name!r}; this is the session {basis.session.session_id!r}."
        problems.append(text.problem("learning_session_name", message))
    number = written.get("iteration_num", basis.next_iteration)
    if isinstance(number, int) and number > basis.next_iteration and "iteration_num" not in already:
        problems.append(text.problem("iteration_num", f"found {number}; the next one is {basis.next_iteration}."))
    unused = [key for key in _WRITTEN if written.get(key)]
    notices = [f"{', '.join(unused)}: not used; every run takes the labels of this session."] if unused else []
    return tuple(problems), tuple(notices)


def _classes(text: ConfigurationText, found: object, basis: RunBasis) -> list[Problem]:
    names = list(basis.session.class_names)
    if found == names:
        return []
    listed = ", ".join(f"“{name}”" for name in names)
    return [text.problem("classes", f"the classes of this session are {listed}, in this order.")]


def check_labels(text: ConfigurationText, checked: Checked, basis: RunBasis) -> tuple[Problem, ...]:
    """Return what the labels are too few for."""
    configuration = checked.configuration
    if configuration is None or not configuration.keys.run_active_learning or configuration.keys.iteration_num == 0:
        return ()
    try:
        counts = training_counts(configuration, basis)
    except ALCoreError as error:
        return (text.problem("training_set_csv", str(error)),)
    if not sum(counts.values()):
        return (text.problem("training_set_csv", _nothing_labeled(basis)),)
    empty = [name for name, count in counts.items() if count == 0]
    if empty:
        return (text.problem("classes", f"“{empty[0]}” has no labeled spectrum. Label one, or remove the class."),)
    return _smote(text, configuration, counts)


def _nothing_labeled(basis: RunBasis) -> str:
    if basis.last_iteration is None:
        return "No labels yet. Draw spectra to label with iteration 0, or choose a training set."
    return f"No labels yet. Label the spectra of iteration {basis.last_iteration}, or choose a training set."


def _smote(text: ConfigurationText, configuration: Configuration, counts: dict[str, int]) -> tuple[Problem, ...]:
    needed = configuration.keys.smote_neighbors + 1
    if configuration.keys.balance != "smote":
        return ()
    largest = max(counts.values())
    return tuple(
        text.problem(
            "balance", f"“{name}” has {n} spectra; SMOTE needs {needed}. Label {needed - n} more or turn it off."
        )
        for name, n in counts.items()
        if n < largest and n < needed
    )


def training_counts(configuration: Configuration, basis: RunBasis) -> dict[str, int]:
    """Return how many spectra of each class a run would train on, before the recipe leaves any out."""
    classes = configuration.keys.classes
    labels: dict[str, int] = {}
    base = configuration.paths.get("training_set_csv")
    if base is not None:
        state = base.stat()
        labels.update(_labels_in(base, tuple(classes), state.st_size, state.st_mtime_ns))
    labels.update({name: classes.index(label) for name, label in basis.teaching.items() if label in classes})
    found = Counter(labels.values())
    return {name: found[k] for k, name in enumerate(classes)}


@lru_cache(maxsize=16)
def _labels_in(path: Path, classes: tuple[str, ...], _size: int, _mtime_ns: int) -> dict[str, int]:
    """Return the labels in a training set; read once, for as long as the file does not change."""
    found = {name: class_index(label, classes) for name, label in _pairs(path)}
    return {name: index for name, index in found.items() if index is not None}


def _pairs(path: Path) -> Sequence[tuple[str, object]]:
    try:
        frame = pl.read_csv(path, columns=["id", "label"], infer_schema=False)
        return [(str(name), label) for name, label in frame.rows()]
    except (pl.exceptions.PolarsError, OSError, UnicodeDecodeError):
        pairs: list[tuple[str, object]] = []
        for chunk in open_matrix(path).chunks():
            labels = [None] * len(chunk.spectrum_ids) if chunk.labels is None else list(chunk.labels)
            pairs += zip(map(str, chunk.spectrum_ids), labels, strict=True)
        return pairs

"""From a session and the draft of a configuration to a run: what it would do, what is wrong, and its input files.

The labels of a run are written anew from the journal each time, so a corrected label always counts. Labels of an
estimation sample are in the list of all labels, but never in what is added to the training set.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import polars as pl

from al_core.errors import ConfigurationError
from al_core.pools import Pool
from al_core.runs.configuration import Checked, check_configuration, require_valid
from al_core.runs.keys import ALIASES
from al_core.runs.problems import ConfigurationText
from al_core.sessions.run_checks import check_labels, check_session_keys
from al_core.sessions.session import Session
from al_core.settings import Settings

INPUTS_FOLDER = "inputs"
#: Keys that a run gets from the session's labels and iterations, whatever the draft says.
WRITTEN_KEYS = ("training_set_addition_csv", "labels2add_csv", "previous_output")
#: Keys that a draft may leave out because the session says them.
_SESSION_DEFAULTS = (
    "learning_session_name",
    "run_active_learning",
    "iteration_num",
    "classes",
    "candidate_classes",
    "pool_csv",
    "training_set_csv",
    "strategy",
    "seed",
)
#: Name of the random sample, in the journal of labels and in the manifests of iterations.
ESTIMATION = "perf-est"


class SessionStore(Protocol):
    """The part of `Sessions` that a run needs."""

    def folder(self, session_id: str) -> Path:
        """Return the session's folder."""
        ...

    def journal(self, session_id: str) -> Any:
        """Return the session's journal of labels."""
        ...


@dataclass(frozen=True)
class RunBasis:
    """What a session gives to its next run.

    Attributes
    ----------
    session : Session
    folder : Path
        The session's folder.
    pools, training_sets : dict
        Data sets of the workspace by name; a draft may name them instead of a path.
    labels : dict
        Class names by spectrum_id, of every label that counts now.
    comments : dict
        Comments by spectrum_id.
    estimated : frozenset of str
        Members of estimation samples.
    last_iteration : int or None
    """

    session: Session
    folder: Path
    pools: Mapping[str, Path]
    training_sets: Mapping[str, Path]
    labels: Mapping[str, str]
    comments: Mapping[str, str]
    estimated: frozenset[str]
    last_iteration: int | None

    @property
    def teaching(self) -> dict[str, str]:
        """Labels that teach the network: those of no estimation sample."""
        return {name: label for name, label in self.labels.items() if name not in self.estimated}

    @property
    def next_iteration(self) -> int:
        """Number of the iteration that follows; the first is 1 where there is something to train on, else 0."""
        if self.last_iteration is not None:
            return self.last_iteration + 1
        return 1 if self.session.training_set is not None else 0

    def without_draft(self) -> "RunBasis":
        """Return the same with nothing changed by the session's draft."""
        return replace(self, session=replace(self.session, configuration={}))

    def iteration_folder(self, number: int) -> Path:
        """Return where the results of an iteration are."""
        return self.folder / "iterations" / f"{number:03d}"


def run_basis(
    sessions: SessionStore,
    settings: Settings,
    session: Session,
    training_sets: Mapping[str, Path] | None = None,
) -> RunBasis:
    """Read what the next run of a session starts from: journal, iterations, data sets."""
    folder = sessions.folder(session.session_id)
    iterations = folder / "iterations"
    found = sorted(
        p for p in iterations.glob("[0-9][0-9][0-9]*") if p.name.isdigit() and (p / "manifest.json").exists()
    )
    current = sessions.journal(session.session_id).current()
    names = {one.class_id: one.name for one in session.classes}
    labeled = current.filter((pl.col("kind") == "label") & pl.col("class_id").is_in(list(names)))
    labels = {row[0]: names[row[1]] for row in labeled.select("spectrum_id", "class_id").iter_rows()}
    sampled = labeled.filter(pl.col("queue") == ESTIMATION)["spectrum_id"].to_list()
    return RunBasis(
        session,
        folder,
        {path.parent.name: path.parent for path in sorted((settings.workspace / "pools").glob("*/manifest.json"))},
        training_sets or {},
        labels,
        dict(sessions.journal(session.session_id).comments()),
        frozenset([*sampled, *(name for path in found for name in _estimated_in(path))]),
        int(found[-1].name) if found else None,
    )


def _estimated_in(folder: Path) -> list[str]:
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        return [str(name) for name in manifest["estimated_so_far"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(
            f"{folder}: expected the results of an iteration, found: {error!r}. Train the iteration again."
        ) from error


def session_defaults(basis: RunBasis) -> dict[str, Any]:
    """Return what counts in a session where a draft does not say it."""
    draft = default_draft(basis.without_draft())
    return {key: draft[key] for key in _SESSION_DEFAULTS if key in draft}


def default_draft(basis: RunBasis) -> dict[str, Any]:
    """Return the configuration of the next run, with what the session's draft changes."""
    session = basis.session
    draft: dict[str, Any] = {
        "learning_session_name": session.session_id,
        "run_active_learning": "yes",
        "iteration_num": basis.next_iteration,
        "classes": list(session.class_names),
        "candidate_classes": list(session.candidate_names),
        "pool_csv": session.pool or "",
        "training_set_csv": _known_name(session.training_set, basis.training_sets),
        "strategy": session.strategy,
        "batch_size": 100,
        "random_sample_size": 30,
        "balance": "smote",
        "stopping": "loss",
        "patience": 10,
        "min_delta": 0.001,
        "max_epochs": 1000,
        "minibatch_size": 64,
        "seed": session.seed,
    }
    kept = {key: value for key, value in session.configuration.items() if key not in WRITTEN_KEYS}
    fixed = {key: draft[key] for key in ("learning_session_name", "iteration_num", "classes")}
    return {key: value for key, value in (draft | kept | fixed).items() if value not in ("", None)}


def _known_name(path: Path | None, named: Mapping[str, Path]) -> str:
    if path is None:
        return ""
    return next((name for name, place in named.items() if place == path), str(path))


def check_draft(content: Mapping[str, Any] | str, basis: RunBasis, settings: Settings) -> Checked:
    """Check a draft as the run would: the keys, their files, the session they belong to, and the labels.

    Returns
    -------
    Checked
        Without a configuration, something is wrong. Pools and training sets may be named instead of a path.
    """
    named = {"pool_csv": basis.pools, "training_set_csv": basis.training_sets}
    unused, own = frozenset(WRITTEN_KEYS), session_defaults(basis)
    checked = check_configuration(content, settings, basis.folder, named=named, unused=unused, defaults=own)
    text = ConfigurationText(content) if isinstance(content, str) else ConfigurationText.of(content)
    problems, notices = check_session_keys(text, checked, basis)
    if not checked.problems and not problems:
        problems = check_labels(text, checked, basis)
    found = None if problems or checked.problems else checked.configuration
    return Checked(checked.written, found, (*checked.problems, *problems), (*checked.notices, *notices))


def prepare_run(
    sessions: SessionStore,
    settings: Settings,
    session: Session,
    draft: Mapping[str, Any],
    training_sets: Mapping[str, Path] | None = None,
) -> dict[str, Any]:
    """Write the input files of a run and return its configuration; all paths in it are absolute.

    Parameters
    ----------
    sessions : Sessions
    settings : Settings
    session : Session
    draft : mapping
        Keys of a configuration; a pool or training set may stand under its name.
    training_sets : mapping, optional
        Training sets of the workspace by name.

    Returns
    -------
    dict
        The draft, with what the session gives: labels, classes, the iteration before.

    Raises
    ------
    ALCoreError
        If anything is wrong with it; nothing has been submitted then.
    """
    basis = run_basis(sessions, settings, session, training_sets)
    checked = check_draft(draft, basis, settings)
    configuration = require_valid(checked)
    written = session_defaults(basis) | {ALIASES.get(key, key): value for key, value in checked.written.items()}
    keys = {key: value for key, value in written.items() if key not in WRITTEN_KEYS}
    keys |= {key: str(path) for key, path in configuration.paths.items()}
    before = basis.iteration_folder(configuration.keys.iteration_num - 1)
    if (before / "manifest.json").is_file():
        keys["previous_output"] = str(before)
    if configuration.keys.iteration_num > 0:
        keys |= _label_files(
            basis, Pool.open(configuration.paths["pool_csv"]), "training_set_csv" in configuration.paths
        )
    return keys


def _label_files(basis: RunBasis, pool: Pool, has_base: bool) -> dict[str, str]:
    """Write labels and flux of what was labeled; files are named for their content, so equal labels share them."""
    teaching = basis.teaching
    folder = basis.folder / INPUTS_FOLDER / _digest(basis, pool)
    additions, listed = folder / "training-additions.csv", folder / "labels.csv"
    written: dict[str, str] = {}
    if basis.labels:
        _write(listed, _label_list(basis))
        written["labels2add_csv"] = str(listed)
    known = pl.Series(sorted(teaching), dtype=pl.String)
    known = known.filter(known.is_in(pool.spectrum_ids.implode()))
    if known.len():
        _write(additions, _spectra(known, teaching, pool))
        written["training_set_addition_csv" if has_base else "training_set_csv"] = str(additions)
    return written


def _digest(basis: RunBasis, pool: Pool) -> str:
    content = (
        sorted(basis.labels.items()),
        sorted(basis.estimated),
        sorted(basis.comments.items()),
        pool.manifest["sha256"],
    )
    return hashlib.sha256(repr(content).encode()).hexdigest()[:16]


def _label_list(basis: RunBasis) -> pl.DataFrame:
    names = sorted(basis.labels)
    columns = {
        "id": names,
        "label": [basis.labels[name] for name in names],
        "comment": [basis.comments.get(name, "") for name in names],
    }
    return pl.DataFrame(columns)


def _spectra(names: pl.Series, labels: Mapping[str, str], pool: Pool) -> pl.DataFrame:
    flux = np.asarray(pool.rows(names))
    head = {"id": names, "label": [labels[name] for name in names]}
    return pl.DataFrame(head | {repr(float(w)): flux[:, k] for k, w in enumerate(pool.grid)})


def _write(path: Path, frame: pl.DataFrame) -> None:
    """Write a table whole or not at all."""
    if path.is_file():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    frame.write_csv(part)
    part.replace(path)


def run_parameters(
    sessions: SessionStore,
    settings: Settings,
    session: Session,
    draft: Mapping[str, Any],
    training_sets: Mapping[str, Path] | None = None,
) -> dict[str, Any]:
    """Return the parameters of the job: the configuration, and where its results go."""
    keys = prepare_run(sessions, settings, session, draft, training_sets)
    number = int(keys["iteration_num"])
    output = sessions.folder(session.session_id) / "iterations" / f"{number:03d}"
    return {"configuration": keys, "output": str(output)}


__all__ = [
    "RunBasis",
    "check_draft",
    "default_draft",
    "prepare_run",
    "run_basis",
    "run_parameters",
]

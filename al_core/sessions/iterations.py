"""The iterations of a session, from the small files of their folders."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from al_core.runs.inputs import ITERATION_MANIFEST
from al_core.runs.statistics import STATISTICS_FILE

ITERATIONS = "iterations"
_FOLDER = re.compile(r"(\d+)(?:\.(\d+))?")


@dataclass(frozen=True)
class IterationInfo:
    """What an iteration left behind.

    Attributes
    ----------
    number : int
    folder : Path
    is_current : bool
        Whether it counts: an iteration that was trained again is kept under another name.
    job_id : str or None
        The job that made it, None for one made on the command line.
    created_utc : str
    seconds : float
    n_epochs : int
        0 where nothing was trained.
    strategy : str
    classes, candidate_classes : tuple of str
        As they were called then.
    queue : dict
        Spectra to be labeled by kind ("oracle", "perf-est"), each a tuple of ids.
    n_candidates : int or None
        Spectra predicted as a class of interest, None where nothing was predicted.
    training_counts : dict
        Spectra of each class that were trained on; empty where nothing was.
    pool_size : int
    """

    number: int
    folder: Path
    is_current: bool
    job_id: str | None
    created_utc: str
    seconds: float
    n_epochs: int
    strategy: str
    classes: tuple[str, ...]
    candidate_classes: tuple[str, ...]
    queue: dict[str, tuple[str, ...]]
    n_candidates: int | None
    training_counts: dict[str, int]
    pool_size: int
    simulated: bool
    estimation_file: str

    @property
    def queue_ids(self) -> frozenset[str]:
        """Every spectrum that waits or waited for a label."""
        return frozenset(name for names in self.queue.values() for name in names)

    def estimation_predictions(self) -> dict[str, int]:
        """Return the class predicted for each spectrum of the estimation sample, a position in `classes`."""
        rows = _csv_rows(self.folder / self.estimation_file)
        return {row[0]: int(row[1]) for row in rows if len(row) > 1 and row[1].isdecimal()}


def iteration_folders(folder: Path) -> Iterator[tuple[int, int | None, Path]]:
    """Yield number, number of the older version (None for what counts) and folder of each finished iteration."""
    parent = folder / ITERATIONS
    if not parent.is_dir():
        return
    for path in parent.iterdir():
        match = _FOLDER.fullmatch(path.name)
        if match and (path / ITERATION_MANIFEST).is_file():
            yield int(match[1]), None if match[2] is None else int(match[2]), path


def read_iterations(folder: Path, *, only_current: bool = False) -> list[IterationInfo]:
    """Return the iterations of a session in order, older versions before what counts; unreadable ones are left out."""
    found = sorted(iteration_folders(folder), key=lambda item: (item[0], item[1] is None, item[1] or 0))
    infos = (
        _read(number, version is None, path) for number, version, path in found if version is None or not only_current
    )
    return [info for info in infos if info is not None]


def read_last_iteration(folder: Path) -> tuple[list[int], IterationInfo | None]:
    """Return the numbers of the iterations in order, and the last one that can be read."""
    current = sorted((number, path) for number, version, path in iteration_folders(folder) if version is None)
    infos = (_read(number, True, path) for number, path in reversed(current))
    return [number for number, _ in current], next((info for info in infos if info is not None), None)


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of an iteration, empty if it cannot be read."""
    return read_json(folder / ITERATION_MANIFEST)


def read_json(path: Path) -> dict[str, Any]:
    """Return a JSON object, empty if there is none."""
    try:
        content = orjson.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _read(number: int, is_current: bool, folder: Path) -> IterationInfo | None:
    content = read_manifest(folder)
    try:
        training = content["training"]
        counts = (content["training_set"] or {}).get("counts", {})
        return IterationInfo(
            number=number,
            folder=folder,
            is_current=is_current,
            job_id=content.get("job_id"),
            created_utc=str(content["created_utc"]),
            seconds=float(content["seconds"]),
            n_epochs=0 if training is None else len(training["epochs"]),
            strategy=str(content["strategy"]),
            classes=tuple(content["classes"]),
            candidate_classes=tuple(content["candidate_classes"]),
            queue={str(kind): tuple(names) for kind, names in content["queue"].items()},
            n_candidates=None if training is None else _n_candidates(folder, number, content["candidate_classes"]),
            training_counts={str(name): int(count) for name, count in counts.items()},
            pool_size=int(content["pool"]["n_spectra"]),
            simulated=bool(content["simulated"]),
            estimation_file=str(content["configuration"].get("performance_estimation_csv", "perf-est.csv")),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _n_candidates(folder: Path, number: int, candidate_classes: list[str]) -> int | None:
    """Count from `statistics.csv`, which has a line an iteration; the list of candidates may be long."""
    header, *rows = _csv_rows(folder / STATISTICS_FILE) or [[]]
    for row in rows:
        if row and row[0] == str(number):
            counts = dict(zip(header, row, strict=False))
            return sum(int(counts.get(name) or 0) for name in candidate_classes)
    return None


def _csv_rows(path: Path) -> list[list[str]]:
    try:
        with path.open(newline="", encoding="utf-8") as file:
            return list(csv.reader(file))
    except (OSError, csv.Error, UnicodeDecodeError):
        return []

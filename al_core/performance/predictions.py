"""How an iteration divides the whole pool into classes, and how that changed since the iteration before.

Counting reads the files of predictions in slices, so memory stays flat however large the pool is. What was counted is
kept in a small file beside them, `prediction-counts.json`, and counted again only when the predictions are others.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from al_core.errors import SessionError

PREDICTIONS, COUNTS_FILE = "predictions.parquet", "prediction-counts.json"
SCHEMA = 1
#: Rows of a slice: about 30 MB of ids.
SLICE_ROWS = 500_000
#: Set of the spectra that have left the pool, see `al_core.runs.sets`.
_TRAINING = "training"

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class PoolPredictions:
    """Predictions of a whole pool, counted.

    Attributes
    ----------
    n_spectra : int
        Spectra of the pool.
    pool : ndarray of int64, shape (n_classes,)
        Those that are not in the training set, by class predicted.
    training : ndarray of int64, shape (n_classes,)
        Those that are.
    changes : ndarray of int64, shape (n_classes_before, n_classes), or None
        Spectra of both pools by class predicted before (rows) and now (columns); None without a prediction before.
    """

    n_spectra: int
    pool: Counts
    training: Counts
    changes: Counts | None


def pool_predictions(folder: Path, n_classes: int, before: Path | None = None, n_before: int = 0) -> PoolPredictions:
    """Count the predictions of an iteration, or read what was counted.

    Parameters
    ----------
    folder : Path
        Of the iteration.
    n_classes : int
    before : Path, optional
        Folder of the iteration before.
    n_before : int
        Number of its classes.

    Raises
    ------
    SessionError
        If a file of predictions cannot be read.
    """
    path, old = folder / PREDICTIONS, None if before is None else before / PREDICTIONS
    old = old if old is not None and old.is_file() else None
    try:
        source = {"predictions": _fingerprint(path), "before": None if old is None else _fingerprint(old)}
        return _kept(folder / COUNTS_FILE, source) or _counted(path, n_classes, old, n_before, source)
    except (pl.exceptions.PolarsError, OSError, IndexError) as error:
        raise SessionError(
            f"{path}: expected the predictions of an iteration, found: {error}. Train it again."
        ) from error


def kappa(changes: Counts) -> float | None:
    """Return Cohen's kappa of two divisions of the same spectra, rows and columns in the same order of classes.

    None where chance alone explains everything: both put all spectra into one class.

    Examples
    --------
    >>> f"{kappa(np.array([[9700, 40], [60, 200]])):.6f}"
    '0.794880'
    """
    total = float(changes.sum())
    if total == 0:
        return None
    observed = float(np.trace(changes)) / total
    expected = float((changes.sum(axis=0) / total) @ (changes.sum(axis=1) / total))
    return None if expected >= 1 else (observed - expected) / (1 - expected)


def _counted(path: Path, n_classes: int, before: Path | None, n_before: int, source: dict[str, Any]) -> PoolPredictions:
    both = np.zeros((2, n_classes), np.int64)
    for part in _slices(path, ["prediction", "set"]):
        is_training = (part["set"] == _TRAINING).to_numpy().astype(np.int64)
        both += _crossed(is_training, part["prediction"].to_numpy(), both.shape)
    changes = None if before is None else _changes(before, path, (n_before, n_classes))
    found = PoolPredictions(int(both.sum()), both[0], both[1], changes)
    _keep(path.parent / COUNTS_FILE, found, source)
    return found


def _slices(path: Path, columns: list[str]) -> Iterator[pl.DataFrame]:
    rows = pl.scan_parquet(path)
    total = int(rows.select(pl.len()).collect().item())
    for start in range(0, total, SLICE_ROWS):
        yield rows.slice(start, SLICE_ROWS).select(columns).collect()


def _changes(before: Path, now: Path, shape: tuple[int, int]) -> Counts:
    """Cross the predictions of the spectra that both files have; row by row where the pool is the same."""
    counts = np.zeros(shape, np.int64)
    names = ["spectrum_id", "prediction"]
    if _height(before) != _height(now):
        return _joined(before, now, shape)
    for old, new in zip(_slices(before, names), _slices(now, names), strict=True):
        if not old["spectrum_id"].equals(new["spectrum_id"]):
            return _joined(before, now, shape)
        counts += _crossed(old["prediction"].to_numpy(), new["prediction"].to_numpy(), shape)
    return counts


def _joined(before: Path, now: Path, shape: tuple[int, int]) -> Counts:
    names = ["spectrum_id", "prediction"]
    both = (
        pl.scan_parquet(before).select(names).join(pl.scan_parquet(now).select(names), on="spectrum_id", suffix="_now")
    )
    table = both.group_by("prediction", "prediction_now").len().collect(engine="streaming")
    counts = np.zeros(shape, np.int64)
    for row, column, number in table.iter_rows():
        counts[row, column] = number
    return counts


def _crossed(rows: npt.NDArray[Any], columns: npt.NDArray[Any], shape: tuple[int, ...]) -> Counts:
    flat = rows.astype(np.int64) * shape[1] + columns
    found = np.bincount(flat, minlength=shape[0] * shape[1])
    if found.size > shape[0] * shape[1]:
        raise IndexError(f"a class beyond the {shape[1]} of the iteration")
    return found.reshape(shape).astype(np.int64)


def _height(path: Path) -> int:
    return int(pl.scan_parquet(path).select(pl.len()).collect().item())


def _fingerprint(path: Path) -> list[int]:
    """Size and time of a file: another file of predictions has others."""
    found = path.stat()
    return [found.st_size, found.st_mtime_ns]


def _kept(path: Path, source: dict[str, Any]) -> PoolPredictions | None:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["schema"] != SCHEMA or content["source"] != source:
            return None
        arrays = [None if content[name] is None else np.array(content[name], np.int64) for name in _ARRAYS]
        pool, training, changes = arrays
        return PoolPredictions(int(content["n_spectra"]), pool, training, changes)  # type: ignore[arg-type]
    except (OSError, ValueError, KeyError, TypeError):
        return None


_ARRAYS = ("pool", "training", "changes")


def _keep(path: Path, found: PoolPredictions, source: dict[str, Any]) -> None:
    """Write beside the predictions, whole or not at all; a folder that cannot be written to is counted again."""
    arrays = {name: None if (value := getattr(found, name)) is None else value.tolist() for name in _ARRAYS}
    content = {"schema": SCHEMA, "source": source, "n_spectra": found.n_spectra, **arrays}
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        part.write_text(json.dumps(content), encoding="utf-8")
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)

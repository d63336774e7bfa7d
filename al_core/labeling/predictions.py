"""What the network of an iteration says of the spectra of the pool, as `predictions.parquet` has it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from al_core.errors import SessionError
from al_core.pools import Pool
from al_core.sessions import IterationInfo
from al_core.sessions.comparison import PREDICTIONS

#: Of `set`: what was trained on has left the pool.
_TRAINING = "training"


@dataclass(frozen=True, eq=False)
class Predictions:
    """Probabilities of every spectrum of the pool, in the order of its rows.

    Attributes
    ----------
    info : IterationInfo
    class_ids : tuple of str or None
        Of the columns of `proba`; None for a class that the session has no more.
    proba : ndarray of float32, shape (n_spectra, n_classes)
    is_trained : ndarray of bool, shape (n_spectra,)
        What had left the pool for the training set.
    """

    info: IterationInfo
    class_ids: tuple[str | None, ...]
    proba: npt.NDArray[np.float32]
    is_trained: npt.NDArray[np.bool_]

    @property
    def n_ranked(self) -> int:
        """Number of spectra that a strategy could choose from."""
        return int(self.is_trained.size - np.count_nonzero(self.is_trained))

    @property
    def interest(self) -> npt.NDArray[np.float32]:
        """Probability of being of any class of interest, shape (n_spectra,)."""
        wanted = [k for k, name in enumerate(self.info.classes) if name in self.info.candidate_classes]
        return np.asarray(self.proba[:, wanted].sum(axis=1))

    def candidates(self) -> npt.NDArray[np.int64]:
        """Return the rows predicted as a class of interest that are in the pool, the most probable first."""
        wanted = [k for k, name in enumerate(self.info.classes) if name in self.info.candidate_classes]
        is_candidate = np.isin(np.argmax(self.proba, axis=1), wanted) & ~self.is_trained
        rows = np.flatnonzero(is_candidate)
        return rows[np.argsort(-self.interest[rows], kind="stable")].astype(np.int64)

    def guess(self, row: int) -> dict[str, float]:
        """Return the probability of each class for a spectrum, by class id."""
        pairs = zip(self.class_ids, self.proba[row].tolist(), strict=True)
        return {class_id: round(p, 4) for class_id, p in pairs if class_id is not None}


def read_predictions(info: IterationInfo, class_ids: tuple[str | None, ...], n_spectra: int) -> Predictions | None:
    """Return the predictions of an iteration, None where nothing was trained.

    Raises
    ------
    SessionError
        If they do not fit the pool.
    """
    path = info.folder / PREDICTIONS
    if info.n_epochs == 0 or not path.is_file():
        return None
    names = [f"proba_{k}" for k in range(len(info.classes))]
    try:
        frame = pl.read_parquet(path, columns=[*names, "set"])
    except (OSError, pl.exceptions.PolarsError) as error:
        raise SessionError(f"{path}: the predictions cannot be read: {error}. Train the iteration again.") from error
    if frame.height != n_spectra:
        raise SessionError(
            f"{path}: expected predictions of {n_spectra} spectra, found {frame.height}. The pool was imported anew "
            "since: train the iteration again."
        )
    proba = np.ascontiguousarray(frame.select(names).to_numpy(), dtype=np.float32)
    return Predictions(info, class_ids, proba, (frame["set"] == _TRAINING).to_numpy())


def require_same_pool(sha256: Mapping[str, str], pool: Pool) -> None:
    """Raise SessionError if the flux of a pool is not what an iteration scored: its rows may be other spectra now."""
    found = pool.manifest.get("sha256", {})
    if any(found.get(name, value) != value for name, value in sha256.items()):
        raise SessionError(
            f"Pool {pool.name!r} was imported anew since this iteration scored it. Train the iteration again."
        )


def stamp_of(info: IterationInfo) -> tuple[str, int]:
    """Return what changes when an iteration is trained again."""
    path: Path = info.folder / PREDICTIONS
    return str(info.folder), path.stat().st_mtime_ns if path.is_file() else 0

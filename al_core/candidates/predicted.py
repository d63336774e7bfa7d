"""What the network of an iteration says of each spectrum, as columns of `al_core.metadata.assessments`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from al_core.errors import SessionError
from al_core.metadata.fields import MAX_CLASSES
from al_core.runs.sets import SET_NAMES
from al_core.sessions import IterationInfo, Session, SessionClass, Sessions
from al_core.sessions.comparison import PREDICTIONS
from al_core.sessions.iterations import iteration_folders, read_iterations, read_last_iteration

#: Rows of a slice: memory stays flat however large the pool is.
SLICE_ROWS = 500_000
SETS = pl.Enum(SET_NAMES)
#: A probability of 0 adds nothing to an entropy.
_TINY = np.float32(1e-30)


@dataclass(frozen=True)
class Network:
    """An iteration that predicted, and what its classes are called in its session.

    Attributes
    ----------
    info : IterationInfo
    class_ids : tuple of str or None
        Of the columns of its file; None for a class that the session does not know.
    classes : tuple of SessionClass
        Of the session, today.
    """

    info: IterationInfo
    class_ids: tuple[str | None, ...]
    classes: tuple[SessionClass, ...]

    @property
    def path(self) -> Path:
        """Its file of predictions."""
        return self.info.folder / PREDICTIONS

    @property
    def interesting(self) -> list[int]:
        """Columns of the classes that are of interest today."""
        wanted = {one.class_id for one in self.classes if one.is_candidate}
        return [k for k, class_id in enumerate(self.class_ids) if class_id in wanted]

    @property
    def predicted(self) -> pl.Enum:
        """Type of the column `predicted`: ids of its classes."""
        return pl.Enum([class_id for class_id in dict.fromkeys(self.class_ids) if class_id is not None])


def last_predictions(folder: Path) -> Path | None:
    """Return the file of the last iteration of a session that predicted; a look at the folders alone."""
    current = sorted((number, path) for number, version, path in iteration_folders(folder) if version is None)
    return next((path / PREDICTIONS for _, path in reversed(current) if (path / PREDICTIONS).is_file()), None)


def networks_of(sessions: Sessions, session: Session) -> list[Network]:
    """Return every iteration of a session that predicted, in order; versions that were trained again do not count."""
    found = read_iterations(sessions.folder(session.session_id), only_current=True)
    return [
        Network(info, tuple(sessions.class_ids(session.session_id, info)), session.classes)
        for info in found
        if (info.folder / PREDICTIONS).is_file()
    ]


def network_of(sessions: Sessions, session: Session, iteration: int | None = None) -> Network | None:
    """Return the iteration of a number, by default the last that predicted; None where none did.

    Raises
    ------
    SessionError
        If an iteration is asked for that did not predict.
    """
    if iteration is None:
        _, last = read_last_iteration(sessions.folder(session.session_id))  # one manifest, where that will do
        if last is not None and (last.folder / PREDICTIONS).is_file():
            return Network(last, tuple(sessions.class_ids(session.session_id, last)), session.classes)
    networks = networks_of(sessions, session)
    if iteration is None:
        return networks[-1] if networks else None
    found = [one for one in networks if one.info.number == iteration]
    if not found:
        known = ", ".join(str(one.info.number) for one in networks) or "none yet"
        raise SessionError(f"Expected an iteration with predictions ({known}), found {iteration}.")
    return found[0]


def predicted_slices(network: Network, spectrum_ids: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
    """Yield what an iteration says of every spectrum of its pool, in its order, or of a few.

    Columns: `id`, `iteration`, `set`, `predicted`, `probability`, `p_candidate`, `entropy` (bits), `margin`, and `pN`
    for each class N of the session that the network knew. At least one frame is given, also without rows.

    Raises
    ------
    SessionError
        If the file cannot be read.
    """
    names = ["spectrum_id", "prediction", *(f"proba_{k}" for k in range(len(network.class_ids))), "set"]
    try:
        rows = pl.scan_parquet(network.path).select(names)
        if spectrum_ids is not None:
            wanted = pl.Series(spectrum_ids, dtype=pl.String).implode()
            yield _columns(rows.filter(pl.col("spectrum_id").is_in(wanted)).collect(), network)
            return
        total = int(rows.select(pl.len()).collect().item())
        for start in range(0, max(total, 1), SLICE_ROWS):
            yield _columns(rows.slice(start, SLICE_ROWS).collect(), network)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise SessionError(
            f"{network.path}: expected the predictions of an iteration, found: {error}. Train it again."
        ) from error


def predicted_frame(network: Network, spectrum_ids: Sequence[str] | None = None) -> pl.DataFrame:
    """Return the slices of `predicted_slices` in one frame."""
    return pl.concat(list(predicted_slices(network, spectrum_ids)), rechunk=False)


def _columns(rows: pl.DataFrame, network: Network) -> pl.DataFrame:
    proba = np.empty((len(network.class_ids), rows.height), dtype=np.float32)  # a row a class: quick sums over classes
    for k in range(len(network.class_ids)):
        proba[k] = rows[f"proba_{k}"].to_numpy()
    positions = {class_id: k for k, class_id in enumerate(network.class_ids) if class_id is not None}
    own = [(n, positions.get(one.class_id)) for n, one in enumerate(network.classes[:MAX_CLASSES])]
    first, second = _two_largest(proba)
    ids = pl.Series(network.class_ids, dtype=network.predicted)
    return pl.DataFrame(
        {
            "id": rows["spectrum_id"],
            "iteration": pl.repeat(network.info.number, rows.height, dtype=pl.Int16, eager=True),
            "set": rows["set"] if rows["set"].dtype == SETS else rows["set"].cast(pl.String).cast(SETS),
            "predicted": ids.gather(rows["prediction"].cast(pl.UInt32)),
            "probability": first,
            "p_candidate": proba[network.interesting].sum(axis=0, dtype=np.float32),
            "entropy": -(proba * np.log2(np.maximum(proba, _TINY))).sum(axis=0),
            "margin": first - second,
            **{f"p{n}": proba[k] for n, k in own if k is not None},
        },
        nan_to_null=True,
    )


def _two_largest(
    proba: npt.NDArray[np.float32],
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Return the largest and the second largest probability of each spectrum; 0 where there is no second class."""
    first, second = proba[0].copy(), np.zeros(proba.shape[1], dtype=np.float32)
    for row in proba[1:]:
        np.maximum(second, np.minimum(first, row), out=second)
        np.maximum(first, row, out=first)
    return first, second

"""What every iteration said of the whole pool, as files."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import polars as pl

from al_core.candidates.files import Column, streamed
from al_core.candidates.files.columns import columns_of
from al_core.candidates.files.spool import selected
from al_core.candidates.predicted import Network, predicted_slices
from al_core.errors import SessionError
from al_core.metadata.fields import MAX_CLASSES, SESSION_FIELDS, SESSION_MARK
from al_core.metadata.language import ClassName, Names

_FIELDS = ("iteration", "set", "predicted", "probability", "p_candidate", "entropy", "margin")


def prediction_columns(network: Network) -> list[Column]:
    """Return the columns: `id`, iteration, set, class, probabilities, entropy (bits), margin.

    Classes are called as the session calls them today; only those that the network knew have a probability.
    """
    known = [n for n, one in enumerate(network.classes[:MAX_CLASSES]) if one.class_id in network.class_ids]
    wanted = {SESSION_MARK + name for name in (*_FIELDS, *(f"p{n}" for n in known))}
    names = Names(tuple(ClassName(one.class_id, one.name) for one in network.classes))
    columns = columns_of([field for field in SESSION_FIELDS if field.name in wanted], names, has_index=False)
    return [replace(one, source=one.source.removeprefix(SESSION_MARK)) for one in columns]


def prediction_frames(network: Network, columns: Sequence[Column]) -> Iterator[pl.DataFrame]:
    """Yield what an iteration said, in the order of its pool; memory stays flat.

    Raises
    ------
    SessionError
        If its file cannot be read.
    """
    return (selected(_texts(frame), columns) for frame in predicted_slices(network))


def prediction_file(network: Network, file_format: str) -> Iterator[bytes]:
    """Return a file of the predictions of an iteration, piece by piece; what can fail fails here.

    Parameters
    ----------
    network : Network
    file_format : str
        A key of `al_core.candidates.files.STREAMED`.

    Raises
    ------
    MetadataError
        If there is no such format.
    SessionError
        If the predictions cannot be read.
    """
    columns = prediction_columns(network)
    frames = prediction_frames(network, columns)
    return streamed(file_format, columns, frames, n_rows_of(network), f"iteration {network.info.number}")


def n_rows_of(network: Network) -> int:
    """Return how many spectra an iteration predicted.

    Raises
    ------
    SessionError
        If its file cannot be read.
    """
    try:
        return int(pl.scan_parquet(network.path).select(pl.len()).collect().item())
    except (OSError, pl.exceptions.PolarsError) as error:
        raise SessionError(f"{network.path}: the predictions cannot be read: {error}. Train it again.") from error


def _texts(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.col(pl.Enum).cast(pl.String))

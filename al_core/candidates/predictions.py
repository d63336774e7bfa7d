"""What every iteration said of the whole pool, as files."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import polars as pl

from al_core.candidates.files import Column, Spool, write_table
from al_core.candidates.files.columns import columns_of
from al_core.candidates.files.spool import selected
from al_core.candidates.files.tables import pieces_of
from al_core.candidates.predicted import Network, predicted_slices
from al_core.errors import SessionError
from al_core.metadata.fields import MAX_CLASSES, SESSION_FIELDS, SESSION_MARK
from al_core.metadata.language import ClassName, Names

#: Format: how the file ends.
FORMATS = {"csv": "csv", "parquet": "parquet", "votable": "vot"}
_FIELDS = ("iteration", "set", "predicted", "probability", "p_candidate", "entropy", "margin")
_AT_ONCE = 1 << 20


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
        A key of `FORMATS`.

    Raises
    ------
    SessionError
        If there is no such format, or the predictions cannot be read.
    """
    if file_format not in FORMATS:
        raise SessionError(f"Expected one of the formats {', '.join(FORMATS)}, found {file_format!r}.")
    columns = prediction_columns(network)
    frames = prediction_frames(network, columns)
    if file_format == "parquet":
        return _parquet(frames, columns)
    first = next(frames)
    return pieces_of(
        file_format, columns, _chained(first, frames), n_rows_of(network), f"iteration {network.info.number}"
    )


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


def _chained(first: pl.DataFrame, others: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    yield first
    yield from others


def _parquet(frames: Iterator[pl.DataFrame], columns: Sequence[Column]) -> Iterator[bytes]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        spool = Spool(folder, columns)
        for frame in frames:
            spool.append_written(frame)
        spool.finish()
        path = folder / "predictions.parquet"
        write_table(spool, path, "parquet", "predictions")
        return _read(path, stack.pop_all())


def _read(path: Path, folder: ExitStack) -> Iterator[bytes]:
    with folder, path.open("rb") as file:
        while piece := file.read(_AT_ONCE):
            yield piece

"""What an interrupted training or scoring goes on from: a folder that a later attempt may read."""

import hashlib
import json
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from al_core.errors import StorageError
from al_core.files import PART, replacing, sync_file, write_durably

#: A state is stored at most so often, and less often where storing it takes more than this share of the time.
SECONDS_BETWEEN = 2.0
LARGEST_SHARE = 0.05

_STATE = "state"


class Stored(NamedTuple):
    """What was stored: arrays by name, and the rest."""

    arrays: dict[str, npt.NDArray[Any]]
    state: dict[str, Any]


class Checkpoint:
    """A folder of stored states, each under a name and with the fingerprint of what it belongs to.

    Parameters
    ----------
    folder : Path
        Made where it is missing.
    key : str
        Becomes part of every fingerprint: what the state depends on and the functions that store it cannot see, such
        as the pool.
    """

    def __init__(self, folder: Path, key: str = "") -> None:
        self.folder = folder
        self._key = key
        self._not_before = 0.0

    def fingerprint(self, *parts: object) -> str:
        """Return a hash of everything that a state depends on: arrays by their content, all else by its text."""
        digest = hashlib.sha256(self._key.encode())
        for part in parts:
            if isinstance(part, np.ndarray):
                digest.update(repr((part.dtype.str, part.shape)).encode())
                digest.update(np.ascontiguousarray(part).data)
            else:
                digest.update(repr(part).encode())
        return digest.hexdigest()

    def is_due(self) -> bool:
        """Whether it is time to store a state again."""
        return time.monotonic() >= self._not_before

    def save(
        self, name: str, fingerprint: str, arrays: Mapping[str, npt.NDArray[Any]], state: Mapping[str, Any]
    ) -> None:
        """Store a state in place of the last one, at once or not at all."""
        begun = time.monotonic()
        self.folder.mkdir(parents=True, exist_ok=True)
        contents: dict[str, Any] = {_STATE: np.array(json.dumps({**state, "fingerprint": fingerprint})), **arrays}
        try:
            with replacing(self._path(name)) as path, path.open("wb") as file:
                np.savez(file, allow_pickle=False, **contents)
        except OSError as error:
            (self.folder / f"{name}.npz{PART}").unlink(missing_ok=True)  # it takes the room that others lack
            raise StorageError(
                f"{self.folder}: the checkpoint cannot be written: {error}. Free space, then resume."
            ) from error
        seconds = time.monotonic() - begun
        self._not_before = begun + max(SECONDS_BETWEEN, seconds / LARGEST_SHARE)

    def load(self, name: str, fingerprint: str) -> Stored | None:
        """Return the stored state; None where there is none, or one of other data or another configuration."""
        try:
            with np.load(self._path(name)) as file:
                state = json.loads(str(file[_STATE]))
                if state["fingerprint"] != fingerprint:
                    return None
                return Stored({key: file[key] for key in file.files if key != _STATE}, state)
        except (OSError, ValueError, KeyError, zipfile.BadZipFile):
            return None

    def state_of(self, name: str) -> dict[str, Any]:
        """Return what was stored beside the arrays, whatever it belongs to; empty where there is nothing."""
        try:
            with np.load(self._path(name)) as file:
                state: dict[str, Any] = json.loads(str(file[_STATE]))
                return state
        except (OSError, ValueError, KeyError, zipfile.BadZipFile):
            return {}

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.npz"


class GrowingArray:
    """Rows of float32 that are kept on disk block by block, so that what is done is never done again.

    Parameters
    ----------
    checkpoint : Checkpoint
    name : str
    fingerprint : str
    n_columns : int
    """

    def __init__(self, checkpoint: Checkpoint, name: str, fingerprint: str, n_columns: int) -> None:
        self._rows, self._marker = checkpoint.folder / f"{name}.f32", marker_path(checkpoint.folder, name)
        self._fingerprint = fingerprint
        self._n_columns = n_columns

    def read(self) -> npt.NDArray[np.float32]:
        """Return the rows that are done, shape (n_done, n_columns); none where they are of something else."""
        n_values = n_rows_of(self._marker, self._fingerprint) * self._n_columns
        try:
            values = np.fromfile(self._rows, dtype="<f4", count=n_values) if n_values else np.empty(0)
        except OSError:
            values = np.empty(0)
        usable = values if values.size == n_values else np.empty(0)
        return usable.reshape(-1, self._n_columns).astype(np.float32)

    def append(self, n_before: int, rows: npt.NDArray[np.float32]) -> None:
        """Store the rows after the first `n_before`; with plain writes, where a full disk is an error to be caught."""
        self._rows.parent.mkdir(parents=True, exist_ok=True)
        self._rows.touch()
        with self._rows.open("r+b") as file:
            file.seek(4 * n_before * self._n_columns)
            file.truncate()
            file.write(np.ascontiguousarray(rows, dtype="<f4").tobytes())
        sync_file(self._rows)
        content = {"n_done": n_before + len(rows), "fingerprint": self._fingerprint}
        write_durably(self._marker, json.dumps(content).encode())


def marker_path(folder: Path, name: str) -> Path:
    """Return the file that says how many rows of a growing array are done."""
    return folder / f"{name}.json"


def n_rows_of(marker: Path, fingerprint: str | None = None) -> int:
    """Return how many rows are done; 0 where they are of something else than the fingerprint says."""
    try:
        content = json.loads(marker.read_bytes())
        return int(content["n_done"]) if fingerprint in (None, content["fingerprint"]) else 0
    except (OSError, ValueError, KeyError, TypeError):
        return 0

"""What the database of uploads holds, and an upload as it is shown."""

from dataclasses import dataclass
from pathlib import Path

#: Oldest first; never change one that has been released, add another.
MIGRATIONS = (
    """
    CREATE TABLE uploads (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        upload_id TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        kind TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        owner TEXT NOT NULL,
        created_utc TEXT NOT NULL,
        changed_utc TEXT NOT NULL,
        finished_utc TEXT
    );
    CREATE TABLE files (
        upload_id TEXT NOT NULL REFERENCES uploads (upload_id) ON DELETE CASCADE,
        number INTEGER NOT NULL,
        path TEXT NOT NULL,
        size INTEGER NOT NULL CHECK (size >= 0),
        stored INTEGER NOT NULL DEFAULT 0 CHECK (stored BETWEEN 0 AND size),
        PRIMARY KEY (upload_id, number),
        UNIQUE (upload_id, path)
    ) WITHOUT ROWID;
    """,
)

#: What an upload is said to be; `auto` leaves it to the readers.
KINDS = ("auto", "spectra", "training-set", "metadata")


@dataclass(frozen=True)
class Upload:
    """One or more files on their way into the workspace, or arrived.

    Attributes
    ----------
    upload_id : str
        Name of its folder.
    name : str
        What is shown: the name of the file or folder that was chosen.
    kind : str
        One of `KINDS`.
    fingerprint : str
        By which the browser recognizes the file when it is chosen again.
    n_files, size, stored : int
        Files, bytes expected, bytes safe on the server.
    finished_utc : str or None
        When it was complete and its files had their names.
    folder : Path
    """

    upload_id: str
    name: str
    kind: str
    fingerprint: str
    owner: str
    created_utc: str
    changed_utc: str
    finished_utc: str | None
    n_files: int
    size: int
    stored: int
    folder: Path

    @property
    def is_finished(self) -> bool:
        """Whether its files can be used."""
        return self.finished_utc is not None


@dataclass(frozen=True)
class UploadFile:
    """A file of an upload: number, path in the upload's folder, bytes expected and bytes safe."""

    number: int
    path: str
    size: int
    stored: int

"""Uploads that survive: files arrive in pieces, straight to disk, and go on after a reload or a killed server.

A piece counts once its length and checksum are right and it is safe on disk; what is behind that offset in a file is
cut off before the next piece. Files get their names when all of the upload is there.
"""

import os
import secrets
import shutil
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

from al_core.errors import UploadError
from al_core.files import sync_folder
from al_core.library.upload_paths import safe_path
from al_core.library.upload_pieces import write_piece
from al_core.library.upload_schema import KINDS, MIGRATIONS, Upload, UploadFile
from al_core.storage.database import connected, transaction

#: Largest piece, bytes: what is lost at most when a connection breaks.
LARGEST_PIECE = 64 * 2**20
#: Files of one upload, and bytes of one file: beyond that a folder of the server is the better way.
MOST_FILES, LARGEST_FILE = 50_000, 4 * 2**40
#: Disk space that an upload must leave free.
SPARE_BYTES = 512 * 2**20
#: An unfinished upload that nothing came for in this time is removed by `clean`.
STALE_AFTER = timedelta(days=7)
_PIECES = ".pieces"
#: Folder in which the content of a zip file lies, in that of its upload.
UNPACKED = "unpacked"
_SUMMARY = """SELECT u.*, COUNT(f.number) AS n_files, COALESCE(SUM(f.size), 0) AS size,
    COALESCE(SUM(f.stored), 0) AS stored FROM uploads u LEFT JOIN files f USING (upload_id)"""


class Readable(Protocol):
    """Where a piece comes from: the body of a request."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes, none at the end."""
        ...


class Stored(NamedTuple):
    """Bytes of a file that are safe, and whether that is all of it."""

    offset: int
    is_complete: bool


class Uploads:
    """The uploads of a workspace; safe for several threads and processes at once."""

    def __init__(self, workspace: Path) -> None:
        self.root = workspace / "uploads"
        self._database = self.root / "uploads.db"

    def create(
        self, files: Sequence[tuple[str, int]], *, name: str = "", kind: str = "auto", fingerprint: str = "", owner: str
    ) -> Upload:
        """Announce files, each with its path and size in bytes.

        Raises
        ------
        UploadError
            If a name, size or kind is not allowed, or the disk has no room for them.
        """
        paths = _checked(files, kind)
        self._require_space(sum(size for _, size in files))
        upload_id = f"{datetime.now(UTC):%Y%m%d}-{secrets.token_hex(6)}"
        shown = name.strip()[:200] or (paths[0] if len(paths) == 1 else f"{len(paths)} files")
        now = _now()
        row = (upload_id, shown, kind, fingerprint[:200], owner, now, now)
        with self._connected() as database, transaction(database):
            database.execute(
                "INSERT INTO uploads (upload_id, name, kind, fingerprint, owner, created_utc, changed_utc) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                row,
            )
            numbered = enumerate(zip(paths, files, strict=True))
            database.executemany(
                "INSERT INTO files (upload_id, number, path, size) VALUES (?, ?, ?, ?)",
                [(upload_id, number, path, size) for number, (path, (_, size)) in numbered],
            )
        (self.folder(upload_id) / _PIECES).mkdir(parents=True, exist_ok=True)
        return self.get(upload_id)

    def all(self) -> list[Upload]:
        """Return all uploads, the newest first."""
        if not self._database.is_file():
            return []
        with self._connected() as database:
            rows = database.execute(f"{_SUMMARY} GROUP BY u.upload_id ORDER BY u.sequence DESC").fetchall()
        return [self._upload(row) for row in rows]

    def get(self, upload_id: str) -> Upload:
        """Return an upload.

        Raises
        ------
        UploadError
            If there is none of this id.
        """
        with self._connected() as database:
            row = database.execute(f"{_SUMMARY} WHERE u.upload_id = ? GROUP BY u.upload_id", (upload_id,)).fetchone()
        if row is None:
            raise UploadError("This upload is not there any more. Begin it again.", "not-found")
        return self._upload(row)

    def files(self, upload_id: str) -> list[UploadFile]:
        """Return the files of an upload in the order in which they were announced."""
        self.get(upload_id)
        with self._connected() as database:
            rows = database.execute(
                "SELECT number, path, size, stored FROM files WHERE upload_id = ? ORDER BY number", (upload_id,)
            ).fetchall()
        return [UploadFile(*row) for row in rows]

    def store(self, upload_id: str, number: int, offset: int, body: Readable, length: int, crc32: int) -> Stored:
        """Write one piece of a file, streaming.

        Parameters
        ----------
        upload_id : str
        number : int
            Of the file in the upload.
        offset : int
            Where the piece begins; what is stored so far.
        body : Readable
        length : int
            Bytes of the piece.
        crc32 : int
            Checksum of the piece (zlib's CRC-32).

        Raises
        ------
        UploadError
            If the piece does not begin where the file ends (its `offset` then says where that is), is too long, broke
            off, is damaged, or the disk is full; nothing of it counts then.
        """
        if length < 0 or length > LARGEST_PIECE:
            raise UploadError(f"A piece may have at most {LARGEST_PIECE} bytes, this one has {length}.", "too-large")
        with self._piece_file(upload_id, number) as handle:
            file = self._file(upload_id, number)
            _check_offset(file, offset, length)
            write_piece(handle, offset, body, length, crc32)
            with self._connected() as database, transaction(database):
                database.execute(
                    "UPDATE files SET stored = ? WHERE upload_id = ? AND number = ?",
                    (offset + length, upload_id, number),
                )
                database.execute("UPDATE uploads SET changed_utc = ? WHERE upload_id = ?", (_now(), upload_id))
        return Stored(offset + length, offset + length == file.size)

    def finish(self, upload_id: str) -> Upload:
        """Give the files their names once all bytes are there; doing it again changes nothing.

        Raises
        ------
        UploadError
            If something is missing.
        """
        upload = self.get(upload_id)
        if upload.is_finished:
            return upload
        files = self.files(upload_id)
        missing = [file for file in files if file.stored < file.size]
        if missing:
            raise UploadError(
                f"{len(missing)} of {len(files)} files are not complete; of {missing[0].path!r} {missing[0].stored} of "
                f"{missing[0].size} bytes are there. Send the rest.",
                "incomplete",
                missing[0].stored,
            )
        for file in files:
            self._name(upload.folder, file)
        sync_folder(upload.folder)
        with self._connected() as database:
            database.execute("UPDATE uploads SET finished_utc = ? WHERE upload_id = ?", (_now(), upload_id))
        shutil.rmtree(upload.folder / _PIECES, ignore_errors=True)
        return self.get(upload_id)

    def remove(self, upload_id: str) -> None:
        """Abort an upload, or remove one that is finished, with all its files."""
        folder = self.get(upload_id).folder
        with self._connected() as database:
            database.execute("DELETE FROM uploads WHERE upload_id = ?", (upload_id,))
        shutil.rmtree(folder, ignore_errors=True)

    def clean(self, now: datetime | None = None) -> int:
        """Remove unfinished uploads that nothing came for in a week; return how many."""
        limit = (now or datetime.now(UTC)) - STALE_AFTER
        stale = [u for u in self.all() if not u.is_finished and datetime.fromisoformat(u.changed_utc) < limit]
        for upload in stale:
            self.remove(upload.upload_id)
        return len(stale)

    def folder(self, upload_id: str) -> Path:
        """Return the folder of an upload."""
        return self.root / upload_id

    def unpacked(self, upload_id: str) -> Path:
        """Return the folder in which the content of an uploaded zip file lies once it is unpacked."""
        return self.folder(upload_id) / UNPACKED

    def paths(self, upload_id: str) -> list[Path]:
        """Return what an import of a finished upload reads: its one file, or its folder."""
        upload = self.get(upload_id)
        if not upload.is_finished:
            raise UploadError(f"{upload.name!r} is not complete yet.", "incomplete")
        if self.unpacked(upload_id).is_dir():
            return [self.unpacked(upload_id)]
        return [upload.folder / self.files(upload_id)[0].path] if upload.n_files == 1 else [upload.folder]

    def _connected(self) -> AbstractContextManager[sqlite3.Connection]:
        return connected(self._database, MIGRATIONS)

    def _upload(self, row: sqlite3.Row) -> Upload:
        content = {key: row[key] for key in row.keys() if key != "sequence"}  # noqa: SIM118 - a Row iterates over values
        return Upload(**content, folder=self.folder(row["upload_id"]))

    def _file(self, upload_id: str, number: int) -> UploadFile:
        with self._connected() as database:
            row = database.execute(
                "SELECT number, path, size, stored, finished_utc FROM files JOIN uploads USING (upload_id) "
                "WHERE upload_id = ? AND number = ?",
                (upload_id, number),
            ).fetchone()
        if row is None:
            raise UploadError("This upload is not there any more. Begin it again.", "not-found")
        if row["finished_utc"] is not None:
            raise UploadError("This upload is finished; nothing can be added to it.", "finished", row["size"])
        return UploadFile(*(row[key] for key in ("number", "path", "size", "stored")))

    @contextmanager
    def _piece_file(self, upload_id: str, number: int) -> Iterator[BinaryIO]:
        """Open the file that collects the pieces, for one writer at a time, also among processes."""
        self._file(upload_id, number)
        folder = self.folder(upload_id) / _PIECES
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder / str(number), os.O_RDWR | os.O_CREAT, 0o644)
        with os.fdopen(descriptor, "r+b", buffering=0) as handle:
            _lock(handle)
            yield handle

    def _name(self, folder: Path, file: UploadFile) -> None:
        pieces, target = folder / _PIECES / str(file.number), folder / file.path
        if file.size == 0:
            pieces.touch()
        if not pieces.exists() and target.is_file() and target.stat().st_size == file.size:
            return  # named before an interruption
        found = pieces.stat().st_size if pieces.is_file() else 0
        if found < file.size:
            raise UploadError(f"{file.path!r}: expected {file.size} bytes, the disk has {found}.", "incomplete", found)
        os.truncate(pieces, file.size)
        target.parent.mkdir(parents=True, exist_ok=True)
        pieces.replace(target)

    def _require_space(self, size: int) -> None:
        self.root.mkdir(parents=True, exist_ok=True)
        promised = sum(upload.size - upload.stored for upload in self.all() if not upload.is_finished)
        free = shutil.disk_usage(self.root).free - SPARE_BYTES - promised
        if size > free:
            raise UploadError(
                f"These files have {size / 2**30:.1f} GiB, the server's disk has {max(free, 0) / 2**30:.1f} GiB to "
                "spare. Free space, or put the files into a folder of the server.",
                "no-space",
            )


def _checked(files: Sequence[tuple[str, int]], kind: str) -> list[str]:
    if kind not in KINDS:
        raise UploadError(f"Unknown kind {kind!r}; allowed: {', '.join(KINDS)}.")
    if not 1 <= len(files) <= MOST_FILES:
        raise UploadError(
            f"An upload has 1 to {MOST_FILES} files, this one {len(files)}. Pack them into a zip file.", "too-large"
        )
    paths = [safe_path(path) for path, _ in files]
    for path, (_, size) in zip(paths, files, strict=True):
        if isinstance(size, bool) or not isinstance(size, int) or size < 0:
            raise UploadError(f"{path!r}: expected a size in bytes, found {size!r}.")
        if size > LARGEST_FILE:
            raise UploadError(f"{path!r} has {size} bytes, at most {LARGEST_FILE} are allowed.", "too-large")
    _require_distinct(paths)
    return paths


def _require_distinct(paths: Sequence[str]) -> None:
    """Refuse two files of one name (also where case does not count), and a file where another one has a folder."""
    lower = [path.casefold() for path in paths]
    if len(set(lower)) < len(lower):
        raise UploadError("Two of the files have the same name. Send them one after the other.", "bad-name")
    folders = {str(parent) for path in lower for parent in _parents(path)}
    clash = next((path for path in lower if path in folders or path == UNPACKED), None)
    if clash is not None:
        raise UploadError(f"{clash!r} is both a file and a folder.", "bad-name")


def _parents(path: str) -> Iterator[str]:
    parts = path.split("/")
    return ("/".join(parts[:n]) for n in range(1, len(parts)))


def _check_offset(file: UploadFile, offset: int, length: int) -> None:
    if offset != file.stored:
        raise UploadError(
            f"{file.path!r}: expected the piece at {file.stored}, found one at {offset}. Go on at {file.stored}.",
            "offset",
            file.stored,
        )
    if offset + length > file.size:
        raise UploadError(
            f"{file.path!r} was announced with {file.size} bytes; this piece would end at {offset + length}.",
            "too-large",
            file.stored,
        )


def _lock(handle: BinaryIO) -> None:
    if sys.platform == "win32":
        return
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise UploadError("Another page sends this file right now.", "busy") from error


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")

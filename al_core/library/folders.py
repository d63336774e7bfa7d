"""Folders of the server that may be looked into: everything below the data root and nothing else."""

import os
from dataclasses import dataclass
from pathlib import Path

from al_core.errors import LibraryError

#: Entries of one folder that are listed.
MOST_ENTRIES = 500


@dataclass(frozen=True)
class Entry:
    """A file or folder; `path` is relative to the root, `size` in bytes (None: a folder)."""

    name: str
    path: str
    size: int | None

    @property
    def is_folder(self) -> bool:
        """Whether it can be looked into."""
        return self.size is None


@dataclass(frozen=True)
class Listing:
    """A folder: its path relative to the root ("" is the root), folders first, then files; `n_more` are not shown."""

    path: str
    entries: tuple[Entry, ...]
    n_more: int


class DataRoot:
    """The folder of the setting DATA_ROOT; links are followed only as far as they stay below it."""

    def __init__(self, root: Path | None) -> None:
        self.root = None if root is None else root.expanduser().resolve()

    def look_into(self, relative: str = "") -> Listing:
        """Return what is in a folder; hidden files and what leads outside are left out.

        Raises
        ------
        LibraryError
            If there is no data root, the folder is outside of it, or it cannot be read.
        """
        folder = self.resolve(relative)
        root = self._root()
        try:
            with os.scandir(folder) as found:
                entries = [entry for item in found if (entry := _entry(item, root)) is not None]
        except OSError as error:
            raise LibraryError(f"{relative or 'The data root'} cannot be read: {error.strerror or error}.") from error
        entries.sort(key=lambda entry: (not entry.is_folder, entry.name.casefold()))
        path = folder.relative_to(root).as_posix()
        return Listing("" if path == "." else path, tuple(entries[:MOST_ENTRIES]), max(0, len(entries) - MOST_ENTRIES))

    def resolve(self, relative: str) -> Path:
        """Return the file or folder of a path relative to the root, links followed.

        Raises
        ------
        LibraryError
            If it is not below the root or does not exist.
        """
        root = self._root()
        if "\0" in relative:
            raise LibraryError("A path has no null character.")
        path = (root / relative.lstrip("/")).resolve()
        if not path.is_relative_to(root):
            raise LibraryError(f"{relative!r} is not below the data root. Choose a folder of the list.")
        if not path.exists():
            raise LibraryError(f"{relative!r} is not there any more. Choose another folder.")
        return path

    def _root(self) -> Path:
        if self.root is None:
            raise LibraryError("No folder of the server is open to the dashboard. Set SPECTROLABE_DATA_ROOT to one.")
        if not self.root.is_dir():
            raise LibraryError(f"SPECTROLABE_DATA_ROOT is {self.root}, which is not a folder.")
        return self.root


def _entry(item: os.DirEntry[str], root: Path) -> Entry | None:
    if item.name.startswith("."):
        return None
    try:
        if item.is_symlink() and not Path(item.path).resolve().is_relative_to(root):
            return None
        path = Path(item.path).relative_to(root).as_posix()
        return Entry(item.name, path, None if item.is_dir() else item.stat().st_size)
    except OSError:  # a link to nothing, or one that went while the folder was read
        return None

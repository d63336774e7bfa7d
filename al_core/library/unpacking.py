"""Zip files that may come from anywhere: unpacked inside their folder, within limits, regular files only."""

import os
import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from al_core.errors import LibraryError, UploadError
from al_core.library.upload_paths import safe_path
from al_core.progress import Progress, no_progress

#: Files in an archive, and how many times larger than its archive a member may be before it counts as a bomb.
MOST_MEMBERS, LARGEST_RATIO = 2_000_000, 1000
#: Members below this size are never a bomb: an empty FITS extension packs well.
SMALL_MEMBER = 64 * 2**20
#: Disk space that unpacking must leave free.
SPARE_BYTES = 512 * 2**20
_PORTION = 2**20
#: What packers add by themselves.
_LITTER = ("__MACOSX/", ".DS_Store", "Thumbs.db")


class LeftOut(NamedTuple):
    """A member that was not unpacked, and why."""

    name: str
    reason: str


class Unpacked(NamedTuple):
    """What came out of an archive: its folder, files, bytes, and what was left out."""

    folder: Path
    n_files: int
    n_bytes: int
    left_out: list[LeftOut]


def is_archive(path: Path) -> bool:
    """Whether a file is a zip archive, by its content."""
    try:
        return zipfile.is_zipfile(path)
    except OSError:
        return False


def unpack(archive: Path, folder: Path, progress: Progress = no_progress) -> Unpacked:
    """Unpack an archive into `folder`, which appears when all is there; what was there before stays.

    Members that are links, devices, encrypted, hidden, or whose names would leave the folder are left out with their
    reason. An interrupted call is repeated from its start: members that are whole are not written again.

    Raises
    ------
    LibraryError
        If the file is no archive, is damaged, has too many members, would not fit on the disk, or nothing in it can be
        unpacked.
    """
    if folder.is_dir():
        return _counted(folder)
    partial = folder.with_name(folder.name + ".part")
    try:
        with zipfile.ZipFile(archive) as content:
            members, left_out = _members(content, archive)
            _require_space(members, archive, partial)
            for done, (member, name) in enumerate(members):
                progress(done, len(members), "Unpacking")
                _write(content, member, partial / name, archive, progress)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise LibraryError(f"{archive.name}: expected a whole zip file, found: {error}. Send it again.") from error
    except OSError as error:
        raise LibraryError(f"{archive.name} could not be unpacked: {error}. Free space, then try again.") from error
    progress(len(members), len(members), "Unpacking")
    if not members:
        first = f" The first: {left_out[0].name}: {left_out[0].reason}." if left_out else ""
        raise LibraryError(f"{archive.name} has no file that can be unpacked.{first}")
    partial.replace(folder)
    return Unpacked(folder, len(members), sum(member.file_size for member, _ in members), left_out)


def _members(content: zipfile.ZipFile, archive: Path) -> tuple[list[tuple[zipfile.ZipInfo, str]], list[LeftOut]]:
    infos = content.infolist()
    if len(infos) > MOST_MEMBERS:
        raise LibraryError(f"{archive.name} has {len(infos)} files; at most {MOST_MEMBERS} are taken.")
    members: dict[str, tuple[zipfile.ZipInfo, str]] = {}
    left_out: list[LeftOut] = []
    for info in infos:
        if info.is_dir() or _is_litter(info.filename):
            continue
        name, reason = _name_of(info)
        if not reason and name.casefold() in members:
            reason = "another file of the archive has the same name"
        if reason:
            left_out.append(LeftOut(info.filename[:200], reason))
        else:
            members[name.casefold()] = (info, name)
    return list(members.values()), left_out


def _name_of(info: zipfile.ZipInfo) -> tuple[str, str]:
    """Return the path inside the folder, or why the member is left out."""
    mode = info.external_attr >> 16
    if stat.S_ISLNK(mode):
        return "", "it is a link"
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return "", "it is not a regular file"
    if info.flag_bits & 0x1:
        return "", "it is encrypted; unpack the archive with its password and send the files"
    if info.file_size > SMALL_MEMBER and info.file_size > LARGEST_RATIO * max(info.compress_size, 1):
        return "", f"it would grow from {info.compress_size} to {info.file_size} bytes"
    try:
        return safe_path(info.filename), ""
    except UploadError as error:
        return "", str(error)


def _is_litter(name: str) -> bool:
    return name.startswith(_LITTER[0]) or name.rsplit("/", 1)[-1] in _LITTER[1:]


def _require_space(members: list[tuple[zipfile.ZipInfo, str]], archive: Path, folder: Path) -> None:
    needed = sum(member.file_size for member, _ in members)
    free = shutil.disk_usage(archive.parent).free - SPARE_BYTES + _size_below(folder)
    if needed > free:
        raise LibraryError(
            f"{archive.name} unpacks to {needed / 2**30:.1f} GiB, the disk has {max(free, 0) / 2**30:.1f} GiB to spare."
        )


def _write(content: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path, archive: Path, progress: Progress) -> None:
    """Write one member; never more bytes than its entry states, whatever the compressed data say."""
    if path.is_file() and path.stat().st_size == member.file_size:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name("." + path.name[-200:] + ".part")
    with content.open(member) as source, temporary.open("wb") as target:
        left = member.file_size
        while portion := source.read(_PORTION):
            left -= len(portion)
            if left < 0:
                raise LibraryError(f"{archive.name}: {member.filename!r} is larger than it says. It is not unpacked.")
            target.write(portion)
            progress(member.file_size - left, member.file_size, f"Unpacking {path.name}") if left else None
    temporary.replace(path)


def _counted(folder: Path) -> Unpacked:
    return Unpacked(folder, sum(1 for _ in _files_below(folder)), _size_below(folder), [])


def _size_below(folder: Path) -> int:
    return sum(path.stat().st_size for path in _files_below(folder))


def _files_below(folder: Path) -> Iterator[Path]:
    for below, _, names in os.walk(folder):
        yield from (Path(below) / name for name in names)

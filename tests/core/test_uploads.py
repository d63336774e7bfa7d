"""Uploads: pieces, resuming, refusals, unpacking."""

import io
import stat
import zipfile
import zlib
from collections import namedtuple
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from al_core.errors import CancelledError, LibraryError, UploadError
from al_core.library import unpacking, uploads
from al_core.library.unpacking import unpack
from al_core.library.upload_paths import safe_path
from al_core.library.uploads import Uploads

CONTENT = bytes(range(256)) * 40
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def library(tmp_path: Path) -> Uploads:
    return Uploads(tmp_path)


def begin(library: Uploads, *files: tuple[str, int]) -> str:
    return library.create(files or [("pool.csv", len(CONTENT))], owner="ada", fingerprint="f").upload_id


def send(library: Uploads, upload_id: str, offset: int, piece: bytes, number: int = 0, crc: int | None = None) -> int:
    checksum = zlib.crc32(piece) if crc is None else crc
    return library.store(upload_id, number, offset, io.BytesIO(piece), len(piece), checksum).offset


def test_pieces_become_the_file_under_its_name(library: Uploads) -> None:
    upload_id = begin(library)
    assert send(library, upload_id, 0, CONTENT[:4000]) == 4000
    assert send(library, upload_id, 4000, CONTENT[4000:]) == len(CONTENT)
    finished = library.finish(upload_id)
    assert finished.is_finished
    assert (library.folder(upload_id) / "pool.csv").read_bytes() == CONTENT
    assert library.paths(upload_id) == [library.folder(upload_id) / "pool.csv"]
    assert library.finish(upload_id) == finished


def test_another_process_goes_on_where_the_first_was_killed(library: Uploads, tmp_path: Path) -> None:
    upload_id = begin(library)
    send(library, upload_id, 0, CONTENT[:4000])
    with (library.folder(upload_id) / ".pieces" / "0").open("ab") as file:
        file.write(b"half a piece that nobody has confirmed")
    later = Uploads(tmp_path)
    assert later.files(upload_id)[0].stored == 4000
    send(later, upload_id, 4000, CONTENT[4000:])
    later.finish(upload_id)
    assert (later.folder(upload_id) / "pool.csv").read_bytes() == CONTENT


def test_a_piece_at_the_wrong_place_is_told_the_right_one(library: Uploads) -> None:
    upload_id = begin(library)
    send(library, upload_id, 0, CONTENT[:100])
    with pytest.raises(UploadError, match="Go on at 100") as caught:
        send(library, upload_id, 50, CONTENT[50:200])
    assert (caught.value.code, caught.value.offset) == ("offset", 100)


def test_a_damaged_piece_does_not_count(library: Uploads) -> None:
    upload_id = begin(library)
    with pytest.raises(UploadError, match="damaged on its way") as caught:
        send(library, upload_id, 0, CONTENT[:100], crc=1)
    assert (caught.value.code, library.files(upload_id)[0].stored) == ("checksum", 0)
    assert (library.folder(upload_id) / ".pieces" / "0").stat().st_size == 0


def test_a_piece_that_broke_off_does_not_count(library: Uploads) -> None:
    upload_id = begin(library)
    with pytest.raises(UploadError, match="Expected a piece of 500 bytes, 100 arrived") as caught:
        library.store(upload_id, 0, 0, io.BytesIO(CONTENT[:100]), 500, 0)
    assert (caught.value.code, caught.value.offset) == ("length", 0)


def test_a_piece_may_not_reach_beyond_the_end(library: Uploads) -> None:
    upload_id = begin(library, ("a.csv", 10))
    with pytest.raises(UploadError, match="announced with 10 bytes") as caught:
        send(library, upload_id, 0, bytes(11))
    assert caught.value.code == "too-large"


def test_a_file_is_not_finished_before_all_of_it_is_there(library: Uploads) -> None:
    upload_id = begin(library)
    send(library, upload_id, 0, CONTENT[:100])
    with pytest.raises(UploadError, match="100 of 10240 bytes") as caught:
        library.finish(upload_id)
    assert caught.value.code == "incomplete"
    with pytest.raises(UploadError, match="not complete"):
        library.paths(upload_id)


def test_two_writers_do_not_mix(library: Uploads) -> None:
    upload_id = begin(library)
    with library._piece_file(upload_id, 0), pytest.raises(UploadError, match="right now") as caught:
        send(library, upload_id, 0, CONTENT[:100])
    assert caught.value.code == "busy"


def test_several_files_keep_their_folders(library: Uploads) -> None:
    upload_id = begin(library, ("run/a.fits", 3), ("run/b/c.fits", 2), ("run/empty.txt", 0))
    send(library, upload_id, 0, b"abc")
    send(library, upload_id, 0, b"de", number=1)
    library.finish(upload_id)
    folder = library.folder(upload_id)
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert found == {"run/a.fits", "run/b/c.fits", "run/empty.txt"}
    assert library.paths(upload_id) == [folder]


@pytest.mark.parametrize(
    "name",
    ["../a.csv", "/etc/passwd", "a/../../b", "..", ".", "", ".hidden", "a/.git/x", "a\0b", "a\nb", "c:evil", "x" * 300,
     "a//b", "dir/", " a", "a.", "..\\..\\a.csv", "/".join("abcdefghijklmnop"), 7, None],
)  # fmt: skip
def test_names_that_leave_the_folder_or_break_a_system_are_refused(library: Uploads, name: object) -> None:
    with pytest.raises(UploadError) as caught:
        library.create([(name, 3)], owner="ada")  # type: ignore[list-item]
    assert caught.value.code == "bad-name"


def test_a_backslash_divides_folders() -> None:
    assert safe_path("a\\b.csv") == "a/b.csv"


@pytest.mark.parametrize("size", [-1, 1.5, "3", True, None])
def test_a_size_is_a_number_of_bytes(library: Uploads, size: object) -> None:
    with pytest.raises(UploadError, match="expected a size"):
        library.create([("a.csv", size)], owner="ada")  # type: ignore[list-item]


def test_the_same_name_twice_is_refused(library: Uploads) -> None:
    with pytest.raises(UploadError, match="same name"):
        library.create([("a.csv", 1), ("A.csv", 1)], owner="ada")
    with pytest.raises(UploadError, match="both a file and a folder"):
        library.create([("a", 1), ("a/b", 1)], owner="ada")


def test_more_than_the_disk_has_is_refused(library: Uploads, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads.shutil, "disk_usage", lambda _: Usage(0, 0, uploads.SPARE_BYTES + 1000))
    begin(library, ("a.csv", 600))
    with pytest.raises(UploadError, match="to spare") as caught:
        begin(library, ("b.csv", 600))  # the first one's bytes are promised
    assert caught.value.code == "no-space"


def test_a_removed_upload_is_gone(library: Uploads) -> None:
    upload_id = begin(library)
    library.remove(upload_id)
    assert not library.folder(upload_id).exists()
    with pytest.raises(UploadError, match="not there any more"):
        send(library, upload_id, 0, CONTENT)


def test_stale_uploads_are_cleaned_up_and_finished_ones_stay(library: Uploads) -> None:
    begin(library)
    done = begin(library, ("b.csv", 0))
    library.finish(done)
    assert library.clean() == 0
    assert library.clean(datetime.now(UTC) + timedelta(days=8)) == 1
    assert [upload.upload_id for upload in library.all()] == [done]


# --- Zip files --------------------------------------------------------------------------------------------------
def make_zip(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_a_zip_is_unpacked_with_its_folders(tmp_path: Path) -> None:
    archive = make_zip(tmp_path / "a.zip", **{"x/a.fits": b"abc", "b.csv": b"de", "__MACOSX/x": b"", ".DS_Store": b""})
    found = unpack(archive, tmp_path / "out")
    assert (found.n_files, found.n_bytes, found.left_out) == (2, 5, [])
    assert (tmp_path / "out" / "x" / "a.fits").read_bytes() == b"abc"


def test_names_that_leave_the_folder_are_left_out(tmp_path: Path) -> None:
    archive = make_zip(tmp_path / "a.zip", **{"../evil.txt": b"x", "/abs.txt": b"x", "good.txt": b"ok"})
    found = unpack(archive, tmp_path / "deep" / "out")
    assert {one.name for one in found.left_out} == {"../evil.txt", "/abs.txt"}
    assert [path.name for path in tmp_path.rglob("*.txt")] == ["good.txt"]


def test_links_are_left_out(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        link = zipfile.ZipInfo("link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("good.txt", "ok")
    found = unpack(tmp_path / "a.zip", tmp_path / "out")
    assert [tuple(one) for one in found.left_out] == [("link", "it is a link")]


def test_encrypted_members_are_named(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", **{"secret.fits": b"abc"})
    content = bytearray(path.read_bytes())
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + place] |= 1
    path.write_bytes(content)
    with pytest.raises(LibraryError, match=r"secret\.fits: it is encrypted"):
        unpack(path, tmp_path / "out")


def test_a_bomb_is_refused_by_its_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = make_zip(tmp_path / "a.zip", **{"big.fits": bytes(3_000_000), "small.txt": b"ok"})
    monkeypatch.setattr(unpacking, "SMALL_MEMBER", 1_000_000)
    found = unpack(archive, tmp_path / "out")
    assert [one.name for one in found.left_out] == ["big.fits"]
    monkeypatch.setattr(unpacking.shutil, "disk_usage", lambda _: Usage(0, 0, unpacking.SPARE_BYTES))
    with pytest.raises(LibraryError, match="to spare"):
        unpack(archive, tmp_path / "again")


def test_a_damaged_archive_leaves_nothing_under_the_final_name(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", **{"a.fits": CONTENT * 10})
    content = bytearray(path.read_bytes())
    content[60] ^= 255
    path.write_bytes(content)
    with pytest.raises(LibraryError, match="whole zip file"):
        unpack(path, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    (tmp_path / "no.zip").write_bytes(b"PK no")
    with pytest.raises(LibraryError, match="whole zip file"):
        unpack(tmp_path / "no.zip", tmp_path / "out")


def test_a_canceled_unpacking_goes_on(tmp_path: Path) -> None:
    archive = make_zip(tmp_path / "a.zip", **{f"{k}.txt": b"x" for k in range(5)})

    def stop(done: int, total: int | None, message: str) -> None:
        if done == 3:
            raise CancelledError("stop")

    with pytest.raises(CancelledError):
        unpack(archive, tmp_path / "out", stop)
    assert not (tmp_path / "out").exists()
    assert unpack(archive, tmp_path / "out").n_files == 5

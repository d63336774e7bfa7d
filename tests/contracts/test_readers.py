"""What every reader must do, proven on a tiny made file of every format."""

import gzip
import logging
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from al_core.errors import CorruptFileError, ReadError, UnknownFormatError
from al_core.readers import READERS, FileHead, MatrixReader, identify, open_matrix, read_spectra
from al_core.spectrum import COMMON_COLUMNS
from al_core.wavelength import air_to_vacuum
from tests.make.all_formats import MAKERS
from tests.make.made import Made

FOREIGN = {
    "image.png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(64),
    "page.html": b"<!DOCTYPE html><html><body>404 Not Found</body></html>\n",
    "page.xhtml": b"<?xml version='1.0'?><html><body>503</body></html>\n",
    "prose.txt": b"Dear colleague,\nthe spectra are on the other disk.\n",
    "random.bin": bytes(np.random.default_rng(1).integers(0, 256, 5000, dtype=np.uint8)),
    "zeros.bin": bytes(5000),
    "archive.zip": b"PK\x03\x04" + bytes(100),
    "broken.gz": b"\x1f\x8b\x08\x00" + bytes(range(64)),
}


@pytest.fixture(params=MAKERS, ids=lambda maker: maker.__name__)
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Made:
    return request.param(tmp_path)


def test_every_reader_has_a_made_file(tmp_path: Path) -> None:
    made = set()
    for number, maker in enumerate(MAKERS):
        folder = tmp_path / str(number)
        folder.mkdir()
        made.add(maker(folder).reader)
    assert made == {reader.name for reader in READERS} - {"list"}
    assert len({reader.name for reader in READERS}) == len(READERS)
    assert all(reader.label for reader in READERS)


def test_exactly_one_reader_recognises_the_file(made: Made) -> None:
    head = FileHead.of(made.path)
    assert [reader.name for reader in READERS if reader.identify(head).recognised] == [made.reader]
    assert [reader.name for reader in READERS if reader.identify(made.path).recognised] == [made.reader]


def test_the_truth_is_read(made: Made) -> None:
    spectrum = identify(made.path).read(made.path)[0]
    vacuum = air_to_vacuum(made.wavelength) if made.medium == "air" else made.wavelength
    np.testing.assert_allclose(spectrum.wavelength, vacuum, rtol=1e-7)
    np.testing.assert_array_equal(spectrum.flux, made.flux)
    assert spectrum.medium == made.medium
    assert spectrum.reader == made.reader
    assert spectrum.source == made.path
    assert tuple(spectrum.common) == COMMON_COLUMNS
    missing = dict.fromkeys(COMMON_COLUMNS) | {"id": spectrum.spectrum_id}
    assert spectrum.common == pytest.approx(missing | made.common, abs=1e-5)


def test_arrays_are_native_float64_of_one_shape(made: Made) -> None:
    for spectrum in identify(made.path).read(made.path):
        for array in (spectrum.wavelength, spectrum.flux, spectrum.ivar):
            assert array is None or (array.dtype == np.float64 and array.dtype.isnative)
        assert spectrum.mask.dtype == np.bool_
        assert all(isinstance(value, str | int | float | bool | None) for value in spectrum.metadata.values())


def test_the_name_of_the_file_plays_no_part(made: Made, tmp_path: Path) -> None:
    renamed = made.path.rename(tmp_path / "anything.dat")
    assert identify(renamed).name == made.reader
    assert read_spectra(renamed)


def test_reading_twice_gives_the_same(made: Made) -> None:
    first, second = read_spectra(made.path), read_spectra(made.path)
    assert [s.spectrum_id for s in first] == [s.spectrum_id for s in second]
    assert len({s.spectrum_id for s in first}) == len(first)
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one.flux, other.flux)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_file_is_one_clear_error(made: Made, share: float) -> None:
    content = made.path.read_bytes()
    made.path.write_bytes(content[: int(share * len(content))])
    if made.reader in ("matrix-csv", "text"):
        return  # a shorter table is a table; what the cut leaves of a row is tested with those formats
    if made.reader in ("lamost-table", "lamost-mrs", "sdss", "ondrejov-table") and share < 0.6:
        expected: type[ReadError] = ReadError  # too little is left to see which format it was
    else:
        expected = CorruptFileError
    if len(content) - int(share * len(content)) < 2880 and made.path.suffix == ".fits":
        return  # only padding may be missing
    with pytest.raises((expected, UnknownFormatError), match=made.path.name):
        read_spectra(made.path)


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
@pytest.mark.parametrize("name", FOREIGN)
def test_a_foreign_file_is_refused(reader, name: str, tmp_path: Path) -> None:
    path = tmp_path / "spectrum.fits"
    path.write_bytes(FOREIGN[name])
    assert not reader.identify(path).recognised
    assert reader.identify(path).reason
    with pytest.raises(ReadError, match=r"spectrum\.fits: expected "):
        reader.read(path)
    with pytest.raises(UnknownFormatError, match=r"No reader recognises 'spectrum\.fits'\. Tried: lamost-image: "):
        identify(path)


def test_every_reader_refuses_the_files_of_the_others(made: Made) -> None:
    for reader in READERS:
        if reader.name != made.reader:
            with pytest.raises(ReadError, match="found another format"):
                reader.read(made.path)


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_an_empty_or_missing_file_is_one_clear_error(reader, tmp_path: Path) -> None:
    empty = tmp_path / "empty.fits"
    empty.touch()
    with pytest.raises(CorruptFileError, match="empty file of 0 bytes"):
        reader.read(empty)
    for path in (tmp_path / "missing.fits", tmp_path):
        with pytest.raises(ReadError, match="expected a readable file"):
            reader.identify(path)


def test_a_gzip_of_any_format_but_hdf5_is_read(made: Made, tmp_path: Path) -> None:
    content = made.path.read_bytes()
    if made.reader == "hdf5" or content.startswith(b"\x1f\x8b"):
        return
    made.path.write_bytes(gzip.compress(content))
    np.testing.assert_array_equal(identify(made.path).read(made.path)[0].flux, made.flux)


def test_a_truncated_gzip_is_found(made: Made) -> None:
    content = made.path.read_bytes()
    if made.reader == "hdf5":
        return
    packed = content if content.startswith(b"\x1f\x8b") else gzip.compress(content)
    made.path.write_bytes(packed[:-20])
    with pytest.raises(ReadError, match=made.path.name):
        read_spectra(made.path)


def test_matrix_readers_stream_what_they_read(made: Made) -> None:
    reader = identify(made.path)
    if not isinstance(reader, MatrixReader):
        with pytest.raises(ReadError, match="expected many spectra on one grid"):
            open_matrix(made.path)
        return
    source = open_matrix(made.path)
    chunks = list(source.chunks(chunk_rows=3))
    ids = [spectrum_id for chunk in chunks for spectrum_id in chunk.spectrum_ids]
    read = [s for s in reader.read(made.path) if s.spectrum_id in set(ids)]
    assert ids == [s.spectrum_id for s in read]
    np.testing.assert_array_equal(np.concatenate([c.flux for c in chunks]), [s.flux for s in read])
    assert all(c.flux.dtype == np.float32 and c.flux.shape[1] == source.wavelength.size for c in chunks)
    assert [c.start_row for c in chunks] == list(np.cumsum([0, *(c.n_rows for c in chunks[:-1])]))


@pytest.fixture(scope="module")
def contents(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    folder = tmp_path_factory.mktemp("fuzz")
    return [maker(folder).path.read_bytes() for maker in MAKERS if "hdf5" not in maker.__name__]


@settings(max_examples=300, deadline=5000, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_damaged_file_raises_nothing_but_read_errors(contents: list[bytes], tmp_path: Path, data) -> None:
    content = bytearray(data.draw(st.sampled_from(contents)))
    for _ in range(data.draw(st.integers(0, 4))):
        at = data.draw(st.integers(0, min(len(content) - 1, 6000)))
        content[at] = data.draw(st.integers(0, 255))
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(0, len(content))) :]
    path = tmp_path / "damaged.fits"
    path.write_bytes(content)
    found = ""
    logging.disable(logging.WARNING)
    try:
        for spectrum in read_spectra(path, exposures=True):
            assert spectrum.n_pixels >= 2
            assert np.all(np.diff(spectrum.wavelength) > 0)
    except ReadError as error:
        found = str(error)
    finally:
        logging.disable(logging.NOTSET)
    assert not found or "damaged.fits" in found

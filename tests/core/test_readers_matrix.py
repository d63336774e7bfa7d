"""Pools and training sets: streaming, bad rows, bad headers."""

import gzip
import logging
from pathlib import Path

import h5py
import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from al_core.errors import CorruptFileError, NoSpectrumError, ReadError
from al_core.readers import open_matrix, read_spectra, read_spectrum
from al_core.readers.base import MatrixChunk, MatrixSource
from al_core.readers.hdf5 import Hdf5Reader
from al_core.readers.hdf5_strings import read_strings
from al_core.readers.matrix_header import parse_matrix_header
from tests.make.matrices import (
    GRID,
    N_ROWS,
    ONDREJOV,
    active_cnn_hdf5,
    matrix,
    ondrejov_csv,
    pool_csv,
    spectraml_hdf5,
    training_csv,
    wavelength_names,
)


def collect(source: MatrixSource, **options) -> list[MatrixChunk]:
    return list(source.chunks(**options))


def small(folder: Path, body: str, header: str = "id,6520,6521,6522") -> Path:
    path = folder / "small.csv"
    path.write_bytes(f"{header}\n{body}".encode())
    return path


@pytest.mark.parametrize("chunk_rows", [1, 2, 3, 7, 100])
def test_chunks_of_any_size_hold_the_same_rows(tmp_path: Path, chunk_rows: int) -> None:
    source = open_matrix(pool_csv(tmp_path).path)
    chunks = collect(source, chunk_rows=chunk_rows)
    np.testing.assert_array_equal(np.concatenate([c.flux for c in chunks]), matrix())
    assert [i for c in chunks for i in c.spectrum_ids] == [f"spec-{i}" for i in range(N_ROWS)]
    assert max(c.n_rows for c in chunks) <= chunk_rows
    np.testing.assert_array_equal(source.wavelength, GRID)
    assert (source.kind, source.n_rows) == ("pool", None)


@pytest.mark.parametrize("start_row", range(N_ROWS + 2))
def test_reading_resumes_at_any_row_and_byte(tmp_path: Path, start_row: int) -> None:
    source = open_matrix(pool_csv(tmp_path).path)
    expected = [f"spec-{i}" for i in range(start_row, N_ROWS)]
    by_row = collect(source, start_row=start_row, chunk_rows=2)
    assert [i for c in by_row for i in c.spectrum_ids] == expected
    if 0 < start_row <= N_ROWS:
        end_byte = collect(source, chunk_rows=start_row)[0].end_byte
        by_byte = collect(source, start_row=start_row, start_byte=end_byte)
        assert [i for c in by_byte for i in c.spectrum_ids] == expected
        assert all(c.start_row >= start_row for c in by_byte)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_gzip_is_streamed_too(tmp_path: Path, end: str) -> None:
    path = pool_csv(tmp_path, end=end).path
    path.write_bytes(gzip.compress(path.read_bytes()))
    chunks = collect(open_matrix(path), chunk_rows=3, start_row=2)
    np.testing.assert_array_equal(np.concatenate([c.flux for c in chunks]), matrix()[2:])
    resumed = collect(open_matrix(path), start_row=5, start_byte=chunks[0].end_byte)
    assert resumed[0].spectrum_ids[0] == "spec-5"
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(CorruptFileError, match="breaks off or is damaged"):
        collect(open_matrix(path))


def test_labels_stay_as_they_are(tmp_path: Path) -> None:
    path = small(tmp_path, "a,0,1,2,3\nb,double-peak,1,2,3\nc,,1,2,3\n", "id,label,6520,6521,6522")
    source = open_matrix(path)
    assert source.kind == "training"
    assert collect(source)[0].labels.tolist() == [0, "double-peak", None]
    assert [s.metadata["label"] for s in read_spectra(path)] == [0, "double-peak", None]
    assert [s.metadata["label"] for s in read_spectra(training_csv(tmp_path).path)] == [0, 1, 2, 0, 1, 2, 0]


@pytest.mark.parametrize(
    ("row", "spectrum_id", "reason"),
    [
        ("bad,1,2", "bad", "line 3: expected 4 cells, found 3"),
        ("bad,1,2,3,4", "bad", "line 3: expected 4 cells, found 5"),
        ("bad,1,x,3", "bad", "line 3: expected a finite number in column '6521', found 'x'"),
        ("bad,1,,3", "bad", "line 3: expected a finite number in column '6521', found ''"),
        ("bad,1,nan,3", "bad", "line 3: expected a finite number in column '6521', found 'nan'"),
        ("bad,1,1e300,3", "bad", "line 3: expected a finite number in column '6521', found '1e300'"),
        ("bad,1,1_0,3", "bad", "line 3: expected a finite number in column '6521', found '1_0'"),
        (",1,2,3", "", "line 3: expected an id in column 'id', found an empty cell"),
        ("  ,1,2,3", "", "line 3: expected an id in column 'id', found an empty cell"),
        ("", "", "line 3: expected a row, found a blank line"),
        ('"bad,1,2,3', "", "line 3: expected a row, found a blank line, bytes that are not UTF-8 or quotes"),
    ],
)
@pytest.mark.parametrize("n_good", [1, 300])
def test_a_bad_row_is_rejected_with_its_line(
    tmp_path: Path, row: str, spectrum_id: str, reason: str, n_good: int
) -> None:
    good = "".join(f"g{i},{i},2,3\n" for i in range(n_good))
    (chunk,) = collect(open_matrix(small(tmp_path, f"first,1,2,3\n{row}\n{good}")))
    assert [(r.spectrum_id, r.reason[: len(reason)]) for r in chunk.rejected] == [(spectrum_id, reason)]
    assert chunk.spectrum_ids.tolist() == ["first", *(f"g{i}" for i in range(n_good))]
    np.testing.assert_array_equal(chunk.flux[1:, 0], np.arange(n_good))
    assert chunk.n_rows == n_good + 2


def test_bytes_that_are_not_text_reject_their_row_only(tmp_path: Path) -> None:
    path = small(tmp_path, "a,1,2,3\nb,4,5,6\n")
    path.write_bytes(path.read_bytes().replace(b"b,4", b"\xff,4"))
    (chunk,) = collect(open_matrix(path))
    assert chunk.spectrum_ids.tolist() == ["a"]
    assert "line 3" in chunk.rejected[0].reason


def test_rows_after_many_chunks_are_rejected_with_the_right_line(tmp_path: Path) -> None:
    lines = [f"s{i},1,2,3" for i in range(1000)]
    lines[777] = "s777,1,x,3"
    chunks = collect(open_matrix(small(tmp_path, "\n".join(lines))), chunk_rows=64)
    rejected = [r for c in chunks for r in c.rejected]
    assert [r.spectrum_id for r in rejected] == ["s777"]
    assert rejected[0].reason.startswith("line 779: ")
    assert sum(c.n_rows for c in chunks) == 1000


def test_blank_lines_at_the_end_are_no_rows(tmp_path: Path) -> None:
    for tail in ("", "\n", "\n\n\n", "\r\n\r\n"):
        (chunk,) = collect(open_matrix(small(tmp_path, f"a,1,2,3{tail}")))
        assert (chunk.n_rows, chunk.rejected) == (1, [])


def test_a_header_without_rows_has_no_chunks(tmp_path: Path) -> None:
    path = small(tmp_path, "")
    assert collect(open_matrix(path)) == []
    with pytest.raises(CorruptFileError, match="found no usable row"):
        read_spectra(path)


@pytest.mark.parametrize(
    ("header", "error", "message"),
    [
        ("star,6520,6521,6522", CorruptFileError, "expected a column id, spectrum_id, file, filename, path"),
        ("id,6520,6521,6521", CorruptFileError, "the same wavelength twice: 6521 and 6521"),
        ("id,6520,6521,6521.0", CorruptFileError, "the same wavelength twice"),
        ("id,6520,6522,6521", CorruptFileError, "out of order: 6522 and 6521"),
        ("id,0,1,2", CorruptFileError, "expected column names from 100"),
        ("id,ra,ra,6520,6521", CorruptFileError, "found 'ra' twice"),
        ("id,ra,nan,inf", NoSpectrumError, "a table without wavelength columns"),
    ],
)
def test_a_bad_header_is_an_error(tmp_path: Path, header: str, error: type[ReadError], message: str) -> None:
    path = small(tmp_path, "a,1,2,3\n", header)
    with pytest.raises(error, match=message):
        open_matrix(path)
    with pytest.raises(error, match=message):
        read_spectra(path)


@pytest.mark.parametrize("header", ["id,65\r20,6521", 'id,"6520,6521', "id," + "x" * 200_000])
def test_a_header_that_is_no_csv_is_one_clear_error(tmp_path: Path, header: str) -> None:
    """Found by fuzzing: Python's csv refuses carriage returns inside a line and endless cells."""
    with pytest.raises(ReadError, match=r"small\.csv"):
        open_matrix(small(tmp_path, "a,1,2", header))


def test_bare_wavelengths_without_an_id_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(CorruptFileError, match="Name the column id"):
        open_matrix(small(tmp_path, "", ",".join(str(w) for w in range(6520, 6540))))


def test_a_decreasing_header_is_reversed_with_the_flux(tmp_path: Path) -> None:
    source = open_matrix(small(tmp_path, "a,1,2,3\n", "id,6522,6521,6520"))
    assert source.wavelength.tolist() == [6520, 6521, 6522]
    assert collect(source)[0].flux.tolist() == [[3, 2, 1]]


@pytest.mark.parametrize("column", ["file", "filename", "path", "spectrum_id"])
def test_file_names_become_ids(tmp_path: Path, column: str) -> None:
    path = small(tmp_path, "a/b/spec-1.fits.gz,1,2,3\nc\\spec-2.fits,1,2,3\n", f"{column},6520,6521,6522")
    assert collect(open_matrix(path))[0].spectrum_ids.tolist() == ["spec-1", "spec-2"]


def test_metadata_are_text_and_the_common_set_is_typed(tmp_path: Path) -> None:
    header = "id,ra,DEC,mag_r,snr,class,note,6520,6521"
    rows = 'a,1.5,-2,99.0,99,STAR,"x, y",1,2\nb,,x,15.5,-9999,,-999,1,2\n'
    (chunk,) = collect(open_matrix(small(tmp_path, rows, header)))
    assert chunk.metadata.schema == pl.Schema(dict.fromkeys(["ra", "DEC", "mag_r", "snr", "class", "note"], pl.String))
    assert chunk.metadata.row(0) == ("1.5", "-2", None, None, "STAR", "x, y")
    assert chunk.metadata.row(1) == (None, "x", "15.5", None, None, None)
    assert chunk.common.row(0, named=True) == {
        "id": "a", "ra": 1.5, "dec": -2.0, "class": "STAR", "subclass": None,
        "z": None, "mag": None, "snr": None, "obsdate": None,
    }  # fmt: skip
    assert chunk.common.row(1, named=True)["dec"] is None
    assert chunk.common.row(1, named=True)["mag"] == 15.5


def test_a_header_of_thousands_of_columns_is_read(tmp_path: Path) -> None:
    grid = 10 ** (3.5682 + 1e-4 * np.arange(3909))
    path = tmp_path / "native.csv"
    path.write_text(f"id,{wavelength_names(grid)}\n" + "a," + ",".join(["1.5"] * grid.size) + "\n")
    source = open_matrix(path)
    np.testing.assert_array_equal(source.wavelength, grid)
    assert collect(source)[0].flux.shape == (1, 3909)


@pytest.mark.parametrize("names", [None, wavelength_names(), ",".join(str(i) for i in range(140))])
def test_the_published_ondrejov_set_is_on_the_known_grid(tmp_path: Path, names: str | None) -> None:
    source = open_matrix(ondrejov_csv(tmp_path, names).path)
    np.testing.assert_allclose(source.wavelength, GRID)
    (chunk,) = collect(source)
    assert chunk.labels.tolist()[:3] == ["absorption", "emission", "double-peak"]
    assert chunk.metadata.columns == ONDREJOV.split(",")[2:]
    assert chunk.common["ra"][0] == pytest.approx(329.28463, abs=1e-5)


def test_the_published_ondrejov_set_may_state_degrees(tmp_path: Path) -> None:
    (chunk,) = collect(open_matrix(ondrejov_csv(tmp_path, ra_dec="75.25,43.5").path))
    assert (chunk.common["ra"][0], chunk.common["dec"][0]) == (75.25, 43.5)


def test_the_published_ondrejov_set_of_another_width_is_an_error() -> None:
    with pytest.raises(CorruptFileError, match="expected 140 flux columns"):
        parse_matrix_header(Path("x.csv"), f"{ONDREJOV},a,b,c")


def test_read_refuses_more_rows_than_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("al_core.readers.matrix_csv.MOST_ROWS_OF_READ", 3)
    with pytest.raises(ReadError, match="expected at most 3 spectra"):
        read_spectra(pool_csv(tmp_path).path)


def test_read_logs_rejected_rows(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert len(read_spectra(small(tmp_path, "a,1,2,3\nb,1,2\n"))) == 1
    assert "1 rows left out, the first: line 3: expected 4 cells, found 3" in caplog.text


def test_a_matrix_is_not_one_spectrum(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="expected one spectrum"):
        read_spectrum(pool_csv(tmp_path).path)


def test_spectraml_rejects_corrupted_rows(tmp_path: Path) -> None:
    source = open_matrix(spectraml_hdf5(tmp_path).path)
    chunks = collect(source, chunk_rows=3)
    assert source.n_rows == N_ROWS
    assert [i for c in chunks for i in c.spectrum_ids] == [f"spec-{i}" for i in range(N_ROWS) if i != 2]
    assert [(r.spectrum_id, r.reason) for c in chunks for r in c.rejected] == [
        ("spec-2", "row 2: expected a spectrum, found one marked corrupted")
    ]
    assert not any((c.flux == 0).all(axis=1).any() for c in chunks)
    assert collect(source, start_row=5)[0].start_row == 5


def test_active_cnn_has_pool_and_training_of_the_last_iteration(tmp_path: Path) -> None:
    path = active_cnn_hdf5(tmp_path).path
    pool = open_matrix(path)
    assert (pool.kind, pool.n_rows) == ("pool", 4)
    np.testing.assert_array_equal(pool.wavelength, GRID)
    training = Hdf5Reader().open_matrix(path, part="training")
    assert (training.kind, collect(training)[0].labels.tolist()) == ("training", [0, 1, 2])
    first = Hdf5Reader().open_matrix(path, group="iteration_00", part="training")
    assert first.n_rows == 2
    assert len(read_spectra(path)) == N_ROWS
    with pytest.raises(ReadError, match="expected a group 'iteration_07', found iteration_00, iteration_01"):
        Hdf5Reader().open_matrix(path, group="iteration_07")


def test_active_cnn_on_another_grid_asks_for_it(tmp_path: Path) -> None:
    path = active_cnn_hdf5(tmp_path, n_pixels=20).path
    with pytest.raises(ReadError, match=r"found 20 and no wavelengths\. State the wavelength grid"):
        open_matrix(path)
    grid = np.linspace(6600, 6500, 20)
    source = Hdf5Reader().open_matrix(path, wavelength=grid)
    np.testing.assert_array_equal(source.wavelength, grid[::-1])
    np.testing.assert_array_equal(collect(source)[0].flux[0], matrix(n_pixels=20)[3][::-1])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("drop filenames", "expected a dataset 'filenames'"),
        ("short filenames", "expected 7 rows in 'filenames'"),
        ("text spectra", "expected 'spectra' of numbers"),
        ("short wavelengths", "expected 140 wavelengths"),
        ("repeated wavelengths", "the same wavelength twice"),
        ("empty", "expected a group with spectra"),
    ],
)
def test_hdf5_that_contradicts_itself_is_an_error(tmp_path: Path, change: str, message: str) -> None:
    path = spectraml_hdf5(tmp_path).path
    kind, _, name = change.partition(" ")
    with h5py.File(path, "r+") as file:
        group = file["lamost_dr2"]
        if kind == "empty":
            del file["lamost_dr2"]
        else:
            stored = group[name][()]
            del group[name]
            if kind == "short":
                group.create_dataset(name, data=stored[:-1])
            elif kind == "text":
                group.create_dataset(name, data=["a"] * N_ROWS)
            elif kind == "repeated":
                group.create_dataset(name, data=np.repeat(stored[::2], 2))
    with pytest.raises(ReadError, match=message):
        open_matrix(path)


def test_names_are_those_that_the_hdf5_library_reads(tmp_path: Path) -> None:
    path = tmp_path / "names.hdf5"
    names = [f"spec-é{'x' * (i % 50)}-{i}" for i in range(3000)] + [""]
    with h5py.File(path, "w") as file:
        file.create_dataset("contiguous", data=names, dtype=h5py.string_dtype())
        file.create_dataset("chunked", data=names, dtype=h5py.string_dtype(), chunks=(100,), compression="gzip")
        file.create_dataset("fixed", data=np.array([name.encode() for name in names]))
    with h5py.File(path) as file:
        for stored in file.values():
            found = read_strings(path, stored, 10, 3001)
            assert [name.decode() for name in found] == names[10:]
            assert found == list(stored[10:3001])


@pytest.mark.parametrize("size", [0, 5, 202, 1 << 63])
def test_a_damaged_heap_of_strings_is_an_error_and_not_endless(tmp_path: Path, size: int) -> None:
    """Found by fuzzing: the HDF5 library never returns from free space of size 0."""
    path = spectraml_hdf5(tmp_path).path
    content = bytearray(path.read_bytes())
    at = content.index(b"spec-3.fits") - 8
    content[at : at + 8] = size.to_bytes(8, "little")
    path.write_bytes(content)
    with pytest.raises(CorruptFileError, match=r"expected a string of \d+ bytes in the heap"):
        read_spectra(path)


@settings(max_examples=150, deadline=5000, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_truncated_hdf5_raises_read_errors_only(tmp_path: Path, data) -> None:
    (tmp_path / "made").mkdir(exist_ok=True)
    path = tmp_path / "made" / "whole.hdf5"
    if not path.exists():
        spectraml_hdf5(tmp_path / "made", "whole.hdf5")
    content = path.read_bytes()
    damaged = tmp_path / "damaged.hdf5"
    damaged.write_bytes(content[: data.draw(st.integers(0, len(content) - 1))])
    with pytest.raises(ReadError, match=r"damaged\.hdf5"):
        read_spectra(damaged)


@settings(max_examples=150, deadline=5000, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(alphabet='ab1.,"\r\n-eé ', max_size=30), max_size=8), st.integers(1, 5))
def test_any_rows_are_read_or_rejected_and_all_are_counted(tmp_path: Path, lines: list[str], chunk_rows: int) -> None:
    body = "\n".join(["g,1,2,3", *lines, "h,1,2,3"]) + "\n"
    chunks = collect(open_matrix(small(tmp_path, body)), chunk_rows=chunk_rows)
    assert sum(c.n_rows for c in chunks) == body.count("\n")
    assert all(len(c.flux) + len(c.rejected) == c.n_rows for c in chunks)
    assert all(len(c.flux) == len(c.spectrum_ids) == c.common.height for c in chunks)
    ids = [i for c in chunks for i in c.spectrum_ids]
    assert (ids[0], ids[-1]) == ("g", "h")

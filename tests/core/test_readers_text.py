"""Text and VOTable spectra, and lists that hold none."""

from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from al_core.errors import CorruptFileError, NoSpectrumError, ReadError, UnknownFormatError
from al_core.readers import open_matrix, read_spectra, read_spectrum
from al_core.wavelength import air_to_vacuum
from tests.make.texts import WAVELENGTH, text, votable


@pytest.mark.parametrize("separator", [",", "\t", " ", ";", "   ", ", "])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("header", ["", "# Hα of a star\n", "wavelength{}flux\n", "\ufeff# byte order mark\n"])
def test_all_separators_line_ends_and_headers_are_read(tmp_path: Path, separator: str, end: str, header: str) -> None:
    made = text(tmp_path, separator=separator, header=header.format(separator), end=end)
    spectrum = read_spectrum(made.path)
    np.testing.assert_array_equal(spectrum.flux, made.flux)
    assert spectrum.metadata == {"medium_assumed": True}
    assert spectrum.ivar is None


@pytest.mark.parametrize(
    ("header", "medium", "is_assumed"),
    [("# vacuum wavelengths\n", "vacuum", False), ("# air\n", "air", False), ("# fair weather\n", "air", True)],
)
def test_a_medium_that_the_file_states_is_used(tmp_path: Path, header: str, medium: str, is_assumed: bool) -> None:
    spectrum = read_spectrum(text(tmp_path, header=header).path)
    assert spectrum.medium == medium
    assert ("medium_assumed" in spectrum.metadata) is is_assumed
    assert_allclose(spectrum.wavelength, WAVELENGTH if medium == "vacuum" else air_to_vacuum(WAVELENGTH))


@pytest.mark.parametrize(("name", "expected"), [("ivar", 4.0), ("error", 1 / 16), ("order", None)])
def test_a_third_column_counts_only_if_its_name_says_so(tmp_path: Path, name: str, expected: float | None) -> None:
    path = tmp_path / "three.txt"
    path.write_text(f"wavelength flux {name}\n6500 1 4\n6501 2 4\n6502 nan 4\n")
    spectrum = read_spectrum(path)
    assert (spectrum.ivar is None) if expected is None else (spectrum.ivar == expected).all()
    assert spectrum.mask.tolist() == [False, False, True]


def test_a_decreasing_spectrum_is_reversed(tmp_path: Path) -> None:
    path = tmp_path / "down.txt"
    path.write_text("6502 3\n6501 2\n6500 1\n")
    assert read_spectrum(path).flux.tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        ("6500 1\n6501 2\n6501 3\n", CorruptFileError, "the same wavelength twice: 6501, 6501"),
        ("6500 1\n6502 2\n6501 3\n6503 1\n", CorruptFileError, "out of order: 6502, 6501"),
        ("6500 1\n6501 x\n", CorruptFileError, "expected 2 numbers in line 2, found '6501 x'"),
        ("6500 1\n6501\n", CorruptFileError, "expected 2 numbers in line 2"),
        ("6500 1\n6501 1 2\n", CorruptFileError, "expected 2 numbers in line 2"),
        ("6500 1\n", CorruptFileError, "at least 2"),
        ("6500 1\n6501 1_0\n", CorruptFileError, "line 2"),
        ("1 1\n2 2\n", CorruptFileError, "expected wavelengths of 100"),
        ("id label\n5 1\n6 0\n", UnknownFormatError, "first column 'id'"),
        ("nothing\nat all\n", UnknownFormatError, "a line of one word"),
    ],
)
def test_bad_text_is_one_clear_error(tmp_path: Path, content: str, error: type[ReadError], message: str) -> None:
    path = tmp_path / "bad.txt"
    path.write_text(content)
    with pytest.raises(error, match=message):
        read_spectra(path)


@pytest.mark.parametrize("unit", ["Angstrom", "nm", "m"])
@pytest.mark.parametrize("medium", ["Air", "Vacuum"])
def test_votable_units_and_media(tmp_path: Path, unit: str, medium: str) -> None:
    made = votable(tmp_path, unit=unit, medium=medium)
    spectrum = read_spectrum(made.path)
    assert spectrum.medium == medium.lower()
    assert_allclose(spectrum.wavelength, WAVELENGTH if medium == "Vacuum" else air_to_vacuum(WAVELENGTH), rtol=1e-12)
    assert spectrum.metadata["ssa_targname"] == "HD217476"
    assert spectrum.metadata["ssa_redshift"] is None


def test_a_votable_without_a_medium_is_assumed_air(tmp_path: Path) -> None:
    made = votable(tmp_path)
    made.path.write_text(made.path.read_text().replace("Air wavelength", "Wavelength"))
    spectrum = read_spectrum(made.path)
    assert spectrum.medium == "air"
    assert spectrum.metadata["medium_assumed"] is True


@pytest.mark.parametrize(
    ("old", "new", "error", "message"),
    [
        ('unit="Angstrom"', 'unit="Hz"', CorruptFileError, "found the unit 'Hz'"),
        ("</VOTABLE>", "", CorruptFileError, "breaks off or is damaged"),
        ("phot.flux.density", "x", NoSpectrumError, "expected a table with a wavelength and a flux field"),
        ("<TD>6500.25</TD>", "<TD>6500.0</TD>", CorruptFileError, "the same wavelength twice"),
        ('name="ssa_targname" ', "", CorruptFileError, "W12"),  # found by fuzzing
        ("<TD>6500.25</TD>", "<TD>x</TD>", CorruptFileError, "expected"),
    ],
)
def test_bad_votables_are_one_clear_error(
    tmp_path: Path, old: str, new: str, error: type[ReadError], message: str
) -> None:
    made = votable(tmp_path)
    content = made.path.read_text().replace(old, new)
    made.path.write_text(
        content.replace('name="flux"', 'name="other"').replace("FluxAxis", "") if new == "x" else content
    )
    with pytest.raises(error, match=message):
        read_spectra(made.path)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("id\nspec-1\nspec-2\n", "a list of ids"),
        ("id,label\nivo://x/uc050029,2\n", "a table without wavelength columns"),
        ("file,ra,dec\na.fits,1,2\n", "a table without wavelength columns"),
        ("/lamost/a/spec-1.fits\n/lamost/a/spec-2.fits.gz\n", "a list of files"),
    ],
)
def test_lists_say_that_they_hold_no_spectrum(tmp_path: Path, content: str, what: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(content)
    for function in (read_spectra, read_spectrum, open_matrix):
        with pytest.raises(NoSpectrumError, match=what):
            function(path)

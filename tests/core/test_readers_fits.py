"""FITS formats beyond what the contract asks of all readers."""

from pathlib import Path

import astropy.units as u
import numpy as np
import pytest
from astropy.coordinates import FK5, SkyCoord
from astropy.io import fits
from astropy.utils import iers
from numpy.testing import assert_allclose

from al_core.errors import CorruptFileError, NoSpectrumError, ReadError, UnknownFormatError
from al_core.readers import READERS, find_spectrum_files, identify, read_spectra, read_spectrum
from al_core.readers.file_head import FileHead
from al_core.readers.fits_file import _astropy_image, read_image
from al_core.readers.lamost import magnitude_near_r
from al_core.readers.survey_metadata import degrees_of_sexagesimal, iso_of_mjd, survey_value
from al_core.wavelength import air_to_vacuum
from tests.make.lamost import N_PIXELS, image_rows, lamost_dr1, lamost_image, lamost_mrs, lamost_table, wavelengths
from tests.make.other_fits import indo_us, linear_fits, sdss


def test_bad_pixels_of_lamost_are_weightless_or_flagged_in_all_exposures(tmp_path: Path) -> None:
    spectrum = read_spectrum(lamost_image(tmp_path).path)
    assert np.flatnonzero(spectrum.mask).tolist() == [3, 5]  # 7 is flagged in one exposure only
    assert spectrum.ivar is not None
    assert spectrum.ivar[3] == 0


def test_metadata_keep_the_surveys_names_and_odd_values(tmp_path: Path) -> None:
    metadata = read_spectrum(lamost_image(tmp_path).path).metadata
    assert metadata["OBSID"] == -2147483648
    assert metadata["FIBERID"] == 99
    assert metadata["RA"] == 99.0
    assert metadata["OBJNAME"] == "O'Neill's"
    assert metadata["MAG1"] is None
    assert metadata["MAG2"] is None
    assert metadata["mag_band"] == "r"
    assert not {"COMMENT", "SIMPLE", "NAXIS", "BITPIX"} & set(metadata)


@pytest.mark.parametrize("dtype", [">f4", ">f8"])
def test_the_quick_path_gives_what_astropy_gives(tmp_path: Path, dtype: str) -> None:
    head = FileHead.of(lamost_image(tmp_path, dtype=dtype).path)
    cards, data = read_image(head)
    expected_cards, expected = _astropy_image(head)
    np.testing.assert_array_equal(data, expected)
    assert cards == expected_cards


def test_scaled_integers_are_read_by_astropy(tmp_path: Path) -> None:
    made = lamost_image(tmp_path)
    with fits.open(made.path) as hdus:
        header, data = hdus[0].header, hdus[0].data
    scaled = fits.PrimaryHDU((data[[0, 1, 3, 3, 4]] * 64).astype(np.int32), header)
    scaled.header["EXTEN0"], scaled.header["BSCALE"], scaled.header["BZERO"] = "Subcontinuum", 1 / 64, 0.0
    path = tmp_path / "scaled.fits"
    path.write_bytes(lamost_scaled(scaled))
    assert_allclose(read_spectrum(path).flux, made.flux)


def lamost_scaled(hdu: fits.PrimaryHDU) -> bytes:
    header = hdu.header.copy()
    content = header.tostring().encode() + hdu.data.astype(">i4").tobytes()
    return content + bytes(-len(content) % 2880)


def test_long_strings_are_left_to_astropy(tmp_path: Path) -> None:
    made = lamost_image(tmp_path, TCOMMENT="x" * 100)
    assert read_spectrum(made.path).flux.size == N_PIXELS


def test_dr1_ignores_row_2(tmp_path: Path) -> None:
    spectrum = read_spectrum(lamost_dr1(tmp_path).path)
    assert_allclose(spectrum.wavelength, wavelengths())


def test_dr1_is_found_without_exten0_too(tmp_path: Path) -> None:
    made = lamost_image(tmp_path, rows=image_rows(np.ones(N_PIXELS)), EXTEN0="")
    assert_allclose(read_spectrum(made.path).wavelength, wavelengths())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"COEFF0": 3.9}, "expected COEFF0 equal to CRVAL1"),
        ({"COEFF1": 0.0002}, "expected COEFF1 equal to CD1_1"),
        ({"COEFF0": 3.8001, "CRVAL1": 3.8001}, "expected row 2 to repeat the wavelengths"),
        ({"COEFF0": -9999, "CRVAL1": -9999}, "expected COEFF0 of 2 to 7"),
        ({"COEFF0": "none", "COEFF1": "none", "CRVAL1": "", "CD1_1": ""}, "expected COEFF0 of 2 to 7"),
    ],
)
def test_a_lamost_axis_that_contradicts_itself_is_an_error(tmp_path: Path, change: dict, message: str) -> None:
    with pytest.raises(CorruptFileError, match=message):
        read_spectrum(lamost_image(tmp_path, **change).path)


@pytest.mark.parametrize(
    ("cards", "expected"),
    [
        ({"MAGTYPE": "ugrizjh", "MAG3": 14.2}, (14.2, "r")),
        ({"MAGTYPE": "ugrizjh", "MAG3": 0.0, "MAG4": 13.0}, (13.0, "i")),
        ({"MAGTYPE": "ugrizjh", "MAG3": 99.0, "MAG2": 13.0}, (13.0, "g")),
        ({"MAGTYPE": "ugrizjh", "MAG3": 99.0}, (None, None)),
        ({"MAGTYPE": "MODugriz", "MAG3": 16.0}, (16.0, "r")),
        ({"MAGTYPE": "BR1R2I", "MAG1": 12.7, "MAG2": 12.6, "MAG3": 12.5}, (12.6, "R1")),
        ({"MAGTYPE": "ugrizFuvUv", "MAG6": 21.0, "MAG7": 17.0}, (None, None)),
        ({"MAGTYPE": "Kp", "MAG1": 11.8}, (11.8, "Kp")),
        ({"MAG_PS_R": -999.0, "MAG_PS_I": 16.0}, (16.0, "i")),
        ({"MAG_PS_R": 16.5, "MAG_PS_G": 17.0}, (16.5, "r")),
        ({}, (None, None)),
    ],
)
def test_the_magnitude_is_that_nearest_to_r(cards: dict, expected: tuple) -> None:
    assert tuple(magnitude_near_r(cards)) == expected


@pytest.mark.parametrize(
    ("card", "value"), [("SNRR", 99.0), ("SUBCLASS", "Non"), ("Z", -9999.0), ("DATE-OBS", "unknown")]
)
def test_placeholders_are_missing(tmp_path: Path, card: str, value: object) -> None:
    common = read_spectrum(lamost_image(tmp_path, **{card: value}).path).common
    name = {"SNRR": "snr", "DATE-OBS": "obsdate"}.get(card, card.lower())
    assert common[name] is None  # type: ignore[literal-required]


def test_survey_values() -> None:
    assert survey_value("SN_R", 99.0) is None
    assert survey_value("SPID", 99) == 99
    assert survey_value("TEMPCCDB", -999.0) is None
    assert survey_value("TEFF", "INDEF") is None
    assert survey_value("X_VALUE", "-13.8554603310") == "-13.8554603310"
    assert survey_value("OFFSET", np.bool_(False)) is False
    assert survey_value("N", np.int16(7)) == 7
    assert survey_value("X", float("nan")) is None


def test_medium_resolution_returns_the_red_coadd_and_selects_exposures(tmp_path: Path) -> None:
    path = lamost_mrs(tmp_path).path
    names = ["med-1@COADD_R", "med-1@COADD_B", "med-1@B-84107311", "med-1@R-84107311"]
    assert [s.spectrum_id for s in read_spectra(path)] == names[:2]
    assert [s.spectrum_id for s in read_spectra(path, exposures=True)] == names
    assert read_spectrum(path).spectrum_id == names[0]


def test_a_file_cut_between_two_tables_is_truncated(tmp_path: Path) -> None:
    for made in (lamost_mrs(tmp_path), sdss(tmp_path), lamost_table(tmp_path)):
        content = made.path.read_bytes()
        cut = content.rindex(b"XTENSION")
        made.path.write_bytes(content[:cut])
        with pytest.raises(ReadError, match=r"truncated|no table"):
            read_spectra(made.path)


def test_only_bits_that_mean_bad_data_mask_sdss(tmp_path: Path) -> None:
    assert np.flatnonzero(read_spectrum(sdss(tmp_path).path).mask).tolist() == [2, 4]


@pytest.mark.parametrize(
    ("cards", "first", "medium", "is_assumed"),
    [
        ({"CTYPE1": "WAVE"}, 4000.0, "vacuum", False),
        ({"CTYPE1": "AWAV"}, 4000.0, "air", False),
        ({"CTYPE1": "LINEAR"}, 4000.0, "air", True),
        ({"CTYPE1": None, "CUNIT1": None}, 4000.0, "air", True),
        ({"CTYPE1": "WAVELENGTH"}, 4000.0, "air", True),
        ({"CTYPE1": "LINEAR", "VACUUM": True}, 4000.0, "vacuum", False),
        ({"CTYPE1": "LINEAR", "AIRORVAC": "vac"}, 4000.0, "vacuum", False),
        ({"CRVAL1": 400.0, "CDELT1": 0.05, "CUNIT1": "nm"}, 4000.0, "vacuum", False),
        ({"CRVAL1": 4e-7, "CDELT1": 5e-11, "CUNIT1": "m"}, 4000.0, "vacuum", False),
        ({"CRVAL1": 3.6, "CDELT1": 1e-4, "DC-FLAG": 1}, 10**3.6, "vacuum", False),
        ({"CTYPE1": "WAVE-LOG"}, 4000.0, "vacuum", False),
        ({"CRPIX1": 3.0}, 3999.0, "vacuum", False),
        ({"CRPIX1": None, "CDELT1": None, "CD1_1": 0.5}, 4000.0, "vacuum", False),
    ],
)
def test_linear_axes_in_all_their_forms(
    tmp_path: Path, cards: dict, first: float, medium: str, is_assumed: bool
) -> None:
    spectrum = read_spectrum(linear_fits(tmp_path, **cards).path)
    assert_allclose(spectrum.wavelength[0], air_to_vacuum(first) if medium == "air" else first, rtol=1e-12)
    assert spectrum.medium == medium
    assert spectrum.metadata.get("medium_assumed", False) is is_assumed


def test_a_logarithmic_axis_of_fits_paper_iii(tmp_path: Path) -> None:
    """Equation 5 of Greisen et al. (2006): w = w_r exp(dw (p - p_r) / w_r)."""
    spectrum = read_spectrum(linear_fits(tmp_path, CTYPE1="WAVE-LOG").path)
    assert_allclose(spectrum.wavelength[10], 4000 * np.exp(10 * 0.5 / 4000))


def test_a_decreasing_axis_is_reversed_with_the_flux(tmp_path: Path) -> None:
    made = linear_fits(tmp_path, CDELT1=-0.5)
    spectrum = read_spectrum(made.path)
    assert spectrum.wavelength[0] < spectrum.wavelength[-1]
    np.testing.assert_array_equal(spectrum.flux, made.flux[::-1])


@pytest.mark.parametrize(
    ("cards", "error", "message"),
    [
        ({"CTYPE1": "VELO-LSR"}, UnknownFormatError, "not wavelength"),
        ({"CTYPE1": "PIXEL"}, UnknownFormatError, "not wavelength"),
        ({"CRVAL1": None}, UnknownFormatError, "no CRVAL1"),
        ({"WAT0_001": "system=multispec"}, UnknownFormatError, "multispec"),
        ({"CRVAL1": 0.0}, CorruptFileError, "expected wavelengths of 100"),
        ({"CUNIT1": "Hz"}, CorruptFileError, "found the unit 'Hz'"),
        ({"CD1_1": 0.7}, CorruptFileError, "expected CDELT1 equal to CD1_1"),
        ({"CDELT1": 0.0}, CorruptFileError, "CDELT1 or CD1_1 not 0"),
        ({"CRVAL1": 1e300, "DC-FLAG": 1}, CorruptFileError, "expected wavelengths of 100"),
    ],
)
def test_other_axes_are_refused(tmp_path: Path, cards: dict, error: type[ReadError], message: str) -> None:
    with pytest.raises(error, match=message):
        read_spectrum(linear_fits(tmp_path, **cards).path)


def test_an_image_of_no_number_is_refused(tmp_path: Path) -> None:
    made = linear_fits(tmp_path)
    with fits.open(made.path) as hdus:
        hdus[0].data[:] = np.nan
        hdus.writeto(tmp_path / "nan.fits")
    with pytest.raises(CorruptFileError, match="no finite value"):
        read_spectrum(tmp_path / "nan.fits")


def test_indo_us_placeholders_are_missing(tmp_path: Path) -> None:
    spectrum = read_spectrum(indo_us(tmp_path).path)
    assert spectrum.metadata["TEFF"] is None
    assert spectrum.metadata["mag_band"] == "V"
    assert spectrum.common["z"] is None


@pytest.mark.parametrize("equinox", [1950.0, 2000.0, 2005.39978, 2015.2])
def test_positions_of_an_equinox_agree_with_astropy(equinox: float) -> None:
    with iers.conf.set_temp("auto_download", False):
        for ra, dec in (("21:57:18.2", "61:17:39.7"), ("00:00:01.5", "-89:30:00"), ("12:30:00", "+00:00:30")):
            frame = FK5(equinox=f"J{equinox}")
            expected = SkyCoord(ra, dec, unit=(u.hourangle, u.deg), frame=frame).icrs
            found = SkyCoord(*degrees_of_sexagesimal(ra, dec, equinox), unit="deg")
            assert expected.separation(found).arcsec < 0.05


@pytest.mark.parametrize("position", [("25:00:00", "1:0:0"), ("x", "1:0:0"), (None, None), ("1:61:0", "1:0:0")])
def test_positions_that_do_not_parse_are_missing(position: tuple) -> None:
    assert degrees_of_sexagesimal(*position) == (None, None)


def test_dates() -> None:
    assert iso_of_mjd(55393.5) == "2010-07-16T12:00:00"
    assert iso_of_mjd(51544 + 43232 / 86400, scale="tai") == "2000-01-01T12:00:00"  # 32 leap seconds
    assert iso_of_mjd(-9999) is None
    assert iso_of_mjd("x") is None


def test_an_unknown_file_names_every_reader_with_its_reason(tmp_path: Path) -> None:
    path = tmp_path / "x.fits"
    fits.PrimaryHDU(np.zeros((3, 3))).writeto(path)
    with pytest.raises(UnknownFormatError) as caught:
        identify(path)
    assert all(f"{reader.name}: " in str(caught.value) for reader in READERS)


def test_a_header_without_end_is_one_clear_error(tmp_path: Path) -> None:
    path = lamost_image(tmp_path).path
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(ReadError, match=path.name):
        read_spectrum(path)


def test_a_truncated_image_says_how_many_bytes_are_missing(tmp_path: Path) -> None:
    path = lamost_image(tmp_path).path
    content = path.read_bytes()
    path.write_bytes(content[:3000])  # one block of header, 120 of 800 bytes of data
    with pytest.raises(CorruptFileError, match=r"expected 3680 bytes up to the end of HDU 0, found 3000"):
        read_spectrum(path)


def test_missing_padding_is_forgiven(tmp_path: Path) -> None:
    made = lamost_image(tmp_path)
    content = made.path.read_bytes()
    used = content.rindex(b"END" + b" " * 77) // 2880 * 2880 + 2880 + 5 * N_PIXELS * 4
    made.path.write_bytes(content[:used])
    np.testing.assert_array_equal(read_spectrum(made.path).flux, made.flux)


def test_a_table_without_a_column_is_one_clear_error(tmp_path: Path) -> None:
    made = lamost_table(tmp_path)
    made.path.write_bytes(made.path.read_bytes().replace(b"'IVAR    '", b"'OTHER   '"))
    with pytest.raises(CorruptFileError, match="expected a numeric column IVAR in table 'COADD'"):
        read_spectrum(made.path)


def test_a_table_that_is_damaged_beyond_recognition_is_one_clear_error(tmp_path: Path) -> None:
    """Found by fuzzing: astropy may take a damaged table for something else, and then no table is left."""
    made = sdss(tmp_path)
    content = bytearray(made.path.read_bytes())
    at = content.index(b"TFIELDS")
    content[at + 80 : at + 80] = f"{'GROUPS  =                    T':<80}".encode()
    made.path.write_bytes(bytes(content).replace(b"PCOUNT", b"PCOUMT"))
    with pytest.raises(ReadError, match=made.path.name):
        read_spectra(made.path)


def test_hidden_files_and_folders_are_skipped(tmp_path: Path) -> None:
    for name in ("b/2.fits", "a/1.fits", "a/.hidden.fits", ".git/3.fits", "c.fits"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = find_spectrum_files([tmp_path, tmp_path / "a", tmp_path / "c.fits"])
    assert [str(path.relative_to(tmp_path)) for path in found] == ["a/1.fits", "b/2.fits", "c.fits"]
    with pytest.raises(ReadError, match="expected a file or folder"):
        find_spectrum_files([tmp_path / "none"])


def test_exposures_only_is_no_coadd(tmp_path: Path) -> None:
    path = lamost_mrs(tmp_path).path
    path.write_bytes(path.read_bytes().replace(b"'COADD_", b"'R-1234"))
    with pytest.raises((NoSpectrumError, UnknownFormatError)):
        read_spectra(path)

"""The real files of several surveys, against astropy's own reading and the tables that came with them."""

import csv
import warnings
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from scipy.ndimage import gaussian_filter1d

from al_core.errors import NoSpectrumError
from al_core.readers import READERS, FileHead, find_spectrum_files, identify, open_matrix, read_spectra, read_spectrum
from al_core.readers.fits_file import cards_of
from al_core.spectrum import spectrum_id_of
from al_core.wavelength import vacuum_to_air
from tests.data_location import TEST_DATA, needs_test_data, real_files

pytestmark = needs_test_data

LAMOST_FOLDERS = [
    f"lamost-dr{n}" for n in ("1-fits", "2-fits", "3-fits", "5-fits-gz", "6-fits-gz", "7-fits", "8-fits-gz")
]
COADD_FOLDERS = ["lamost-dr9-coadd-fits-gz", "lamost-dr13-coadd-fits-gz"]
GRID = np.linspace(6519, 6732, 140)

READER_OF_FOLDER = dict.fromkeys(LAMOST_FOLDERS, "lamost-image") | {
    "lamost-dr9-coadd-fits-gz": "lamost-table",
    "lamost-dr13-coadd-fits-gz": "lamost-table",
    "lamost-mrs-fits": "lamost-mrs",
    "ondrejov-fits-1d": "ondrejov-image",
    "ondrejov-fits-bintable": "ondrejov-table",
    "sdss-fits": "sdss",
    "indo-us-fits": "indo-us",
    "text-spectra": "text",
}
LISTS = {
    "cross-matched-pairs.csv": "a table without wavelength columns",
    "lamost-labels.csv": "a table without wavelength columns",
    "ssap-response-1.xml": r"a query answer that lists spectra \(30 rows\)",
    "ssap-response-error.xml": "error answer of a service: 'Field REQUEST: Missing or invalid value for REQUEST.'",
}


def table(name: str) -> list[dict[str, str]]:
    if not TEST_DATA.is_dir():
        return []
    with (TEST_DATA / "csv" / name).open(newline="") as file:
        return list(csv.DictReader(file))


def opened(path: Path) -> fits.HDUList:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        hdus = fits.open(path)
        for hdu in hdus:
            hdu.verify("silentfix")
            _ = hdu.data
        return hdus


def ids(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


@pytest.mark.parametrize("path", real_files(), ids=ids)
def test_every_real_file_is_read_or_is_known_to_hold_no_spectrum(path: Path) -> None:
    head = FileHead.of(path)
    assert len([reader.name for reader in READERS if reader.identify(head).recognised]) == 1
    folder = path.parent.name
    if path.name in LISTS or folder in ("catalogues", "label-lists"):
        with pytest.raises(NoSpectrumError, match=LISTS.get(path.name, "a list of files|a table without wavelength")):
            read_spectra(path)
    else:
        spectra = read_spectra(path)
        assert spectra
        assert {s.reader for s in spectra} == {READER_OF_FOLDER.get(folder, identify(path).name)}


@pytest.mark.parametrize("path", real_files(*LAMOST_FOLDERS), ids=ids)
def test_lamost_images_agree_with_astropy_to_the_bit(path: Path) -> None:
    spectrum = read_spectrum(path)
    with opened(path) as hdus:
        data, header = hdus[0].data.astype(np.float64), hdus[0].header
    np.testing.assert_array_equal(spectrum.flux, data[0])
    np.testing.assert_array_equal(spectrum.ivar, data[1])
    np.testing.assert_array_equal(spectrum.mask, (data[1] <= 0) | (data[3] != 0))
    wavelength = 10 ** (header["COEFF0"] + header["COEFF1"] * np.arange(data.shape[1]))
    np.testing.assert_allclose(spectrum.wavelength, wavelength, rtol=1e-13)
    if "Subcontinuum" not in header["EXTEN0"]:
        # Row 2 is up to 3.2e-7 (0.1 km/s) off the header, as the pipeline computed it in single precision; in two
        # files of DR8 4e-6 (1.2 km/s, 0.02 pixel), as COEFF0 is rounded there: log10(3700) = 3.568202.
        np.testing.assert_allclose(spectrum.wavelength, data[2], rtol=5e-6)


@pytest.mark.parametrize("path", real_files(*LAMOST_FOLDERS, "ondrejov-fits-1d", "indo-us-fits"), ids=ids)
def test_our_header_parser_gives_what_astropy_gives(path: Path) -> None:
    header = FileHead.of(path).header
    with opened(path) as hdus:
        assert header is not None
        assert header.cards == cards_of(hdus[0].header)
        assert not header.unusual
    assert not ({"COMMENT", "HISTORY", "SIMPLE", "NAXIS1"} & set(read_spectrum(path).metadata))


@pytest.mark.parametrize("path", real_files(*COADD_FOLDERS), ids=ids)
def test_lamost_tables_agree_with_astropy(path: Path) -> None:
    spectrum = read_spectrum(path)
    with opened(path) as hdus:
        row, header = hdus["COADD"].data[0], hdus[0].header
        np.testing.assert_array_equal(spectrum.wavelength, row["WAVELENGTH"].astype(np.float64))
        np.testing.assert_array_equal(spectrum.flux, row["FLUX"].astype(np.float64))
        np.testing.assert_array_equal(spectrum.ivar, row["IVAR"].astype(np.float64))
        assert spectrum.common["snr"] == header["SNRR"]
        stated = [header[f"MAG_PS_{band}"] for band in "RIGZY"]
        assert spectrum.common["mag"] == next((mag for mag in stated if mag != -999), None)


@pytest.mark.parametrize("path", real_files("lamost-mrs-fits"), ids=ids)
def test_medium_resolution_agrees_with_astropy(path: Path) -> None:
    coadds, everything = read_spectra(path), read_spectra(path, exposures=True)
    name = spectrum_id_of(path)
    assert [s.spectrum_id for s in coadds] == [f"{name}@COADD_R", f"{name}@COADD_B"]
    with opened(path) as hdus:
        assert len(everything) == len(hdus) - 1
        for spectrum in everything:
            hdu = hdus[spectrum.spectrum_id.split("@")[1]]
            order = np.argsort(hdu.data["LOGLAM"])  # blue exposures are stored from red to blue
            np.testing.assert_array_equal(spectrum.flux, hdu.data["FLUX"].astype(np.float64)[order])
            loglam = hdu.data["LOGLAM"].astype(np.float64)[order]
            np.testing.assert_allclose(spectrum.wavelength, 10**loglam, rtol=1e-13)
            assert spectrum.common["snr"] == hdu.header["SNR"]
    first = read_spectrum(path)
    assert first.spectrum_id == f"{name}@COADD_R"
    assert first.wavelength[0] < 6564.61 < first.wavelength[-1]


@pytest.mark.parametrize("path", real_files("sdss-fits"), ids=ids)
def test_sdss_agrees_with_astropy(path: Path) -> None:
    spectrum = read_spectrum(path)
    with opened(path) as hdus:
        coadd, row = hdus[1].data, hdus[2].data[0]
        np.testing.assert_array_equal(spectrum.flux, coadd["flux"].astype(np.float64))
        np.testing.assert_allclose(spectrum.wavelength, 10 ** coadd["loglam"].astype(np.float64), rtol=1e-13)
        expected = {"ra": row["PLUG_RA"], "dec": row["PLUG_DEC"], "z": row["Z"], "snr": row["SN_MEDIAN_ALL"]}
        assert {name: spectrum.common[name] for name in expected} == pytest.approx(expected)
        assert (spectrum.common["class"], spectrum.common["subclass"] or "") == (row["CLASS"], row["SUBCLASS"])
    assert spectrum.mask.mean() < 0.02


@pytest.mark.parametrize("path", real_files("ondrejov-fits-1d", "indo-us-fits"), ids=ids)
def test_linear_images_agree_with_astropy(path: Path) -> None:
    spectrum = read_spectrum(path)
    with opened(path) as hdus:
        header, data = hdus[0].header, hdus[0].data.astype(np.float64)
    air = header["CRVAL1"] + header["CDELT1"] * (np.arange(data.size) - (header["CRPIX1"] - 1))
    np.testing.assert_array_equal(spectrum.flux, data)
    np.testing.assert_allclose(vacuum_to_air(spectrum.wavelength), air, atol=1e-8)
    assert spectrum.medium == "air"
    assert spectrum.common["ra"] is not None


def test_the_votable_text_and_image_of_one_observation_agree() -> None:
    image = read_spectrum(TEST_DATA / "ondrejov-fits-1d" / "spectrum.fit")
    table = read_spectrum(TEST_DATA / "votable" / "spectrum-tabledata.vot")
    text = read_spectrum(TEST_DATA / "text-spectra" / "spectrum.txt")
    for other in (table, text):
        np.testing.assert_allclose(other.wavelength, image.wavelength, atol=1e-6)
        np.testing.assert_allclose(other.flux, image.flux, rtol=1e-9)
    assert "medium_assumed" not in table.metadata
    assert text.metadata["medium_assumed"] is True


@pytest.mark.parametrize("row", table("lamost-labels.csv"), ids=lambda row: row["file"])
def test_lamost_metadata_agrees_with_the_table(row: dict[str, str]) -> None:
    spectrum = read_spectrum(TEST_DATA / row["file"])
    common = spectrum.common
    expected = {name: float(row[name]) for name in ("ra", "dec")}
    expected["z"] = float(row["z"]) if row["z"] not in ("", "-9999.0", "-9999") else None
    expected["snr"] = float(row["snr_r"]) if row["snr_r"] not in ("", "99.0", "-9999.0") else None
    assert {name: common[name] for name in expected} == pytest.approx(expected, abs=1e-8)
    assert common["class"] == row["class"]
    assert common["subclass"] == (row["subclass"] if row["subclass"] not in ("", "Non") else None)


@pytest.mark.parametrize("row", table("lamost-halpha-140.csv"), ids=lambda row: row["file"])
def test_the_halpha_window_of_lamost_is_reproduced(row: dict[str, str]) -> None:
    spectrum = read_spectrum(TEST_DATA / row["file"])
    flux = np.interp(GRID, spectrum.wavelength, spectrum.flux)
    # Seven significant digits are printed, of a flux that is float32 in most files.
    np.testing.assert_allclose(flux, list(map(float, list(row.values())[-140:])), rtol=6e-7, atol=1e-4)


@pytest.mark.parametrize("row", table("ondrejov-halpha-140.csv"), ids=lambda row: row["file"])
def test_the_halpha_window_of_ondrejov_is_reproduced(row: dict[str, str]) -> None:
    spectrum = read_spectrum(TEST_DATA / row["file"])
    flux = np.interp(GRID, spectrum.wavelength, gaussian_filter1d(spectrum.flux, 7, mode="nearest"))
    np.testing.assert_allclose(flux, list(map(float, list(row.values())[-140:])), rtol=6e-7)


@pytest.mark.parametrize(
    ("name", "kind", "n_rows"), [("lamost-halpha-140", "pool", 352), ("ondrejov-halpha-140", "training", 17)]
)
def test_real_matrices_are_streamed(name: str, kind: str, n_rows: int) -> None:
    source = open_matrix(TEST_DATA / "csv" / f"{name}.csv")
    np.testing.assert_allclose(source.wavelength, GRID, rtol=1e-12)
    assert source.kind == kind
    chunks = list(source.chunks(chunk_rows=100))
    assert sum(len(chunk.flux) for chunk in chunks) == n_rows
    assert not [rejected for chunk in chunks for rejected in chunk.rejected]
    expected = [list(map(float, list(row.values())[-140:])) for row in table(f"{name}.csv")]
    np.testing.assert_allclose(np.concatenate([chunk.flux for chunk in chunks]), expected, rtol=6e-8)


def test_ondrejov_tables_state_the_time_of_the_observation_in_tmid() -> None:
    """The name of a file says the night: a20150310... is 10 March 2015; its DATE is ten days later."""
    spectrum = read_spectrum(TEST_DATA / "ondrejov-fits-bintable" / "a201503100010.fits")
    assert spectrum.common["obsdate"] == "2015-03-10T18:22:02"
    assert spectrum.metadata["DATE"] == "2015-03-20T14:55:24"


def test_odd_magnitude_types_find_the_right_band() -> None:
    found = {}
    for path in real_files(*LAMOST_FOLDERS):
        spectrum = read_spectrum(path)
        kind = spectrum.metadata.get("MAGTYPE")
        found.setdefault(kind, (spectrum.metadata["mag_band"], spectrum.common["mag"]))
    assert found["Kp"][0] == "Kp"
    assert found["V"] == ("V", 11.34)
    assert found["MODugriz"] == ("r", 16.68)
    assert found["fibermagr"][0] == "r"
    assert found["BR1R2I"] == ("R1", 12.73)
    assert found["gribvjh"][0] == "r"
    assert found["ugrijhk"] == ("r", 13.54)


def test_folders_are_walked() -> None:
    files = find_spectrum_files([TEST_DATA / "sdss-fits", TEST_DATA / "lamost-mrs-fits"])
    assert len(files) == 8
    assert files == sorted(files)

"""Real spectra of several surveys as a pool, against the tables that came with them."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from al_core.pools import ImportReport, Pool, import_pool
from al_core.preprocessing import RECIPES, Recipe
from al_core.spectrum import spectrum_id_of
from tests.data_location import TEST_DATA, needs_test_data

pytestmark = needs_test_data

LABELS = TEST_DATA / "csv" / "lamost-labels.csv"
RESAMPLED = TEST_DATA / "csv" / "lamost-halpha-140.csv"
#: The one file that is nothing but zeros around Hα (README of the data).
ZEROS = "spec-55862-B6212_sp06-117"
#: The one file that the table of labels does not have.
UNLISTED = "spec-55939-GAC_061N46_V3_sp07-078"


@pytest.fixture(scope="module")
def lamost(tmp_path_factory: pytest.TempPathFactory) -> tuple[Pool, ImportReport]:
    folders = sorted(TEST_DATA.glob("lamost-dr*"))
    path = tmp_path_factory.mktemp("pools") / "lamost"
    report = import_pool(folders, path, recipe=RECIPES["halpha"], name="lamost", metadata_csv=LABELS, workers=2)
    return Pool.open(path), report


def test_all_lamost_files_but_the_one_of_zeros_are_in_the_pool(lamost: tuple[Pool, ImportReport]) -> None:
    pool, report = lamost
    expected = {spectrum_id_of(Path(name)) for name in pl.read_csv(LABELS)["file"]}
    assert len(expected) == 352
    assert set(pool.spectrum_ids) == expected - {ZEROS} | {UNLISTED}
    assert pool.n_spectra == 352
    assert [(r.spectrum_id, r.reason) for r in report.rejected] == [(ZEROS, "is constant (0) over 6519-6732 Å")]
    assert (report.n_duplicates, report.n_metadata_matched, report.n_metadata_unmatched) == (0, 351, 1)
    pool.verify()


def test_metadata_agree_with_the_table_of_labels(lamost: tuple[Pool, ImportReport]) -> None:
    found = (
        lamost[0]
        .metadata.select("ra", "dec", "class", "subclass", "ra_csv", "dec_csv", "class_csv")
        .collect()
        .drop_nulls("ra_csv")
    )
    assert len(found) == 351
    np.testing.assert_allclose(found["ra"], found["ra_csv"], atol=1e-5)
    np.testing.assert_allclose(found["dec"], found["dec_csv"], atol=1e-5)
    assert found["class"].to_list() == found["class_csv"].to_list()


def test_unscaled_flux_agrees_with_the_table_of_resampled_spectra(tmp_path: Path) -> None:
    steps = [{"step": "treat_bad_pixels", "action": "keep"}, {"step": "resample"}]
    recipe = Recipe.from_dict({"name": "unscaled", "steps": steps})
    folders = sorted(TEST_DATA.glob("lamost-dr*"))
    import_pool(folders, tmp_path / "pool", recipe=recipe, name="lamost")
    import_pool([RESAMPLED], tmp_path / "table", recipe=recipe, name="table")
    pool, table = Pool.open(tmp_path / "pool"), Pool.open(tmp_path / "table")
    np.testing.assert_allclose(pool.rows(table.spectrum_ids), table.flux, rtol=2e-4, atol=0.02)


def test_every_file_of_the_data_is_in_the_pool_or_listed(tmp_path: Path) -> None:
    report = import_pool([TEST_DATA], tmp_path / "pool", recipe=RECIPES["halpha"], name="all")
    pool = Pool.open(tmp_path / "pool")
    sources = set(pool.metadata.select("source").collect()["source"]) | {entry.source for entry in report.rejected}
    passed_over = {".md", ".lst"}
    files = {str(path) for path in TEST_DATA.rglob("*") if path.is_file() and path.suffix not in passed_over}
    assert sources == files
    assert pool.spectrum_ids.n_unique() == pool.n_spectra
    assert {"lamost-mrs", "sdss", "votable", "text", "indo-us"} <= set(pool.metadata.collect()["reader"])

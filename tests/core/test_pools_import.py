"""What becomes of the inputs of an import: every format, bad files, ids that come twice, further metadata."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from al_core.errors import GridMismatchError, PoolError, RecipeError
from al_core.pools import ImportReport, Pool, import_pool
from al_core.preprocessing import RECIPES, Recipe
from al_core.readers import open_matrix, read_spectra
from tests.make.all_formats import MAKERS
from tests.make.lamost import lamost_image, lamost_image_gz
from tests.make.made import Made, made_flux
from tests.make.matrices import GRID, N_ROWS, csv_rows, matrix, pool_csv, training_csv, wavelength_names
from tests.make.texts import text

HALPHA = RECIPES["halpha"]
MATRICES = ("pool_csv", "training_csv", "ondrejov_csv", "spectraml_hdf5", "active_cnn_hdf5")


def wide_recipe(made: Made) -> Recipe:
    """Return a recipe that every made file covers."""
    low, high = made.wavelength[3], made.wavelength[-3]
    steps = [{"step": "resample", "start": float(low) + 2, "stop": float(high) - 2, "n_points": 20}]
    return Recipe.from_dict({"name": "wide", "steps": [*steps, {"step": "scale_minmax"}]})


def imported(paths: list[Path], folder: Path, **options: object) -> tuple[Pool, ImportReport]:
    options = {"recipe": HALPHA, "name": folder.name, "workers": 1} | options
    report = import_pool(paths, folder, **options)  # type: ignore[arg-type]
    return Pool.open(folder), report


def lamost_at_halpha(folder: Path, **cards: object) -> Made:
    """Make a LAMOST image of 400 pixels from 6510 Å on."""
    rows = np.zeros((5, 400))
    rows[0], rows[1], rows[2] = made_flux(400), 4.0, 10 ** (3.8136 + 1e-4 * np.arange(400))
    return lamost_image(folder, rows=rows, COEFF0=3.8136, CRVAL1=3.8136, **cards)


def folder_of_text(folder: Path, *names: str) -> Path:
    """Write one text spectrum over the grid for each name."""
    wavelength = np.arange(6400.0, 6900.0, 0.5)
    for number, name in enumerate(names):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        flux = 1 + np.sin(wavelength / (7 + number))
        path.write_text("\n".join(f"{w!r} {f!r}" for w, f in zip(wavelength.tolist(), flux.tolist(), strict=True)))
    return folder


@pytest.mark.parametrize("maker", [m for m in MAKERS if m.__name__ not in MATRICES], ids=lambda m: m.__name__)
def test_a_file_of_each_format_gives_what_reader_and_recipe_give(maker: Callable[[Path], Made], tmp_path: Path) -> None:
    made = maker(tmp_path)
    recipe = wide_recipe(made)
    expected = {s.spectrum_id: s for s in read_spectra(made.path) if covers(s.wavelength, recipe)}
    pool, _report = imported([made.path], tmp_path / "pool", recipe=recipe)
    assert pool.spectrum_ids.to_list() == list(expected)
    for row, spectrum in enumerate(expected.values()):
        np.testing.assert_allclose(pool.flux[row], recipe.apply(spectrum), rtol=0, atol=1e-6)
    table = pool.metadata.collect()
    first = next(iter(expected.values()))
    assert table["source"][0] == str(made.path)
    assert table["reader"][0] == made.reader
    assert table["medium"][0] == first.medium
    for name in ("ra", "dec", "class", "subclass", "z", "mag", "snr", "obsdate"):
        assert table[name][0] == first.common[name]  # type: ignore[literal-required]


def covers(wavelength: np.ndarray, recipe: Recipe) -> bool:
    return bool(wavelength[0] <= recipe.grid[0] and wavelength[-1] >= recipe.grid[-1])


@pytest.mark.parametrize("maker", [m for m in MAKERS if m.__name__ in MATRICES], ids=lambda m: m.__name__)
def test_a_table_of_spectra_keeps_its_rows_in_order(maker: Callable[[Path], Made], tmp_path: Path) -> None:
    made = maker(tmp_path)
    chunks = list(open_matrix(made.path).chunks())
    pool, report = imported([made.path], tmp_path / "pool")
    assert pool.spectrum_ids.to_list() == [spectrum_id for chunk in chunks for spectrum_id in chunk.spectrum_ids]
    assert report.n_rejected == sum(len(chunk.rejected) for chunk in chunks)
    flux = np.concatenate([chunk.flux for chunk in chunks]).astype(np.float64)
    scaled = (flux - flux.mean(axis=1, keepdims=True)) / flux.std(axis=1, keepdims=True)
    np.testing.assert_allclose(pool.flux, scaled, rtol=0, atol=2e-6)
    np.testing.assert_array_equal(pool.flux, np.load(tmp_path / "pool" / "flux.npy"))
    pool.verify()


def test_the_table_begins_with_the_columns_that_all_surveys_share(tmp_path: Path) -> None:
    pool, _report = imported([lamost_at_halpha(tmp_path).path, training_csv(tmp_path).path], tmp_path / "pool")
    names = pool.metadata.collect_schema().names()
    assert names[:9] == ["spectrum_id", "ra", "dec", "class", "subclass", "z", "mag", "snr", "obsdate"]
    assert names[9:15] == ["label", "source", "medium", "reader", "median_snr", "duplicate_of"]
    assert "OBJNAME" in names


def test_labels_of_a_training_set_are_kept_as_metadata(tmp_path: Path) -> None:
    pool, _report = imported([training_csv(tmp_path).path], tmp_path / "pool")
    assert pool.metadata.select("label").collect()["label"].to_list() == [str(i % 3) for i in range(N_ROWS)]


def test_a_table_on_its_own_grid_keeps_it(tmp_path: Path) -> None:
    grid = np.linspace(6500, 6750, 60)
    pool, _report = imported([write_matrix(tmp_path / "own.csv", grid)], tmp_path / "pool")
    np.testing.assert_array_equal(pool.grid, grid)
    assert pool.flux.shape == (N_ROWS, 60)
    assert pool.recipe.grid.size == 60


def test_a_table_is_resampled_where_its_grid_is_not_kept(tmp_path: Path) -> None:
    path = write_matrix(tmp_path / "own.csv", np.linspace(6500, 6750, 300))
    kept, _report = imported([path], tmp_path / "kept", recipe=no_scaling())
    pool, _report = imported([path], tmp_path / "pool", recipe=no_scaling(), keep_grid=False)
    expected = [np.interp(HALPHA.grid, kept.grid, row) for row in kept.flux]
    np.testing.assert_allclose(pool.flux, expected, rtol=1e-6)


def test_rows_that_do_not_cover_the_grid_are_listed(tmp_path: Path) -> None:
    good = write_matrix(tmp_path / "a.csv", np.linspace(6500, 6750, 300))
    short = write_matrix(tmp_path / "b.csv", np.linspace(6600, 6750, 300), "short")
    pool, report = imported([good, short], tmp_path / "pool", keep_grid=False)
    assert (pool.n_spectra, report.n_rejected) == (N_ROWS, N_ROWS)
    assert "covers 6600.0-6750.0 Å" in report.rejected[0].reason


def no_scaling() -> Recipe:
    return Recipe.from_dict({"name": "plain", "steps": [{"step": "resample", "max_gap_angstrom": 50.0}]})


def write_matrix(path: Path, grid: np.ndarray, prefix: str = "row", header: str = "id", cells: str = "") -> Path:
    rows = csv_rows([f"{prefix}-{i}{cells}" for i in range(N_ROWS)], matrix(N_ROWS, grid.size))
    path.write_text("\n".join([f"{header},{wavelength_names(grid)}", *rows]) + "\n")
    return path


def test_tables_of_different_grids_are_refused_by_name(tmp_path: Path) -> None:
    one = write_matrix(tmp_path / "one.csv", np.linspace(6500, 6750, 60))
    two = write_matrix(tmp_path / "two.csv", np.linspace(6500, 6750, 61))
    with pytest.raises(GridMismatchError, match=r"one\.csv has 60 points.*two\.csv has 61"):
        imported([one, two], tmp_path / "pool")
    assert not (tmp_path / "pool").exists()


def test_a_recipe_bound_to_a_grid_cannot_take_single_spectra(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="Import them apart"):
        imported([text(tmp_path).path], tmp_path / "pool", recipe=HALPHA.on_grid(np.linspace(1, 2, 9)))


def test_bad_files_are_listed_and_the_rest_is_kept(tmp_path: Path) -> None:
    folder = folder_of_text(tmp_path / "in", "good.txt", "deep/also-good.txt")
    (folder / "empty.fits").touch()
    (folder / "noise.fits").write_bytes(bytes(range(256)) * 20)
    (folder / "short.txt").write_text("6500 1\n6501 2\n6502 1.5\n")
    (folder / ".hidden").write_text("not looked at")
    (folder / "README.md").write_text("not looked at")
    pool, report = imported([folder], tmp_path / "pool")
    assert sorted(pool.spectrum_ids) == ["also-good", "good"]
    assert {Path(rejection.source).name for rejection in report.rejected} == {"empty.fits", "noise.fits", "short.txt"}
    listed = pl.read_csv(tmp_path / "pool" / "rejected.csv")
    assert listed.columns == ["source", "spectrum_id", "reason"]
    assert len(listed) == report.n_rejected == pool.manifest["n_rejected"] == 3


def test_a_constant_spectrum_is_excluded_with_its_reason(tmp_path: Path) -> None:
    flux = matrix()
    flux[3] = 7
    path = tmp_path / "pool.csv"
    path.write_text("\n".join([f"id,{wavelength_names()}", *csv_rows([f"s{i}" for i in range(N_ROWS)], flux)]))
    pool, report = imported([path], tmp_path / "pool")
    assert pool.spectrum_ids.to_list() == [f"s{i}" for i in range(N_ROWS) if i != 3]
    assert [(r.spectrum_id, r.reason) for r in report.rejected] == [("s3", "is constant (7) over 6519-6732 Å")]


def test_when_nothing_can_be_imported_nothing_is_left_behind(tmp_path: Path) -> None:
    (tmp_path / "a.fits").touch()
    with pytest.raises(PoolError, match=r"None of 1 .*a\.fits.*empty"):
        imported([tmp_path / "a.fits"], tmp_path / "pool")
    assert not (tmp_path / "pool").exists()
    with pytest.raises(PoolError, match="found nothing at"):
        imported([tmp_path / "absent"], tmp_path / "pool")
    (tmp_path / "empty").mkdir()
    with pytest.raises(PoolError, match="nothing to import"):
        imported([tmp_path / "empty"], tmp_path / "pool")


def test_an_id_that_comes_again_is_kept_apart_and_reported(tmp_path: Path) -> None:
    folder = folder_of_text(tmp_path / "in", "a/star.txt", "b/star.txt", "c/star.txt", "c/other.txt")
    pool, report = imported([folder], tmp_path / "pool")
    assert pool.spectrum_ids.to_list() == ["star", "star~2", "other", "star~3"]
    assert pool.metadata.collect()["duplicate_of"].to_list() == [None, "star", None, "star"]
    assert [(d.spectrum_id, d.kept_as) for d in report.duplicates] == [("star", "star~2"), ("star", "star~3")]
    assert pl.read_csv(tmp_path / "pool" / "duplicates.csv")["kept_as"].to_list() == ["star~2", "star~3"]
    np.testing.assert_array_equal(pool.rows(["star~3"])[0], pool.flux[3])


def test_a_number_that_is_an_id_of_its_own_is_passed_over(tmp_path: Path) -> None:
    folder = folder_of_text(tmp_path / "in", "a/s.txt", "b/s.txt", "c/s~2.txt")
    pool, _report = imported([folder], tmp_path / "pool")
    assert pool.spectrum_ids.to_list() == ["s", "s~3", "s~2"]


def test_duplicates_can_be_removed(tmp_path: Path) -> None:
    folder = folder_of_text(tmp_path / "in", "a/star.txt", "b/star.txt", "c/other.txt")
    everything, _report = imported([folder], tmp_path / "all")
    pool, report = imported([folder], tmp_path / "pool", remove_duplicates=True)
    assert pool.spectrum_ids.to_list() == ["star", "other"]
    np.testing.assert_array_equal(pool.flux, everything.flux[[0, 2]])
    assert (report.n_duplicates, report.n_rejected) == (1, 1)
    assert report.rejected[0].reason == "has an id that was there before"
    pool.verify()


def test_metadata_of_a_csv_joins_by_name_of_file(tmp_path: Path) -> None:
    folder = folder_of_text(tmp_path / "in", "a.txt", "b.txt")
    table = tmp_path / "catalog.csv"
    table.write_text("file,ra,dec,source,teff\nin/b.fits.gz,10.5,-3,Gaia,5800\nnowhere.fits,1,2,Gaia,4000\n")
    pool, report = imported([folder], tmp_path / "pool", metadata_csv=table)
    found = pool.metadata.collect()
    assert found["teff"].to_list() == [None, 5800]
    assert found["ra"].to_list() == [None, 10.5]
    assert found["source_csv"].to_list() == [None, "Gaia"]
    assert found["source"][1].endswith("b.txt")
    assert (report.n_metadata_matched, report.n_metadata_unmatched) == (1, 1)


def test_metadata_of_a_csv_joins_by_obsid_and_keeps_what_differs_apart(tmp_path: Path) -> None:
    made = lamost_at_halpha(tmp_path)
    obsid = int(read_spectra(made.path)[0].metadata["OBSID"])  # type: ignore[arg-type]
    table = tmp_path / "catalog.csv"
    table.write_text(f"obsid|ra|teff\n{obsid}|77.5|9999\n")
    pool, _report = imported([made.path], tmp_path / "pool", metadata_csv=table)
    row = pool.metadata.collect().row(0, named=True)
    assert (row["teff"], row["ra_csv"]) == (9999, 77.5)
    assert row["ra"] == read_spectra(made.path)[0].common["ra"]


@pytest.mark.parametrize(
    ("content", "message"),
    [("name,teff\nx,1\n", "expected a column that names"), ("id,teff\n", "no rows"), ("", "CSV")],
)
def test_a_metadata_csv_that_names_no_spectra_is_refused(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "catalog.csv").write_text(content)
    with pytest.raises(PoolError, match=message):
        imported([pool_csv(tmp_path).path], tmp_path / "pool", metadata_csv=tmp_path / "catalog.csv")


def test_columns_of_a_table_become_numbers_where_all_of_them_are(tmp_path: Path) -> None:
    grid = np.linspace(6500, 6750, 60)
    path = write_matrix(tmp_path / "a.csv", grid, header="id,n,x,plate", cells=",12,1.5,007")
    other = write_matrix(tmp_path / "b.csv", grid, "other", header="id,n,x", cells=",seven,2")
    pool, _report = imported([path], tmp_path / "one")
    assert [pool.metadata.collect()[name].dtype for name in ("n", "x", "plate")] == [pl.Int64, pl.Float64, pl.String]
    pool, _report = imported([path, other], tmp_path / "two")
    table = pool.metadata.collect()
    assert table["n"].to_list() == ["12"] * N_ROWS + ["seven"] * N_ROWS
    assert table["plate"].to_list() == ["007"] * N_ROWS + [None] * N_ROWS


def test_a_pool_knows_that_its_spectra_are_simulated(tmp_path: Path) -> None:
    header = write_matrix(tmp_path / "a.csv", GRID)
    assert not imported([header], tmp_path / "none")[0].simulated
    (tmp_path / "manifest.json").write_text(json.dumps({"simulated": True}))
    assert imported([header], tmp_path / "manifest")[0].simulated
    ids = folder_of_text(tmp_path / "in", "simulated-1.txt")
    assert imported([ids], tmp_path / "ids")[0].simulated
    card = lamost_at_halpha(tmp_path, SIMULATE=True)
    assert imported([card.path], tmp_path / "card")[0].simulated


def test_an_import_is_done_once(tmp_path: Path) -> None:
    path = pool_csv(tmp_path).path
    pool, first = imported([path], tmp_path / "pool")
    written = (tmp_path / "pool" / "manifest.json").stat().st_mtime_ns
    _pool, again = imported([path], tmp_path / "pool")
    assert again.already_imported
    assert again.n_spectra == first.n_spectra
    assert (tmp_path / "pool" / "manifest.json").stat().st_mtime_ns == written
    assert {entry.name for entry in pool.path.iterdir()} == {
        *("flux.npy", "spectra.parquet", "manifest.json", "ids.index.npy", "ids.offsets.npy", "ids.text.npy"),
        *("rejected.csv", "duplicates.csv"),
    }


def test_another_import_does_not_overwrite_a_pool_unless_told(tmp_path: Path) -> None:
    imported([pool_csv(tmp_path).path], tmp_path / "pool")
    other = pool_csv(tmp_path, "other.csv", n_rows=3).path
    with pytest.raises(PoolError, match=r"is already a pool of .* Choose another name"):
        imported([other], tmp_path / "pool")
    with pytest.raises(PoolError, match="is already a pool"):
        imported([tmp_path / "pool.csv"], tmp_path / "pool", recipe=RECIPES["halpha-minmax"])
    pool, _report = imported([other], tmp_path / "pool", replace=True)
    assert pool.n_spectra == 3


def test_compressed_and_plain_copies_are_one_id(tmp_path: Path) -> None:
    plain, packed = (
        lamost_image(tmp_path),
        lamost_image_gz(tmp_path / "gz" if (tmp_path / "gz").mkdir() is None else tmp_path),
    )
    assert imported([plain.path, packed.path], tmp_path / "pool", recipe=wide_recipe(plain))[1].n_spectra == 2
